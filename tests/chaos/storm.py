"""One storm: clients on one side, trouble by the plan on the other, then quiet, and the judgement."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from signal import SIGINT, SIGQUIT
from statistics import quantiles

from tests.chaos.agent import Agent
from tests.chaos.callers import Caller
from tests.chaos.house import House, until
from tests.chaos.ledger import Ledger
from tests.chaos.plan import Event
from tests.chaos.senders import Sender
from tests.chaos.verdict import Verdict, judge, seen

GATEWAYS = ("africastalking", "hubtel")
START = 60.0  # seconds that the house may take to be ready


@dataclass
class Result:
    """What one storm came to. `wrong` holds, in sentences, everything that must not be; empty is a pass."""

    verdict: Verdict
    ledger: Ledger
    events: Counter[str]
    exits: Counter[str]
    calls: Counter[str]  # to TaskRouter by operation, and how many met which fault
    early: int  # calls inside a Retry-After window
    outages: list[tuple[float, int]]  # seconds, and the useless calls in them
    memory: int  # kB
    log_lines: Counter[str]
    seconds_to_quiet: float | None
    wrong: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, object]:
        """Everything as plain data, for JSON."""
        verdict, ledger = self.verdict, self.ledger
        return {
            "accepted": len(ledger.promises),
            "one task each": verdict.delivered,
            "missing": verdict.missing,
            "twice": verdict.twice,
            "incomplete": verdict.incomplete,
            "held for a person": verdict.held,
            "delivered, but nobody was told": len(verdict.unheard),
            "what clients saw": dict(sorted(ledger.counts.items())),
            "seconds to a 2xx (median, 99 %)": _spread(ledger.seconds),
            "events": dict(sorted(self.events.items())),
            "ends of processes": dict(self.exits),
            "calls to TaskRouter": dict(sorted(self.calls.items())),
            "calls inside a Retry-After window": self.early,
            "outages (seconds, useless calls)": [[round(seconds, 1), calls] for seconds, calls in self.outages],
            "seconds to quiet": self.seconds_to_quiet and round(self.seconds_to_quiet, 1),
            "most memory of a process (MB)": self.memory // 1024,
            "log lines by level": dict(self.log_lines),
            "wrong": self.wrong,
        }


class Storm:
    """Blows on `house` by `plan` while `senders` providers and two callers per gateway go about their business."""

    def __init__(self, house: House, plan: Sequence[Event], seed: int, *, senders: int = 4, calm: float) -> None:
        self._house, self._plan, self._calm = house, plan, calm
        self._ledger = Ledger()
        self._over, self._hopeless = threading.Event(), threading.Event()
        self._senders = [
            Sender(number, seed, house, self._ledger, self._over, self._hopeless) for number in range(senders)
        ]
        self._callers = [
            Caller(number, seed, GATEWAYS[number % 2], house, self._ledger, self._over)
            for number in range(2 * len(GATEWAYS))
        ]
        self._agent = Agent(seed, house.world, self._over)
        self._events: Counter[str] = Counter()
        self._outages: list[tuple[float, int]] = []
        self._locks = {event.what: nullcontext() if event.what == "fault" else threading.Lock() for event in plan}
        self._memory = 0

    def blow(self) -> Result:
        assert until(self._house.answers, START), f"the bridge did not start:\n{self._house.logged()[-2000:]}"
        clients = [*self._senders, *self._callers, self._agent]
        for client in clients:
            client.start()
        self._carry_out()
        ended = time.monotonic()
        self._over.set()
        threading.Timer(self._calm, self._hopeless.set).start()
        for client in clients:
            client.join()
        quiet = until(self._is_quiet, self._calm)
        return self._result(time.monotonic() - ended if quiet else None)

    def _carry_out(self) -> None:
        """Each event in a thread of its own, so that the next one does not wait until it is over."""
        start, threads = time.monotonic(), []
        for event in self._plan:
            self._over.wait(max(0.0, start + event.at - time.monotonic()))
            self._memory = max(self._memory, self._house.memory())
            self._events[_name(event)] += 1
            thread = threading.Thread(target=self._happen, args=(event,))
            thread.start()
            threads.append(thread)
        for thread in threads:
            thread.join()

    def _happen(self, event: Event) -> None:
        house, more = self._house, event.more
        if event.what == "kill":
            house.kill(more["process"])
        elif event.what == "stop":
            house.stop(more["process"])
        else:
            with self._locks[event.what], getattr(self, "_" + event.what.replace(" ", "_"))(event):
                self._over.wait(event.seconds)

    @contextmanager
    def _fault(self, event: Event) -> Iterator[None]:
        faults, more = self._house.world.faults, event.more
        spoilt = faults.calls[more["kind"]]
        faults.add(more["kind"], more["operation"], seconds=event.seconds, **more["with"])
        yield
        if not more["with"]:
            self._outages.append((event.seconds, faults.calls[more["kind"]] - spoilt))

    @contextmanager
    def _unreachable(self, event: Event) -> Iterator[None]:
        self._house.lose_taskrouter()
        yield
        self._house.reach_taskrouter()

    @contextmanager
    def _clock(self, event: Event) -> Iterator[None]:
        self._house.step_clock(event.more["ahead"])
        yield
        self._house.step_clock(0.0)

    @contextmanager
    def _disk_failing(self, event: Event) -> Iterator[None]:
        with self._house.disk_failing():
            yield

    @contextmanager
    def _disk_full(self, event: Event) -> Iterator[None]:
        assert self._house.disk
        self._house.disk.fill()
        yield
        self._house.disk.empty()

    @contextmanager
    def _database(self, event: Event) -> Iterator[None]:
        self._house.stop_postgres(SIGQUIT if event.more["how"] == "crash" else SIGINT)
        yield
        self._house.start_postgres()

    def _is_quiet(self) -> bool:
        return self._house.answers() and self._house.waiting() == 0

    def _result(self, seconds_to_quiet: float | None) -> Result:
        house, ledger = self._house, self._ledger
        rows = house.world.database.rows("SELECT type, data FROM event ORDER BY number")
        shown = house.shown_to_admin()
        log = house.logged()
        result = Result(
            verdict=judge(
                ledger.promises.values(),
                [seen(row["type"], row["data"]) for row in rows],
                {reference for reference, state in shown if state == "held"},
            ),
            ledger=ledger,
            events=self._events,
            exits=house.exits,
            calls=house.world.faults.calls,
            early=house.world.faults.early,
            outages=self._outages,
            memory=max(self._memory, house.memory()),
            log_lines=Counter(level for level in ("WARNING", "ERROR") for _ in range(log.count(f" {level} "))),
            seconds_to_quiet=seconds_to_quiet,
        )
        result.wrong = [*_wrong(result, shown), *ledger.wrong[:20]]
        return result


def _wrong(result: Result, shown: Sequence[tuple[str, str]]) -> Iterator[str]:
    verdict = result.verdict
    for what, references in (
        ("accepted and made no task", verdict.missing),
        ("became two tasks", verdict.twice),
        ("lost what followed a partial", verdict.incomplete),
    ):
        if references:
            yield f"{len(references)} {what}: {', '.join(references[:10])}"
    if result.seconds_to_quiet is None:
        left = Counter(state for _, state in shown)
        yield f"it did not become quiet; not delivered: {dict(left)}"
    if dead := [reference for reference, state in shown if state == "dead"]:
        yield f"{len(dead)} were given up: {', '.join(dead[:10])}"
    for code in result.exits:
        if code.startswith("stopped, with"):
            yield f"a process that was asked to stop ended badly ({code})"


def _name(event: Event) -> str:
    if event.what == "fault":
        return f"TaskRouter: {event.more['kind']} ({event.more['operation']})"
    return f"database {event.more['how']}" if event.what == "database" else event.what


def _spread(seconds: Sequence[float]) -> list[float]:
    if len(seconds) < 2:
        return []
    cuts = quantiles(seconds, n=100)
    return [round(cuts[49], 3), round(cuts[98], 3)]
