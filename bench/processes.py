"""Servers as processes of their own: started, asked for their processor time and memory, stopped."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.servers import free_port

PROJECT = Path(__file__).parents[1]
TICK = os.sysconf("SC_CLK_TCK")
DEADLINE = 120.0


class BenchError(Exception):
    """A measurement that cannot be made here, or would mean nothing; the text says why."""


@dataclass(frozen=True)
class Process:
    """A server on `port` of this machine; `began` is when it was started, by the monotonic clock."""

    port: int
    began: float
    process: subprocess.Popen[bytes]
    log: Path

    def cpu(self) -> float:
        """Seconds of processor time since its start."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self, field: str = "VmRSS") -> float:
        """Resident memory in MB; `VmHWM` is the most there ever was."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1]) / 1024
        raise BenchError(f"{field} is not told here")

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(DEADLINE)


@contextmanager
def running(
    folder: Path, name: str, command: Sequence[str], environ: Mapping[str, str], alive: str = "/healthz"
) -> Iterator[Process]:
    """`command`, with the port put for `{port}` in it, until the block ends; it answers when the block begins."""
    started = start(folder, name, command, environ)
    try:
        wait_until_alive(started, alive)
        yield started
    finally:
        started.stop()


def start(
    folder: Path, name: str, command: Sequence[str], environ: Mapping[str, str], project: Path = PROJECT
) -> Process:
    """The same without waiting; the caller stops it. `project` is the tree whose code runs."""
    port, log = free_port(), folder / f"{name}.log"
    words = [word.replace("{port}", str(port)) for word in command]
    with log.open("ab") as output:
        began = time.monotonic()
        process = subprocess.Popen(
            words,
            cwd=project,
            env={"PATH": os.environ["PATH"], "HOST": "127.0.0.1", "PORT": str(port), **environ},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return Process(port, began, process, log)


def python(module: str, *arguments: str) -> list[str]:
    """A module of ours in the Python that runs us."""
    return [sys.executable, "-m", module, *arguments]


def wait_until_alive(server: Process, path: str = "/healthz", pause: float = 0.005) -> float:
    """Seconds from its start to its first answer at `path`."""
    while not _answers(server.port, path):
        if server.process.poll() is not None or time.monotonic() - server.began > DEADLINE:
            raise BenchError(f"a server did not start:\n{server.log.read_text(errors='replace')[-800:]}")
        time.sleep(pause)
    return time.monotonic() - server.began


def seconds_of(command: Sequence[str]) -> float:
    """Processor seconds, of system and user, that a command takes from start to end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _answers(port: int, path: str) -> bool:
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
