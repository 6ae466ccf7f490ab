"""What one storm came to: the figures for people, and what of it must not be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

from tests.chaos.episodes import DATABASE, DISK, POSTGRES, SQLITE_DISK, UNDECIDED
from tests.chaos.ledger import Ledger
from tests.chaos.processes import BADLY_STOPPED, BY_ITSELF, REFUSED
from tests.chaos.verdict import Verdict

STORE_TROUBLES = {*DATABASE, *DISK, *SQLITE_DISK, *POSTGRES}


@dataclass
class Result:
    """`wrong` holds, in sentences, everything that must not be; empty is a pass.

    `shown` is what an admin sees of all that was not delivered (reference and state), `counted` the bridge's own
    count of deliveries by state, `calls` those to TaskRouter by operation, and how many met which fault.
    """

    verdict: Verdict
    ledger: Ledger
    shown: Sequence[tuple[str, str]]
    counted: Mapping[str, int]
    events: Counter[str]
    untried: Sequence[str]
    exits: Counter[str]
    calls: Counter[str]
    outcomes: Counter[str]  # of calls to TaskRouter, by what the bridge wrote into its log
    early: int  # calls inside a Retry-After window
    outages: Sequence[tuple[float, int]]  # seconds, and the useless calls in them
    to_task: Sequence[float]  # seconds from the first 2xx to the task
    memory: int  # kB
    log_lines: Counter[str]
    seconds_to_quiet: float | None
    wrong: list[str] = field(default_factory=list)

    def judge(self) -> None:
        """Fill `wrong`."""
        self.wrong = [*self._broken(), *self._odd(), *self.ledger.wrong[:20]]

    def figures(self) -> dict[str, object]:
        """Everything as plain data, for JSON."""
        verdict, ledger = self.verdict, self.ledger
        return {
            "accepted": len(ledger.promises),
            "one task each": verdict.delivered,
            "missing": verdict.missing,
            "twice": verdict.twice,
            "incomplete": verdict.incomplete,
            "held for a person": len(verdict.held),
            "held by the bridge's own count": self.counted.get("held", 0),
            "delivered, but nobody was told": len(verdict.unheard),
            "what clients saw": dict(sorted(ledger.counts.items())),
            "seconds to a 2xx (10 %, median, 99 %)": _spread(ledger.seconds),
            "seconds from a 2xx to its task (10 %, median, 99 %)": _spread(self.to_task),
            "what happened": dict(self.events),
            "not tried": list(self.untried),
            "ends of processes": dict(self.exits),
            "calls that reached TaskRouter, and faults they met": dict(sorted(self.calls.items())),
            "outcomes of calls, by the bridge's log": dict(self.outcomes),
            "calls inside a Retry-After window": self.early,
            "outages (seconds, useless calls)": [[round(seconds, 1), calls] for seconds, calls in self.outages],
            "seconds to quiet": self.seconds_to_quiet and round(self.seconds_to_quiet, 1),
            "most memory of a process (MB)": self.memory // 1024,
            "log lines by level": dict(self.log_lines),
            "wrong": self.wrong,
        }

    def _broken(self) -> Iterator[str]:
        """Promises 1 and 2."""
        for what, references in (
            ("accepted and made no task", self.verdict.missing),
            ("became two tasks", self.verdict.twice),
            ("lost what followed a partial", self.verdict.incomplete),
            ("were given up", [reference for reference, state in self.shown if state == "dead"]),
        ):
            if references:
                yield f"{len(references)} {what}: {', '.join(references[:10])}"
        if self.seconds_to_quiet is None:
            left = Counter(state for _, state in self.shown)
            yield f"it did not become quiet; not delivered: {dict(left)}"
        held = sum(state == "held" for _, state in self.shown)
        if held != self.counted.get("held", 0):
            yield f"{held} are shown as held, and {self.counted.get('held', 0)} counted"

    def _odd(self) -> Iterator[str]:
        """What no storm of this kind excuses."""
        if self.verdict.held and not self.events[UNDECIDED]:
            yield f"{len(self.verdict.held)} are held, and all could be decided"
        for code in self.exits:
            if code.startswith((BY_ITSELF, BADLY_STOPPED)):
                yield f"a process ended badly ({code})"
        if self.exits[REFUSED] and not STORE_TROUBLES & self.events.keys():
            yield "a process did not start, and its database was well"


def _spread(seconds: Sequence[float]) -> list[float]:
    if len(seconds) < 2:
        return []
    cuts = quantiles(seconds, n=100)
    return [round(cuts[at], 3) for at in (9, 49, 98)]
