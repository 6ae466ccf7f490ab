"""Errors as `application/problem+json` (RFC 9457). Constant texts: nothing that was sent comes back."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from traceback import extract_tb
from typing import TYPE_CHECKING

from bridge.errors import Conflict, Invalid, NotAuthentic, RequestRefused, Unavailable
from bridge.wsgi import HttpAnswer, whole

if TYPE_CHECKING:
    from flask import Flask, Response
    from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

# Where RFC 9110 renamed a status, Python says the new name from 3.13 on only; an answer does not depend on that.
TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
DETAILS = {
    400: "The request cannot be read.",
    401: "The signature or token is missing, wrong or stale.",
    403: "This is not allowed.",
    404: "There is nothing here.",
    405: "This address does not take that method; see the Allow header.",
    408: "The request took too long to arrive.",
    409: "This id was accepted before with another body. Send a new request under a new id.",
    411: "Send the body with a Content-Length header, not in chunks.",
    413: "The body is too large.",
    415: "Send the body as application/json, in UTF-8 and without Content-Encoding.",
    422: "Some fields are missing or wrong; `fields` names each.",
    429: "Too many requests; see the Retry-After header.",
    500: "Something went wrong here. The request may be sent again.",
    503: "We cannot promise to keep this now. Send it again after the seconds in Retry-After.",
}


def answer(status: int, *more: tuple[str, str], fields: Mapping[str, Sequence[str]] | None = None) -> HttpAnswer:
    """The one shape of every error: constant title and detail per status; a 422 also names its fields."""
    title = TITLES.get(status) or HTTPStatus(status).phrase
    body: dict[str, object] = {"type": "about:blank", "title": title, "status": status}
    if status in DETAILS:
        body["detail"] = DETAILS[status]
    if fields is not None:
        body["fields"] = fields
    return whole(status, MEDIA_TYPE, json.dumps(body, sort_keys=True).encode(), *more)


def of(error: Exception, endpoint: str | None) -> HttpAnswer:
    """The answer to what went wrong at `endpoint`, and a line in the log where somebody should know."""
    match error:
        case RequestRefused():
            return _refused(error, endpoint)
        case Unavailable():
            return answer(error.status, ("Retry-After", str(error.retry_after)))
    from werkzeug.exceptions import HTTPException  # here: a start does without Werkzeug

    return _http(error) if isinstance(error, HTTPException) else _unexpected(error, endpoint)


def register(app: Flask, pages: Sequence[str] = ()) -> None:
    """Answer every error of `app` in this shape; HTTP errors below the paths in `pages` stay HTML."""
    from flask import Response, request
    from werkzeug.exceptions import HTTPException

    app.url_map.merge_slashes = False  # a redirect away from `//` would repeat the address and the Host header
    prefixes = tuple(pages)

    def told(error: Exception) -> Response | HTTPException:
        if isinstance(error, HTTPException) and prefixes and request.path.startswith(prefixes):
            return error
        status, headers, body = of(error, request.endpoint)
        return Response(body, status, headers)

    app.register_error_handler(HTTPException, told)
    app.register_error_handler(Exception, told)


def _refused(error: RequestRefused, endpoint: str | None) -> HttpAnswer:
    """What may mean an attack or a broken sender is a warning. The reason is our own text, never theirs."""
    level = logging.WARNING if isinstance(error, NotAuthentic | Conflict) else logging.INFO
    log.log(level, "event=refused status=%d endpoint=%s reason=%r", error.status, endpoint, str(error))
    return answer(error.status, fields=error.fields if isinstance(error, Invalid) else None)


def _http(error: HTTPException) -> HttpAnswer:
    """Werkzeug's own errors keep their headers (Allow, Retry-After). Its redirects do not come here (Flask 3.1)."""
    own = [(name, value) for name, value in error.get_headers() if name.lower() != "content-type"]
    return answer(error.code or 500, *own)


def _unexpected(error: Exception, endpoint: str | None) -> HttpAnswer:
    """Log type and place only: an exception's text may repeat what a caller sent."""
    frames = extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"
    log.error("event=unexpected error=%s at=%s endpoint=%s", type(error).__name__, place, endpoint)
    return answer(500)
