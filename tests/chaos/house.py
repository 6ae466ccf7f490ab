"""The house under trial: bridge processes that are always started again, their database, and their TaskRouter."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import requests

from bridge.sandbox import World, create_sandbox, seeds_for, world_of
from bridge.sandbox.server import serving
from tests.chaos.machine import Machine
from tests.chaos.posting import SECRET_TEXT
from tests.databases import Postgres
from tests.servers import PROJECT, free_port, settings
from tests.store.disks import SmallDisk

ACCOUNT, TOKEN = "AC" + "a" * 32, "token-of-the-sandbox"
DELIVERIES = re.compile(r'^bridge_deliveries\{state="(ready|calling|check)"\} ([0-9.]+)', re.MULTILINE)
STOP_SECONDS = 10.0


class House:
    """Everything that a storm blows on. `quick` starts the bridge with shortened waiting times.

    `machine` runs under the bridge, `disk` holds its SQLite file, `postgres` takes the place of SQLite and gets two
    processes. `exits` counts how processes ended: killed, stopped, or by themselves.
    """

    def __init__(
        self,
        folder: Path,
        *,
        quick: bool,
        seed: int,
        machine: Machine | None = None,
        disk: SmallDisk | None = None,
        postgres: Postgres | None = None,
    ) -> None:
        self.folder, self.machine, self.disk, self.postgres = folder, machine, disk, postgres
        self.ports = [free_port() for _ in range(2 if postgres else 1)]
        self.tokens = {name: secrets.token_urlsafe(24) for name in ("africastalking", "hubtel")}
        self.exits: Counter[str] = Counter()
        self.clock_ahead, self.clock_set_at = 0.0, float("-inf")
        self._command = ["-m", "tests.chaos.quick"] if quick else ["-m", "bridge", "serve"]
        self._sandbox = create_sandbox(None, account_sid=ACCOUNT, auth_token=TOKEN, seed=seed)
        self._taskrouter_port = free_port()
        self._processes: list[subprocess.Popen[bytes] | None] = [None] * len(self.ports)
        self._stopped: set[int] = set()  # pids that we ended
        self._hands = ThreadPoolExecutor(1)
        self._over = threading.Event()
        self._keeper = threading.Thread(target=self._keep_running, name="init system")
        self._taskrouter = ExitStack()
        self._environ = self._settings()

    @property
    def world(self) -> World:
        return world_of(self._sandbox)

    def __enter__(self) -> House:
        self.reach_taskrouter()
        self._keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._keeper.join()
        for process in filter(None, self._processes):
            process.kill()
            process.wait()
        self._taskrouter.close()
        self._hands.shutdown()

    # What can be done to it

    def reach_taskrouter(self) -> None:
        self._taskrouter.enter_context(serving(self._sandbox, port=self._taskrouter_port))

    def lose_taskrouter(self) -> None:
        """From now on connections to it are refused."""
        self._taskrouter.close()

    def kill(self, number: int) -> None:
        """kill -9, whatever it is doing; it is started again at once."""
        self._end(number, signal.SIGKILL)

    def stop(self, number: int) -> None:
        """SIGTERM, as a deployment does, once it listens: before that, Python's own way is to end at once."""
        if until(lambda: self._get(self.ports[number], "healthz") is not None, STOP_SECONDS):
            self._end(number, signal.SIGTERM)

    def step_clock(self, ahead: float) -> None:
        assert self.machine
        self.clock_ahead = ahead
        self.machine.step_clock(ahead)
        self.clock_set_at = time.monotonic()

    def disk_failing(self) -> AbstractContextManager[None]:
        assert self.machine
        return self.machine.disk_failing()

    def stop_postgres(self, how: signal.Signals) -> None:
        assert self.postgres
        self.postgres.stop(how)

    def start_postgres(self) -> None:
        """From a thread that lasts: PostgreSQL is told to die with the one that started it."""
        assert self.postgres
        self._hands.submit(self.postgres.start, fsync=True).result()

    # What can be asked of it

    def answers(self) -> bool:
        """Whether every process is ready."""
        return all(self._get(port, "readyz") is not None for port in self.ports)

    def waiting(self) -> float | None:
        """How many deliveries will still move by themselves; None where that cannot be told now."""
        page = self._get(self.ports[0], "metrics")
        return None if page is None else sum(float(number) for _, number in DELIVERIES.findall(page))

    def shown_to_admin(self) -> list[tuple[str, str]]:
        """Reference and state of all that is not delivered, as `python -m bridge deliveries list` shows it."""
        command = [sys.executable, "-m", "bridge", "deliveries", "list", "--limit", "1000000"]
        done = subprocess.run(command, cwd=PROJECT, env=self._environ, capture_output=True, text=True, check=False)
        rows = [line.split() for line in done.stdout.splitlines()[1:]]
        return [(row[0], row[2]) for row in rows if len(row) > 2]

    def logged(self) -> str:
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("process-*.log")))

    def taskrouter_saw(self) -> str:
        """Its event log, one line each."""
        rows = self.world.database.rows("SELECT happened, type, data FROM event ORDER BY number")
        return "".join(f"{row['happened']:.3f} {row['type']} {row['data']}\n" for row in rows)

    def environ(self, number: int) -> dict[str, str]:
        """What a process of this house runs with."""
        return {**self._environ, "PORT": str(self.ports[number]), **(self.machine.environ if self.machine else {})}

    def memory(self) -> int:
        """The most that any process ever held, in kB, of those that run now."""
        return max((peak_memory(process.pid) for process in self._processes if process), default=0)

    def _settings(self) -> dict[str, str]:
        seeds = seeds_for(ACCOUNT)
        database = self.disk.folder if self.disk else self.folder
        more = {f"{name.upper()}_TOKEN": token for name, token in self.tokens.items()}
        if self.postgres:
            more["DATABASE_URL"] = self.postgres.url(self.postgres.create())
        return {
            "PATH": os.environ["PATH"],
            "HOST": "127.0.0.1",
            **settings(database, SECRET_TEXT),
            "ACCOUNT_SID": ACCOUNT,
            "AUTH_TOKEN": TOKEN,
            "TASK_WORKSPACE_ID": seeds.workspace_sid,
            "TASK_WORKFLOW_ID": seeds.workflow_sid,
            "TASKROUTER_URL": f"http://127.0.0.1:{self._taskrouter_port}",
            **more,
        }

    def _keep_running(self) -> None:
        """What systemd or a container's restart policy does."""
        while not self._over.wait(0.05):
            for number, process in enumerate(self._processes):
                if process is None or process.poll() is not None:
                    self._note(process)
                    self._processes[number] = self._start(number)

    def _note(self, process: subprocess.Popen[bytes] | None) -> None:
        if process is None:
            return
        if process.pid not in self._stopped:
            self.exits["by itself"] += 1
        elif process.returncode == 0:
            self.exits["stopped"] += 1
        elif process.returncode == -signal.SIGKILL:
            self.exits["killed"] += 1
        else:
            self.exits[f"stopped, with exit code {process.returncode}"] += 1

    def _start(self, number: int) -> subprocess.Popen[bytes]:
        with (self.folder / f"process-{number}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *self._command],
                cwd=PROJECT,
                env=self.environ(number),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _end(self, number: int, how: signal.Signals) -> None:
        process = self._processes[number]
        if process is not None and process.poll() is None:
            self._stopped.add(process.pid)
            process.send_signal(how)

    def _get(self, port: int, page: str) -> str | None:
        try:
            answer = requests.get(f"http://127.0.0.1:{port}/{page}", timeout=10)
        except requests.RequestException:
            return None
        return answer.text if answer.ok else None


def peak_memory(pid: int) -> int:
    """The most resident memory that a process ever had, in kB (proc(5), VmHWM); 0 where it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether it came to that within so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
