"""How the SDK's requests travel: to the configured address, with timeouts, without a word in the log."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests import Session
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response


class Transport(TwilioHttpClient):
    """One per thread. `headers` are those of the last answer, because the SDK's exceptions carry none."""

    session: Session

    def __init__(self, url: str, connect_timeout: float, read_timeout: float) -> None:
        super().__init__()
        # The constructor takes one number only; `requests` takes both.
        self.timeout = (connect_timeout, read_timeout)  # type: ignore[assignment]
        self.headers: Mapping[str, str] = {}
        self._base = url.rstrip("/")
        self.session.trust_env = not is_loopback(url)  # a proxy of the environment cannot reach this machine

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Response:  # type: ignore[override]
        answer = super().request(method, self._rebased(url), *args, **more)
        self.headers = answer.headers or {}
        if 300 <= answer.status_code < 400:  # the SDK would read the body of one as a task
            raise TwilioRestException(answer.status_code, "", "a redirect", method=method)
        return answer

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Nothing: the SDK would log addresses and queries."""

    def log_response(self, status_code: int, response: Any) -> None:
        """Nothing, for the same reason."""

    def _rebased(self, url: str) -> str:
        """The same path below our base. The address of a next page may have the base already."""
        if url == self._base or url.startswith((f"{self._base}/", f"{self._base}?")):
            return url
        given, base = urlsplit(url), urlsplit(self._base)
        return urlunsplit((base.scheme, base.netloc, base.path + given.path, given.query, ""))


def is_loopback(url: str) -> bool:
    """Whether an address stays on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
