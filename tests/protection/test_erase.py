"""Erasing on request: what a caller left is taken out here and at Twilio, and whatever is left is told."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bridge.commands import erase as command
from bridge.delivery.call import Answer
from bridge.delivery.finish import finish
from bridge.delivery.policy import Case, decide
from bridge.errors import SetupError
from bridge.menu import Menu, load_menus
from bridge.settings import read
from bridge.store import Store, overview, rates
from bridge.store.deliveries import Job
from bridge.store.erasing import erase
from bridge.store.session_tables import rate
from bridge.taskrouter import Outcome, TaskRouter
from tests.delivery.stage import NUMBER, Clock, Stage
from tests.gateways.conftest import MENUS, TOKEN, House
from tests.gateways.phones import Phone
from tests.protection.keeping import how_many, known, told, with_content
from tests.store.samples import complete, incomplete


class Sleeping:
    """Time that passes while the command waits; `meanwhile` runs once."""

    def __init__(self, clock: Clock, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.clock, self.meanwhile = clock, meanwhile

    def __call__(self, seconds: float) -> None:
        self.clock.forward(seconds)
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()


def erased(stage: Stage, wanted: command.Wanted, sleep: Callable[[float], None] | None = None) -> tuple[int, str]:
    """Exit code and output."""
    out = io.StringIO()
    assert isinstance(stage.now, Clock)
    waits = sleep or Sleeping(stage.now)
    code = command.perform(wanted, stage.store, TaskRouter(stage.account), out, now=stage.now, sleep=waits)
    return code, out.getvalue()


def of_reference(stage: Stage, reference: str, **more: Any) -> tuple[int, str]:
    return erased(stage, command.by_reference(reference), **more)


def of_number(stage: Stage, number: str) -> tuple[int, str]:
    return erased(stage, command.by_number(stage.store, number, ["SN"]))


def task(stage: Stage) -> dict[str, Any]:
    (attributes,) = stage.tasks()
    return attributes


def test_a_delivered_request_goes_here_and_its_task_keeps_only_what_names_it(timed: Stage) -> None:
    (reference,) = timed.accept()
    timed.step()
    before = task(timed)["ussd"]["external_id"]
    code, said = of_reference(timed, reference.lower())
    assert code == 0
    assert said.startswith(f"{reference}, complete: content removed here; the attributes of its task WT")
    assert with_content(timed.store) == []
    assert task(timed) == {
        "type": "support",
        "channel": "ussd",
        "name": reference,
        "ussd": {
            "version": 1,
            "external_id": before,
            "reference": reference,
            "erased": True,
            "callback": None,
            "safe_to_call": "unknown",
            "answers": [],
        },
        "conversations": {"conversation_id": reference},
    }
    assert told(timed.store) == [("erase", reference, None, None)]


def test_the_note_that_an_agent_left_on_the_task_goes_too(timed: Stage) -> None:
    (reference,) = timed.accept()
    timed.step()
    (row,) = timed.world.tasks.search({}, [])
    noted = json.dumps({**task(timed), "ussd_callback": {"number": NUMBER}})
    timed.world.tasks.update(row["sid"], {"Attributes": noted})
    of_reference(timed, reference)
    assert NUMBER not in json.dumps(timed.tasks())


def test_a_request_that_waits_is_not_delivered_afterwards(timed: Stage, clock: Clock) -> None:
    (reference,) = timed.accept()
    assert of_reference(timed, reference) == (0, f"{reference}, complete: content removed here; it made no task.\n")
    clock.forward(3600)
    assert timed.step() == []
    assert timed.tasks() == []
    assert (timed.row(reference)["state"], timed.row(reference)["reason"]) == ("done", "erased on request")


def test_a_refused_request_no_longer_waits_for_a_person(timed: Stage) -> None:
    timed.world.faults.add("unavailable", "create", status=400, calls=1)
    (reference,) = timed.accept()
    timed.step()
    assert of_reference(timed, reference)[0] == 0
    assert timed.states() == {"done": 1}


def test_a_repetition_of_what_was_erased_is_still_known(timed: Stage) -> None:
    first = timed.store.accept(complete("SM-erased"), b"body")
    of_reference(timed, first.reference)
    assert timed.store.accept(complete("SM-erased"), b"body").repeated
    assert with_content(timed.store) == []


def test_a_call_that_is_under_way_is_waited_for_and_its_task_emptied(timed: Stage, clock: Clock) -> None:
    (reference,) = timed.accept()
    (job,) = timed.claim()
    real = timed.store.submission(job.submission_id)
    assert real is not None

    def ends() -> None:
        order = timed.plan.order(real, job.external_id, reference, None)
        assert order is not None
        made = TaskRouter(timed.account).create(order)
        _finished(timed, job, made)

    code, said = of_reference(timed, reference, sleep=Sleeping(clock, ends))
    assert (code, "are removed" in said) == (0, True)
    assert task(timed)["ussd"]["erased"] is True


def _finished(stage: Stage, job: Job, outcome: Outcome) -> None:
    patience = stage.rules.patience
    then = decide(Case(job, outcome, stage.now(), patience, 0.5))
    stage.store.write(lambda conn: finish(conn, job, Answer(outcome), then, patience, stage.now()))


def test_a_call_that_does_not_end_is_reported_as_left(timed: Stage) -> None:
    (reference,) = timed.accept()
    timed.claim()
    code, said = of_reference(timed, reference)
    assert code == 1
    assert "a call to TaskRouter is under way: run `python -m bridge erase --reference" in said
    assert with_content(timed.store) == []


def test_a_call_that_comes_after_the_erasure_makes_no_task_and_is_done(timed: Stage) -> None:
    (reference,) = timed.accept()
    (job,) = timed.claim()
    erase(timed.store, command.by_reference(reference).ids, who="test", now=timed.now())
    assert timed.call(job).moved
    assert timed.tasks() == []
    assert timed.states() == {"done": 1}


def in_doubt(stage: Stage, drop: str) -> str:
    stage.world.faults.add(drop, "create", calls=1)
    (reference,) = stage.accept()
    stage.step()
    assert stage.states() == {"check": 1}
    return reference


def test_a_task_that_may_have_been_made_is_looked_for_and_emptied(timed: Stage) -> None:
    reference = in_doubt(timed, "drop_after")
    code, said = of_reference(timed, reference)
    assert (code, "are removed" in said) == (0, True)
    assert task(timed)["ussd"]["erased"] is True
    assert timed.states() == {"done": 1}


def test_a_task_that_was_held_before_another_was_to_be_made_is_emptied_too(timed: Stage, clock: Clock) -> None:
    timed.world.faults.add("unavailable", "list")
    reference = in_doubt(timed, "drop_after")
    clock.forward(timed.rules.patience.give_up_after + 1)
    timed.step()
    timed.world.faults.clear()
    (row,) = timed.rows()
    assert row["state"] == "held"
    timed.store.write(lambda c: overview.send_again(c, row["submission_id"], clock(), anyway=True))
    code, said = of_reference(timed, reference)
    assert (code, "are removed" in said) == (0, True)
    assert task(timed)["ussd"]["erased"] is True


def test_whether_there_is_a_task_cannot_be_told_at_once(timed: Stage, clock: Clock) -> None:
    reference = in_doubt(timed, "drop_before")
    code, said = of_reference(timed, reference)
    assert (code, "cannot be told yet: run `python -m bridge erase --reference" in said) == (1, True)
    assert with_content(timed.store) == []
    clock.forward(61)
    code, said = of_reference(timed, reference)
    assert (code, "its content was gone already; no live task has its id" in said) == (0, True)
    assert timed.states() == {"done": 1}


@pytest.mark.parametrize("operation", ["list", "fetch", "update"])
def test_what_twilio_does_not_do_is_told_and_can_be_tried_again(timed: Stage, operation: str) -> None:
    (reference,) = timed.accept()
    timed.step()
    timed.world.faults.add("unavailable", operation, status=503, calls=1)
    code, said = of_reference(timed, reference)
    assert (code, "is NOT erased" in said) == (1, True)
    assert with_content(timed.store) == []
    assert of_reference(timed, reference)[0] == 0
    assert task(timed)["ussd"]["erased"] is True


def test_a_task_that_has_just_ended_is_emptied_and_later_said_to_be_gone(timed: Stage) -> None:
    (reference,) = timed.accept()
    timed.step()
    (row,) = timed.world.tasks.search({}, [])
    timed.world.tasks.update(row["sid"], {"AssignmentStatus": "canceled", "Reason": "test"})
    code, said = of_reference(timed, reference)
    assert (code, "are removed" in said) == (0, True)
    assert task(timed)["ussd"]["erased"] is True
    timed.world.tasks.delete(row["sid"])
    code, said = of_reference(timed, reference)
    assert (code, "has ended and is gone; TaskRouter's event log keeps it for 30 days" in said) == (0, True)


def test_an_ended_task_that_twilio_no_longer_changes_is_said_to_be_gone(timed: Stage) -> None:
    (reference,) = timed.accept()
    timed.step()
    (row,) = timed.world.tasks.search({}, [])
    timed.world.tasks.update(row["sid"], {"AssignmentStatus": "canceled", "Reason": "test"})
    timed.world.faults.add("unavailable", "update", status=400, calls=1)
    code, said = of_reference(timed, reference)
    assert (code, "has ended and is gone" in said) == (0, True)


def test_every_task_with_its_id_is_emptied(timed: Stage) -> None:
    (reference,) = timed.accept()
    timed.step()
    (row,) = timed.world.tasks.search({}, [])
    for _ in range(2):  # as a plugin leaves them that copies a task to try a call again
        timed.world.tasks.create({"Attributes": row["attributes"], "WorkflowSid": row["workflow_sid"]})
    code, said = of_reference(timed, reference)
    assert (code, "are removed (and of 2 more with its id)." in said) == (0, True)
    assert [one["ussd"].get("erased") for one in timed.tasks()] == [True, True, True]


def test_a_partial_and_its_complete_one_go_together(timed: Stage) -> None:
    timed.store.accept(incomplete("SM-two"), b"partial")
    timed.step()
    reference = timed.store.accept(complete("SM-two"), b"complete").reference
    timed.step()
    code, said = of_reference(timed, reference)
    assert (code, len(said.splitlines())) == (0, 2)
    assert with_content(timed.store) == []
    assert known(timed.store) == [reference, reference]


@pytest.mark.parametrize("typed", ["+221770000001", "00221 77 000 00 01", "770000001", "221770000001"])
def test_all_of_a_number_goes_however_it_is_typed(timed: Stage, typed: str) -> None:
    first, second = timed.accept(2)
    other = timed.store.accept(complete("SM-other", caller="+221770000002"), b"body").reference
    code, said = of_number(timed, typed)
    assert (code, len(said.splitlines())) == (0, 2)
    assert with_content(timed.store) == [other]
    assert [reference for _, reference, _, _ in told(timed.store)] == sorted([first, second])
    assert NUMBER not in said


@pytest.mark.parametrize("countries", [["", "KE", "TZ"], ["TZ", "KE", "SN"]], ids=" ".join)
def test_a_number_that_is_another_persons_in_another_country_erases_neither(timed: Stage, countries: list[str]) -> None:
    for session, caller in (("SM-ke", "+254712345678"), ("SM-tz", "+255712345678")):
        timed.store.accept(complete(session, caller=caller), b"body")
    with pytest.raises(SetupError, match=r"KE, .*type it with \+ and its country code. Nothing was erased") as refusal:
        command.by_number(timed.store, "0712345678", countries)
    assert "712345678" not in str(refusal.value)
    wanted = command.by_number(timed.store, "+254712345678", countries)
    assert erased(timed, wanted)[0] == 0
    assert len(with_content(timed.store)) == 1


def test_a_number_without_its_plus_finds_nobody_who_has_these_digits_elsewhere(timed: Stage) -> None:
    timed.store.accept(complete("SM-us", caller="+13012345678"), b"body")
    timed.store.accept(complete("SM-cn", caller="+8613012345678"), b"body")
    wanted = command.by_number(timed.store, "13012345678", ["CN"])
    assert erased(timed, wanted)[0] == 0
    kept = [timed.store.submission(reference) for reference in with_content(timed.store)]
    assert [one.submission.caller for one in kept if one and one.submission] == ["+13012345678"]


def test_numbers_are_read_in_the_countries_of_the_routes_whatever_is_wrong_with_the_menus(tmp_path: Path) -> None:
    (tmp_path / "routes.yaml").write_text("routes: [{gateway: hubtel, country: GH, menu: gone}]")
    environ = {"ROUTES_FILE": str(tmp_path / "routes.yaml"), "MENUS_DIR": str(tmp_path), "DEFAULT_COUNTRY": "SN"}
    assert command.countries(read(environ)) == ["GH", "SN"]


def test_a_number_that_is_looked_for_in_vain_stands_in_the_trail(timed: Stage) -> None:
    code, said = of_number(timed, "+221770000009")
    assert (code, said.startswith("Nothing is kept under this")) == (1, True)
    assert told(timed.store) == [("erase", None, "nothing found", None)]


def test_a_number_that_could_not_be_read_is_found_as_it_came(timed: Stage) -> None:
    timed.store.accept(complete("SM1", caller=None, caller_as_received="12"), b"body")
    assert of_number(timed, "12")[0] == 0
    assert with_content(timed.store) == []


@pytest.mark.parametrize("typed", ["770000001", "22177000000", "my number", "+25471"])
def test_nobody_is_told_that_nothing_is_kept_of_a_number_that_was_only_mistyped(timed: Stage, typed: str) -> None:
    timed.store.accept(complete("SM1"), b"body")
    code, said = erased(timed, command.by_number(timed.store, typed, [""]))
    assert (code, said) == (1, command.NOT_READ + "\n")
    assert typed not in said
    assert len(with_content(timed.store)) == 1


def test_no_number_at_all_erases_nothing_and_is_no_answer(timed: Stage) -> None:
    with pytest.raises(SetupError, match="no number was typed"):
        command.by_number(timed.store, "", ["SN"])
    assert told(timed.store) == []


@pytest.mark.parametrize(
    ("wanted", "beginning"),
    [
        pytest.param("K7QM4X", "Nothing is kept under this", id="unknown"),
        pytest.param("K7QM4Y", "This is no reference", id="a slip of one character"),
        pytest.param("not a reference", "This is no reference", id="something else"),
    ],
)
def test_where_nothing_is_found_the_command_says_so(timed: Stage, wanted: str, beginning: str) -> None:
    code, said = of_reference(timed, wanted)
    assert code == 1
    assert said.startswith(beginning)
    assert told(timed.store) == []


@pytest.fixture
def house(timed: Stage, clock: Clock) -> House:
    """Gateways on the same store."""
    menus: Mapping[str, Menu] = load_menus(MENUS)
    return House(timed.store, clock, menus)


def test_sessions_and_counts_of_a_number_go_too(timed: Stage, house: House) -> None:
    mine = Phone(house.client, "africastalking", TOKEN, session="s1", number="221770000001")
    other = Phone(house.client, "africastalking", TOKEN, session="s2", number="221770000002")
    for phone in (mine, other):
        phone.dial()
        phone.press("1")
    code, said = of_number(timed, NUMBER)
    assert (code, said) == (0, "Sessions deleted: 1.\n")
    assert told(timed.store) == [("erase", None, "sessions", 1)]
    assert how_many(timed.store, "session") == 1
    with timed.store.read() as connection:
        keys = list(connection.scalars(select(rate.c.key)))
    assert keys == [rates.key_of(timed.store.seal, "221770000002")]
    assert not mine.press("1").ends  # the caller still gets a screen


def test_a_session_that_ends_while_its_number_is_erased_leaves_nothing(timed: Stage, house: House) -> None:
    mine = Phone(house.client, "africastalking", TOKEN, session="s1", number="221770000001")
    mine.dial()
    mine.presses("1", "1", "1")
    wanted = command.by_number(timed.store, NUMBER, ["SN"])
    assert mine.press("2").ends  # between looking and erasing
    assert erased(timed, wanted)[0] == 0
    assert (with_content(timed.store), how_many(timed.store, "session")) == ([], 0)


def test_the_session_of_a_reference_goes_with_it(timed: Stage, house: House) -> None:
    mine = Phone(house.client, "africastalking", TOKEN, session="s1", number="221770000001")
    other = Phone(house.client, "africastalking", TOKEN, session="s2", number="221770000002")
    for phone in (mine, other):
        phone.dial()
        last = phone.presses("1", "1", "1", "2")
        assert last.ends
    reference = known(timed.store)[0]
    code, said = of_reference(timed, reference)
    assert (code, said.startswith("Sessions deleted: 1.\n")) == (0, True)
    assert how_many(timed.store, "session") == 1
    assert with_content(timed.store) == known(timed.store)[1:]


def test_a_number_need_not_stand_in_the_process_list(
    monkeypatch: pytest.MonkeyPatch, sqlite_url: str, opened: Callable[[str], Store], data_key: str
) -> None:
    opened(sqlite_url).accept(complete("SM1"), b"body", deliver=False)
    monkeypatch.setattr("sys.stdin", io.StringIO("+221 77 000 00 01\n"))
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("DATA_KEYS", data_key)
    parser = argparse.ArgumentParser()
    command.configure(parser)
    assert command.run(parser.parse_args(["--number", "-"])) == 0
