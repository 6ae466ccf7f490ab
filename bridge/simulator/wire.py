"""The wire between a provider and the bridge: HTTP, and a record of what travelled on it.

On the standard library's client, because libraries above it log addresses, and these hold numbers and a token.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from bridge.simulator.letter import Letter, legible
from bridge.simulator.line import LineError, Trip

PATIENCE = 10.0  # seconds that a provider waits for a screen where it does not say how long
PROBLEM = "A real phone says: connection problem or invalid MMI code."
FOR_BRIDGE = {"Ussd-Simulated": "1"}  # test calls are marked as such; a bridge may keep them without a task


@dataclass(frozen=True, slots=True)
class Address:
    """Where a provider's requests go: the bridge's own address, and a path that holds a token or does not."""

    url: str
    path: str = field(repr=False)
    shown_path: str


class Wire:
    """One dialling's connection. Safe to use from several threads."""

    def __init__(self, address: Address, seconds: float = PATIENCE) -> None:
        self._address, self._seconds = address, seconds
        self._trips: list[Trip] = []

    def send(self, letter: Letter) -> str:
        """The answer to one request. Raises `LineError` where none came that is a success."""
        return self._success(self._sent(letter))

    def send_twice(self, letter: Letter) -> str:
        """The first of the answers to the same request sent two times at once. Raises `LineError`."""
        with ThreadPoolExecutor(2) as both:
            first, _ = list(both.map(self._sent, (letter, letter)))
        return self._success(first)

    def travelled(self) -> tuple[Trip, ...]:
        """What was sent since this was asked last."""
        trips, self._trips = self._trips, []
        return tuple(replace(trip, answer=legible(trip.answer)) for trip in trips)

    def _success(self, trip: Trip) -> str:
        if not trip.status:
            raise LineError(f"The bridge gave no answer in time. {PROBLEM}")
        if not 200 <= trip.status < 300:
            raise LineError(f"The bridge answered {trip.status}. {PROBLEM}")
        return trip.answer

    def _sent(self, letter: Letter) -> Trip:
        try:
            status, answer = self._exchanged(letter)
        except (OSError, HTTPException):
            status, answer = 0, ""
        path = self._address.shown_path + letter.below.partition("?")[0]
        trip = Trip(letter.method, path, letter.shown, status, answer)
        self._trips.append(trip)
        return trip

    def _exchanged(self, letter: Letter) -> tuple[int, str]:
        to = urlsplit(self._address.url)
        client = HTTPSConnection if to.scheme == "https" else HTTPConnection
        connection = client(to.hostname or "", to.port, timeout=self._seconds)
        try:
            target = to.path + self._address.path + letter.below
            connection.request(letter.method, target, letter.body, {**FOR_BRIDGE, **letter.headers})
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
