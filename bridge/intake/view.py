"""`POST /v1/submissions`, the signed webhook. Each step refuses by raising; `bridge.problem` answers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence

from flask import Blueprint, Request, Response, request
from werkzeug.exceptions import LengthRequired, RequestEntityTooLarge, UnsupportedMediaType

from bridge.errors import Malformed
from bridge.intake.body import read_json
from bridge.intake.schema import Country, read_submission
from bridge.signature import Headers, Secret, verify
from bridge.submission import Receipt, Submission

MAX_BODY = 16 * 1024  # bytes

Accept = Callable[[Submission, bytes], Receipt]


def blueprint(
    secrets: Sequence[Secret], accept: Accept, country: Country, now: Callable[[], float] = time.time
) -> Blueprint:
    """The route, with the secrets that may sign, the store's door, the country of a dialled code, a clock."""
    intake = Blueprint("intake", __name__)

    @intake.route("/v1/submissions", methods=["POST"], provide_automatic_options=False)
    def submit() -> Response:
        raw = _raw_body(request)
        key = _authentic_id(request, secrets, raw, now())
        submission = read_submission(read_json(raw), key, country)
        return _answer(accept(submission, raw))

    return intake


def _raw_body(request: Request) -> bytes:
    """The bytes as sent, before anything could parse them; refused unread where length or type is wrong."""
    length = _length(request)
    _refuse_other_media(request)
    raw = request.get_data(cache=False)
    if len(raw) != length:
        raise Malformed("body ended early")
    return raw


def _length(request: Request) -> int:
    """Content-Length, demanded: a chunked body would be cut silently at a limit (Werkzeug 3.1)."""
    text = request.environ.get("CONTENT_LENGTH") or ""
    if "HTTP_TRANSFER_ENCODING" in request.environ or not (text.isascii() and text.isdigit()):
        raise LengthRequired
    if len(text) > len(str(MAX_BODY)) or int(text) > MAX_BODY:
        raise RequestEntityTooLarge
    return int(text)


def _refuse_other_media(request: Request) -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if request.mimetype != "application/json" or charset != "utf-8" or encoding != "identity":
        raise UnsupportedMediaType


def _authentic_id(request: Request, secrets: Sequence[Secret], raw: bytes, now: float) -> str:
    headers = Headers(*(request.environ.get(f"HTTP_WEBHOOK_{name}") for name in ("ID", "TIMESTAMP", "SIGNATURE")))
    return verify(secrets, headers, raw, now)


def _answer(receipt: Receipt) -> Response:
    body = json.dumps({"reference": receipt.reference, "status": "accepted"})
    return Response(body, 200 if receipt.repeated else 202, content_type="application/json")
