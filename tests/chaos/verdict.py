"""The judgement: what was promised against what TaskRouter saw. Pure; our own database is not asked."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.ledger import Promise

ENDS = ("task.completed", "task.canceled", "task.deleted")


@dataclass(frozen=True, slots=True)
class Seen:
    """One entry of TaskRouter's event log, in its order."""

    kind: str
    task_sid: str
    external_id: str
    reference: str
    complete: bool


@dataclass(slots=True)
class Verdict:
    """References by what became of them. `held` waits for a person; `unheard` has a task, but nobody was told."""

    delivered: int = 0
    held: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)  # only the partial answers arrived
    unheard: list[str] = field(default_factory=list)

    @property
    def is_kept(self) -> bool:
        """Whether promises 1 and 2 were kept."""
        return not (self.missing or self.twice or self.incomplete)


def seen(kind: str, data: str) -> Seen:
    """An entry of the log from its `event_data`."""
    entry = json.loads(data)
    attributes: Mapping[str, Any] = json.loads(entry["task_attributes"])
    ussd = attributes["ussd"]
    return Seen(kind, entry["task_sid"], ussd["external_id"], ussd["reference"], ussd["complete"])


def judge(promises: Iterable[Promise], log: Sequence[Seen], held: Set[str]) -> Verdict:
    """`held` are the references that the bridge shows to its admin as undecided."""
    verdict, of = Verdict(), defaultdict[str, list[Seen]](list)
    for entry in log:
        of[entry.reference].append(entry)
    known = {promise.reference: promise for promise in promises}
    for reference in known.keys() | of.keys():
        _judge_one(verdict, reference, known.get(reference), of[reference], reference in held)
    return verdict


def _judge_one(verdict: Verdict, reference: str, promise: Promise | None, log: list[Seen], held: bool) -> None:
    if _is_twice(log):
        verdict.twice.append(reference)
    elif promise is None:
        verdict.unheard.append(reference)
    elif held:
        verdict.held.append(reference)
    elif not log:
        verdict.missing.append(reference)
    elif promise.complete and not any(entry.complete for entry in log):
        verdict.incomplete.append(reference)
    else:
        verdict.delivered += 1


def _is_twice(log: list[Seen]) -> bool:
    """Two tasks for one submission; or for the two of one dialling, while the first one still lived."""
    if any(count > 1 for count in Counter(entry.external_id for entry in log if entry.kind == "task.created").values()):
        return True
    living: set[str] = set()
    for entry in log:
        if entry.kind == "task.created" and living:
            return True
        living = living - {entry.task_sid} if entry.kind in ENDS else living | {entry.task_sid}
    return False
