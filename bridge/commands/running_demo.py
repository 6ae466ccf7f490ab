"""The demo for a command that needs one: the one that runs already, or one of its own for as long as it is needed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from bridge.commands.demo import TASKROUTER
from bridge.commands.demo_keys import DemoKeys, demo_keys
from bridge.errors import SetupError
from bridge.sandbox import seeds_for

START_SECONDS = 30.0
ANSWER_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that answers at `url`."""

    url: str
    keys: DemoKeys

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What the page of the phone would send, and its answer. Raises `SetupError` where it is refused."""
        url = f"{self.url}/simulator/calls{path}"
        try:
            told: dict[str, Any] = self._ask("POST", url, json=body, headers={"X-Simulator": "1"}).json()
        except (requests.RequestException, ValueError):
            raise SetupError("the demo gave no answer: its log says why") from None
        if told["error"]:
            raise SetupError(told["error"])
        return told

    def tasks(self, **filters: str) -> list[dict[str, Any]]:
        """Tasks as its TaskRouter lists them. Raises `requests.RequestException`."""
        seeds = seeds_for(self.keys.account_sid)
        url = f"{self.url}{TASKROUTER}/v1/Workspaces/{seeds.workspace_sid}/Tasks"
        login = (self.keys.account_sid, self.keys.auth_token)
        found: list[dict[str, Any]] = self._ask("GET", url, params=filters, auth=login).json()["tasks"]
        return found

    def answers(self) -> bool:
        """Whether it is there, and has these keys."""
        try:
            self.tasks(PageSize="1")
        except (requests.RequestException, ValueError, KeyError):
            return False
        return True

    def _ask(self, method: str, url: str, **more: Any) -> requests.Response:
        """An answer of this machine; a proxy for the world outside is not asked."""
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(method, url, timeout=ANSWER_SECONDS, **more)
        answer.raise_for_status()
        return answer


@contextmanager
def running_demo(url: str, data: Path) -> Iterator[Demo]:
    """The demo at `url` whose keys are in `data`, or a new one with data of its own. Raises `SetupError`."""
    file = data / "demo.json"
    if file.exists() and (found := Demo(url, demo_keys(file))).answers():
        yield found
        return
    with tempfile.TemporaryDirectory(prefix="ussd-demo-") as folder, _started(Path(folder)) as own:
        yield own


@contextmanager
def _started(folder: Path) -> Iterator[Demo]:
    port = _free_port()
    process = subprocess.Popen(  # noqa: S603 - our own program, by its full path
        [sys.executable, "-m", "bridge", "demo", "--data", str(folder)],
        env={**os.environ, "HOST": "127.0.0.1", "PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield _ready(process, f"http://127.0.0.1:{port}", folder / "demo.json")
    finally:
        process.terminate()
        process.wait()


def _ready(process: subprocess.Popen[bytes], url: str, file: Path) -> Demo:
    give_up_at = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < give_up_at:
        if file.exists() and file.stat().st_size and (demo := Demo(url, demo_keys(file))).answers():
            return demo
        time.sleep(0.05)
    raise SetupError("the demo could not be started: `make run` shows why")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port
