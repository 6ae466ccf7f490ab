"""The worker with all its threads, against the sandbox over real HTTP."""

from __future__ import annotations

from .stage import Stage, until


def test_what_is_accepted_becomes_one_task_each(stage: Stage) -> None:
    stage.accept(5)
    with stage.working():
        stage.accept(20)
        until(stage.all_done)
    assert stage.once_each()
    assert stage.world.faults.calls == {"create": 25}
