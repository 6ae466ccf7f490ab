"""What a delivery test plays with: a store, a sandbox behind a real socket, a clock, and submissions."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import RowMapping, select

from bridge.delivery import Patience, Rules, Worker
from bridge.delivery.call import Caller
from bridge.delivery.claim import claim
from bridge.delivery.finish import Finished, finish
from bridge.delivery.limiter import Rate, Rates
from bridge.delivery.policy import Case, decide
from bridge.errors import SetupError
from bridge.sandbox import World, create_sandbox, seeds_for, world_of
from bridge.sandbox.server import serving
from bridge.store import Store, StoredSubmission, limits
from bridge.store.deliveries import Job
from bridge.store.recovery import Settle
from bridge.store.tables import attempt, delivery, submission
from bridge.submission import Submission
from bridge.taskrouter import Account, TaskOrder, TaskRouter

ACCOUNT, TOKEN = "AC" + "a" * 32, "token-of-the-sandbox"
NUMBER, ANSWER = "+221770000001", "shelter"
DEADLINE = 20.0

QUICK = Rules(
    cap=4,
    lease=5.0,
    rates=Rates(Rate(500.0, 50.0), Rate(50.0, 5.0)),
    patience=Patience(
        backoff_first=0.05,
        backoff_most=0.2,
        look_again_most=0.2,
        outage_probe_first=0.05,
        outage_probe_most=0.2,
        fault_probe=0.2,
        fault_memory=60.0,
        limited_default=0.1,
        settle=Settle(first=0.2, second=0.4, apart=0.1),
    ),
)


@dataclass
class Clock:
    """Time as the test wants it."""

    at: float = field(default_factory=time.time)

    def __call__(self) -> float:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += seconds


@dataclass
class Plan:
    """The planner of these tests: one workflow, small attributes, and what a test breaks."""

    workflow: str
    broken: Exception | None = None
    taskless: bool = False
    astray: set[str] = field(default_factory=set)  # references whose route names a channel that is not there

    def order(
        self,
        stored: StoredSubmission,
        external_id: str,
        reference: str,
        linked_to: str | None,
        possible_duplicate: bool = False,
    ) -> TaskOrder | None:
        if self.broken:
            raise self.broken
        if self.taskless:
            return None
        ussd = {"external_id": external_id, "reference": reference, "complete": stored.complete}
        attributes: dict[str, Any] = {"type": "support", "ussd": ussd}
        if linked_to:
            attributes["conversations"] = {"conversation_id": linked_to}
        channel = "nowhere" if reference in self.astray else "ussd"
        return TaskOrder(self.workflow, channel, 0, 3600, json.dumps(attributes))


@dataclass
class Stage:
    """Ours on one side, TaskRouter's on the other."""

    store: Store
    world: World
    account: Account
    plan: Plan
    now: Callable[[], float] = time.time
    rules: Rules = QUICK
    accepted: int = 0

    def accept(self, count: int = 1, *, complete: bool = True, session: str = "") -> list[str]:
        """Keep submissions; their references."""
        return [self._accept(complete, session) for _ in range(count)]

    def _accept(self, complete: bool, session: str) -> str:
        self.accepted += 1
        name = session or f"SM{self.accepted}"
        key = name if complete else f"{name}_p"
        answers = {"location": "dakar", "support_type": ANSWER}
        call = Submission(
            key=key,
            session=name,
            gateway="telerivet",
            service_code="*123#",
            caller=NUMBER,
            caller_as_received=NUMBER,
            menu="support",
            menu_version="1",
            language="fr",
            answers=answers,
            complete=complete,
            simulated=False,
        )
        return self.store.accept(call, key.encode()).reference

    def worker(self, store: Store | None = None, rules: Rules | None = None) -> Worker:
        used = rules or self.rules
        own = store or self.store
        worker = Worker(own, TaskRouter(self.account), self.plan, concurrency=used.cap, rules=used, now=self.now)
        own.on_accept.append(worker.wake)
        return worker

    @contextmanager
    def working(self, **more: Any) -> Iterator[Worker]:
        worker = self.worker(**more)
        worker.start()
        try:
            yield worker
        finally:
            worker.stop()

    # One step at a time, in the test's own thread

    def claim(self, free: int = 99, owner: str = "here#1") -> list[Job]:
        def work(conn: Any) -> list[Job]:
            limits.prepare(conn)
            return list(claim(conn, owner, free, self.rules, self.now()).jobs)

        return self.store.write(work)

    def call(self, job: Job) -> Finished:
        """Call, decide and finish, as a calling thread does."""
        patience = self.rules.patience
        answer = Caller(self.store, TaskRouter(self.account), self.plan, patience.settle, self.now).call(job)
        then = decide(Case(job, answer.outcome, self.now(), patience, 0.5))
        return self.store.write(lambda conn: finish(conn, job, answer, then, patience, self.now()))

    def step(self) -> list[Job]:
        """Claim what is due, and call it."""
        jobs = self.claim()
        for job in jobs:
            self.call(job)
        return jobs

    # What came of it

    def rows(self) -> list[RowMapping]:
        question = select(delivery, submission.c.reference, submission.c.complete).join(submission)
        with self.store.read() as conn:
            return list(conn.execute(question.order_by(delivery.c.submission_id)).mappings())

    def row(self, reference: str, *, complete: bool = True) -> RowMapping:
        rows = self.rows()
        return next(row for row in rows if row["reference"] == reference and row["complete"] is complete)

    def states(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for row in self.rows():
            found[row["state"]] = found.get(row["state"], 0) + 1
        return found

    def history(self) -> list[tuple[str, str | None]]:
        with self.store.read() as conn:
            rows = conn.execute(select(attempt.c.kind, attempt.c.outcome).order_by(attempt.c.id))
            return [(row.kind, row.outcome) for row in rows]

    def gate(self) -> limits.Gate:
        with self.store.read() as conn:
            return limits.seen(conn).api

    def tasks(self) -> list[dict[str, Any]]:
        """The attributes of every live task, as an agent would get them."""
        return [json.loads(task["attributes"]) for task in self.world.tasks.search({}, [])]

    def ids(self) -> list[str]:
        return sorted(task["ussd"]["external_id"] for task in self.tasks())

    def all_done(self) -> bool:
        return set(self.states()) <= {"done"}

    def once_each(self) -> bool:
        """Every delivery has its task, and no task is there twice."""
        return self.ids() == sorted(row["external_id"] for row in self.rows())


def until(condition: Callable[[], bool], seconds: float = DEADLINE) -> None:
    """Wait for it, or fail."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.01)


@contextmanager
def staged(
    store: Store, now: Callable[[], float] = time.time, theirs: Callable[[], float] | None = None
) -> Iterator[Stage]:
    """A stage with a fresh sandbox, whose clock is `theirs`, or ours."""
    app = create_sandbox(None, account_sid=ACCOUNT, auth_token=TOKEN, now=theirs or now)
    seeds = seeds_for(ACCOUNT)
    with serving(app) as url:
        account = Account(ACCOUNT, ACCOUNT, TOKEN, seeds.workspace_sid, url, connect_timeout=2, read_timeout=1)
        yield Stage(store, world_of(app), account, Plan(seeds.workflow_sid), now)


SET_UP = SetupError("ROUTES_FILE: the menu of this route is gone: put it back.")
