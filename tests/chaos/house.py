"""The house under trial: bridge processes that are always started again, their database, and their TaskRouter."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from signal import SIGKILL, SIGTERM

import requests

from bridge.sandbox import World, create_sandbox, seeds_for, world_of
from bridge.sandbox.server import serving
from tests.chaos.database import Database
from tests.chaos.machine import Machine
from tests.chaos.posting import SECRET_TEXT
from tests.chaos.processes import Processes
from tests.servers import PROJECT, free_port, settings

ACCOUNT, TOKEN = "AC" + "a" * 32, "token-of-the-sandbox"
DELIVERIES = re.compile(r'^bridge_deliveries\{state="(\w+)"\} ([0-9.]+)', re.MULTILINE)
MOVING = ("ready", "calling", "check")
STOP_SECONDS = 10.0


class House:
    """Everything that a storm blows on. `quick` starts the bridge with shortened waiting times.

    `machine` runs under the bridge. On PostgreSQL there are two processes.
    """

    def __init__(self, folder: Path, database: Database, *, quick: bool, seed: int, machine: Machine | None) -> None:
        self.database, self.machine = database, machine
        self.ports = [free_port() for _ in range(2 if database.postgres else 1)]
        self.tokens = {name: secrets.token_urlsafe(24) for name in ("africastalking", "hubtel")}
        self.clock_ahead, self.clock_set_at = 0.0, float("-inf")
        self._sandbox = create_sandbox(None, account_sid=ACCOUNT, auth_token=TOKEN, seed=seed)
        self._taskrouter_port = free_port()
        self._taskrouter = ExitStack()
        self._environ = self._settings(folder)
        command = ["-m", "tests.chaos.quick"] if quick else ["-m", "bridge", "serve"]
        self.processes = Processes(folder, len(self.ports), command, self.environ)

    @property
    def world(self) -> World:
        return world_of(self._sandbox)

    @property
    def exits(self) -> Counter[str]:
        """How processes ended so far."""
        return self.processes.exits

    def __enter__(self) -> House:
        self.reach_taskrouter()
        self.processes.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.processes.__exit__()
        self._taskrouter.close()

    # What can be done to it

    def reach_taskrouter(self) -> None:
        self._taskrouter.enter_context(serving(self._sandbox, port=self._taskrouter_port))

    def lose_taskrouter(self) -> None:
        """From now on connections to it are refused."""
        self._taskrouter.close()

    def kill(self, number: int) -> None:
        """kill -9, whatever it is doing; it is started again at once."""
        self.processes.end(number, SIGKILL)

    def stop(self, number: int) -> None:
        """SIGTERM, as a deployment does, once it listens: before that, Python's own way is to end at once."""
        if until(lambda: self._get(self.ports[number], "healthz") is not None, STOP_SECONDS):
            self.processes.end(number, SIGTERM)

    def step_clock(self, ahead: float) -> None:
        assert self.machine
        self.clock_ahead = ahead
        self.machine.step_clock(ahead)
        self.clock_set_at = time.monotonic()

    # What can be asked of it

    def answers(self) -> bool:
        """Whether every process is ready."""
        return all(self._get(port, "readyz") is not None for port in self.ports)

    def deliveries(self) -> dict[str, int] | None:
        """How many are in which state by the bridge's own count; None where it cannot tell now."""
        page = self._get(self.ports[0], "metrics")
        return None if page is None else {state: int(float(count)) for state, count in DELIVERIES.findall(page)}

    def waiting(self) -> int | None:
        """How many deliveries will still move by themselves; None where that cannot be told now."""
        found = self.deliveries()
        return None if found is None else sum(found.get(state, 0) for state in MOVING)

    def shown_to_admin(self) -> list[tuple[str, str]]:
        """Reference and state of all that is not delivered, as `python -m bridge deliveries list` shows it."""
        command = [sys.executable, "-m", "bridge", "deliveries", "list", "--limit", "1000000"]
        done = subprocess.run(command, cwd=PROJECT, env=self._environ, capture_output=True, text=True, check=False)
        rows = [line.split() for line in done.stdout.splitlines()[1:]]
        return [(row[0], row[2]) for row in rows if len(row) > 2]

    def taskrouter_saw(self) -> list[tuple[float, str, str]]:
        """Its event log: when (seconds since 1970), what, and the event's data."""
        rows = self.world.database.rows("SELECT happened, type, data FROM event ORDER BY number")
        return [(row["happened"], row["type"], row["data"]) for row in rows]

    def environ(self, number: int) -> dict[str, str]:
        """What a process of this house runs with."""
        return {**self._environ, "PORT": str(self.ports[number]), **(self.machine.environ if self.machine else {})}

    def _settings(self, folder: Path) -> dict[str, str]:
        seeds = seeds_for(ACCOUNT)
        return {
            "PATH": os.environ["PATH"],
            "HOST": "127.0.0.1",
            **settings(folder, SECRET_TEXT),
            "ACCOUNT_SID": ACCOUNT,
            "AUTH_TOKEN": TOKEN,
            "TASK_WORKSPACE_ID": seeds.workspace_sid,
            "TASK_WORKFLOW_ID": seeds.workflow_sid,
            "TASKROUTER_URL": f"http://127.0.0.1:{self._taskrouter_port}",
            "DATABASE_URL": self.database.url,
            **{f"{name.upper()}_TOKEN": token for name, token in self.tokens.items()},
        }

    def _get(self, port: int, page: str) -> str | None:
        try:
            answer = requests.get(f"http://127.0.0.1:{port}/{page}", timeout=10)
        except requests.RequestException:
            return None
        return answer.text if answer.ok else None


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether it came to that within so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
