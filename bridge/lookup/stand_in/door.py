"""The HTTP side of the stand-ins: who may ask, and which question goes where."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask, Response, request

from bridge.errors import NotAuthentic
from bridge.lookup.stand_in.asked import Answer, Asked
from bridge.lookup.stand_in.microfinance import Microfinance
from bridge.lookup.stand_in.student import Students
from bridge.lookup.stand_in.wallet import Wallets
from bridge.signature import Headers, Secret, verify


def create_stand_in(secrets: Sequence[Secret], now: Callable[[], float] = time.time) -> Flask:
    """The service as a WSGI application: `POST /<menu>/<question>`, signed by any of `secrets`."""
    app = Flask("stand-in", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 16_384
    answers = Microfinance().answers | Students(now).answers | Wallets(now).answers

    @app.post("/<menu>/<question>")
    def look_up(menu: str, question: str) -> Response:
        body = request.get_data()
        try:
            id = verify(secrets, _headers(), body, now())
        except NotAuthentic:
            return _json({"error": "who are you?"}, 401)
        answer = answers.get((menu, question))
        return _json(answer(_asked(id, body)), 200) if answer else _json({"error": "no such question"}, 404)

    return app


def _headers() -> Headers:
    given = request.headers
    return Headers(given.get("webhook-id"), given.get("webhook-timestamp"), given.get("webhook-signature"))


def _asked(id: str, body: bytes) -> Asked:
    told = json.loads(body)
    return Asked(id, told["session"], told["caller"] or "", told["answers"], told["secrets"])


def _json(content: Answer | dict[str, Any], status: int) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), status, mimetype="application/json")
