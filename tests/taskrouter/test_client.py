"""The client against the sandbox, over HTTP, with the SDK in between."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from bridge.sandbox import create_sandbox, seeds_for, world_of
from bridge.sandbox.server import serving
from bridge.taskrouter import Account, TaskRouter
from bridge.value import replace
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


def test_what_others_wrote_on_the_task_outlives_its_update(stage: Stage) -> None:
    sid = stage.router.create(stage.order()).task_sid or ""
    before = {
        "from": "+1",  # ours, and no more so: the caller said in the end that a call is not safe
        "location": "Dakar",
        "pets": "Dog",
        "ussd": {"possible_duplicate": True, "answers": [{"name": "pets"}, None, {"name": ["odd"]}]},
        "ussd_callback": {"outcome": "busy"},
        "of_another_plugin": {"a": 1},
        "conversations": {"channel": "old", "conversation_attribute_7": "old", "outcome": "Busy", "queue": "theirs"},
        "customers": {"geo_location": "old", "category": "theirs"},
    }
    stage.world.tasks.update(sid, {"Attributes": json.dumps(before)})
    ours = {"new": 1, "ussd": {"complete": True}, "conversations": {"channel": "ussd"}}
    assert stage.router.update(sid, json.dumps(ours)).kind == "done"
    assert json.loads(stage.world.tasks.fetch(sid)["attributes"]) == {
        "new": 1,
        "ussd": {"complete": True, "possible_duplicate": True},
        "ussd_callback": {"outcome": "busy"},
        "of_another_plugin": {"a": 1},
        "conversations": {"channel": "ussd", "outcome": "Busy", "queue": "theirs"},
        "customers": {"category": "theirs"},
    }


@pytest.mark.parametrize(
    "before",
    ["[]", '{"ussd":[],"conversations":1,"customers":"x"}', '{"ussd":{"answers":7}}', '{"ussd":{"answers":"ab"}}'],
)
def test_what_cannot_be_read_on_a_task_does_not_stop_its_update(stage: Stage, before: str) -> None:
    sid = stage.router.create(stage.order()).task_sid or ""
    with stage.world.database.transaction() as connection:
        connection.execute("UPDATE task SET attributes = ? WHERE sid = ?", (before, sid))
    assert stage.router.update(sid, '{"new":1}').kind == "done"
    assert stage.world.tasks.fetch(sid)["attributes"] == '{"new":1}'


def overtaking(stage: Stage, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Of our next writes, so many come behind an agent's who read the task before we wrote and writes it whole."""
    update, left = stage.world.tasks.update, iter(range(times))

    def overtaken(sid: str, fields: Mapping[str, str], if_match: str | None = None) -> sqlite3.Row:
        if next(left, None) is not None:
            read = json.loads(stage.world.tasks.fetch(sid)["attributes"])
            attempts = read.get("ussd_callback", {}).get("attempts", 0) + 1
            update(sid, {"Attributes": json.dumps({**read, "ussd_callback": {"attempts": attempts}})})
        return update(sid, fields, if_match)

    monkeypatch.setattr(stage.world.tasks, "update", overtaken)


def test_an_agent_who_notes_something_while_we_write_loses_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    sid = stage.router.create(stage.order()).task_sid or ""
    overtaking(stage, monkeypatch, 2)
    assert stage.router.update(sid, '{"new":1}').kind == "done"
    assert json.loads(stage.world.tasks.fetch(sid)["attributes"]) == {"new": 1, "ussd_callback": {"attempts": 2}}


def test_an_update_that_is_always_overtaken_took_no_effect_and_is_tried_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    sid = stage.router.create(stage.order()).task_sid or ""
    overtaking(stage, monkeypatch, 99)
    outcome = stage.router.update(sid, '{"new":1}')
    assert (outcome.kind, outcome.http_status) == ("unsent", 412)
    assert "new" not in json.loads(stage.world.tasks.fetch(sid)["attributes"])


def test_the_bridge_and_an_agent_who_write_at_once_both_keep_all_they_wrote(stage: Stage) -> None:
    sid = stage.router.create(stage.order()).task_sid or ""
    rounds, together = 15, threading.Barrier(2)

    def agent() -> None:
        for number in range(1, rounds + 1):
            together.wait(30)
            while not noted(number):
                pass

    def noted(number: int) -> bool:
        found = stage.call("GET", f"/Tasks/{sid}")
        attributes = {**json.loads(found.json()["attributes"]), "ussd_callback": {"attempts": number}}
        fields = {"Attributes": json.dumps(attributes)}
        return stage.call("POST", f"/Tasks/{sid}", data=fields, headers={"If-Match": found.headers["ETag"]}).ok

    writing = threading.Thread(target=agent)
    writing.start()
    for number in range(1, rounds + 1):
        together.wait(30)
        while stage.router.update(sid, json.dumps({"ussd": {"turn": number}})).kind != "done":
            pass
    writing.join(60)
    attributes = json.loads(stage.world.tasks.fetch(sid)["attributes"])
    assert attributes == {"ussd": {"turn": rounds}, "ussd_callback": {"attempts": rounds}}


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
    ids=[
        *("too long", "too long in UTF-16", "no JSON", "a list", "too deep"),
        *("no time", "more than two weeks", "negative", "no 32-bit number"),
    ],
)
def test_what_cannot_pass_is_refused_without_a_call(stage: Stage, changes: dict[str, object], word: str) -> None:
    outcome = stage.router.create(replace(stage.order(), **changes))
    assert outcome.kind == "refused"
    assert word in outcome.reason
    assert stage.world.faults.calls.total() == 0
