"""More than the bridge can take: it says so at once, its memory stays bounded, and what it accepted is there."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from bridge.gateways import GATEWAYS
from bridge.intake.view import MAX_BODY
from bridge.reception.desk import MAX_WAITING
from tests.chaos.machine import Machine
from tests.chaos.posting import SECRET_TEXT, post
from tests.chaos.processes import peak_memory
from tests.delivery.stage import until
from tests.intake.signing import body, headers
from tests.intake.sockets import Answer, Line
from tests.servers import Server, running, settings

REFUSED = 100  # that many must be turned away
MOST_CONNECTIONS = 1000  # below the server's own limit, beyond which the kernel lets them wait
MEGABYTES = 200  # for all that waits; 612 requests of 16 kB are 10


@pytest.fixture
def server(tmp_path: Path, machine: Machine) -> Iterator[Server]:
    with running(tmp_path, settings(tmp_path, SECRET_TEXT) | machine.environ) as started:
        yield started


def raw_of(number: int) -> bytes:
    """As large a submission as is taken."""
    padding = "x" * (MAX_BODY - len(body(session_id=f"SM{number}", padding="")))
    return body(session_id=f"SM{number}", padding=padding)


def request_of(number: int) -> bytes:
    raw = raw_of(number)
    lines = headers(raw, f"SM{number}", int(time.time())) | {"host": "test", "content-length": str(len(raw))}
    head = ["POST /v1/submissions HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items()), "", ""]
    return "\r\n".join(head).encode() + raw


def flood(port: int, stack: ExitStack) -> tuple[list[tuple[int, Line]], list[Answer]]:
    """Send on ever more connections until enough were refused; those without an answer yet, and the refusals."""
    waiting: list[tuple[int, Line]] = []
    refusals: list[Answer] = []
    for number in range(MOST_CONNECTIONS):
        line = stack.enter_context(Line(port))
        line.send(request_of(number))
        answer = line.answer_if_there(0.5 if number > MAX_WAITING + 100 else 0.0)
        if answer is None:
            waiting.append((number, line))
        else:
            refusals.append(answer)
        if len(refusals) >= REFUSED:
            break
    return waiting, refusals


def test_more_than_it_can_take_is_refused_at_once_and_what_it_took_is_kept(server: Server, machine: Machine) -> None:
    assert post(server.port, "SM-before").status_code == 202
    before = peak_memory(server.process.pid)
    with ExitStack() as stack:
        with machine.disk_standing_still():
            waiting, refusals = flood(server.port, stack)
        answers = {number: line.answer() for number, line in waiting}
    assert len(refusals) == REFUSED
    assert {answer.status for answer in refusals} == {503}
    assert all(answer.headers["retry-after"].isdigit() for answer in refusals)
    assert all(json.loads(answer.body)["status"] == 503 for answer in refusals)
    assert peak_memory(server.process.pid) - before < MEGABYTES * 1024
    taken = [number for number, answer in answers.items() if answer and answer.status == 202]
    assert len(taken) >= MAX_WAITING / 2
    assert {answer.status for answer in answers.values() if answer} <= {202, 503}
    for number in taken:
        with Line(server.port) as line:
            line.send(request_of(number))
            again = line.answer()
        assert again is not None
        assert (again.status, again.body) == (200, getattr(answers[number], "body", None))


def test_callers_get_a_screen_while_submissions_wait_for_a_stuck_disk(tmp_path: Path, machine: Machine) -> None:
    """A country's aggregator may send thousands at once; a caller on another gateway has ten seconds."""
    token = secrets.token_urlsafe(24)
    environ = settings(tmp_path, SECRET_TEXT, AFRICASTALKING_TOKEN=token) | machine.environ
    turn = {"sessionId": "A1", "phoneNumber": "+221770000001", "serviceCode": "*384*123#", "text": ""}
    with running(tmp_path, environ) as server, ExitStack() as stack, machine.disk_standing_still():
        for number in range(MAX_WAITING // 2):
            stack.enter_context(Line(server.port)).send(request_of(number))
        until(lambda: machine.syncs_begun > machine.syncs_ended)
        url = f"http://127.0.0.1:{server.port}/ussd/africastalking/{token}"
        answer = requests.post(url, data=turn, timeout=GATEWAYS["africastalking"].answer_seconds)
        alive = requests.get(f"http://127.0.0.1:{server.port}/healthz", timeout=10)
    assert (answer.status_code, alive.status_code) == (200, 200)
    apology = answer.text.startswith("END ") and "116" in answer.text
    assert apology or answer.text.startswith("CON Choose language")  # most often: a turn waits for no disk
