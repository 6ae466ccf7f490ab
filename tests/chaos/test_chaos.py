"""The short form of `make chaos`, and the judge itself: it must see what it is there to see."""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.chaos.__main__ import LEAST_KILLS, run
from tests.chaos.episodes import OUTAGE, QUICK, REAL, UNDECIDED, Pace, Stage
from tests.chaos.ledger import Ledger, Promise
from tests.chaos.mutants import FAULTS, Fault, put_in
from tests.chaos.plan import drawn, ingredients
from tests.chaos.report import as_text
from tests.chaos.verdict import Seen, judge, seen
from tests.databases import KINDS
from tests.servers import PROJECT

# Of the short form. Under this seed nothing else disturbs the look-ups that lagging lists mislead.
SEED, SECONDS, KILLS = 15_331, 11.0, 4
ON_SQLITE = Stage(processes=1, machine=True, disk=True, postgres=False)
ON_POSTGRES = Stage(processes=2, machine=True, disk=True, postgres=True)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", KINDS)
def test_in_a_short_storm_every_promise_is_kept(kind: str, request: pytest.FixtureRequest) -> None:
    if kind == "postgresql":
        request.getfixturevalue("postgres")  # skips where there is none
    skipped: list[str] = []
    result = run(kind, SEED, SECONDS, KILLS, pace=QUICK, skipped=skipped)
    print(as_text({"storms": {kind: result.figures()}, "skipped": skipped, "again": "see test"}))
    assert result.wrong == []
    assert result.verdict.delivered > 0
    assert result.exits["killed"] >= KILLS - 1


def made(task: str, external: str = "a1", reference: str = "K7QM4X", *, complete: bool = True) -> Seen:
    return Seen("task.created", task, external, reference, complete)


UPDATED, ENDED = Seen("task.updated", "WT1", "a1", "K7QM4X", True), Seen("task.completed", "WT1", "a1", "K7QM4X", False)
PARTIAL, FOLLOWER = made("WT1", complete=False), made("WT2", "b2")

CASES: dict[str, tuple[Sequence[Seen], set[str], str]] = {
    "one task": ([made("WT1")], set(), "delivered"),
    "none": ([], set(), "missing"),
    "none, and shown as held": ([], {"K7QM4X"}, "held"),
    "the same twice": ([made("WT1"), made("WT2")], set(), "twice"),
    "the same twice, though the first had ended": ([made("WT1"), ENDED, made("WT2")], set(), "twice"),
    "two of one dialling": ([PARTIAL, FOLLOWER], set(), "twice"),
    "the second of a dialling after the first had ended": ([PARTIAL, ENDED, FOLLOWER], set(), "delivered"),
    "a partial, then updated": ([PARTIAL, UPDATED], set(), "delivered"),
    "a partial and no more": ([PARTIAL], set(), "incomplete"),
}


@pytest.mark.parametrize(("log", "held", "expected"), CASES.values(), ids=CASES)
def test_the_judge_sees(log: Sequence[Seen], held: set[str], expected: str) -> None:
    verdict = judge([Promise("K7QM4X", complete=True)], log, held)
    counts = {"delivered": verdict.delivered} | {
        name: len(getattr(verdict, name)) for name in ("held", "missing", "twice", "incomplete", "unheard")
    }
    assert {name for name, count in counts.items() if count} == {expected}
    assert verdict.is_kept is (expected in ("delivered", "held"))


def test_a_task_of_which_nobody_was_told_is_counted_apart() -> None:
    assert judge([], [made("WT1")], set()).unheard == ["K7QM4X"]


def test_an_entry_of_the_log_is_read_from_what_taskrouter_writes() -> None:
    attributes = json.dumps({"name": "K7QM4X", "ussd": {"external_id": "a1", "reference": "K7QM4X", "complete": True}})
    data = json.dumps({"task_sid": "WT1", "task_attributes": attributes})
    assert seen("task.created", data) == made("WT1")


def test_two_references_for_one_dialling_are_a_complaint() -> None:
    ledger = Ledger()
    ledger.promised("SM1", "K7QM4X", complete=False)
    ledger.promised("SM1", "K7QM4X", complete=True)
    assert not ledger.wrong
    ledger.promised("SM1", "ZZZZZZ", complete=True)
    assert ledger.wrong


@pytest.mark.parametrize("stage", [ON_SQLITE, ON_POSTGRES], ids=KINDS)
@pytest.mark.parametrize(
    ("pace", "seed", "seconds", "kills"),
    [
        pytest.param(REAL, 7, 240.0, LEAST_KILLS, id="the long form"),
        pytest.param(QUICK, SEED, SECONDS, KILLS, id="the short form"),
    ],
)
def test_a_seed_gives_one_plan_and_the_plan_everything_that_can_go_wrong(
    pace: Pace, seed: int, seconds: float, kills: int, stage: Stage
) -> None:
    plan = drawn(seed, seconds, kills, pace, stage)
    assert plan == drawn(seed, seconds, kills, pace, stage) != drawn(seed + 1, seconds, kills, pace, stage)
    assert sum(event.do == "kill" for event in plan) == kills
    assert {event.name for event in plan} - {""} == set(ingredients(stage)) - ({UNDECIDED} if pace is QUICK else set())
    assert all(event.at >= 0 and event.at + event.seconds <= seconds + 1e-6 for event in plan)


def test_taskrouter_is_out_for_a_minute_in_the_long_form() -> None:
    plan = drawn(7, 240.0, LEAST_KILLS, REAL, ON_SQLITE)
    assert {event.seconds for event in plan if event.name == OUTAGE} == {60.0}
    assert LEAST_KILLS >= 20


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_that_the_storm_was_tried_with_can_still_be_put_in(fault: Fault, tmp_path: Path) -> None:
    copy = tmp_path / fault.file
    copy.parent.mkdir(parents=True)
    copy.write_text((PROJECT / fault.file).read_text("utf-8"), "utf-8")
    put_in(fault, tmp_path)
    ast.parse(copy.read_text("utf-8"))
    with pytest.raises(ValueError, match="has changed"):
        put_in(fault, tmp_path)
