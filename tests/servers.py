"""The bridge as a process of its own on a free port, started as an admin would, and gone at the end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from cryptography.fernet import Fernet

DEADLINE = 30.0
PROJECT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Server:
    """A running bridge. `log` is the file with what it wrote to stdout and stderr."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def logged(self) -> str:
        """All it has written so far."""
        return self.log.read_text(errors="replace")


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def settings(folder: Path, secret: str, **more: str) -> dict[str, str]:
    """What `serve` needs, with a database in `folder` and a TaskRouter that nobody answers for."""
    return {
        "TELERIVET_USSD_SECRET": secret,
        "ACCOUNT_SID": "AC" + "0" * 32,
        "AUTH_TOKEN": "an-auth-token-of-nobody-000000",
        "TASK_WORKSPACE_ID": "WS" + "0" * 32,
        "TASK_WORKFLOW_ID": "WW" + "0" * 32,
        "TASKROUTER_URL": "http://127.0.0.1:9",  # the discard port: refused at once
        "DATABASE_URL": f"sqlite:///{folder / 'bridge.db'}",
        "DATA_KEYS": Fernet.generate_key().decode(),
        "DEFAULT_COUNTRY": "SN",
        **more,
    }


@contextmanager
def running(folder: Path, environ: Mapping[str, str], command: str = "serve", *arguments: str) -> Iterator[Server]:
    """`python -m bridge <command>` with exactly `environ`; it answers when this begins and is killed when it ends."""
    port, log = free_port(), folder / f"{command}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bridge", command, *arguments],
            cwd=PROJECT,
            env={"PATH": os.environ["PATH"], "HOST": "127.0.0.1", "PORT": str(port), **environ},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = Server(port, process, log)
    try:
        _wait_until_alive(server)
        yield server
    finally:
        process.kill()
        process.wait(DEADLINE)


def _wait_until_alive(server: Server) -> None:
    deadline = time.monotonic() + DEADLINE
    while not _is_alive(server.port):
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"the bridge did not start:\n{server.logged()}")
        time.sleep(0.05)


def _is_alive(port: int) -> bool:
    with closing(HTTPConnection("127.0.0.1", port, timeout=2)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
