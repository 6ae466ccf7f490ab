"""The client against the sandbox, over HTTP, with the SDK in between."""

from __future__ import annotations

from .conftest import EXTERNAL_ID, Stage


def test_a_created_task_has_all_that_was_ordered(stage: Stage) -> None:
    made = stage.router.create(stage.order())
    assert made.kind == "done"
    task = stage.world.tasks.fetch(made.task_sid or "")
    assert task["workflow_sid"] == stage.world.seeds.workflow_sid
    assert task["channel_sid"] == stage.world.seeds.task_channel_sid
    assert (task["priority"], task["timeout"]) == (5, 3600)
    assert task["attributes"] == stage.order().attributes


def test_a_task_is_found_by_its_external_id(stage: Stage) -> None:
    made = stage.router.create(stage.order())
    assert stage.router.find(EXTERNAL_ID).task_sid == made.task_sid
    assert stage.router.find("f" * 32).kind == "missing"
