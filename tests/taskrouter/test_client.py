"""The client against the sandbox, over HTTP, with the SDK in between."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from bridge.sandbox import create_sandbox, seeds_for, world_of
from bridge.sandbox.server import serving
from bridge.taskrouter import Account, TaskRouter
from tests.sandbox.stage import ACCOUNT, ATTRIBUTES, EXTERNAL_ID, TOKEN, Stage


def test_a_created_task_has_all_that_was_ordered(stage: Stage) -> None:
    made = stage.router.create(stage.order())
    assert (made.kind, made.http_status) == ("done", 201)
    task = stage.world.tasks.fetch(made.task_sid or "")
    assert task["workflow_sid"] == stage.world.seeds.workflow_sid
    assert task["channel_sid"] == stage.world.seeds.task_channel_sid
    assert (task["priority"], task["timeout"]) == (5, 3600)
    assert task["attributes"] == ATTRIBUTES


@pytest.mark.parametrize("text", ['Où êtes-vous ? ግ 𝔘 " \\ & = + %', "x" * 3900])
def test_attributes_arrive_letter_for_letter(stage: Stage, text: str) -> None:
    attributes = json.dumps({"text": text}, ensure_ascii=False)
    made = stage.router.create(stage.order(attributes))
    assert stage.world.tasks.fetch(made.task_sid or "")["attributes"] == attributes


def test_a_task_is_found_by_its_external_id_and_by_no_other(stage: Stage) -> None:
    made = stage.router.create(stage.order())
    found = stage.router.find(EXTERNAL_ID)
    assert (found.kind, found.task_sid) == ("done", made.task_sid)
    assert stage.router.find("f" * 32).kind == "missing"


def test_a_task_is_found_where_lists_hold_no_attributes(stage: Stage) -> None:
    made = stage.router.create(stage.order())
    stage.world.faults.add("null_attributes", "list")
    assert stage.router.find(EXTERNAL_ID).task_sid == made.task_sid
    assert stage.world.faults.calls["fetch"] == 1


def test_a_task_that_goes_away_during_the_look_up_was_there(stage: Stage) -> None:
    made = stage.router.create(stage.order())
    stage.world.faults.add("null_attributes", "list")
    stage.world.faults.add("unavailable", "fetch", status=404)
    assert stage.router.find(EXTERNAL_ID).task_sid == made.task_sid


def test_the_oldest_of_several_is_the_one(stage: Stage) -> None:
    first = stage.router.create(stage.order())
    stage.clock.seconds += 60
    stage.router.create(stage.order())
    assert stage.router.find(EXTERNAL_ID).task_sid == first.task_sid


@pytest.mark.parametrize("bad", ["", "abc", '0" OR "1', "0123456789ABCDEF", "0123-4567-89ab", "é" * 32])
def test_only_hex_gets_into_an_expression(stage: Stage, bad: str) -> None:
    with pytest.raises(ValueError, match="hex"):
        stage.router.find(bad)
    with pytest.raises(ValueError, match="hex"):
        stage.router.created_between(bad, datetime.now(UTC), datetime.now(UTC))
    assert stage.world.faults.calls.total() == 0


def test_attributes_of_a_live_task_are_replaced(stage: Stage) -> None:
    sid = stage.router.create(stage.order()).task_sid or ""
    assert stage.router.update(sid, '{"new":1}').kind == "done"
    assert stage.world.tasks.fetch(sid)["attributes"] == '{"new":1}'


def test_what_an_agent_noted_on_the_task_outlives_its_update(stage: Stage) -> None:
    sid = stage.router.create(stage.order()).task_sid or ""
    noted = {"old": 1, "ussd_callback": {"outcome": "busy"}, "conversations": {"outcome": "Busy", "queue": "old"}}
    stage.world.tasks.update(sid, {"Attributes": json.dumps(noted)})
    assert stage.router.update(sid, '{"new":1,"conversations":{"channel":"ussd"}}').kind == "done"
    assert json.loads(stage.world.tasks.fetch(sid)["attributes"]) == {
        "new": 1,
        "conversations": {"channel": "ussd", "outcome": "Busy"},
        "ussd_callback": {"outcome": "busy"},
    }


def test_a_note_that_no_longer_fits_gives_way(stage: Stage) -> None:
    sid = stage.router.create(stage.order()).task_sid or ""
    stage.world.tasks.update(sid, {"Attributes": json.dumps({"ussd_callback": "n" * 3000})})
    ours = json.dumps({"new": "o" * 3000})
    assert stage.router.update(sid, ours).kind == "done"
    assert stage.world.tasks.fetch(sid)["attributes"] == ours


@pytest.mark.parametrize("status", ["completed", "canceled"])
def test_an_ended_task_counts_as_missing(stage: Stage, status: str) -> None:
    sid = stage.router.create(stage.order()).task_sid or ""
    assert stage.router.fetch(sid).kind == "done"
    stage.world.tasks.update(sid, {"AssignmentStatus": status, "Reason": "test"})
    assert stage.router.fetch(sid).kind == "missing"
    assert stage.router.update(sid, ATTRIBUTES).kind == "missing"


def test_a_deleted_task_is_missing(stage: Stage) -> None:
    sid = stage.router.create(stage.order()).task_sid or ""
    stage.world.tasks.delete(sid)
    assert stage.router.fetch(sid).kind == "missing"
    assert stage.router.update(sid, ATTRIBUTES).kind == "missing"
    assert stage.router.find(EXTERNAL_ID).kind == "missing"


def test_the_event_log_still_knows_a_task_that_is_gone(stage: Stage) -> None:
    sid = stage.router.create(stage.order()).task_sid or ""
    stage.world.tasks.delete(sid)
    created = datetime.fromtimestamp(stage.clock(), UTC)
    minute = timedelta(minutes=1)
    around = stage.router.created_between(EXTERNAL_ID, created - minute, created + minute)
    assert (around.kind, around.task_sid) == ("done", sid)
    elsewhere = created.astimezone(timezone(timedelta(hours=9)))
    assert stage.router.created_between(EXTERNAL_ID, elsewhere - minute, elsewhere + minute).kind == "done"
    before = stage.router.created_between(EXTERNAL_ID, created - 2 * minute, created - minute)
    assert before.kind == "missing"
    other = stage.router.created_between("f" * 32, created - minute, created + minute)
    assert other.kind == "missing"


def test_the_event_log_is_read_over_many_pages(stage: Stage) -> None:
    stage.router.create(stage.order())
    for _ in range(1001):
        stage.world.tasks.create({"Attributes": "{}"})
    created = datetime.fromtimestamp(stage.clock(), UTC)
    found = stage.router.created_between(EXTERNAL_ID, created - timedelta(minutes=1), created)
    assert found.kind == "done"
    assert stage.world.faults.calls["events"] == 2


def test_a_sandbox_below_a_path_is_reached_there_page_after_page() -> None:
    app = create_sandbox(None, account_sid=ACCOUNT, auth_token=TOKEN)
    workspace = seeds_for(ACCOUNT).workspace_sid

    def nothing(environ: object, start: object) -> list[bytes]:
        raise AssertionError("called outside of the path")

    with serving(DispatcherMiddleware(nothing, {"/deep/down": app})) as url:
        router = TaskRouter(Account(ACCOUNT, ACCOUNT, TOKEN, workspace, f"{url}/deep/down/"))
        for _ in range(1001):
            world_of(app).tasks.create({"Attributes": "{}"})
        now = datetime.now(UTC)
        logged = router.created_between(EXTERNAL_ID, now - timedelta(hours=1), now + timedelta(hours=1))
        assert logged.kind == "missing"
        assert world_of(app).faults.calls["events"] == 2


def test_edge_and_region_of_the_environment_do_not_lead_elsewhere(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    assert stage.router.create(stage.order()).kind == "done"


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    assert stage.router.create(stage.order()).kind == "done"


def test_threads_share_a_router_and_never_each_others_answers(stage: Stage) -> None:
    router, found = stage.router, dict[str, str | None]()

    def work(number: int) -> None:
        external_id = f"{number:032x}"
        made = router.create(stage.order(json.dumps({"ussd": {"external_id": external_id}})))
        found[external_id] = made.task_sid

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for external_id, sid in found.items():
        assert router.find(external_id).task_sid == sid
    assert len(set(found.values())) == 16


def test_an_account_shows_no_password(stage: Stage) -> None:
    assert TOKEN not in repr(stage.account)
    assert ATTRIBUTES not in repr(stage.order())


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"attributes": '{"a":"' + "x" * 4090 + '"}'}, "4096"),
        ({"attributes": '{"a":"' + "𝔘" * 2045 + '"}'}, "4096"),
        ({"attributes": "not json"}, "JSON"),
        ({"attributes": "[1]"}, "JSON"),
        ({"attributes": "[" * 4000}, "JSON"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": 1_209_601}, "timeout"),
        ({"priority": -1}, "priority"),
        ({"priority": 2**31}, "priority"),
    ],
)
def test_what_cannot_pass_is_refused_without_a_call(stage: Stage, changes: dict[str, object], word: str) -> None:
    outcome = stage.router.create(replace(stage.order(), **changes))  # type: ignore[arg-type]
    assert outcome.kind == "refused"
    assert word in outcome.reason
    assert stage.world.faults.calls.total() == 0
