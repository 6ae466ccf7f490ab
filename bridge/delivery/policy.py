"""What an outcome means: the whole table of (kind of call, outcome) to the next state, as pure functions.

The rule behind it (twilio.com/docs/api/errors/20500 and 20429): what was never processed is sent again; what
may have taken effect is looked up before it is ever sent again; what cannot be decided is held for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from bridge.store.deliveries import Job, Kind, Next, State
from bridge.store.recovery import Settle
from bridge.taskrouter import Outcome
from bridge.taskrouter.outcome import OutcomeKind
from bridge.value import replace

NEVER_LOOKED_UP = "a task may have been made, and it could not be looked up for too long"
TOO_OLD = "given up by age"


class Patience(Struct, frozen=True):
    """How long to wait, in seconds. `give_up_after` counts from the acceptance, whatever the tries."""

    give_up_after: float = 259_200.0
    backoff_first: float = 1.0
    backoff_most: float = 300.0
    look_again_most: float = 30.0  # a look-up is harmless, and in an outage it makes the best probe
    outage_probe_first: float = 1.0  # doubles with each probe that fails
    outage_probe_most: float = 30.0
    fault_probe: float = 15.0
    fault_memory: float = 600.0  # longer than any backoff, so that one that stands is met again in time
    limited_default: float = 1.0  # a 429 that does not say how long
    limited_most: float = 600.0  # whatever a 429 says
    settle: Settle = field(default_factory=Settle)


class Case(Struct, frozen=True):
    """One outcome of one job. `chance` is in 0..1 and spreads what would otherwise come back all at once."""

    job: Job
    outcome: Outcome
    now: float
    patience: Patience
    chance: float

    @property
    def waits_as(self) -> State:
        return "check" if self.job.kind == "lookup" else "ready"

    @property
    def looked(self) -> int:
        return self.job.looked if self.job.kind == "lookup" else 0

    @property
    def too_old(self) -> bool:
        return self.now - self.job.created_at > self.patience.give_up_after

    @property
    def since_attempt(self) -> float:
        return self.now - (self.job.attempt_at if self.job.attempt_at is not None else self.now)

    def moves(self, state: State, due: float, *, looked: int | None = None, reason: str = "") -> Next:
        said = (reason or self.outcome.reason)[:200] or None
        counted = self.looked if looked is None else looked
        return Next(state, due, looked=counted, reason=said, http_status=self.outcome.http_status)

    def backoff(self, most: float) -> float:
        """Doubles with every try up to `most`; half of it is left to chance."""
        full = min(self.patience.backoff_first * 2.0 ** min(self.job.tries - 1, 20), most)
        return full * (0.5 + self.chance / 2)


Step = Callable[[Case], Next]


def _delivered(case: Case) -> Next:
    return replace(case.moves("done", case.now), task_sid=case.outcome.task_sid)


def _refused(case: Case) -> Next:
    return case.moves("dead", case.now)


def _held(case: Case) -> Next:
    return case.moves("held", case.now)


def _after_limit(case: Case) -> Next:
    pause = limited_for(case.outcome, case.patience)
    return case.moves(case.waits_as, case.now + pause + case.chance)


def _once_repaired(case: Case) -> Next:
    wait = max(case.patience.fault_probe, case.backoff(case.patience.backoff_most))
    return case.moves(case.waits_as, case.now + wait)


def _again(case: Case) -> Next:
    """No task can have come of it, or an update that does no harm twice."""
    if case.too_old:
        return case.moves("dead", case.now, reason=_given_up(case))
    return case.moves("ready", case.now + case.backoff(case.patience.backoff_most))


def _at_once(case: Case) -> Next:
    """It has waited for its look-ups already, and TaskRouter answers."""
    if case.too_old:
        return case.moves("dead", case.now, reason=_given_up(case))
    return case.moves("ready", case.now)


def _look_up(case: Case) -> Next:
    """A task may have come of it."""
    started = case.job.started_at
    return case.moves("check", max(case.now, started + case.patience.settle.first))


def _look_up_later(case: Case) -> Next:
    """The look-up itself failed, which tells nothing about the task."""
    if case.too_old:
        return case.moves("held", case.now, reason=NEVER_LOOKED_UP)
    return case.moves("check", case.now + case.backoff(case.patience.look_again_most))


def _not_found(case: Case) -> Next:
    """No task is there: look once more, then create. Long after the attempt the event log has said so too."""
    settle = case.patience.settle
    if case.job.looked > 0 or case.since_attempt > settle.proof:
        return _at_once(case)
    second = case.now - case.since_attempt + settle.second
    return case.moves("check", max(second, case.now + settle.apart), looked=1)


def _create_instead(case: Case) -> Next:
    """The partial's task has ended, or will not be changed: the complete submission gets its own, linked."""
    return replace(case.moves("ready", case.now), linked_to=case.job.target)


STEPS: Mapping[Kind, Mapping[OutcomeKind, Step]] = {
    "create": {
        "done": _delivered,
        "missing": _look_up,  # no answer to a create that we know of
        "limited": _after_limit,
        "unsent": _again,
        "unknown": _look_up,
        "refused": _refused,
        "fault": _once_repaired,
    },
    "lookup": {
        "done": _delivered,
        "missing": _not_found,
        "limited": _after_limit,
        "unsent": _look_up_later,
        "unknown": _look_up_later,
        "refused": _held,
        "fault": _once_repaired,
    },
    "update": {
        "done": _delivered,
        "missing": _create_instead,
        "limited": _after_limit,
        "unsent": _again,
        "unknown": _again,
        "refused": _create_instead,
        "fault": _once_repaired,
    },
}


def decide(case: Case) -> Next:
    """Where the delivery goes now."""
    return STEPS[case.job.kind][case.outcome.kind](case)


def limited_for(outcome: Outcome, patience: Patience) -> float:
    """Seconds that a 429 asks for, within reason."""
    asked = outcome.retry_after if outcome.retry_after is not None else patience.limited_default
    return min(max(asked, 0.0), patience.limited_most)


def _given_up(case: Case) -> str:
    return f"{TOO_OLD}; last: {case.outcome.reason}" if case.outcome.reason else TOO_OLD
