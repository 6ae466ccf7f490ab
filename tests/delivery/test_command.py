"""`python -m bridge deliveries`, on a real store with real deliveries in every state."""

from __future__ import annotations

import argparse
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.commands import deliveries as command
from bridge.menu import load_menus
from bridge.planner import Planner
from bridge.routes import Route, Routes
from bridge.store import open_store, overview
from bridge.value import replace
from tests.delivery.stage import ANSWER, NUMBER, Clock, Stage


def asked(stage: Stage, *words: str) -> tuple[int, str]:
    """Exit code and output."""
    parser = argparse.ArgumentParser()
    command.configure(parser)
    out = io.StringIO()
    code = command.perform(parser.parse_args(words), stage.store, out, stage.now)
    return code, out.getvalue()


def dead(stage: Stage) -> str:
    stage.world.faults.add("unavailable", "create", status=400, calls=1)
    (reference,) = stage.accept()
    stage.step()
    return reference


def held(stage: Stage, clock: Clock) -> str:
    stage.world.faults.add("drop_before", "create", calls=1)
    stage.world.faults.add("unavailable", "events", status=403)
    (reference,) = stage.accept()
    stage.step()
    clock.forward(stage.rules.patience.settle.proof + 60)
    stage.step()
    stage.world.faults.clear()
    return reference


def run_all(stage: Stage, clock: Clock) -> None:
    for _ in range(4):
        stage.step()
        clock.forward(1)


def test_where_all_is_delivered_there_is_nothing_to_list(timed: Stage) -> None:
    timed.accept()
    timed.step()
    assert asked(timed, "list") == (0, "Nothing.\n")


def test_what_waits_is_listed_and_needs_nobody(timed: Stage, clock: Clock) -> None:
    (reference,) = timed.accept()
    clock.forward(125)
    code, text = asked(timed, "list")
    assert code == 0
    assert text.splitlines()[1].split() == [reference, "complete", "ready", "2", "min", "0", "-", "-"]


def test_what_waits_for_a_person_is_listed_with_its_reason_and_makes_the_exit_code_one(timed: Stage) -> None:
    reference = dead(timed)
    code, text = asked(timed, "list")
    assert code == 1
    assert reference in text
    assert "dead" in text
    assert "400" in text
    assert asked(timed, "list", "--state", "held") == (1, "Nothing.\n")


def test_a_long_list_says_how_much_more_there_is(timed: Stage) -> None:
    references = timed.accept(5)
    _, text = asked(timed, "list", "--limit", "2")
    assert [line.split()[0] for line in text.splitlines()[1:3]] == references[:2]
    assert text.splitlines()[-1] == "3 more; see them with --limit 5"


def test_done_ones_are_listed_where_asked_for(timed: Stage) -> None:
    (reference,) = timed.accept()
    timed.step()
    code, text = asked(timed, "list", "--state", "done")
    assert (code, reference in text) == (0, True)


def test_show_tells_every_attempt_and_nothing_of_the_caller(timed: Stage, clock: Clock) -> None:
    timed.world.faults.add("drop_after", "create", calls=1)
    (reference,) = timed.accept()
    run_all(timed, clock)
    code, text = asked(timed, "show", f" {reference.lower()} ")
    assert code == 0
    assert "create  unknown" in text
    assert "lookup  done" in text
    assert timed.row(reference)["task_sid"] in text
    assert NUMBER[1:] not in text
    assert ANSWER not in text


def test_show_tells_both_submissions_of_one_dialling(timed: Stage) -> None:
    (reference,) = timed.accept(complete=False, session="SM9")
    timed.step()
    timed.accept(session="SM9")
    _, text = asked(timed, "show", reference)
    assert ("partial" in text, "complete" in text) == (True, True)


@pytest.mark.parametrize("typed", ["K7QM4X", "nonsense", "", "%"])
def test_an_unknown_reference_is_an_error_and_no_output(
    timed: Stage, typed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for action in ("show", "retry"):
        assert asked(timed, action, typed) == (1, "")
        assert capsys.readouterr().err == "There is no delivery with this reference.\n"


def test_what_is_dead_is_sent_again(timed: Stage, clock: Clock) -> None:
    reference = dead(timed)
    clock.forward(timed.rules.patience.give_up_after * 2)
    code, text = asked(timed, "retry", reference)
    assert (code, text) == (0, f"{reference}, complete: sent again.\n")
    timed.account = replace(timed.account, url="http://127.0.0.1:1")
    timed.step()
    assert timed.row(reference)["state"] == "ready", "its age counts from the retry"


def test_all_dead_ones_are_sent_again_and_made_once(timed: Stage, clock: Clock) -> None:
    for _ in range(3):
        dead(timed)
    assert asked(timed, "retry", "--all-dead")[0] == 0
    run_all(timed, clock)
    assert timed.all_done()
    assert timed.once_each()


def test_what_is_held_is_looked_for_again_and_made_only_where_there_is_none(timed: Stage, clock: Clock) -> None:
    reference = held(timed, clock)
    assert timed.row(reference)["state"] == "held"
    code, text = asked(timed, "retry", reference)
    assert code == 0
    assert "--create-anyway" in text
    assert timed.row(reference)["state"] == "check"
    run_all(timed, clock)
    assert timed.once_each()
    assert timed.history()[-2:] == [("lookup", "missing"), ("create", "done")]


def test_create_anyway_makes_it_at_once_and_warns(timed: Stage, clock: Clock) -> None:
    reference = held(timed, clock)
    code, text = asked(timed, "retry", "--all-held", "--create-anyway")
    assert code == 0
    assert "marked as a possible duplicate" in text
    timed.step()
    assert timed.row(reference)["state"] == "done"
    assert timed.history()[-1] == ("create", "done")


@pytest.fixture
def planned(timed: Stage) -> Stage:
    """A stage whose tasks have the attributes that agents see."""
    routes = Routes(Route(workflow=timed.plan.workflow))
    timed.plan = Planner(routes, load_menus((Path("menus"),)), "callback")  # type: ignore[assignment]
    return timed


def marks(stage: Stage) -> list[bool]:
    return [task["ussd"].get("possible_duplicate", False) for task in stage.tasks()]


def test_what_is_created_anyway_says_to_agents_that_it_may_be_a_duplicate(planned: Stage, clock: Clock) -> None:
    planned.world.faults.add("drop_after", "create", calls=1)  # it is there, and only the answer was lost
    planned.world.faults.add("unavailable", "list")
    (reference,) = planned.accept()
    planned.step()
    clock.forward(planned.rules.patience.give_up_after + 1)
    planned.step()
    planned.world.faults.clear()
    assert (planned.row(reference)["state"], marks(planned)) == ("held", [False])
    assert asked(planned, "retry", reference, "--create-anyway")[0] == 0
    planned.world.faults.add("limit", "create", calls=1, retry_after=1)
    planned.step()  # the mark outlives a try that came to nothing
    assert planned.row(reference)["state"] == "ready"
    clock.forward(5)
    planned.step()
    assert marks(planned) == [False, True]


def test_what_is_only_looked_for_or_sent_again_is_no_duplicate(planned: Stage, clock: Clock) -> None:
    looked_for, sent_again = held(planned, clock), dead(planned)
    for reference in (looked_for, sent_again):
        assert asked(planned, "retry", reference)[0] == 0
    run_all(planned, clock)
    assert marks(planned) == [False, False]


def test_what_is_done_or_under_way_is_left_alone(timed: Stage) -> None:
    (reference,) = timed.accept()
    before = timed.rows()
    assert asked(timed, "retry", reference) == (
        1,
        f"{reference}, complete: nothing to retry, it is ready.\n",
    )
    assert timed.rows() == before


def test_where_none_is_dead_there_is_nothing_to_retry(timed: Stage) -> None:
    assert asked(timed, "retry", "--all-dead") == (1, "There is nothing to retry.\n")


@pytest.mark.parametrize(
    "words",
    [
        ["retry"],
        ["retry", "K7QM4X", "--all-dead"],
        ["list", "--limit", "0"],
        ["list", "--limit", "9" * 20],
        ["list", "--state", "lost"],
        [],
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_refused_with_exit_code_two(timed: Stage, words: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        asked(timed, *words)
    assert refused.value.code == 2


@pytest.fixture
def beside(sqlite_url: str, data_key: str) -> Iterator[str]:
    """A store in use by another process: this one."""
    store = open_store(sqlite_url, [data_key])
    yield sqlite_url
    store.close()


def test_it_runs_beside_the_service(beside: str, data_key: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bridge", "deliveries", "list"],
        env={"DATABASE_URL": beside, "DATA_KEYS": data_key, "PYTHONPATH": str(Path.cwd())},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "Nothing.\n", "")


def test_the_help_explains_every_state_and_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    command.configure(parser)
    with pytest.raises(SystemExit, match="0"):
        parser.parse_args(["--help"])
    said = capsys.readouterr().out
    assert [state for state in overview.STATES if f"\n{state}: " not in said] == []
    for step in ("list", "show", "retry"):
        with pytest.raises(SystemExit, match="0"):
            parser.parse_args([step, "--help"])
        bare = [line for line in capsys.readouterr().out.splitlines() if re.fullmatch(r"  \S+", line)]
        assert bare == [], step
