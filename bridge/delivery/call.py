"""One call: the order is built, TaskRouter is asked, and whatever happens ends in an outcome."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from msgspec import Struct

from bridge.errors import SetupError, Unavailable
from bridge.store import Store, StoredSubmission
from bridge.store.deliveries import Job
from bridge.store.recovery import Settle
from bridge.taskrouter import Outcome, TaskOrder, TaskRouter

log = logging.getLogger(__name__)

CLOCKS_DIFFER = 120.0  # seconds that our clock and Twilio's may be apart
LATELY = 1800.0  # seconds within which a task may have been created, whatever our clock says of the attempt
STALE = 10.0  # seconds between claim and call; far less than the lease, so that nobody else can be at it
GONE_BY_NOW = "No live task carries its id, but one may have ended, and the event log cannot tell."
ERASED = "What the caller said was erased before it was delivered."
HELD_UP = "The bridge was held up before the call."
ELSEWHERE = "Its answers send it to another place than the task of its partial submission."
TASKLESS = "The route makes no task of it."


class Planner(Protocol):
    """What task a submission becomes, by the routes and menus of this moment."""

    def order(
        self,
        submission: StoredSubmission,
        external_id: str,
        reference: str,
        linked_to: str | None,
        possible_duplicate: bool = False,
    ) -> TaskOrder | None:
        """The task; `linked_to` is the ended task of its partial. None where the route makes no task of it.

        `possible_duplicate`: agents are told that there may be another one. SetupError where an admin must change
        something before it can be told.
        """


class Answer(Struct, frozen=True):
    """`ours`: it failed or ended on our side, and says nothing about TaskRouter."""

    outcome: Outcome
    ours: bool = False


class Caller(Struct, frozen=True):
    """Makes the call that a job stands for. Safe to share between threads."""

    store: Store
    taskrouter: TaskRouter
    planner: Planner
    settle: Settle
    now: Callable[[], float]

    def call(self, job: Job) -> Answer:
        """Never raises."""
        if self.now() - job.started_at > STALE:  # a suspended machine; the lease may be over by now
            return Answer(Outcome("unsent", reason=HELD_UP), ours=True)
        if job.kind == "lookup":
            return Answer(self._guarded(lambda: self._look_up(job)))
        order = self._order(job)
        if isinstance(order, Answer):
            return order
        return Answer(self._guarded(lambda: self._send(job, order)))

    def _order(self, job: Job) -> TaskOrder | Answer:
        try:
            return self._planned(job)
        except SetupError as error:
            return Answer(Outcome("fault", reason=_in_one_line(error)))
        except Unavailable as error:
            return Answer(Outcome("unsent", reason=str(error)), ours=True)
        except Exception as error:
            reason = f"The bridge failed before the call ({_crash(error)})."
            return Answer(Outcome("unsent", reason=reason), ours=True)

    def _planned(self, job: Job) -> TaskOrder | Answer:
        stored = self.store.submission(job.submission_id)
        if stored is None or stored.submission is None:
            return Answer(Outcome("done", reason=ERASED), ours=True)
        order = self.planner.order(stored, job.external_id, job.reference, job.linked_to, job.possible_duplicate)
        if order and job.target and not self._stands_there(job, order):
            return Answer(Outcome("missing", reason=ELSEWHERE), ours=True)
        return order or Answer(Outcome("done", reason=TASKLESS), ours=True)

    def _stands_there(self, job: Job, order: TaskOrder) -> bool:
        """Whether the partial's task went where this order goes. A task cannot move to another workflow or queue."""
        partial = self.store.partial(job.reference)
        if partial is None or partial.submission is None:
            return False
        made = self.planner.order(partial, job.external_id, job.reference, None)
        return made is not None and made.place == order.place

    def _send(self, job: Job, order: TaskOrder) -> Outcome:
        if job.target:
            return self.taskrouter.update(job.target, order.attributes, order.priority)
        return self.taskrouter.create(order)

    def _look_up(self, job: Job) -> Outcome:
        """`missing` means that there is no task; what cannot be told is `refused`, and held for a person.

        Before anything is created again the event log is asked as well. Soon after the attempt the list of live tasks
        is proof enough should the log not answer; later, only the log is.
        """
        found = self.taskrouter.find(job.external_id)
        age = self.now() - _attempted_at(job)
        is_old = age > self.settle.proof
        if found.kind != "missing" or not (is_old or job.looked):
            return found
        if age > self.settle.events:
            return Outcome("refused", reason=GONE_BY_NOW)
        logged = self._logged(job)
        if not is_old:
            return logged if logged.kind == "done" else found
        if logged.kind in ("fault", "refused"):  # this credential may not read events, which is no fault
            return Outcome("refused", http_status=logged.http_status, reason=GONE_BY_NOW)
        return logged

    def _logged(self, job: Job) -> Outcome:
        """What the event log says of the time of the attempt, and of the last half hour.

        An attempt seems old where the clock was set forward since, or back and forward again.
        """
        attempt_at, now = _attempted_at(job), self.now()
        around = (attempt_at - CLOCKS_DIFFER, attempt_at + self.settle.proof + CLOCKS_DIFFER)
        lately = (now - LATELY, now + CLOCKS_DIFFER)
        spans = [around, lately] if around[1] < lately[0] else [(min(around[0], lately[0]), lately[1])]
        outcome = Outcome("missing")
        for start, end in spans:
            outcome = self.taskrouter.created_between(job.external_id, _utc(start), _utc(end))
            if outcome.kind != "missing":
                break
        return outcome

    def _guarded(self, call: Callable[[], Outcome]) -> Outcome:
        try:
            return call()
        except Exception as error:  # ours, and it may have come after the request went out
            return Outcome("unknown", reason=f"The bridge failed during the call ({_crash(error)}).")


def _attempted_at(job: Job) -> float:
    return job.attempt_at if job.attempt_at is not None else job.created_at


def place_of(error: BaseException) -> str:
    """Type and place of a crash. Its text may repeat what a caller said."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def _crash(error: Exception) -> str:
    place = place_of(error)
    log.error("event=delivery_call_crashed error=%r", place)
    return place


def _in_one_line(error: SetupError) -> str:
    return " ".join(str(error).split()) or "The set-up is wrong; the log says more."


def _utc(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
