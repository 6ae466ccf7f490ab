"""Providers that hand in signed submissions and do not give up: the same id again until there is a 2xx."""

from __future__ import annotations

import random
import threading
import time

import requests

from tests.chaos.house import House
from tests.chaos.ledger import Ledger
from tests.chaos.posting import post

TOLERATED = 295.0  # seconds that the bridge's clock may be off before a signature of ours may be stale
IMPATIENT = 0.02


class Sender(threading.Thread):
    """One after the other until `over`; what it has begun it brings to its end, unless that is `hopeless`."""

    def __init__(
        self, number: int, seed: int, house: House, ledger: Ledger, over: threading.Event, hopeless: threading.Event
    ) -> None:
        super().__init__(name=f"sender-{number}")
        self._house, self._ledger, self._over, self._hopeless = house, ledger, over, hopeless
        self._chance = random.Random(f"{seed}/{number}")  # noqa: S311 - repeatable on purpose
        self._number = number

    def run(self) -> None:
        turn = 0
        while not self._over.is_set():
            turn += 1
            self._dialling(f"SM{self._number}x{turn}")
            self._over.wait(self._chance.uniform(0.0, 0.25))

    def _dialling(self, session: str) -> None:
        """Mostly one complete submission; sometimes a partial before it, sometimes only that."""
        kind = self._chance.random()
        if kind < 0.3:
            self._hand_in(session, complete=False)
            self._over.wait(self._chance.uniform(0.0, 0.5))
        if kind > 0.1:
            self._hand_in(session, complete=True)
        if self._chance.random() < 0.1:
            self._hand_in(session, complete=kind > 0.1)  # a retry that crossed the answer

    def _hand_in(self, session: str, *, complete: bool) -> None:
        while not self._hopeless.is_set():
            began = time.monotonic()
            answer = self._ask(session, complete)
            if answer is not None and self._is_settled(answer, session, complete):
                if answer.ok:
                    self._ledger.took(time.monotonic() - began)
                return
            self._hopeless.wait(self._chance.uniform(0.05, 0.4))

    def _ask(self, session: str, complete: bool) -> requests.Response | None:
        port = self._chance.choice(self._house.ports)
        timeout = IMPATIENT if self._chance.random() < 0.05 else 25.0
        key = session if complete else f"{session}_p"
        try:
            return post(port, session, key=key, timeout=timeout, complete=complete)
        except requests.RequestException:
            self._ledger.count("requests without an answer")
            return None

    def _is_settled(self, answer: requests.Response, session: str, complete: bool) -> bool:
        self._ledger.count(f"submissions answered {answer.status_code}")
        if answer.status_code in (200, 202):
            self._ledger.promised(session, answer.json()["reference"], complete=complete)
            return True
        if answer.status_code == 503:
            if not answer.headers.get("Retry-After", "").isdigit():
                self._ledger.complain("a 503 came without Retry-After")
            return False
        if answer.status_code == 401 and self._clock_was_off():
            return False
        self._ledger.complain(f"a good submission was answered {answer.status_code}")
        return True

    def _clock_was_off(self) -> bool:
        return abs(self._house.clock_ahead) > TOLERATED or time.monotonic() - self._house.clock_set_at < 2.0
