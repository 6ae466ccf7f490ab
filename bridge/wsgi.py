"""The addresses that callers wait at, answered without a web framework (docs/decisions/0024-lanes.md).

A lane is one function from a WSGI environment (PEP 3333) to an answer. Flask serves every other page; for a turn or a
submission it would take as long as all our own work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple, Protocol

from bridge.headers import ALL

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LONGEST = 9  # digits of a length that is looked at; a number with more is as good as any large one
FORM = "application/x-www-form-urlencoded"


class HttpAnswer(NamedTuple):
    """What goes back, whole. Its body may repeat a caller's words, so its `repr` leaves it out."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def __repr__(self) -> str:
        return f"<HttpAnswer {self.status}>"


Lane = Callable[["WSGIEnvironment"], HttpAnswer]


class Application(Protocol):
    """Flask's own place to put something before an application, or another's that has it too."""

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""


def whole(status: int, content_type: str, body: bytes, *more: tuple[str, str]) -> HttpAnswer:
    """An answer with the headers that every answer of ours carries; `more` are its own."""
    return HttpAnswer(status, [("Content-Type", content_type), ("Content-Length", str(len(body))), *more, *ALL], body)


def mount(app: Application, path: str, lane: Lane, takes: Callable[[WSGIEnvironment], bool] | None = None) -> None:
    """Let `lane` answer at `path`, and below it where it ends in a slash. It must not raise.

    Where `takes` is given, `app` answers what it does not take.
    """
    app.wsgi_app = _Mounted(path, lane, takes, app.wsgi_app)  # type: ignore[method-assign]


class _Mounted:
    """Flask's own way to put something before an application."""

    def __init__(
        self, path: str, lane: Lane, takes: Callable[[WSGIEnvironment], bool] | None, otherwise: WSGIApplication
    ) -> None:
        self._lane, self._takes, self._otherwise = lane, takes, otherwise
        self._is_here = path.__eq__ if not path.endswith("/") else lambda asked: asked.startswith(path)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._is_here(address_of(environ)) or (self._takes and not self._takes(environ)):
            return self._otherwise(environ, start_response)
        status, headers, body = self._lane(environ)
        start_response(_line(status), headers)
        return [] if method_of(environ) == "HEAD" else [body]


def method_of(environ: WSGIEnvironment) -> str:
    """The method in capitals; some senders write it small, and what they mean is plain."""
    method: str = environ["REQUEST_METHOD"]
    return method.upper()


def length_of(environ: WSGIEnvironment) -> int | None:
    """What Content-Length says; None without one, and for a body in chunks, which servers cut silently at a limit."""
    text: str = environ.get("CONTENT_LENGTH") or ""
    if "HTTP_TRANSFER_ENCODING" in environ or not (text.isascii() and text.isdigit()):
        return None
    return int(text) if len(text) <= LONGEST else 10**LONGEST


def read(environ: WSGIEnvironment, length: int) -> bytes:
    """The body's `length` bytes; fewer where the sender broke off."""
    try:
        body: bytes = environ["wsgi.input"].read(length)
    except OSError:  # as a server that hands out its socket says it
        return b""
    return body


def media_type(environ: WSGIEnvironment) -> tuple[str, dict[str, str]]:
    """Content-Type in small letters, "" without one, and its parameters (RFC 9110, 8.3)."""
    text: str = environ.get("CONTENT_TYPE") or ""
    if text in ("application/json", FORM):
        return text, {}
    from werkzeug.http import parse_options_header  # here: a start does without Werkzeug

    kind, parameters = parse_options_header(text)
    return kind.lower(), parameters


def address_of(environ: WSGIEnvironment) -> str:
    """The path as WSGI hands it out, with one slash before it however many came: so Flask reads it, too."""
    path: str = environ["PATH_INFO"]
    return "/" + path.lstrip("/") if path.startswith("//") else path


def path_of(environ: WSGIEnvironment) -> str:
    """The same as text; WSGI hands out its bytes as Latin-1."""
    path = address_of(environ)
    return path if path.isascii() else path.encode("latin-1").decode("utf-8", "replace")


@cache
def _line(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"
