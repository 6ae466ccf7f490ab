"""Errors as `application/problem+json` (RFC 9457). Constant texts: nothing that was sent comes back."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus
from traceback import extract_tb

from flask import Flask, Response, json, request
from werkzeug.exceptions import HTTPException

from bridge.errors import Conflict, Invalid, NotAuthentic, RequestRefused, Unavailable
from bridge.headers import HEADERS

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

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


def answer(status: int, *, fields: dict[str, list[str]] | None = None) -> Response:
    """The one shape of every error: constant title and detail per status; a 422 also names its fields."""
    body: dict[str, object] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if status in DETAILS:
        body["detail"] = DETAILS[status]
    if fields is not None:
        body["fields"] = fields
    response = Response(json.dumps(body), status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    response.headers.update(HEADERS)  # also where no application answers: the reception refuses by itself
    return response


def register(app: Flask, pages: Sequence[str] = ()) -> None:
    """Answer every error of `app` in this shape; HTTP errors below the paths in `pages` stay HTML."""
    app.url_map.merge_slashes = False  # a redirect away from `//` would repeat the address and the Host header
    app.register_error_handler(RequestRefused, _refused)
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(Exception, _unexpected)
    prefixes = tuple(pages)

    def of_http(error: HTTPException) -> Response | HTTPException:
        return error if prefixes and request.path.startswith(prefixes) else _http(error)

    app.register_error_handler(HTTPException, of_http)


def _refused(error: RequestRefused) -> Response:
    """What may mean an attack or a broken sender is a warning. The reason is our own text, never theirs."""
    level = logging.WARNING if isinstance(error, NotAuthentic | Conflict) else logging.INFO
    log.log(level, "event=refused status=%d endpoint=%s reason=%r", error.status, request.endpoint, str(error))
    return answer(error.status, fields=error.fields if isinstance(error, Invalid) else None)


def _unavailable(error: Unavailable) -> Response:
    response = answer(error.status)
    response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http(error: HTTPException) -> Response:
    """Werkzeug's own errors keep their headers (Allow, Retry-After). Its redirects do not come here (Flask 3.1)."""
    response = answer(error.code or 500)
    for name, value in error.get_headers(request.environ):
        if name.lower() != "content-type":
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    """Log type and place only: an exception's text may repeat what a caller sent."""
    frames = extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"
    log.error("event=unexpected error=%s at=%s endpoint=%s", type(error).__name__, place, request.endpoint)
    return answer(500)
