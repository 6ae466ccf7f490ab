"""How many calls may start now: a token bucket per gate, filled by the time that passed. Pure arithmetic."""

from __future__ import annotations

from msgspec import Struct

from bridge.store.limits import Gate
from bridge.value import replace


class Rate(Struct, frozen=True):
    """Calls per second over all processes, and how many at once after a quiet time (1 or more).

    A burst of a tenth of a second's worth keeps the peak of any second near the rate.
    """

    per_second: float
    burst: float


class Rates(Struct, frozen=True):
    """Of creates and updates, and of look-ups (Twilio refuses over 3 a second; changelog, 2024-10-24)."""

    api: Rate = Rate(200.0, 20.0)
    lookup: Rate = Rate(2.5, 1.0)


def refill(gate: Gate, rate: Rate, now: float) -> Gate:
    """The gate with the tokens it has now. A clock that went back gives none and takes none."""
    passed = max(0.0, now - gate.at)
    return replace(gate, tokens=min(rate.burst, gate.tokens + passed * rate.per_second), at=now)


def take(gate: Gate, count: int) -> Gate:
    return replace(gate, tokens=gate.tokens - count)


def next_token(gate: Gate, rate: Rate, now: float) -> float:
    """When a whole token is there, by a gate that was refilled at `now`."""
    return now + max(0.0, 1.0 - gate.tokens) / rate.per_second
