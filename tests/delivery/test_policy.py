"""What an outcome means, for every kind of call: the table, case by case."""

from __future__ import annotations

from typing import get_args

import pytest

from bridge.delivery.policy import NEVER_LOOKED_UP, STEPS, TOO_OLD, Case, Patience, decide
from bridge.store.deliveries import Job, Kind, Next
from bridge.taskrouter import Outcome, OutcomeKind
from bridge.value import replace

NOW = 1_000_000.0
SID = "WT" + "b" * 32
PATIENCE = Patience()


def job(kind: Kind, **more: object) -> Job:
    made = Job(
        submission_id=1,
        external_id="ab" * 16,
        reference="K7QM4X",
        complete=True,
        kind=kind,
        owner="here#1",
        tries=1,
        looked=0,
        attempt_at=NOW - 2 if kind != "update" else None,
        created_at=NOW - 10,
        started_at=NOW - 2,
        target=SID if kind == "update" else None,
    )
    return replace(made, **more)


def then(a_job: Job, outcome: OutcomeKind, **more: object) -> Next:
    answer = Outcome(outcome, **{"reason": "said so", **more})  # type: ignore[arg-type]
    return decide(Case(a_job, answer, NOW, PATIENCE, chance=0.0))


TABLE: list[tuple[Kind, OutcomeKind, str, float]] = [
    ("create", "done", "done", 0.0),
    ("create", "missing", "check", 13.0),  # 15 s after the attempt, which was 2 s ago
    ("create", "limited", "ready", 7.0),
    ("create", "unsent", "ready", 0.5),
    ("create", "unknown", "check", 13.0),
    ("create", "refused", "dead", 0.0),
    ("create", "fault", "ready", 15.0),
    ("lookup", "done", "done", 0.0),
    ("lookup", "missing", "check", 43.0),  # the second look is 45 s after the attempt
    ("lookup", "limited", "check", 7.0),
    ("lookup", "unsent", "check", 0.5),
    ("lookup", "unknown", "check", 0.5),
    ("lookup", "refused", "held", 0.0),
    ("lookup", "fault", "check", 15.0),
    ("update", "done", "done", 0.0),
    ("update", "missing", "ready", 0.0),
    ("update", "limited", "ready", 7.0),
    ("update", "unsent", "ready", 0.5),
    ("update", "unknown", "ready", 0.5),
    ("update", "refused", "ready", 0.0),
    ("update", "fault", "ready", 15.0),
]


@pytest.mark.parametrize(("kind", "outcome", "state", "wait"), TABLE, ids=[f"{row[0]}-{row[1]}" for row in TABLE])
def test_every_outcome_of_every_call_has_its_next_state(
    kind: Kind, outcome: OutcomeKind, state: str, wait: float
) -> None:
    found = then(job(kind), outcome, retry_after=7.0)
    assert found.state == state
    assert found.due - NOW == pytest.approx(wait)


def test_the_table_is_whole() -> None:
    cells = [(kind, outcome) for kind in get_args(Kind) for outcome in get_args(OutcomeKind)]
    assert sorted((kind, outcome) for kind, outcome, *_ in TABLE) == sorted(cells)
    assert sorted((kind, outcome) for kind, row in STEPS.items() for outcome in row) == sorted(cells)


def test_nothing_that_may_have_made_a_task_is_ever_ready_again_without_a_look() -> None:
    assert all(then(job("create"), outcome).state == "check" for outcome in ("unknown", "missing"))


def test_it_is_created_again_only_after_two_looks_found_nothing() -> None:
    first = then(job("lookup"), "missing")
    assert (first.state, first.looked) == ("check", 1)
    second = then(job("lookup", looked=first.looked, attempt_at=NOW - 45), "missing")
    assert (second.state, second.due) == ("ready", NOW)


def test_a_look_that_failed_does_not_count_as_a_look() -> None:
    for outcome in ("unsent", "unknown", "limited", "fault"):
        assert then(job("lookup", looked=0), outcome).looked == 0
        assert then(job("lookup", looked=1), outcome).looked == 1


def test_the_second_look_keeps_its_distance_where_the_first_came_late() -> None:
    found = then(job("lookup", attempt_at=NOW - 100), "missing")
    assert (found.state, found.due) == ("check", NOW + PATIENCE.settle.apart)


def test_long_after_the_attempt_one_look_decides_since_the_event_log_was_asked_too() -> None:
    assert then(job("lookup", attempt_at=NOW - 301), "missing").state == "ready"


def test_what_the_look_up_cannot_tell_is_held() -> None:
    assert then(job("lookup"), "refused").reason == "said so"


OLD = NOW - PATIENCE.give_up_after - 1
AGED: list[tuple[Kind, OutcomeKind, str]] = [
    ("create", "unsent", "dead"),
    ("create", "unknown", "check"),  # a task may be there: look first
    ("create", "limited", "ready"),  # TaskRouter is well, and asks for patience only
    ("create", "fault", "ready"),  # the set-up's fault never costs a caller
    ("lookup", "unknown", "held"),
    ("lookup", "unsent", "held"),
    ("lookup", "limited", "check"),
    ("lookup", "fault", "check"),
    ("update", "unknown", "dead"),
    ("update", "fault", "ready"),
]


@pytest.mark.parametrize(("kind", "outcome", "state"), AGED, ids=[f"{row[0]}-{row[1]}" for row in AGED])
def test_giving_up_goes_by_age(kind: Kind, outcome: OutcomeKind, state: str) -> None:
    assert then(job(kind, created_at=OLD), outcome).state == state


def test_no_number_of_tries_gives_up() -> None:
    assert then(job("create", tries=100_000), "unsent").state == "ready"


def test_giving_up_says_why() -> None:
    assert then(job("create", created_at=OLD), "unsent").reason == f"{TOO_OLD}; last: said so"
    assert then(job("lookup", created_at=OLD), "unknown").reason == NEVER_LOOKED_UP


def test_what_was_looked_for_twice_and_is_too_old_is_not_created_again() -> None:
    assert then(job("lookup", looked=1, attempt_at=NOW - 50, created_at=OLD), "missing").state == "dead"


def test_the_backoff_doubles_to_its_most() -> None:
    waits = [then(job("create", tries=tries), "unsent").due - NOW for tries in (1, 2, 3, 30)]
    assert waits == [0.5, 1.0, 2.0, PATIENCE.backoff_most / 2]


def test_chance_only_lengthens_what_a_429_asks() -> None:
    answer = Outcome("limited", retry_after=7.0)
    dues = [decide(Case(job("create"), answer, NOW, PATIENCE, chance)).due for chance in (0.0, 0.5, 1.0)]
    assert dues == [NOW + 7, NOW + 7.5, NOW + 8]


@pytest.mark.parametrize(
    ("asked", "waits"),
    [(None, PATIENCE.limited_default), (0.0, 0.0), (-3.0, 0.0), (1e9, PATIENCE.limited_most)],
    ids=["says nothing", "zero", "negative", "absurd"],
)
def test_a_429_is_believed_within_reason(asked: float | None, waits: float) -> None:
    assert then(job("create"), "limited", retry_after=asked).due - NOW == waits


def test_an_update_that_finds_no_task_makes_one_that_is_linked() -> None:
    for outcome in ("missing", "refused"):
        assert then(job("update"), outcome).linked_to == SID


def test_the_task_is_kept_only_where_there_is_one() -> None:
    assert then(job("create"), "done", task_sid=SID).task_sid == SID
    assert then(job("update"), "missing", task_sid=SID).task_sid is None


def test_a_long_reason_fits_its_column() -> None:
    assert len(then(job("create"), "refused", reason="x" * 500).reason or "") == 200
