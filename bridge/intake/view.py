"""`POST /v1/submissions`, the signed webhook. Each step refuses by raising; `bridge.problem` answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec.json import encode

from bridge import problem
from bridge.errors import Malformed
from bridge.intake.body import read_json
from bridge.intake.plain import read_plain
from bridge.intake.schema import Country, load, submission_of
from bridge.signature import Headers, Secret, verify
from bridge.submission import Receipt, Submission
from bridge.wsgi import Application, HttpAnswer, length_of, media_type, method_of, mount, read, whole

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

PATH = "/v1/submissions"
MAX_BODY = 16 * 1024  # bytes

Accept = Callable[[Submission, bytes], Receipt]


class Intake:
    """The webhook, with the secrets that may sign, the store's door, the country of a dialled code, a clock."""

    def __init__(
        self, secrets: Sequence[Secret], accept: Accept, country: Country, now: Callable[[], float] = time.time
    ) -> None:
        self._secrets, self._accept, self._country, self._now = secrets, accept, country, now

    def mount(self, app: Application) -> None:
        """Let it answer at its path."""
        mount(app, PATH, self.answer)

    def answer(self, environ: WSGIEnvironment) -> HttpAnswer:
        """What one request is answered with. Never raises."""
        try:
            return _answer(self._taken(environ))
        except Exception as error:
            return problem.of(error, "submissions")

    def _taken(self, environ: WSGIEnvironment) -> Receipt:
        raw = _raw_body(environ)
        key = verify(self._secrets, _signature_of(environ), raw, self._now())
        found = read_plain(raw) or load(read_json(raw))
        return self._accept(submission_of(found, key, self._country), raw)


def _raw_body(environ: WSGIEnvironment) -> bytes:
    """The bytes as sent, before anything could parse them; refused unread where length or type is wrong."""
    if method_of(environ) != "POST":
        from werkzeug.exceptions import MethodNotAllowed  # here and below: a start does without Werkzeug

        raise MethodNotAllowed(["POST"])
    length = length_of(environ)
    if length is None:
        from werkzeug.exceptions import LengthRequired

        raise LengthRequired
    if length > MAX_BODY:
        from werkzeug.exceptions import RequestEntityTooLarge

        raise RequestEntityTooLarge
    _refuse_other_media(environ)
    raw = read(environ, length)
    if len(raw) != length:
        raise Malformed("body ended early")
    return raw


def _refuse_other_media(environ: WSGIEnvironment) -> None:
    kind, parameters = media_type(environ)
    charset = parameters.get("charset", "utf-8").lower()
    encoding = environ.get("HTTP_CONTENT_ENCODING", "identity").lower()
    if kind != "application/json" or charset != "utf-8" or encoding != "identity":
        from werkzeug.exceptions import UnsupportedMediaType

        raise UnsupportedMediaType


def _signature_of(environ: WSGIEnvironment) -> Headers:
    said = environ.get
    return Headers(said("HTTP_WEBHOOK_ID"), said("HTTP_WEBHOOK_TIMESTAMP"), said("HTTP_WEBHOOK_SIGNATURE"))


def _answer(receipt: Receipt) -> HttpAnswer:
    body = encode({"reference": receipt.reference, "status": "accepted"})
    return whole(200 if receipt.repeated else 202, "application/json", body)
