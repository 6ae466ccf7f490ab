"""After an outage or a crash: what waits goes on; what was under way is looked up before it is sent again."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Float, case, exists, func, literal, select, true, update

from bridge.store.statements import in_state
from bridge.store.tables import attempt, delivery, limiter

CLOCKS_DIFFER = 2.0  # seconds that the clocks of our own machines may be apart
MINUTE = 60.0
JUST_NOW = 3.0  # seconds between a step of the clock and the moment that a worker sees it, and a little more
STOPPED = "the bridge stopped during the call"


class Settle(Struct, frozen=True):
    """Seconds after an attempt to create: the two look-ups, and how long "not found" still proves anything.

    A creation may still be under way when our wait for its answer ends, hence two look-ups, `apart` from
    one another where both come late. TaskRouter forgets a task 5 minutes after it ended (docs: lifecycle of a
    task): later than `proof`, one that is not found may have lived, and the event log is asked.
    """

    first: float = 15.0
    second: float = 45.0
    apart: float = 5.0
    proof: float = 300.0
    events: float = 29 * 86_400.0  # the event log keeps attributes for 30 days


class Longest(Struct, frozen=True):
    """Seconds for which a delivery is put off, a call lasts, and all delivery pauses but for a long 429."""

    wait: float
    call: float
    pause: float


def wake_all(conn: Connection, settle: Settle, now: float) -> None:
    """After an outage: what waits because a call failed is due at once, look-ups not before their time."""
    later = delivery.c.due > now
    conn.execute(update(delivery).where(in_state("ready"), later).values(due=now))
    conn.execute(update(delivery).where(in_state("check"), later).values(due=_look_up_at(settle, now)))


def _look_up_at(settle: Settle, now: float, later: float = 0.0) -> ColumnElement[float]:
    """When a look-up is due by the age of its attempt, which was `later`; at once where that time has passed."""
    after = case((delivery.c.looked == 0, settle.first), else_=settle.second)
    at = func.coalesce(delivery.c.attempt_at + later, now) + after
    return case((at > now, at), else_=literal(now, Float))


def recover_all(conn: Connection, settle: Settle, now: float) -> int:
    """At the start of the only process: whatever was under way has lost its caller. Returns how many."""
    return _recover(conn, literal(True), settle, now)


def recover_node(conn: Connection, node: str, settle: Settle, now: float) -> int:
    """At the start of a process that has this node name for itself: what its forerunner left behind."""
    return _recover(conn, delivery.c.owner.startswith(f"{node}#", autoescape=True), settle, now)


def recover_expired(conn: Connection, settle: Settle, now: float) -> int:
    """What has been under way for longer than any call can take."""
    return _recover(conn, delivery.c.lease <= now, settle, now)


def move(conn: Connection, settle: Settle, owner: str | None, seconds: float, now: float) -> None:
    """After the clock was set by so many seconds: what was timed by it before keeps its age.

    That is what the process `owner` timed; None for the only process, which timed everything. What was attempted
    since the step, as far as that can be told, stays as it is.
    """
    since = (delivery.c.attempt_at > now - JUST_NOW) & (delivery.c.attempt_at <= now)
    before = delivery.c.attempt_at.is_not(None) & ~since & (true() if owner is None else _last_created_by(owner))
    moved = {"attempt_at": delivery.c.attempt_at + seconds}
    conn.execute(update(delivery).where(in_state("calling"), before).values(moved))
    looks = {**moved, "due": _look_up_at(settle, now, seconds)}
    conn.execute(update(delivery).where(in_state("check"), before).values(looks))
    ours = true() if owner is None else delivery.c.owner == owner
    conn.execute(update(delivery).where(in_state("calling"), ours).values(lease=delivery.c.lease + seconds))


def _last_created_by(owner: str) -> ColumnElement[bool]:
    of_it = (attempt.c.submission_id == delivery.c.submission_id) & (attempt.c.kind == "create")
    last = select(func.max(attempt.c.number)).where(of_it).correlate(delivery).scalar_subquery()
    return exists(select(attempt.c.id).where(of_it, attempt.c.number == last, attempt.c.node == owner))


def unwind(
    conn: Connection, settle: Settle, longest: Longest, now: float, *, set_back: bool = False, started: bool = False
) -> None:
    """After the clock was set back: whatever was timed by the clock before would wait for its time to come again.

    What is ready goes at once. What is in doubt is looked up by the age of its attempt; it begins to wait anew where
    nobody can say how old that is. `set_back` says that it was seen, `started` that nobody could have seen it: then
    nothing waits for longer than it must. Else only what no rule could have put off so far is taken for astray.
    """
    _unwind_gates(conn, longest, now, set_back)
    _recover(conn, delivery.c.lease > now + longest.call + MINUTE, settle, now)
    future = now + CLOCKS_DIFFER
    timed_before = delivery.c.attempt_at > future
    astray = delivery.c.due > now
    if not (set_back or started):
        untried = (delivery.c.tries == 0) & (delivery.c.due > future + settle.second)
        astray &= (delivery.c.created_at > future) | timed_before | (delivery.c.due > future + longest.wait) | untried
    times = {
        "created_at": case((delivery.c.created_at > now, now), else_=delivery.c.created_at),
        "attempt_at": case((delivery.c.attempt_at > now, now), else_=delivery.c.attempt_at),
    }
    looks = {
        "due": case((timed_before, now + settle.first), else_=_look_up_at(settle, now)),
        "looked": case((timed_before, 0), else_=delivery.c.looked),
    }
    conn.execute(update(delivery).where(in_state("ready"), astray).values({**times, "due": now}))
    conn.execute(update(delivery).where(in_state("check"), astray).values({**times, **looks}))


def _unwind_gates(conn: Connection, longest: Longest, now: float, set_back: bool) -> None:
    """A longer pause than is usual is cut; should it have been meant, the next call is told so again."""
    astray = true() if set_back else limiter.c.at > now + CLOCKS_DIFFER
    most = now + longest.pause
    times = {
        "at": case((limiter.c.at > now, now), else_=limiter.c.at),
        "paused_until": case((limiter.c.paused_until > most, most), else_=limiter.c.paused_until),
    }
    conn.execute(update(limiter).where(astray).values(times))


def _recover(conn: Connection, which: ColumnElement[bool], settle: Settle, now: float) -> int:
    """A create may have taken effect: it is to be looked up. An update is simply made again.

    Only a create sets `attempt_at`, and a delivery that has begun to create never updates again.
    """
    lost = in_state("calling") & which
    held = select(delivery.c.submission_id, delivery.c.tries)
    rows = conn.execute(held.where(lost).with_for_update(skip_locked=True)).all()
    if not rows:
        return 0
    ids = [row.submission_id for row in rows]
    values = {
        "state": case((delivery.c.attempt_at.is_(None), "ready"), else_="check"),
        "due": case((delivery.c.attempt_at.is_(None), now), else_=_look_up_at(settle, now)),
        "reason": STOPPED,
        "owner": None,
        "lease": None,
    }
    conn.execute(update(delivery).where(delivery.c.submission_id.in_(ids)).values(values))
    for row in rows:
        line = (attempt.c.submission_id == row.submission_id) & (attempt.c.number == row.tries)
        conn.execute(update(attempt).where(line).values(ended_at=now, outcome="lost"))
    return len(rows)
