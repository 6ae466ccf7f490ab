"""Load over sockets by wrk, and what it found. Every answer that is no 2xx makes the measurement void."""

from __future__ import annotations

import json
import secrets
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from bench.processes import BenchError, Process
from bridge.signature import Secret, sign
from tests.intake.signing import secret_text

SCRIPTS = Path(__file__).with_name("wrk")
SECRET_TEXT = secret_text("bench")
SECRET = Secret.parse(SECRET_TEXT, "BENCH")
FASTEST = 20_000  # accepts a second that a prepared file has enough for


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of wrk found. Times in milliseconds; `cpu` is the server's, seconds per 1,000 requests."""

    requests: int
    rate: float
    p50: float
    p99: float
    cpu: float


def accepts(server: Process, prepared: Path, connections: int, seconds: int) -> Load:
    """Post the signed submissions of `prepared` as fast as the server takes them."""
    return _ended(server, connections, begin_accepts(server, prepared, connections, seconds), server.cpu())


def begin_accepts(server: Process, prepared: Path, connections: int, seconds: int) -> subprocess.Popen[str]:
    """The same, under way."""
    return _wrk(server, "accepts.lua", connections, seconds, str(prepared))


def turns(server: Process, path: str, connections: int, seconds: int) -> Load:
    """Dial support.yaml to its end, again and again, every dialling by another number."""
    width = str(4 * connections)
    before = server.cpu()
    run = _wrk(server, "turns.lua", connections, seconds, path, secrets.token_hex(4), width)
    return _ended(server, connections, run, before)


def prepare(file: Path, count: int, run: str | None = None) -> Path:
    """Write `count` signed submissions, every body different, for `accepts` within the next minutes."""
    run, at = run or secrets.token_hex(5), int(time.time())
    with file.open("wb") as lines:
        for number in range(count):
            lines.write(_line(f"SM{run}{number}", number, at))
    return file


def enough(seconds: int) -> int:
    """How many submissions a run of so many seconds may need."""
    return int(FASTEST * (seconds + 0.5))


def ended(run: subprocess.Popen[str]) -> dict[str, float]:
    """What wrk printed. Raises `BenchError` where a request was refused or lost."""
    output, _ = run.communicate()
    found = [line for line in output.splitlines() if line.startswith("RESULT ")]
    if run.returncode != 0 or not found:
        raise BenchError(f"wrk failed: {output[-500:]}")
    result: dict[str, float] = json.loads(found[-1].removeprefix("RESULT "))
    if result["refused"] or result["broken"]:
        raise BenchError(f"{result['refused']} requests refused, {result['broken']} lost of {result['requests']}")
    return result


def _ended(server: Process, connections: int, run: subprocess.Popen[str], before: float) -> Load:
    found = ended(run)
    requests = int(found["requests"])
    cpu = (server.cpu() - before) / max(requests, 1) * 1000
    return Load(requests, requests / found["seconds"], found["p50"], found["p99"], cpu)


def _wrk(server: Process, script: str, connections: int, seconds: int, *words: str) -> subprocess.Popen[str]:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPTS / script)]
    return subprocess.Popen(
        [*command, server.url("/"), "--", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _line(id: str, number: int, at: int) -> bytes:
    body = _BODY % (id.encode(), number % 10_000_000, number % 50, number % 60)
    return b"%s\t%d\t%s\t%s\n" % (id.encode(), at, sign(SECRET, id, at, body).encode(), body)


_BODY = (
    b'{"version":1,"gateway":"telerivet","session_id":"%s","service_code":"*384*123#","caller":"+22177%07d",'
    b'"menu":"support","menu_version":"bench-%d","language":"fr","answers":{"location":"dakar","support_type":'
    b'"shelter","callback":"yes","safe_to_call":"yes"},"complete":true,"simulated":false,'
    b'"started_at":"2026-11-20T10:00:00Z","submitted_at":"2026-11-20T10:01:%02dZ"}'
)
