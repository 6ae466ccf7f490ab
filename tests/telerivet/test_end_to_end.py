"""From the dialled code to the task: the built script in the emulator, the real bridge, the local TaskRouter."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bridge.commands.menu_build import script_for
from bridge.menu import Menu, read_menu
from bridge.sandbox import World, create_sandbox, seeds_for, world_of
from bridge.sandbox.server import serving
from tests.intake.signing import secret_text
from tests.servers import running, settings
from tests.telerivet.door import Door, door
from tests.telerivet.processes import ROOT, Emulator

ACCOUNT, TOKEN = "AC" + "b" * 32, "token-of-the-sandbox"
SECRET = secret_text("first")
DEADLINE = 60.0
UNSENT = "Merci. Nous avons gardé votre demande."


@dataclass
class Service:
    """Everything but the phone: the way to the bridge, and the TaskRouter behind it."""

    folder: Path
    environ: dict[str, str]
    world: World
    way: Door

    @contextmanager
    def bridge(self) -> Iterator[None]:
        """The bridge runs and the way to it is open."""
        with running(self.folder, self.environ) as server:
            self.way.port = server.port
            try:
                yield
            finally:
                self.way.port = None

    def tasks(self) -> list[dict[str, Any]]:
        """The attributes of every task there is."""
        return [json.loads(task["attributes"]) for task in self.world.tasks.search({}, [])]

    def one_task(self) -> dict[str, Any]:
        """The only task, once delivery has had time to make it, and a second one too."""
        assert eventually(lambda: len(self.tasks()) >= 1)
        (task,) = self.tasks()
        return task


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    seeds = seeds_for(ACCOUNT)
    sandbox = create_sandbox(tmp_path / "taskrouter.db", account_sid=ACCOUNT, auth_token=TOKEN)
    with serving(sandbox, port=0) as taskrouter, door() as way:
        environ = settings(
            tmp_path,
            SECRET,
            ACCOUNT_SID=ACCOUNT,
            AUTH_TOKEN=TOKEN,
            TASK_WORKSPACE_ID=seeds.workspace_sid,
            TASK_WORKFLOW_ID=seeds.workflow_sid,
            TASKROUTER_URL=str(taskrouter),
        )
        yield Service(tmp_path, environ, world_of(sandbox), way)


@pytest.fixture
def phone(emulator: Emulator, service: Service, support: Menu) -> Emulator:
    emulator.load(script_for(support), variables(service))
    return emulator


def variables(service: Service) -> dict[str, str]:
    return {"bridge_url": service.way.url, "bridge_secret": SECRET, "outbox_service_id": "SV2"}


def dial(phone: Emulator, keys: str = "23111") -> str:
    """The last screen after these keys."""
    screen = phone.dial()
    for key in keys:
        screen = phone.type(key)
    return screen


def eventually(holds: Callable[[], bool]) -> bool:
    give_up_at = time.monotonic() + DEADLINE
    while not holds():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(0.02)
    return True


def test_who_dials_and_answers_becomes_a_task_with_the_reference_they_heard(service: Service, phone: Emulator) -> None:
    with service.bridge():
        screen = dial(phone)
        task = service.one_task()
    assert screen == f"Merci. Votre référence : {task['name']}"
    assert task["location"] == "Thies"
    assert task["language"] == "French"
    assert task["from"] == "+221770000001"
    assert phone.rows() == []


def test_a_bridge_that_is_down_during_the_dialogue_and_up_later_makes_one_task(
    service: Service, phone: Emulator
) -> None:
    assert dial(phone) == UNSENT
    assert len(phone.rows()) == 1
    with service.bridge():
        phone.advance(90)
        assert service.one_task()["callback"] == "Yes"
    assert phone.rows() == []
    assert service.way.statuses == [202]


def test_an_answer_that_was_lost_makes_one_task(service: Service, phone: Emulator) -> None:
    with service.bridge():
        service.way.losing = 1
        assert dial(phone) == UNSENT
        phone.advance(90)
        assert service.way.statuses == [202, 200]
        service.one_task()
    assert phone.rows() == []


def test_a_secret_that_is_mended_lets_the_kept_submission_through(service: Service, phone: Emulator) -> None:
    with service.bridge():
        phone.ask({"do": "set", "vars": {"bridge_secret": secret_text("other")}})
        assert dial(phone) == UNSENT
        assert [row["status"] for row in phone.rows()] == [401]
        phone.ask({"do": "set", "vars": {"bridge_secret": SECRET}})
        phone.advance(90)
        service.one_task()
    assert service.way.statuses == [401, 202]


def test_who_hangs_up_early_is_one_task_that_a_later_completion_updates(service: Service, emulator: Emulator) -> None:
    partial = b"partial: {after: [location, support_type]}\nsession_ttl: 30\n"
    menu = read_menu((ROOT / "menus" / "support.yaml").read_bytes() + partial, "support.yaml")
    emulator.load(script_for(menu), variables(service))
    with service.bridge():
        dial(emulator, "231")
        emulator.advance(60)
        task = service.one_task()
        assert task["ussd"]["complete"] is False
        emulator.type("1")
        assert emulator.type("2") == f"Merci. Votre référence : {task['name']}"
        assert eventually(lambda: service.tasks()[0]["ussd"]["complete"])
        assert len(service.tasks()) == 1
    assert service.way.statuses == [202, 202]
