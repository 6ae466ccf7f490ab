"""Callers on two server-run gateways: a whole dialling over HTTP, each turn again until there is a screen."""

from __future__ import annotations

import random
import re
import threading
from typing import Any

import requests

from tests.chaos.house import House
from tests.chaos.ledger import Ledger
from tests.gateways.phones import BEGIN, INPUT, PROTOCOLS, Call

REFERENCE = re.compile(r": ([2-9A-Z]{6})$")
HELP_LINE = "116"
PATIENCE = 12.0  # seconds that a provider waits for a screen
TRIES = 6  # after which the caller has hung up


class Caller(threading.Thread):
    """One dialling after the other on `gateway`, each from a number of its own, until `over`."""

    def __init__(
        self, number: int, seed: int, gateway: str, house: House, ledger: Ledger, over: threading.Event
    ) -> None:
        super().__init__(name=f"caller-{number}")
        self._house, self._ledger, self._over, self._gateway = house, ledger, over, gateway
        self._chance = random.Random(f"{seed}/caller/{number}")  # noqa: S311 - repeatable on purpose
        self._protocol, self._number = PROTOCOLS[gateway], number

    def run(self) -> None:
        turn = 0
        while not self._over.is_set():
            turn += 1
            self._dial(Call(f"{self._gateway}-{self._number}-{turn}", f"22177{self._number}{turn:06}", "*384*123#"))
            self._over.wait(self._chance.uniform(0.0, 0.3))

    def _dial(self, call: Call) -> None:
        """Through the menu to its end, or until the bridge says sorry, or for ever without an answer."""
        said = self._screen(BEGIN, call)
        while said is not None and not said[1]:
            call.inputs.append(self._chance.choice("12"))
            call.turn += 1
            said = self._screen(INPUT, call)
        if said is not None:
            self._note_the_end(call, said[0])

    def _note_the_end(self, call: Call, text: str) -> None:
        found = REFERENCE.search(text)
        if found:
            self._ledger.count("diallings with a reference")
            self._ledger.promised(call.session, found[1], complete=True)
        elif HELP_LINE in text:
            self._ledger.count("diallings that ended with the help line")
        else:
            self._ledger.complain(f"{self._gateway}: the last screen holds neither a reference nor the help line")

    def _screen(self, kind: str, call: Call) -> tuple[str, bool] | None:
        """The same request again and again, as a provider does that got no answer."""
        ask = self._protocol.build(kind, call)
        for _ in range(TRIES):
            answer = self._ask(dict(ask))
            if answer is not None and answer.status_code == 200:
                return self._protocol.read(answer.text)
            if answer is not None:
                self._ledger.complain(f"{self._gateway}: a turn was answered {answer.status_code}, not with a screen")
            self._over.wait(self._chance.uniform(0.1, 0.5))
        self._ledger.count("diallings given up without an answer")
        return None

    def _ask(self, ask: dict[str, Any]) -> requests.Response | None:
        port = self._chance.choice(self._house.ports)
        path = ask.pop("path", "")
        url = f"http://127.0.0.1:{port}/ussd/{self._gateway}/{self._house.tokens[self._gateway]}{path}"
        try:
            return requests.request(ask.pop("method", "POST"), url, timeout=PATIENCE, **ask)
        except requests.RequestException:
            return None
