"""A provider that runs the menu itself and posts the finished answers, as Telerivet does with our script.

It shares nothing with the bridge but the menu file, the secret and the address: what it sends goes over HTTP.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import requests

from bridge.intake import Secret, sign
from bridge.menu import Budget, Menu, Screen, State, Step, answer, answers_of, apology, begin, closing, language_of
from bridge.simulator.line import LineError, Shown

POST_SECONDS = 5.0  # the caller is waiting
BUDGET = Budget()


@dataclass(frozen=True, slots=True)
class Bridge:
    """Where submissions are posted, and what they are signed with."""

    url: str
    secret: Secret = field(repr=False)


class TelerivetLine:
    """One session, from the dialled code to the last screen."""

    moves: tuple[str, ...] = ()

    def __init__(
        self, menu: Menu, bridge: Bridge, *, code: str, number: str, now: Callable[[], float] = time.time
    ) -> None:
        self._menu, self._bridge, self._now = menu, bridge, now
        self._code, self._number = code, number
        self._session = "SM" + secrets.token_hex(16)
        self._started_at = now()
        self._state = State()
        self.reference: str | None = None

    def dial(self) -> Shown:
        return self._go_on(begin(self._menu, BUDGET))

    def answer(self, text: str) -> Shown:
        return self._go_on(answer(self._menu, self._state, text, BUDGET))

    def hang_up(self) -> None:
        """Nothing is posted: the answers are not complete."""

    def move(self, name: str) -> Shown:
        raise LineError(f"A provider that runs the menu itself has no {name}.")

    def _go_on(self, step: Step) -> Shown:
        self._state = step.state
        if step.outcome == "complete":
            self.reference = self._submit()
            return self._shown(closing(self._menu, self._state, self.reference, BUDGET))
        if step.screen is None:  # a look-up asks an organisation's service, which only server-run gateways can
            return self._shown(apology(self._menu, language_of(self._menu, self._state), BUDGET))
        return self._shown(step.screen)

    def _submit(self) -> str | None:
        """Post the answers once. The reference, or None where the bridge did not take them."""
        body = json.dumps(self._body(), ensure_ascii=False).encode()
        at = int(self._now())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": self._session,
            "webhook-timestamp": str(at),
            "webhook-signature": sign(self._bridge.secret, self._session, at, body),
        }
        try:
            answered = requests.post(
                f"{self._bridge.url}/v1/submissions", data=body, headers=headers, timeout=POST_SECONDS
            )
            return str(answered.json()["reference"]) if answered.ok else None
        except (requests.RequestException, ValueError, KeyError):
            return None

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

    def _shown(self, screen: Screen) -> Shown:
        limit = BUDGET.septets if screen.unit == "septets" else BUDGET.units
        return Shown(screen.text, screen.ends, screen.size, limit, screen.unit)


def _rfc3339(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
