"""The demo for a command that needs one: the one that runs already, or one of its own for as long as it is needed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.commands.demo_client import Demo, demo_in
from bridge.errors import SetupError

START_SECONDS = 30.0


@contextmanager
def running_demo(data: Path) -> Iterator[Demo]:
    """The demo that runs with the folder `data`, or a new one with data of its own. Raises `SetupError`."""
    if found := demo_in(data):
        yield found
        return
    with tempfile.TemporaryDirectory(prefix="ussd-demo-") as folder, _started(Path(folder)) as own:
        yield own


@contextmanager
def _started(folder: Path) -> Iterator[Demo]:
    process = subprocess.Popen(  # noqa: S603 - our own program, by its full path
        [sys.executable, "-m", "bridge", "demo", "--data", str(folder)],
        env={**os.environ, "HOST": "127.0.0.1", "PORT": str(_free_port())},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield _ready(process, folder)
    finally:
        process.terminate()
        process.wait()


def _ready(process: subprocess.Popen[bytes], folder: Path) -> Demo:
    give_up_at = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < give_up_at:
        if demo := demo_in(folder):
            return demo
        time.sleep(0.05)
    raise SetupError("the demo could not be started: `make run` shows why")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port
