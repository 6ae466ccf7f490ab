"""What `doctor` is told about a set-up, read-only, each in a sentence that says what to do."""

from __future__ import annotations

import pytest

from bridge.taskrouter import TaskRouter
from tests.sandbox.stage import Stage
from tests.taskrouter.wire import answering, closed_port, http

NO_WORKFLOW, NO_CHANNEL = "WW" + "9" * 32, "pigeon"


def test_a_good_set_up_has_no_findings_and_makes_nothing(stage: Stage) -> None:
    assert stage.router.findings([stage.world.seeds.workflow_sid], ["ussd", "voice"]) == []
    assert set(stage.world.faults.calls) == {"other"}
    assert stage.tasks() == 0


def test_every_unknown_workflow_and_channel_is_named_with_its_setting(stage: Stage) -> None:
    workflows = [stage.world.seeds.workflow_sid, NO_WORKFLOW, NO_WORKFLOW]
    found = stage.router.findings(workflows, ["ussd", NO_CHANNEL])
    assert [finding.setting for finding in found] == ["TASK_WORKFLOW_ID", "TASK_CHANNEL"]
    assert NO_WORKFLOW in found[0].text
    assert NO_CHANNEL in found[1].text
    assert all("Twilio Console" in finding.text and finding.certain for finding in found)


@pytest.mark.parametrize(
    ("changes", "setting", "word"),
    [
        ({"workspace_sid": "WS" + "9" * 32}, "TASK_WORKSPACE_ID", "TASK_WORKSPACE_ID"),
        ({"password": "wrong"}, "", "AUTH_TOKEN"),
        ({"password": ""}, "ACCOUNT_SID", "AUTH_TOKEN"),
        ({"url": "taskrouter.twilio.com"}, "", "TASKROUTER_URL"),
    ],
    ids=["workspace", "wrong password", "no password", "no address"],
)
def test_where_the_first_thing_is_wrong_only_that_is_said(
    stage: Stage, changes: dict[str, str], setting: str, word: str
) -> None:
    found = stage.with_account(**changes).findings([NO_WORKFLOW], [NO_CHANNEL])
    assert [(finding.setting, finding.certain) for finding in found] == [(setting, True)]
    assert word in found[0].text


def test_nobody_there_is_no_fault_of_the_settings(stage: Stage) -> None:
    found = stage.with_account(url=f"http://127.0.0.1:{closed_port()}").findings([NO_WORKFLOW], [])
    assert [finding.certain for finding in found] == [False]
    assert "could not be reached" in found[0].text


def test_another_service_at_that_address_is_recognised(stage: Stage) -> None:
    with answering(http(200, "<html>Welcome</html>")) as url:
        router: TaskRouter = stage.with_account(url=url)
        assert [finding.setting for finding in router.findings([], [])] == ["TASKROUTER_URL"]
