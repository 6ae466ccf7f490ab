"""One storm: clients on one side, trouble by the plan on the other, then quiet, and the judgement."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Sequence

from bridge.sandbox.faults import OPERATIONS
from tests.chaos.agent import Agent
from tests.chaos.callers import Caller
from tests.chaos.episodes import OUTAGE, Event
from tests.chaos.house import House, until
from tests.chaos.ledger import Ledger
from tests.chaos.result import Result
from tests.chaos.senders import Sender
from tests.chaos.troubles import Troubles
from tests.chaos.verdict import judge, seen

GATEWAYS = ("africastalking", "hubtel")
START = 60.0  # seconds that the house may take to be ready
OUTCOME = re.compile(r" event=delivery .* outcome=(\w+) ")


class Storm:
    """Blows on `house` by `plan` while `senders` providers and two callers per gateway go about their business."""

    def __init__(self, house: House, plan: Sequence[Event], seed: int, *, senders: int = 4, calm: float) -> None:
        self._house, self._plan, self._calm = house, plan, calm
        self._ledger = Ledger()
        self._over, self._hopeless = threading.Event(), threading.Event()
        self._troubles = Troubles(house, self._over)
        self._senders = [
            Sender(number, seed, house, self._ledger, self._over, self._hopeless) for number in range(senders)
        ]
        self._callers = [
            Caller(number, seed, GATEWAYS[number % 2], house, self._ledger, self._over)
            for number in range(2 * len(GATEWAYS))
        ]
        self._agent = Agent(seed, house.world, self._over)
        self._outages: list[tuple[float, int]] = []
        self._memory = 0

    def blow(self, ingredients: Sequence[str]) -> Result:
        """`ingredients` are the names of all that a plan may hold."""
        assert until(self._house.answers, START), f"it did not start:\n{self._house.processes.logged()[-2000:]}"
        clients = [*self._senders, *self._callers, self._agent]
        for client in clients:
            client.start()
        self._carry_out()
        ended = time.monotonic()
        self._over.set()
        hopeless = threading.Timer(self._calm, self._hopeless.set)
        hopeless.start()
        for client in clients:
            client.join()
        quiet = self._becomes_quiet()
        hopeless.cancel()
        result = self._result(ingredients, time.monotonic() - ended if quiet else None)
        result.judge()
        return result

    def _carry_out(self) -> None:
        """Each event in a thread of its own, so that the next one does not wait until it is over."""
        start, threads = time.monotonic(), []
        for event in self._plan:
            self._over.wait(max(0.0, start + event.at - time.monotonic()))
            self._memory = max(self._memory, self._house.processes.memory())
            thread = threading.Thread(target=self._happen, args=(event,))
            thread.start()
            threads.append(thread)
        for thread in threads:
            thread.join()

    def _happen(self, event: Event) -> None:
        before = self._calls_that_came()
        try:
            self._troubles.happen(event)
        except Exception as error:
            self._ledger.complain(f"the storm itself failed ({event.name or event.do}): {error!r}")
        if event.name == OUTAGE:
            self._outages.append((event.seconds, self._calls_that_came() - before))

    def _calls_that_came(self) -> int:
        calls = self._house.world.faults.calls
        return sum(calls[operation] for operation in OPERATIONS)

    def _becomes_quiet(self) -> bool:
        """Doubts are looked up at a set rate, however many there are: it may take as long as fewer and fewer wait."""
        fewest, since = self._waiting(), time.monotonic()
        while fewest and time.monotonic() < since + self._calm:
            time.sleep(0.1)
            if (waiting := self._waiting()) < fewest:
                fewest, since = waiting, time.monotonic()
        return fewest == 0

    def _waiting(self) -> float:
        """How many deliveries will still move; infinitely many where that cannot be told."""
        waiting = self._house.waiting() if self._house.answers() else None
        return float("inf") if waiting is None else waiting

    def _result(self, ingredients: Sequence[str], seconds_to_quiet: float | None) -> Result:
        house, ledger = self._house, self._ledger
        rows = house.taskrouter_saw()
        log = [seen(kind, data) for _, kind, data in rows]
        first = {entry.reference: rows[at][0] for at, entry in reversed([*enumerate(log)])}
        heard = {promise.reference: promise.heard for promise in ledger.promises.values()}
        shown, logged = house.shown_to_admin(), house.processes.logged()
        happened = Counter(event.name for event in self._plan if event.name)
        return Result(
            verdict=judge(ledger.promises.values(), log, {name for name, state in shown if state == "held"}),
            ledger=ledger,
            shown=shown,
            counted=house.deliveries() or {},
            events=happened,
            untried=[name for name in ingredients if not happened[name]],
            exits=house.exits,
            calls=house.world.faults.calls,
            outcomes=Counter(OUTCOME.findall(logged)),
            early=house.world.faults.early,
            outages=self._outages,
            to_task=[max(0.0, first[name] - at) for name, at in heard.items() if name in first],
            memory=max(self._memory, house.processes.memory()),
            log_lines=Counter(level for level in ("WARNING", "ERROR") for _ in range(logged.count(f" {level} "))),
            seconds_to_quiet=seconds_to_quiet,
        )
