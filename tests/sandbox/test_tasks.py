"""The sandbox keeps Twilio's rules about tasks, and says no as Twilio does."""

from __future__ import annotations

import json
import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from bridge.sandbox import create_sandbox, seeds_for, world_of
from tests.sandbox.stage import ACCOUNT, ATTRIBUTES, TOKEN, Stage


def test_the_same_account_finds_the_same_workspace() -> None:
    assert seeds_for(ACCOUNT) == seeds_for(ACCOUNT)
    assert seeds_for(ACCOUNT).workspace_sid != seeds_for("AC" + "b" * 32).workspace_sid


def test_only_we_can_read_the_tasks_of_a_rehearsal(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        world = world_of(create_sandbox(tmp_path / "new" / "sandbox.db", account_sid=ACCOUNT, auth_token=TOKEN))
        world.tasks.create({"Attributes": ATTRIBUTES})
    finally:
        os.umask(mask)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    assert modes == {"sandbox.db": 0o600, "sandbox.db-wal": 0o600, "sandbox.db-shm": 0o600}


def test_a_second_start_keeps_yesterdays_tasks(tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "sandbox.db"
    first = world_of(create_sandbox(file, account_sid=ACCOUNT, auth_token=TOKEN))
    sid = first.tasks.create({"Attributes": ATTRIBUTES})["sid"]
    first.database.close()
    second = world_of(create_sandbox(file, account_sid=ACCOUNT, auth_token=TOKEN))
    assert second.tasks.fetch(sid)["attributes"] == ATTRIBUTES
    assert len(second.resources.all("task_channel")) == len(first.seeds.task_channel) + 2
    second.database.close()


@pytest.mark.parametrize(
    ("user", "password"),
    [("", ""), (ACCOUNT, ""), (ACCOUNT, "wrong"), ("AC" + "b" * 32, TOKEN), (ACCOUNT, TOKEN + " ")],
    ids=["nobody", "no password", "a wrong password", "another account", "a blank behind it"],
)
def test_nobody_else_gets_in(stage: Stage, user: str, password: str) -> None:
    url = f"{stage.account.url}/v1/Workspaces/{stage.account.workspace_sid}/Tasks"
    answer = requests.get(url, auth=(user, password), timeout=5)
    assert answer.status_code == 401
    assert answer.json()["code"] == 20003
    assert requests.get(url, timeout=5).status_code == 401
    assert requests.put(f"{stage.account.url}/sandbox/faults", json={}, timeout=5).status_code == 401


def test_an_api_key_gets_in_as_well() -> None:
    app = create_sandbox(None, account_sid=ACCOUNT, auth_token=TOKEN, api_key_sid="SK1", api_key_secret="secret")
    path = f"/v1/Workspaces/{seeds_for(ACCOUNT).workspace_sid}"
    assert app.test_client().get(path, auth=("SK1", "secret")).status_code == 200
    assert app.test_client().get(path, auth=("SK1", TOKEN)).status_code == 401


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        pytest.param({"Attributes": '{"a":"' + "x" * 4090 + '"}'}, "Attributes", id="too long"),
        pytest.param({"Attributes": "hello"}, "Attributes", id="not JSON"),
        pytest.param({"Attributes": "[]"}, "Attributes", id="no object"),
        pytest.param({"Attributes": "[" * 4000}, "Attributes", id="too deep"),
        pytest.param({"Timeout": "1209601"}, "Timeout", id="over two weeks"),
        pytest.param({"Timeout": "0"}, "Timeout", id="no time at all"),
        pytest.param({"Timeout": "soon"}, "Timeout", id="no number"),
        pytest.param({"Timeout": "--5"}, "Timeout", id="two signs"),
        pytest.param({"Priority": "high"}, "Priority", id="priority in words"),
        pytest.param({"Priority": "-1"}, "Priority", id="priority below zero"),
        pytest.param({"WorkflowSid": "WW" + "9" * 32}, "WorkflowSid", id="unknown workflow"),
        pytest.param({"TaskChannel": "pigeon"}, "TaskChannel", id="unknown channel"),
        pytest.param({"TaskQueueSid": "WQ" + "9" * 32}, "TaskQueueSid", id="unknown queue"),
    ],
)
def test_what_twilio_refuses_is_refused_and_nothing_is_made(stage: Stage, fields: dict[str, str], word: str) -> None:
    answer = stage.create(**fields)
    assert answer.status_code == 400
    body = answer.json()
    assert body.keys() == {"code", "message", "more_info", "status"}
    assert (body["code"], body["status"]) == (20001, 400)
    assert word in body["message"]
    assert stage.tasks() == 0


def test_exactly_4096_characters_pass_whatever_their_bytes(stage: Stage) -> None:
    text = '{"a":"' + "é" * 4088 + '"}'
    assert len(text) == 4096
    assert stage.create(Attributes=text).json()["attributes"] == text


def test_with_a_second_workflow_the_order_must_name_one(stage: Stage) -> None:
    assert stage.create().status_code == 201
    stage.call("POST", "/Workflows", data={"FriendlyName": "Night", "Configuration": "{}"})
    assert stage.create().status_code == 400
    assert stage.create(WorkflowSid=stage.world.seeds.workflow_sid).status_code == 201


def test_a_name_is_taken_once(stage: Stage) -> None:
    assert stage.call("POST", "/TaskChannels", data={"UniqueName": "ussd"}).status_code == 400
    assert stage.call("POST", "/TaskQueues", data={}).status_code == 400


@pytest.mark.parametrize(
    "path", ["/Tasks/WT" + "0" * 32, "/Workflows/WW" + "0" * 32, "/Workflows/USSD", "/Events/EV0", "/Nothing"]
)
def test_what_is_not_there_is_404_as_twilio_says_it(stage: Stage, path: str) -> None:
    answer = stage.call("GET", path)
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)


def test_a_channel_is_found_by_its_unique_name_too(stage: Stage) -> None:
    assert stage.call("GET", "/TaskChannels/ussd").json()["sid"] == stage.world.seeds.task_channel_sid


def end(stage: Stage, sid: str, status: str, reason: str | None = "done") -> requests.Response:
    form = {"AssignmentStatus": status} | ({} if reason is None else {"Reason": reason})
    return stage.call("POST", f"/Tasks/{sid}", data=form)


def test_a_task_ends_once_and_for_a_reason(stage: Stage) -> None:
    sid = stage.create().json()["sid"]
    assert end(stage, sid, "completed", None).status_code == 400
    assert end(stage, sid, "finished").status_code == 400
    ended = end(stage, sid, "completed", "helped")
    assert (ended.json()["assignment_status"], ended.json()["reason"]) == ("completed", "helped")
    assert end(stage, sid, "canceled").status_code == 400


def test_only_a_task_that_nobody_has_can_be_canceled(stage: Stage) -> None:
    sid = stage.create().json()["sid"]
    assert end(stage, sid, "assigned").status_code == 200
    assert end(stage, sid, "canceled").status_code == 400
    assert end(stage, sid, "completed").status_code == 200


def test_an_ended_task_is_gone_after_five_minutes(stage: Stage) -> None:
    sid = stage.create().json()["sid"]
    end(stage, sid, "canceled")
    stage.clock.seconds += 299
    assert stage.call("GET", f"/Tasks/{sid}").status_code == 200
    stage.clock.seconds += 2
    assert stage.call("GET", f"/Tasks/{sid}").status_code == 404


def test_a_task_that_waited_too_long_is_canceled(stage: Stage) -> None:
    sid = stage.create(Timeout=60).json()["sid"]
    stage.clock.seconds += 61
    task = stage.call("GET", f"/Tasks/{sid}").json()
    assert (task["assignment_status"], task["reason"]) == ("canceled", "Task TTL Exceeded")


def test_an_update_on_an_older_version_changes_nothing(stage: Stage) -> None:
    created = stage.create()
    sid, before = created.json()["sid"], created.headers["ETag"]
    changed = stage.call("POST", f"/Tasks/{sid}", data={"Attributes": '{"b":1}'}, headers={"If-Match": before})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != before
    again = stage.call("POST", f"/Tasks/{sid}", data={"Attributes": '{"c":1}'}, headers={"If-Match": before})
    assert again.status_code == 412
    assert stage.call("GET", f"/Tasks/{sid}").json()["attributes"] == '{"b":1}'


def test_of_many_updates_on_the_same_version_one_is_made(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    created = stage.create()
    sid, etag = created.json()["sid"], created.headers["ETag"]
    all_have_read, changes = threading.Barrier(6), stage.world.tasks._changes

    def after_all(*read: Any) -> dict[str, object]:
        all_have_read.wait(30)
        return changes(*read)

    def write(number: int) -> int:
        fields = {"Attributes": f'{{"by":{number}}}'}
        return stage.call("POST", f"/Tasks/{sid}", data=fields, headers={"If-Match": etag}).status_code

    monkeypatch.setattr(stage.world.tasks, "_changes", after_all)
    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(write, range(6))) == [200] + [412] * 5


def test_a_task_that_was_changed_is_not_deleted_by_its_older_version(stage: Stage) -> None:
    created = stage.create()
    sid, etag = created.json()["sid"], created.headers["ETag"]
    stage.call("POST", f"/Tasks/{sid}", data={"Attributes": '{"b":1}'})
    assert stage.call("DELETE", f"/Tasks/{sid}", headers={"If-Match": etag}).status_code == 412
    assert stage.tasks() == 1


def test_a_deleted_task_is_gone_at_once(stage: Stage) -> None:
    sid = stage.create().json()["sid"]
    assert stage.call("DELETE", f"/Tasks/{sid}").status_code == 204
    assert stage.call("DELETE", f"/Tasks/{sid}").status_code == 404


def listed(stage: Stage, **query: object) -> list[str]:
    return [task["sid"] for task in stage.call("GET", params=query).json()["tasks"]]


def test_lists_are_filtered_and_ordered(stage: Stage) -> None:
    first = stage.create(Priority=1).json()["sid"]
    stage.clock.seconds += 1
    second = stage.create(Priority=9, TaskChannel="voice").json()["sid"]
    end(stage, first, "completed")
    assert listed(stage) == [first, second]
    assert listed(stage, Ordering="DateCreated:desc") == [second, first]
    assert listed(stage, Ordering="Priority:desc,DateCreated:asc") == [second, first]
    assert listed(stage, AssignmentStatus="completed") == [first]
    assert listed(stage, AssignmentStatus=["pending", "completed"]) == [first, second]
    assert listed(stage, AssignmentStatus="pending,reserved") == [second]
    assert listed(stage, Priority="9") == [second]
    assert listed(stage, WorkflowSid=stage.world.seeds.workflow_sid) == [first, second]
    assert listed(stage, WorkflowSid="WW" + "0" * 32) == []
    assert listed(stage, TaskQueueSid="WQ" + "0" * 32) == []
    assert stage.call("GET", params={"Ordering": "Attributes:asc"}).status_code == 400


def test_lists_come_in_pages(stage: Stage) -> None:
    made = [stage.create().json()["sid"] for _ in range(5)]
    found, url, pages = [], f"{stage.account.url}/v1/Workspaces/{stage.account.workspace_sid}/Tasks?PageSize=2", 0
    while url:
        body = requests.get(url, auth=(ACCOUNT, TOKEN), timeout=5).json()
        found += [task["sid"] for task in body["tasks"]]
        url, pages = body["meta"]["next_page_url"], pages + 1
    assert (found, pages) == (made, 3)
    assert stage.call("GET", params={"PageSize": 1001}).status_code == 400


def test_a_list_knows_tasks_by_what_their_attributes_say(stage: Stage) -> None:
    ours = stage.create(Attributes='{"ussd":{"external_id":"ab12"},"n":5}').json()["sid"]
    stage.create(Attributes='{"ussd":{"external_id":"cd34"}}')
    assert listed(stage, EvaluateTaskAttributes='ussd.external_id == "ab12"') == [ours]
    assert listed(stage, EvaluateTaskAttributes="ussd.external_id=='ab12' AND n == 5") == [ours]
    assert listed(stage, EvaluateTaskAttributes='ussd.external_id == "zz"') == []
    refused = stage.call("GET", params={"EvaluateTaskAttributes": "external-id == 1"})
    assert (refused.status_code, refused.json()["code"]) == (400, 20001)


def test_the_events_tell_what_happened_to_a_task(stage: Stage) -> None:
    sid = stage.create().json()["sid"]
    stage.call("POST", f"/Tasks/{sid}", data={"Attributes": '{"b":1}'})
    end(stage, sid, "completed", "helped")
    stage.call("DELETE", f"/Tasks/{sid}")
    events = stage.call("GET", "/Events", params={"TaskSid": sid}).json()["events"]
    kinds = [event["event_type"] for event in reversed(events)]
    assert kinds == ["task.created", "task.updated", "task.completed", "task.deleted"]
    assert events[-1]["event_data"]["task_attributes"] == ATTRIBUTES
    assert json.loads(events[0]["event_data"]["task_attributes"]) == {"b": 1}


def test_events_are_asked_for_by_time(stage: Stage) -> None:
    stage.create()
    stage.clock.seconds += 16 * 60

    def count(**query: str) -> int:
        return len(stage.call("GET", "/Events", params=query).json()["events"])

    assert count() == 0  # the last fifteen minutes, unless said otherwise
    assert count(Minutes="20") == 1
    assert count(Minutes="20", EventType="task.canceled") == 0
    assert count(StartDate="2000-01-01T00:00:00Z") == 1
    assert count(EndDate="2000-01-01T00:00:00Z") == 0
    for wrong in ({"Minutes": "few"}, {"StartDate": "yesterday"}):
        assert stage.call("GET", "/Events", params=wrong).status_code == 400
