"""From the bytes of one connection to whole requests, as WSGI wants them (RFC 9112, PEP 3333). llhttp reads them."""

from __future__ import annotations

import sys
import time
from collections import deque
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn
from urllib.parse import unquote_to_bytes

from httptools import HttpParserError, HttpParserInvalidURLError, HttpParserUpgrade, HttpRequestParser, parse_url

from bridge.wsgi import length_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MAX_BODY = 64 * 1024  # bytes; every route takes less
MAX_HEAD = 64 * 1024  # bytes of a first line, and of all headers
MAX_HEADERS = 100
LONGEST_KNOWN = 64  # bytes of a header's name that is remembered; all names that we read are shorter

_SAME_FOR_ALL: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}


class Request(NamedTuple):
    """A whole request, and whether its connection may carry another one after the answer."""

    environ: WSGIEnvironment
    goes_on: bool


class Unreadable(Exception):
    """What came is no request that we take, and nothing behind it can be read either."""

    def __init__(self, status: int) -> None:
        super().__init__(f"answered with {status}")
        self.status = status


class Requests:
    """Reads what one connection sends, from `there` to `here`.

    `whole` are the requests that have come. `in_body`: the headers of the next one have come, its body has not;
    and `asks`: it wants to be told to go on before it sends that (RFC 9110, 10.1.1).
    """

    def __init__(self, here: tuple[str, int], there: str) -> None:
        self.whole: deque[Request] = deque()
        self.in_body = self.asks = False
        self._same = {**_SAME_FOR_ALL, "SERVER_NAME": here[0], "SERVER_PORT": str(here[1]), "REMOTE_ADDR": there}
        self._parser = HttpRequestParser(self)
        self._status = 400
        self._in_head = self._offers = False
        self._unread = self._size = self._headers = 0
        self._url, self._body = b"", b""
        self._environ: dict[str, Any] = {}

    def feed(self, data: bytes) -> None:
        """Read on. Raises `Unreadable`; what came whole before that is in `whole` all the same."""
        self._size += len(data)
        try:
            if self._offers:
                self._read_on(data)
            else:
                self._parser.feed_data(data)
        except HttpParserUpgrade as offer:
            self._offers = True
            self._read_on(data[offer.args[0] :])
        except HttpParserError:
            raise Unreadable(self._status) from None
        if self._in_head and self._size > MAX_HEAD:
            raise Unreadable(431 if self._headers else 414)
        if self.in_body and self._size > MAX_HEAD + MAX_BODY:  # chunks may be small, and headers stand behind the last
            raise Unreadable(413)

    def on_message_begin(self) -> None:
        """As the other methods that begin with `on_`, this one is llhttp's to call."""
        self._environ = dict(self._same)
        self._url, self._body = b"", b""
        self._in_head, self._size, self._headers = True, 0, 0

    def on_url(self, url: bytes) -> None:
        self._url += url
        if len(self._url) > MAX_HEAD:
            self._refuse(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers += 1
        if self._headers > MAX_HEADERS:
            self._refuse(431)
        variable = _variable(name) if len(name) <= LONGEST_KNOWN else _variable.__wrapped__(name)
        if not variable or not self._in_head:  # what stands behind the last chunk is no header of the request
            return
        text, environ = value.decode("latin-1").strip(" \t"), self._environ  # spaces there mean nothing (RFC 9110, 5.5)
        environ[variable] = f"{environ[variable]},{text}" if variable in environ else text

    def on_headers_complete(self) -> None:
        parser, environ = self._parser, self._environ
        version = parser.get_http_version()
        if version not in ("1.1", "1.0"):
            self._refuse(400)
        environ["REQUEST_METHOD"] = parser.get_method().decode("ascii")
        environ["PATH_INFO"], environ["QUERY_STRING"] = _target(self._url)
        environ["SERVER_PROTOCOL"] = f"HTTP/{version}"
        environ["bridge.arrived"] = time.monotonic()
        self._unread = length_of(environ) or 0
        if self._unread > MAX_BODY:
            self._refuse(413)
        self._in_head, self.in_body = False, self._unread > 0 or "HTTP_TRANSFER_ENCODING" in environ
        self.asks = self.in_body and version == "1.1" and environ.get("HTTP_EXPECT", "").lower() == "100-continue"

    def on_body(self, data: bytes) -> None:
        self._body += data
        self.asks = False
        if len(self._body) > MAX_BODY:
            self._refuse(413)

    def on_message_complete(self) -> None:
        if not self._parser.should_upgrade():
            self._complete(goes_on=self._parser.should_keep_alive())

    def _read_on(self, data: bytes) -> None:
        """The body of a request that offers another protocol: llhttp leaves it unread. What comes behind it is lost."""
        if self._environ:
            self._body += data[: self._unread]
            self._unread -= len(data[: self._unread])
            if not self._unread:
                self._complete(goes_on=False)

    def _complete(self, *, goes_on: bool) -> None:
        environ, self._environ = self._environ, {}
        clear = "HTTP_TRANSFER_ENCODING" not in environ
        environ["wsgi.input"] = BytesIO(self._body if clear else b"")  # what has no clear length stays unread
        self.in_body = self.asks = False
        self.whole.append(Request(environ, goes_on))

    def _refuse(self, status: int) -> NoReturn:
        """Stops llhttp; `feed` says why."""
        self._status = status
        raise Unreadable(status)


def _target(url: bytes) -> tuple[str, str]:
    """Path and query of a request's target, in WSGI's spelling: text that holds bytes (RFC 9112, 3.2)."""
    if url.startswith(b"/"):
        path, _, query = url.partition(b"?")
    else:
        try:
            parsed = parse_url(url)
            path, query = parsed.path or b"", parsed.query or b""
        except HttpParserInvalidURLError:
            path, query = url, b""
    return (unquote_to_bytes(path) if b"%" in path else path).decode("latin-1"), query.decode("latin-1")


@lru_cache(256)
def _variable(name: bytes) -> str:
    """A header's name in the environment; "" for one that would pass there for another, spelt with a dash."""
    if b"_" in name:
        return ""
    variable = name.decode("latin-1").upper().replace("-", "_")
    return variable if variable in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{variable}"
