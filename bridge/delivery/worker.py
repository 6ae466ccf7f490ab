"""The worker: one thread claims, a few call. It sleeps while nothing is due and never dies silently."""

from __future__ import annotations

import logging
import queue
import random
import secrets
import threading
import time
from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from bridge.delivery import breaker
from bridge.delivery.call import Answer, Caller, Planner, place_of
from bridge.delivery.claim import Claimed, Rules, claim
from bridge.delivery.clock import Watch, of_today, steady
from bridge.delivery.faults import RouteFaults
from bridge.delivery.finish import Finished, finish
from bridge.delivery.health import USELESS, Counts, Health
from bridge.delivery.policy import Case, decide
from bridge.errors import Unavailable
from bridge.store import Store, limits, overview, recovery
from bridge.store.deliveries import Job, Next
from bridge.taskrouter import TaskRouter
from bridge.value import replace

log = logging.getLogger(__name__)

IDLE = 1.0  # seconds between looks for what other processes left, or an admin sent back
CROWDED = 0.1  # seconds until the next try where other processes hold all places
AFTER_A_CRASH = 1.0
UNWOUND = 10.0  # seconds between looks for times that lie in the future


class Worker:
    """Turns what the store accepted into tasks. Start it once, stop it before the store is closed.

    `concurrency` calls run at once, over all processes. `rules` and `now` are for tests and for tuning.
    """

    def __init__(
        self,
        store: Store,
        taskrouter: TaskRouter,
        planner: Planner,
        *,
        concurrency: int = 16,
        rules: Rules | None = None,
        now: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store, self._now, self._chance = store, now, chance
        self._rules = replace(rules or Rules(), cap=concurrency)
        self._caller = Caller(store, taskrouter, planner, self._rules.patience.settle, now)
        self._owner = f"{store.node[:50]}#{secrets.token_hex(4)}"
        self._health = Health()
        self._route_faults = RouteFaults(self._rules.patience.fault_memory)
        self._jobs: queue.SimpleQueue[tuple[Job, float] | None] = queue.SimpleQueue()  # and when it was claimed
        self._busy = 0
        self._lock = threading.Lock()
        self._woken, self._stopping = threading.Event(), threading.Event()
        self._watch = Watch(now)
        self._unwound_at = float("-inf")
        self._threads: list[threading.Thread] = []
        self._begun = False

    def start(self) -> None:
        """Begin: recover what a forerunner left under way, then deliver. Returns at once."""
        self._health.beat(self._now())
        for turn in (self._turn, self._serve):  # more of the latter once they are needed: all at once hold up a start
            self._add_thread(turn)

    def _add_thread(self, turn: Callable[[], bool]) -> None:
        name = f"delivery-{len(self._threads) or 'claim'}"
        thread = threading.Thread(target=self._forever, args=(turn,), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self, timeout: float = 20.0) -> None:
        """Claim nothing more and wait for the calls under way, at most `timeout` seconds."""
        self._stopping.set()
        self._woken.set()
        deadline = time.monotonic() + timeout
        for thread in self._threads[:1]:
            thread.join(timeout)
        for _ in self._threads[1:]:
            self._jobs.put(None)
        for thread in self._threads[1:]:
            thread.join(max(0.0, deadline - time.monotonic()))
        left = sum(thread.is_alive() for thread in self._threads)
        self._threads = []
        self._health.stopped()
        log.info("event=delivery_stopped left=%d", left)

    def wake(self) -> None:
        """There is fresh work. Cheap; called after each accept."""
        self._woken.set()

    def alive(self, now: float) -> bool:
        """Whether the claiming thread still moves."""
        return self._health.alive(now)

    def problem(self) -> str | None:
        """For /readyz: in one sentence, what on our side keeps delivery from going on."""
        now = self._now()
        fault = self._route_faults.now(now)
        some = f"Some submissions wait: {fault}" if fault else None
        return self._health.problem(now, self._rules.lease) or some

    def counts(self) -> Counts:
        """For /metrics. Reads the store: Unavailable where that cannot answer."""
        with self._store.read() as conn:
            waiting, oldest = overview.waiting(conn)
        attempts, under_way = self._health.attempts()
        age = max(0.0, self._now() - oldest) if oldest is not None else 0.0
        useless = sum(attempts.get(kind, 0) for kind in USELESS)
        return Counts(waiting, age, attempts, useless, under_way)

    def _forever(self, turn: Callable[[], bool]) -> None:
        """Run turns until one says that it was the last; a crash is logged and the next turn follows."""
        goes_on = True
        while goes_on:
            try:
                goes_on = turn()
                continue
            except Unavailable as error:
                self._health.trouble(str(error))
            except BaseException as error:
                log.error("event=delivery_crashed error=%r", place_of(error))
                self._health.trouble(f"it crashed: {place_of(error)}")
            self._stopping.wait(AFTER_A_CRASH)
            goes_on = not self._stopping.is_set()

    # The claiming thread

    def _turn(self) -> bool:
        """One claim, and the rest after it. False once we stop."""
        self._health.beat(self._now())
        self._begin()
        now = self._minded_time()
        self._woken.clear()
        if self._stopping.is_set():
            return False
        free = self._free()
        claimed = self._claim(free, now) if free else None
        self._health.trouble(None)
        self._rest(claimed)
        return not self._stopping.is_set()

    def _begin(self) -> None:
        """Once, and again until it worked: recover what this node left under way."""
        if not self._begun:
            lost = self._store.write(self._recover)
            log.info("event=delivery_started recovered=%d", lost)
            self._begun = True

    def _recover(self, conn: Connection) -> int:
        limits.prepare(conn)
        settle, now = self._rules.patience.settle, self._now()
        recovery.unwind(conn, settle, self._rules.longest(), now, started=True)
        if self._store.alone:
            return recovery.recover_all(conn, settle, now)
        return recovery.recover_node(conn, self._owner.rpartition("#")[0], settle, now)

    def _minded_time(self) -> float:
        """The time to claim by, once it is known what was done to the clock and what follows from it is on disk."""
        now, step = self._watch.look()
        if step or abs(now - self._unwound_at) > UNWOUND:
            self._store.write(lambda conn: self._mind(conn, now, step))
            self._watch.minded()
            self._unwound_at = now
        if step:
            log.warning("event=clock_set seconds=%+.0f", step)
        return now

    def _mind(self, conn: Connection, now: float, step: float) -> None:
        """What this process timed keeps its age. Nothing waits for a time that was meant by a clock set back since.

        Where the clock was set forward, what others timed seems to have waited long enough for a look-up, and may
        not have.
        """
        patience, alone = self._rules.patience, self._store.alone
        if step:
            recovery.move(conn, patience.settle, None if alone else self._owner, step, now)
        if step > 0 and not alone:
            limits.put(conn, breaker.held(limits.locked(conn).lookup, patience.settle.second, now, patience))
        recovery.unwind(conn, patience.settle, self._rules.longest(), now, set_back=step < 0)

    def _free(self) -> int:
        with self._lock:
            return self._rules.cap - self._busy

    def _claim(self, free: int, now: float) -> Claimed:
        claimed = self._store.write(lambda conn: claim(conn, self._owner, free, self._rules, now))
        self._health.fault(claimed.fault)
        if claimed.recovered:
            log.warning("event=delivery_recovered count=%d", claimed.recovered)
        self._hand_out(claimed.jobs)
        return claimed

    def _hand_out(self, jobs: Sequence[Job]) -> None:
        with self._lock:
            self._busy += len(jobs)
            lacking = self._busy - len(self._threads) + 1  # beside the one that claims
        for job in jobs:
            self._jobs.put((job, steady()))
        for _ in range(lacking):
            self._add_thread(self._serve)

    def _rest(self, claimed: Claimed | None) -> None:
        """Until there is fresh work, a place is free or something falls due; at most `IDLE`."""
        if claimed is None:
            self._woken.wait(IDLE)
            return
        now = self._now()
        if claimed.paused_until > now:
            self._stopping.wait(min(claimed.paused_until - now, IDLE))
            return
        due = claimed.again_at - now if claimed.again_at is not None else IDLE
        self._woken.wait(min(max(due, 0.0 if claimed.jobs else CROWDED), IDLE))

    # The calling threads

    def _serve(self) -> bool:
        """One job from the queue to its end. False once we stop."""
        item = self._jobs.get()
        if item is None:
            return False
        job, claimed_at = item
        self._health.began(job, self._now())
        answer = self._caller.call(job)
        try:
            self._settle(of_today(job, steady() - claimed_at, self._now()), answer)
        finally:
            self._health.ended(job, answer.outcome.kind)
            with self._lock:
                self._busy -= 1
            self._woken.set()
        return True

    def _settle(self, job: Job, answer: Answer) -> None:
        now = self._now()
        if self._route_faults.is_one(answer.outcome, now):
            answer = replace(answer, ours=True)
        elif answer.outcome.kind != "fault":
            self._route_faults.mended(job.reason)
        then = decide(Case(job, answer.outcome, now, self._rules.patience, self._chance()))
        finished = self._write_down(job, answer, then, now)
        if finished:
            self._tell(job, answer, then, finished)

    def _write_down(self, job: Job, answer: Answer, then: Next, now: float) -> Finished | None:
        """Insist while the lease lasts; after that the delivery counts as lost and is looked up."""
        patience = self._rules.patience
        while True:
            try:
                return self._store.write(lambda conn: finish(conn, job, answer, then, patience, now))
            except Unavailable as error:
                self._health.trouble(str(error))
                over = self._now() > job.started_at + self._rules.lease
                if over or self._stopping.wait(AFTER_A_CRASH):
                    log.error("event=delivery_finish_lost submission=%d", job.submission_id)
                    return None

    def _tell(self, job: Job, answer: Answer, then: Next, finished: Finished) -> None:
        self._health.fault(finished.fault)
        if finished.ended:
            self._route_faults.passed(finished.ended, self._now())
        if finished.breaker:
            log.warning("event=delivery_breaker state=%s", finished.breaker)
        log.log(
            logging.INFO if then.state in ("ready", "check", "done") else logging.WARNING,
            "event=delivery submission=%d external_id=%s call=%s try=%d outcome=%s status=%s state=%s%s",
            job.submission_id,
            job.external_id,
            job.kind,
            job.tries,
            answer.outcome.kind,
            answer.outcome.http_status,
            then.state,
            "" if finished.moved else " stale=yes",
        )
