"""The real `serve` against a TaskRouter over HTTP: nothing accepted is lost, and nothing becomes two tasks."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from bridge.sandbox import World, create_sandbox, seeds_for, world_of
from bridge.sandbox.server import serving
from tests.intake.signing import body, headers, secret_text
from tests.servers import Server, free_port, running, settings

ACCOUNT, TOKEN = "AC" + "a" * 32, "token-of-the-sandbox"
DEADLINE = 60.0


@dataclass
class House:
    """The settings of one bridge, and the TaskRouter it knows, which is there or not."""

    folder: Path
    environ: dict[str, str]
    taskrouter_port: int

    @contextmanager
    def taskrouter(self) -> Iterator[World]:
        sandbox = create_sandbox(self.folder / "taskrouter.db", account_sid=ACCOUNT, auth_token=TOKEN)
        with serving(sandbox, port=self.taskrouter_port):
            yield world_of(sandbox)


@pytest.fixture
def house(tmp_path: Path) -> House:
    port, seeds = free_port(), seeds_for(ACCOUNT)
    environ = settings(
        tmp_path,
        secret_text("first"),
        ACCOUNT_SID=ACCOUNT,
        AUTH_TOKEN=TOKEN,
        TASK_WORKSPACE_ID=seeds.workspace_sid,
        TASK_WORKFLOW_ID=seeds.workflow_sid,
        TASKROUTER_URL=f"http://127.0.0.1:{port}",
    )
    return House(tmp_path, environ, port)


def post(server: Server, session: str) -> requests.Response:
    raw = body(session_id=session)
    url = f"http://127.0.0.1:{server.port}/v1/submissions"
    return requests.post(url, data=raw, headers=headers(raw, session, int(time.time())), timeout=20)


def references(world: World) -> list[str]:
    return sorted(json.loads(task["attributes"])["name"] for task in world.tasks.search({}, []))


def eventually(holds: Callable[[], bool]) -> bool:
    give_up_at = time.monotonic() + DEADLINE
    while not holds():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(0.02)
    return True


def test_what_was_accepted_before_a_kill_becomes_one_task_each_after_the_restart(house: House) -> None:
    with running(house.folder, house.environ) as first:
        accepted = sorted(post(first, f"SM{number}").json()["reference"] for number in range(5))
        first.process.kill()
    with house.taskrouter() as world, running(house.folder, house.environ) as second:
        assert eventually(lambda: references(world) == accepted)
        assert post(second, "SM0").status_code == 200
        assert requests.get(f"http://127.0.0.1:{second.port}/readyz", timeout=20).json()["status"] == "ready"
        assert references(world) == accepted


def test_the_same_submission_twice_makes_one_task(house: House) -> None:
    with house.taskrouter() as world, running(house.folder, house.environ) as server:
        answers = [post(server, "SM1"), post(server, "SM1")]
        assert [answer.status_code for answer in answers] == [202, 200]
        (reference,) = {answer.json()["reference"] for answer in answers}
        assert eventually(lambda: references(world) == [reference])


def test_an_answer_lost_after_creation_makes_no_second_task(house: House) -> None:
    with house.taskrouter() as world, running(house.folder, house.environ) as server:
        world.faults.add("drop_after", "create", calls=1)
        reference = post(server, "SM1").json()["reference"]
        assert eventually(lambda: world.faults.calls["list"] >= 1)
        assert world.faults.calls["create"] == 1
        assert references(world) == [reference]


def test_a_set_up_that_is_wrong_pauses_delivery_and_goes_on_by_itself_when_mended(house: House) -> None:
    with house.taskrouter() as world, running(house.folder, house.environ) as server:
        world.faults.add("unavailable", "create", status=401)
        reference = post(server, "SM1").json()["reference"]
        ready = f"http://127.0.0.1:{server.port}/readyz"
        assert eventually(lambda: requests.get(ready, timeout=20).status_code == 503)
        assert "AUTH_TOKEN" in requests.get(ready, timeout=20).text
        world.faults.clear()
        assert eventually(lambda: references(world) == [reference])


def test_nothing_personal_stands_in_the_log(house: House) -> None:
    with house.taskrouter() as world, running(house.folder, house.environ) as server:
        post(server, "SM1")
        assert eventually(lambda: len(references(world)) == 1)
        logged = server.logged()
    assert "+221770000001" not in logged
    assert "221770000001" not in logged
    assert "shelter" not in logged
    assert house.environ["TELERIVET_USSD_SECRET"] not in logged
    assert TOKEN not in logged
