"""From every way a call can fail to an outcome.

The SDK raises TwilioRestException for most answers, TwilioServiceException (no relation) for RFC 9457 bodies,
a bare TwilioException with the response inside for lists, and lets the exceptions of `requests` through
(twilio-python 9.13, base/version.py, base/page.py, http/http_client.py).
"""

from __future__ import annotations

import email.utils
import ssl
import time
from collections.abc import Callable, Iterator, Mapping

import requests
import urllib3.exceptions
from twilio.base.exceptions import TwilioException

from bridge.taskrouter.outcome import Outcome

NEVER_SENT = (
    requests.exceptions.ConnectTimeout,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.NewConnectionError,  # refused, unreachable, name not found
)
# What OpenSSL says when the handshake fails; a TLS error of another kind may have come later.
IN_HANDSHAKE = frozenset(
    {"CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION_NUMBER", "UNSUPPORTED_PROTOCOL", "NO_PROTOCOLS_AVAILABLE"}
    | {"TLSV1_ALERT_PROTOCOL_VERSION", "SSLV3_ALERT_HANDSHAKE_FAILURE", "TLSV1_UNRECOGNIZED_NAME"}
    | {"NO_SHARED_CIPHER"}
)
BAD_ADDRESS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidProxyURL,
)
CHANGED = 412  # the ETag that we named in `If-Match` is not the task's any more (Task resource, "Update")
ELSEWHERE = "TASKROUTER_URL answers with a redirect: put the address that it leads to there."
SETTINGS_TO_MEND: Mapping[int, str] = {
    401: (
        "Twilio does not accept our credentials (401): correct ACCOUNT_SID and AUTH_TOKEN, or API_KEY_SID and"
        " API_KEY_SECRET (Twilio Console > Account > API keys & tokens)."
    ),
    403: (
        "Twilio forbids this (403): the account is suspended, or the API key may not use TaskRouter"
        " (Twilio Console > Account > API keys & tokens)."
    ),
    **dict.fromkeys((301, 302, 303, 307, 308), ELSEWHERE),
}


def outcome_of(failure: Exception, headers: Mapping[str, str], now: Callable[[], float] = time.time) -> Outcome:
    """What the failure of one call means. `headers` are those of the answer, if there was one."""
    status, code = status_and_code(failure)
    if status is not None:
        return _of_answer(status, code, headers, now)
    if isinstance(failure, BAD_ADDRESS):
        return Outcome("fault", reason="TASKROUTER_URL is not an address that can be called: correct it.")
    causes = list(_causes(failure))
    if any(_was_never_sent(cause) for cause in causes):
        return Outcome("unsent", reason=f"TaskRouter could not be reached ({_name(causes)}).")
    return Outcome("unknown", reason=f"The answer of TaskRouter was lost ({_name(causes)}).")


def status_and_code(failure: Exception) -> tuple[int | None, int | None]:
    """HTTP status and Twilio's code, as far as the exception knows them."""
    if not isinstance(failure, TwilioException):
        return None, None
    status = getattr(failure, "status", None)
    if status is None and len(failure.args) > 1:
        status = getattr(failure.args[1], "status_code", None)
    code = getattr(failure, "code", None)
    return _number(status), _number(code) if code != status else None


def retry_after(headers: Mapping[str, str], now: Callable[[], float] = time.time) -> float | None:
    """Seconds from `Retry-After`, a number or a date (RFC 9110, 10.2.3). None where it says nothing."""
    text = next((value for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - now())
    except (TypeError, ValueError):
        return None


def _of_answer(status: int, code: int | None, headers: Mapping[str, str], now: Callable[[], float]) -> Outcome:
    if status == 429:
        wait = retry_after(headers, now)
        return Outcome("limited", None, status, code, wait, "TaskRouter asks us to slow down.")
    if status in SETTINGS_TO_MEND:
        return Outcome("fault", None, status, code, None, SETTINGS_TO_MEND[status])
    if status == 404:
        return Outcome("missing", None, status, code, None, "TaskRouter does not know it (404).")
    if status == CHANGED:
        return Outcome("unsent", None, status, code, None, "The task was changed by others each time that we tried.")
    if 400 <= status < 500 and status != 408:
        return Outcome("refused", None, status, code, None, f"TaskRouter refuses it ({status}, {code}).")
    return Outcome("unknown", None, status, code, None, f"TaskRouter answered {status}.")


def _causes(failure: BaseException) -> Iterator[BaseException]:
    """The exception and what it carries: `requests` wraps urllib3's, which keeps its own in `reason`.

    `__context__` is left out on purpose: it may be an older failure of the thread, and calling a lost answer
    "never sent" would make a second task.
    """
    waiting, seen = [failure], set[int]()
    while waiting:
        cause = waiting.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = [getattr(cause, "reason", None), *cause.args]
        waiting += [one for one in inner if isinstance(one, BaseException)]


def _was_never_sent(cause: BaseException) -> bool:
    in_handshake = isinstance(cause, ssl.SSLError) and cause.reason in IN_HANDSHAKE
    return in_handshake or isinstance(cause, NEVER_SENT)


def _name(causes: list[BaseException]) -> str:
    """The innermost type, which says most; its text may hold addresses, so it stays away."""
    return type(causes[-1]).__name__


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
