"""The settings that the measured bridges run with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from bench.load import SECRET_TEXT
from bench.processes import Process, python, running
from tests.servers import settings

TOKEN = "b3e7c1a95f20d84e6a1b9c7f30d52e81"  # noqa: S105 (of nobody)
TURNS = f"/ussd/africastalking/{TOKEN}"
SERVE = python("bridge", "serve")


def environ(folder: Path, **more: str) -> dict[str, str]:
    """A bridge with Telerivet and Africa's Talking; without `TASKROUTER_URL`, nobody takes its tasks."""
    return settings(folder, SECRET_TEXT, AFRICASTALKING_TOKEN=TOKEN, LOG_LEVEL="WARNING", **more)


@contextmanager
def bridge(folder: Path, name: str = "bridge", **more: str) -> Iterator[Process]:
    """`python -m bridge serve` as an admin starts it, with a database in `folder`."""
    with running(folder, name, SERVE, environ(folder, **more)) as server:
        yield server


@contextmanager
def taskrouter(folder: Path, seconds: float) -> Iterator[Process]:
    """A TaskRouter that takes `seconds` for each task."""
    with running(folder, "taskrouter", python("bench.taskrouter"), {}) as server:
        ask(server, f"/_delay/{seconds}")
        yield server


def ask(server: Process, path: str) -> bytes:
    with urlopen(server.url(path), timeout=30) as answer:  # noqa: S310 (this machine)
        data: bytes = answer.read()
    return data
