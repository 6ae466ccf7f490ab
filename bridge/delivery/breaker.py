"""When to stop calling, and how to begin again: the breaker, the pause of a 429, the fault. Pure.

Five transient failures in a row open the breaker. Then one probe at a time goes through, over all processes,
with pauses that double from 1 to 30 seconds. A fault of the set-up stops delivery likewise, with a probe
every 15 seconds. The first call that TaskRouter takes ends both.

When a pause is over, a 429's too, one call goes first: what refused us for two seconds may go on refusing, and all
calls but the first would come while it has just asked for quiet again. `paused_until` is 0 once a call has passed.
"""

from __future__ import annotations

from msgspec import Struct

from bridge.delivery.policy import Patience, limited_for
from bridge.store.deliveries import Kind
from bridge.store.limits import Gate, Gates
from bridge.taskrouter import Outcome
from bridge.value import replace

OPENS_AT = 5


class Verdict(Struct, frozen=True):
    """What one outcome does to the gates; `recovered` says that an outage or a fault has just ended."""

    gates: Gates
    recovered: bool = False


def is_open(api: Gate) -> bool:
    return api.failures >= OPENS_AT


def creates_first(api: Gate) -> bool:
    """Whether the next probe should be a create: every second one.

    A look-up leaves no task in doubt. But lists may be what is broken, and then nothing would ever be created.
    """
    return is_open(api) and (api.failures - OPENS_AT) % 2 == 1


def room(api: Gate, live: int, cap: int, now: float, patience: Patience) -> int:
    """How many calls may start: none in a pause, one probe after it, in an outage or a fault, else up to the cap."""
    if paused(api, now, patience):
        return 0
    probing = is_open(api) or api.fault is not None or 0 < api.paused_until <= now
    return max(0, (1 if probing else cap) - live)


def paused(gate: Gate, now: float, patience: Patience) -> bool:
    """A pause that no rule could have set (the clock went back) is none."""
    return now < gate.paused_until <= now + patience.limited_most + 1


def held(gate: Gate, seconds: float, now: float, patience: Patience) -> Gate:
    """The gate in a pause of at least so long."""
    already = gate.paused_until if paused(gate, now, patience) else now
    return _stamped(replace(gate, paused_until=max(already, now + seconds)), now)


def after(gates: Gates, kind: Kind, outcome: Outcome, now: float, patience: Patience) -> Verdict:
    """The gates once this outcome is known."""
    match outcome.kind:
        case "limited":
            return Verdict(_limited(gates, kind, limited_for(outcome, patience), now, patience))
        case "unsent" | "unknown":
            return Verdict(replace(gates, api=_failed(gates.api, now, patience)))
        case "fault":
            return Verdict(replace(gates, api=_faulted(gates.api, outcome, now, patience)))
        case _:
            until = gates.api.paused_until if paused(gates.api, now, patience) else 0.0
            healthy = replace(gates.api, failures=0, fault=None, paused_until=until)
            recovered = is_open(gates.api) or gates.api.fault is not None
            return Verdict(replace(gates, api=healthy), recovered)


def _limited(gates: Gates, kind: Kind, seconds: float, now: float, patience: Patience) -> Gates:
    """Look-ups have a limit of their own; one that a create meets may be the whole account's."""
    lookup = held(gates.lookup, seconds, now, patience)
    return Gates(gates.api if kind == "lookup" else held(gates.api, seconds, now, patience), lookup)


def _failed(api: Gate, now: float, patience: Patience) -> Gate:
    """Calls that were under way when the breaker opened fail as well; they make no pause longer."""
    if is_open(api) and paused(api, now, patience):
        return api
    failures = api.failures + 1
    if failures < OPENS_AT:
        return replace(api, failures=failures)
    doubled = patience.outage_probe_first * 2.0 ** min(failures - OPENS_AT, 20)
    pause = min(patience.outage_probe_most, doubled)
    return _stamped(replace(api, failures=failures, paused_until=now + pause), now)


def _faulted(api: Gate, outcome: Outcome, now: float, patience: Patience) -> Gate:
    return _stamped(replace(api, fault=(outcome.reason or "")[:200], paused_until=now + patience.fault_probe), now)


def _stamped(gate: Gate, now: float) -> Gate:
    """A pause says by which clock it was set, or nobody could tell later that this clock was ahead (`unwind`).

    The tokens that came since they were last counted are given up for that; in a pause there is time for new ones.
    """
    return replace(gate, at=now)
