"""`/simulator`: the phone in the browser. The page draws keys and screen; what happens on the line happens here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from bridge.simulator.exchange import LONGEST_INPUT, Exchange
from bridge.simulator.line import LineError, Shown

OURS = "X-Simulator"  # another site's page cannot send this header without asking first (Fetch, "CORS-safelisted")


def blueprint(exchange: Exchange, titles: Mapping[str, str], *, code: str = "*123#", desk: str = "/desk") -> Blueprint:
    """The pages below `/simulator`. `titles` names the gateways for people, the first one chosen at the start."""
    pages = Blueprint(
        "simulator", __name__, url_prefix="/simulator", template_folder="templates", static_folder="static"
    )

    @pages.get("")
    def phone() -> str:
        return render_template("phone.html", titles=titles, code=code, desk=desk)

    @pages.post("/calls")
    def dial() -> Response:
        asked = _asked()
        call, line, shown = exchange.dial(_word(asked, "gateway"), _word(asked, "code"), _word(asked, "number"))
        return jsonify(call=call, moves=line.moves, screen=asdict(shown))

    @pages.post("/calls/<call>/answer")
    def answer(call: str) -> Response:
        return _screen(exchange.line(call).answer(_word(_asked(), "text")))

    @pages.post("/calls/<call>/move")
    def move(call: str) -> Response:
        return _screen(exchange.line(call).move(_word(_asked(), "name")))

    @pages.post("/calls/<call>/hang-up")
    def hang_up(call: str) -> Response:
        _asked()
        exchange.line(call).hang_up()
        return jsonify(ended=True)

    @pages.errorhandler(LineError)
    def explain(error: LineError) -> Response:
        """No error of HTTP: on a real network, too, a call that fails is a sentence on the screen."""
        return jsonify(error=str(error))

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


def _screen(shown: Shown) -> Response:
    return jsonify(screen=asdict(shown))
