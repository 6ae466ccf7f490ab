"""The demo as `make run` starts it, once for all tests, and a person with its phone in hand."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.commands.demo_client import Demo
from bridge.commands.demo_keys import demo_keys
from bridge.store.reference import is_valid
from tests.servers import Server, running

DEADLINE = 30.0


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the demo's keys and databases."""
    return tmp_path_factory.mktemp("demo") / "instance"


@pytest.fixture(scope="session")
def demo(demo_data: Path) -> Iterator[Server]:
    """Its log says all that it can say, so that a test may look for what must not stand there."""
    with running(demo_data.parent, {"LOG_LEVEL": "DEBUG"}, "demo", "--data", str(demo_data)) as server:
        yield server


@pytest.fixture(scope="session")
def api(demo: Server, demo_data: Path) -> Demo:
    """The demo's addresses, with its keys."""
    return Demo(f"http://127.0.0.1:{demo.port}", demo_keys(demo_data / "demo.json"))


class Caller:
    """One number that dials at one gateway. `trips` are what travelled since it was looked at last."""

    def __init__(self, api: Demo, gateway: str, number: str) -> None:
        self.api, self.gateway, self.number = api, gateway, number
        self.call = ""
        self.moves: list[str] = []
        self.trips: list[dict[str, Any]] = []

    def dial(self, code: str = "*123#") -> str:
        """The first screen."""
        told = self.api.post("", {"gateway": self.gateway, "code": code, "number": self.number})
        self.call, self.moves = told["call"], told["moves"]
        return self._text(told)

    def press(self, *keys: str) -> str:
        """The screen after the last of these answers."""
        for key in keys:
            screen = self._text(self.api.post(f"/{self.call}/answer", {"text": key}))
        return screen

    def move(self, name: str) -> str:
        """The screen after it; "" where the line is gone."""
        return self._text(self.api.post(f"/{self.call}/move", {"name": name}))

    def hang_up(self) -> None:
        self._text(self.api.post(f"/{self.call}/hang-up", {}))

    def travelled(self) -> list[dict[str, Any]]:
        trips, self.trips = self.trips, []
        return trips

    def tasks(self) -> list[dict[str, Any]]:
        """The attributes of the tasks that hold this number, once there is one."""
        give_up_at = time.monotonic() + DEADLINE
        while not (found := self.api.tasks(EvaluateTaskAttributes=f'from == "{self.number}"')):
            assert time.monotonic() < give_up_at, "no task came"
            time.sleep(0.05)
        return [json.loads(task["attributes"]) for task in found]

    def _text(self, told: dict[str, Any]) -> str:
        self.trips += told["travelled"]
        return told["screen"]["text"] if told["screen"] else ""


@pytest.fixture
def caller(api: Demo) -> Callable[[str], Caller]:
    """A number that nobody has dialled from, at a gateway."""
    return lambda gateway: Caller(api, gateway, next(NUMBERS))


NUMBERS = map("+22177{:07}".format, itertools.count(1_000_001))


def reference_on(screen: str) -> str:
    """The reference that a last screen reads out."""
    found: str = screen.rpartition(" ")[2]
    assert is_valid(found), screen
    return found
