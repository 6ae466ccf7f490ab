"""One claim, in one transaction: what may be called now is written down as `calling` before any call."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field
from sqlalchemy import Connection

from bridge.delivery import breaker, limiter
from bridge.delivery.limiter import Rates
from bridge.delivery.policy import Patience
from bridge.store import deliveries, limits, recovery
from bridge.store.deliveries import Due, Job, Kind
from bridge.store.limits import Gates

TWIN_POLL = 1.0  # seconds; the partial's own finish wakes its complete one sooner


class Rules(Struct, frozen=True):
    """What holds over all processes: `cap` calls at once; one counts as lost after `lease` seconds."""

    cap: int = 16
    lease: float = 90.0  # the longest call: a refused create and three questions why, 13 s each
    rates: Rates = field(default_factory=Rates)
    patience: Patience = field(default_factory=Patience)

    def longest(self) -> recovery.Longest:
        """What a clock that was set back is found out by."""
        patience = self.patience
        return recovery.Longest(patience.limited_most + 1, self.lease, patience.outage_probe_most)


class Claimed(Struct, frozen=True):
    """The calls to make now, and what the next claim should wait for.

    `again_at` is when something is due (None: nothing waits); all delivery is paused until `paused_until`.
    """

    jobs: Sequence[Job]
    again_at: float | None
    paused_until: float
    fault: str | None
    recovered: int


def claim(conn: Connection, owner: str, free: int, rules: Rules, now: float) -> Claimed:
    """Take what is due, at most `free`: look-ups first, but for every second probe in an outage."""
    gates = _refilled(limits.locked(conn), rules, now)
    lost = recovery.recover_expired(conn, rules.patience.settle, now)
    live = deliveries.live_calls(conn, now)
    room = min(free, breaker.room(gates.api, live, rules.cap, now, rules.patience))
    looks = 0 if breaker.paused(gates.lookup, now, rules.patience) else int(gates.lookup.tokens)
    most: dict[deliveries.Waiting, int] = {"check": looks, "ready": int(gates.api.tokens)}
    jobs: list[Job] = []
    for state in ("ready", "check") if breaker.creates_first(gates.api) else ("check", "ready"):
        jobs += _take(conn, state, min(room - len(jobs), most[state]), owner, now)
    if jobs:
        deliveries.start(conn, jobs, now + rules.lease)
    gates = _spent(conn, gates, jobs)
    pause = gates.api.paused_until if breaker.paused(gates.api, now, rules.patience) else now
    return Claimed(jobs, _again_at(conn, gates, rules, now), pause, gates.api.fault, lost)


def _refilled(gates: Gates, rules: Rules, now: float) -> Gates:
    return Gates(limiter.refill(gates.api, rules.rates.api, now), limiter.refill(gates.lookup, rules.rates.lookup, now))


def _take(conn: Connection, state: deliveries.Waiting, limit: int, owner: str, now: float) -> list[Job]:
    taken = (_prepare(conn, row, owner, now) for row in deliveries.due(conn, state, now, limit))
    return [job for job in taken if job]


def _prepare(conn: Connection, row: Due, owner: str, now: float) -> Job | None:
    """The call that this delivery needs now; None where it is not its turn, or no longer needed."""
    if row.state == "ready" and row.twin and not _goes_before(conn, row, now):
        return None
    kind, target = _kind(row)
    return Job(
        submission_id=row.submission_id,
        external_id=row.external_id,
        reference=row.reference,
        complete=row.complete,
        kind=kind,
        owner=owner,
        tries=row.tries + 1,
        looked=row.looked if kind == "lookup" else 0,
        attempt_at=now if kind == "create" else row.attempt_at,
        created_at=row.created_at,
        started_at=now,
        linked_to=row.linked_to,
        target=target,
        possible_duplicate=row.possible_duplicate,
        reason=row.reason,
    )


def _goes_before(conn: Connection, row: Due, now: float) -> bool:
    """Of a partial and a complete submission of one dialling: which of them goes now.

    A partial of which no task exists gives way to its complete one. The complete one waits while the
    partial's task is in doubt, and otherwise goes: to update that task, or to make its own.
    """
    twin = row.twin
    if twin is None:
        return True
    if not row.complete and twin.state not in ("held", "dead"):
        deliveries.supersede(conn, row.submission_id, now)
        return False
    if row.complete and twin.state == "ready":
        deliveries.supersede(conn, twin.submission_id, now)
    if row.complete and twin.state in ("calling", "check"):
        deliveries.postpone(conn, row.submission_id, max(now + TWIN_POLL, twin.due))
        return False
    return True


def _kind(row: Due) -> tuple[Kind, str | None]:
    """The kind of call, and the task that an update changes."""
    if row.state == "check":
        return "lookup", None
    sid = row.twin.task_sid if row.twin and row.complete else None
    if sid and row.attempt_at is None and row.linked_to is None:
        return "update", sid
    return "create", None


def _spent(conn: Connection, gates: Gates, jobs: Sequence[Job]) -> Gates:
    """Pay for the calls and keep the account."""
    looks = sum(job.kind == "lookup" for job in jobs)
    if looks:
        gates = Gates(gates.api, limiter.take(gates.lookup, looks))
        limits.put(conn, gates.lookup)
    if len(jobs) > looks:
        gates = Gates(limiter.take(gates.api, len(jobs) - looks), gates.lookup)
        limits.put(conn, gates.api)
    return gates


def _again_at(conn: Connection, gates: Gates, rules: Rules, now: float) -> float | None:
    """The next time at which something is both due and allowed; the breaker's probe aside."""
    api, lookup, rates = gates.api, gates.lookup, rules.rates
    create_at = deliveries.first_due(conn, "ready")
    look_at = deliveries.first_due(conn, "check")
    times = [lease for lease in [deliveries.first_lease(conn)] if lease is not None]
    if create_at is not None:
        times.append(max(create_at, api.paused_until, limiter.next_token(api, rates.api, now)))
    if look_at is not None:
        gate = max(api.paused_until, lookup.paused_until, limiter.next_token(lookup, rates.lookup, now))
        times.append(max(look_at, gate))
    return min(times, default=None)
