"""A provider that runs the menu itself and posts the finished answers, as Telerivet does with our script.

It shares nothing with the bridge but the menu file, the secret and the address: what it sends goes over HTTP.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bridge.intake import Secret, sign
from bridge.menu import Budget, Menu, Screen, State, Step, answer, answers_of, apology, begin, closing, language_of
from bridge.simulator.letter import Letter, document
from bridge.simulator.line import LineError, Move, Shown, Trip, measured
from bridge.simulator.wire import Wire

POST_SECONDS = 5.0  # the caller is waiting
BUDGET = Budget()


class TelerivetLine:
    """One session, from the dialled code to the last screen."""

    moves: tuple[Move, ...] = ("drop", "duplicate")

    def __init__(
        self,
        menu: Menu,
        wire: Wire,
        secret: Secret,
        *,
        code: str,
        number: str,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._menu, self._wire, self._secret, self._now = menu, wire, secret, now
        self._code, self._number = code, number
        self._session = "SM" + secrets.token_hex(16)
        self._started_at = now()
        self._state = State()
        self._shown: Shown | None = None
        self._twice = False

    def dial(self) -> Shown:
        return self._go_on(begin(self._menu, BUDGET))

    def answer(self, text: str) -> Shown:
        return self._go_on(answer(self._menu, self._state, text, BUDGET))

    def move(self, name: Move) -> Shown | None:
        if name == "drop":  # nothing is posted: the answers are not complete
            return None
        self._twice = not self._twice
        return self._shown

    def hang_up(self) -> None:
        """Nothing is posted: the answers are not complete."""

    def travelled(self) -> tuple[Trip, ...]:
        return self._wire.travelled()

    def _go_on(self, step: Step) -> Shown:
        self._state = step.state
        screen = self._screen(step)
        self._shown = measured(screen.text, BUDGET, ends=screen.ends)
        return self._shown

    def _screen(self, step: Step) -> Screen:
        if step.outcome == "complete":
            return closing(self._menu, self._state, self._submitted(), BUDGET)
        if step.screen is None:  # a look-up asks an organisation's service, which only server-run gateways can
            return apology(self._menu, language_of(self._menu, self._state), BUDGET)
        return step.screen

    def _submitted(self) -> str | None:
        """The reference of the posted answers, or None where the bridge did not take them."""
        letter = self._letter()
        try:
            answered = self._wire.send_twice(letter) if self._twice else self._wire.send(letter)
            return str(json.loads(answered)["reference"])
        except (LineError, ValueError, KeyError, TypeError):
            return None

    def _letter(self) -> Letter:
        at, body = int(self._now()), self._body()
        signed = document(body).body or b""
        headers = {
            "webhook-id": self._session,
            "webhook-timestamp": str(at),
            "webhook-signature": sign(self._secret, self._session, at, signed),
        }
        return document(body, headers=headers)

    def _body(self) -> dict[str, object]:
        return {
            "version": 1,
            "gateway": "telerivet",
            "session_id": self._session,
            "service_code": self._code,
            "caller": self._number,
            "menu": self._menu.name,
            "menu_version": self._menu.version,
            "language": language_of(self._menu, self._state) or self._menu.first_language,
            "answers": answers_of(self._menu, self._state),
            "complete": True,
            "simulated": True,
            "started_at": _rfc3339(self._started_at),
            "submitted_at": _rfc3339(self._now()),
        }


def _rfc3339(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
