"""`/simulator`: the phone in the browser. The page draws keys and screen; what happens on the line happens here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from bridge.simulator.exchange import LONGEST_INPUT, Exchange, Told
from bridge.simulator.line import LineError

OURS = "X-Simulator"  # another site's page cannot send this header without asking first (Fetch, "CORS-safelisted")


def blueprint(exchange: Exchange, *, desk: str = "/desk") -> Blueprint:
    """The pages below `/simulator`. The exchange's first provider is chosen at the start."""
    pages = Blueprint(
        "simulator", __name__, url_prefix="/simulator", template_folder="templates", static_folder="static"
    )

    @pages.get("")
    def phone() -> str:
        return render_template("phone.html", providers=exchange.providers, desk=desk)

    @pages.post("/calls")
    def dial() -> Response:
        asked = _asked()
        call, line, told = exchange.dial(_word(asked, "gateway"), _word(asked, "code"), _word(asked, "number"))
        return _answer(told, call=call, moves=line.moves)

    @pages.post("/calls/<call>/answer")
    def answer(call: str) -> Response:
        return _answer(exchange.answer(call, _word(_asked(), "text")))

    @pages.post("/calls/<call>/move")
    def move(call: str) -> Response:
        return _answer(exchange.move(call, _word(_asked(), "name")))

    @pages.post("/calls/<call>/hang-up")
    def hang_up(call: str) -> Response:
        _asked()
        return _answer(exchange.hang_up(call))

    @pages.errorhandler(LineError)
    def explain(error: LineError) -> Response:
        return _answer(Told(None, str(error), ()))

    return pages


def _asked() -> Mapping[str, Any]:
    """The JSON that our own page sent. Raises `LineError` for anybody else's."""
    asked = request.get_json(silent=True)
    if OURS not in request.headers or not isinstance(asked, dict):
        raise LineError("Only the phone of this page can do that.")
    return asked


def _word(asked: Mapping[str, Any], name: str) -> str:
    value = asked.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST_INPUT:
        raise LineError("That is more than a phone can send.")
    return value


def _answer(told: Told, **more: Any) -> Response:
    """What the page draws. Trouble is no error of HTTP: on a real network, too, it is a sentence on the screen."""
    return jsonify(
        screen=asdict(told.shown) if told.shown else None,
        error=told.trouble,
        travelled=[asdict(trip) for trip in told.travelled],
        **more,
    )
