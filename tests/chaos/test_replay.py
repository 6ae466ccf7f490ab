"""The same id again, in every way in which it can come again: one submission, one reference, one task."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import requests

from bridge.errors import SetupError
from bridge.settings import Settings, read
from tests.chaos.database import Database
from tests.chaos.house import House, until
from tests.chaos.machine import Machine
from tests.chaos.posting import post
from tests.databases import KINDS
from tests.servers import PROJECT

DAY = 86_400
TEN_DAYS = 10 * DAY
SCRIPT = PROJECT / "telerivet_script" / "src" / "outbox.js"
HOURS = (5 / 3600, 5 / 60, 0.5, 2, 5, 10, 14, 20, 24)  # between retries, as Standard Webhooks 1.0 suggests them
AT_ONCE = 8


@pytest.fixture(params=KINDS)
def house(request: pytest.FixtureRequest, tmp_path: Path, machine: Machine) -> Iterator[House]:
    """A bridge on SQLite, or two on one PostgreSQL; their clock is the test's."""
    postgres = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    url = postgres.url(postgres.create()) if postgres else f"sqlite:///{tmp_path / 'bridge.db'}"
    with House(tmp_path, Database(url, None, None, postgres), quick=True, seed=0, machine=machine) as house:
        assert until(house.answers, 60)
        yield house


def told(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["reference"]


def tasks_made(house: House) -> int:
    return sum(kind == "task.created" for _, kind, _ in house.taskrouter_saw())


def test_sequentially_from_threads_and_to_every_process(house: House) -> None:
    together = Barrier(AT_ONCE)

    def send(number: int) -> tuple[int, str]:
        together.wait(30)
        return told(post(house.ports[number % len(house.ports)], "SM1"))

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(send, range(AT_ONCE)))
    answers += [told(post(port, "SM1")) for port in house.ports]
    assert sorted(status for status, _ in answers) == [200] * (len(answers) - 1) + [202]
    assert len({reference for _, reference in answers}) == 1
    assert until(lambda: house.waiting() == 0, 60)
    assert tasks_made(house) == 1


def test_after_a_kill_in_between(house: House) -> None:
    status, reference = told(post(house.ports[0], "SM1"))
    for number in range(len(house.ports)):
        house.kill(number)
    assert until(lambda: house.exits["killed"] == len(house.ports) and house.answers(), 60)
    assert (status, *(told(post(port, "SM1")) for port in house.ports)) == (202, *[(200, reference)] * len(house.ports))
    assert until(lambda: house.waiting() == 0, 60)
    assert tasks_made(house) == 1


def test_after_ten_days_of_which_each_was_purged(house: House) -> None:
    _, reference = told(post(house.ports[0], "SM1"))
    assert until(lambda: house.waiting() == 0, 60)
    house.step_clock(TEN_DAYS)
    command = [sys.executable, "-m", "bridge", "purge"]
    purged = subprocess.run(command, cwd=PROJECT, env=house.environ(0), capture_output=True, text=True, check=True)
    assert "1" in purged.stdout  # the content is gone, the id is not
    assert told(post(house.ports[-1], "SM1", ahead=TEN_DAYS)) == (200, reference)
    assert post(house.ports[-1], "SM1", ahead=TEN_DAYS, language="en").status_code == 409
    assert until(lambda: house.waiting() == 0, 60)
    assert tasks_made(house) == 1


def test_ids_are_kept_for_longer_than_any_sender_repeats_whatever_an_admin_sets() -> None:
    shown = re.search(r"^var LIFE = (\d+) \* 24 \* 3600;$", SCRIPT.read_text(), re.MULTILINE)
    assert shown
    repeated = max(int(shown[1]) * DAY, sum(HOURS) * 3600, TEN_DAYS)
    least = next(days for days in range(1, 100) if is_taken(days))
    assert repeated < least * DAY <= Settings().keep_ids_days * DAY


def is_taken(days: int) -> bool:
    try:
        return read({"KEEP_IDS_DAYS": str(days)}).keep_ids_days == days
    except SetupError:
        return False
