"""Promise 1: a 2xx means that it is on disk, not on its way there."""

from __future__ import annotations

import secrets
import shutil
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
import requests

from tests.chaos.callers import REFERENCE
from tests.chaos.conftest import Bridge
from tests.chaos.machine import Machine
from tests.chaos.posting import SECRET_TEXT, post
from tests.delivery.stage import until
from tests.gateways.phones import BEGIN, INPUT, PROTOCOLS, Call
from tests.servers import Server, running, settings

AT_ONCE = 16


@pytest.fixture
def server(bridge_on_machine: Bridge) -> Server:
    """A bridge on a database whose disk the test steers."""
    return bridge_on_machine.server


def stored(server: Server, session: str) -> int:
    """Hand in a test call, which is kept and makes no task, so that nothing else writes."""
    return post(server.port, session, simulated=True).status_code


def test_no_answer_comes_before_the_disk_has_it(server: Server, machine: Machine) -> None:
    assert stored(server, "SM-before") == 202
    with ThreadPoolExecutor(AT_ONCE) as threads:
        with machine.disk_standing_still():
            asked = [threads.submit(stored, server, f"SM{number}") for number in range(AT_ONCE)]
            until(lambda: machine.syncs_begun > machine.syncs_ended)
            for _ in range(20):  # time enough for an answer that did not wait
                assert requests.get(f"http://127.0.0.1:{server.port}/healthz", timeout=20).status_code == 200
            assert not any(answer.done() for answer in asked)
        assert {answer.result() for answer in asked} == {202}


def test_each_answer_has_a_sync_behind_it(server: Server, machine: Machine) -> None:
    for number in range(10):
        before = machine.syncs_ended
        assert stored(server, f"SM{number}") == 202
        assert machine.syncs_ended > before


def test_those_who_wait_together_share_a_sync(server: Server, machine: Machine) -> None:
    assert stored(server, "SM-before") == 202
    machine.slow_disk(0.02)
    before = machine.syncs_ended
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(lambda number: stored(server, f"SM{number}"), range(4 * AT_ONCE)))
    assert answers == [202] * len(answers)
    assert machine.syncs_ended - before < len(answers) / 2


def test_after_a_power_loss_everything_that_was_accepted_is_there(tmp_path: Path, forgetful_machine: Machine) -> None:
    """The disk is left with what was synced and nothing else, which is more than any kill -9 takes away."""
    environ = settings(tmp_path, SECRET_TEXT)
    accepted: dict[str, str] = {}

    def send(port: int, session: str) -> None:
        try:
            accepted[session] = post(port, session).json()["reference"]
        except requests.RequestException:
            return

    with running(tmp_path, environ | forgetful_machine.environ) as server, ThreadPoolExecutor(AT_ONCE) as threads:
        sending = [threads.submit(send, server.port, f"SM{number}") for number in range(400)]
        until(lambda: len(accepted) >= 150)
        server.process.kill()
        wait(sending)
    after = tmp_path / "after"
    shutil.copytree(forgetful_machine.kept, after)
    with running(tmp_path, environ | {"DATABASE_URL": f"sqlite:///{after / 'bridge.db'}"}) as server:
        for session, reference in accepted.items():
            again = post(server.port, session)
            assert (again.status_code, again.json()["reference"]) == (200, reference)


def test_no_caller_is_told_a_reference_before_the_disk_has_it(tmp_path: Path, machine: Machine) -> None:
    """Nor is a provider that asks again for the last screen because the first answer takes long."""
    token = secrets.token_urlsafe(24)
    environ = settings(tmp_path, SECRET_TEXT, AFRICASTALKING_TOKEN=token) | machine.environ
    call = Call("A1", "221770000001", "*384*123#")
    protocol = PROTOCOLS["africastalking"]

    def screen(port: int, kind: str) -> str:
        url = f"http://127.0.0.1:{port}/ussd/africastalking/{token}"
        return requests.post(url, data=protocol.build(kind, call)["data"], timeout=20).text

    with running(tmp_path, environ) as bridge, ThreadPoolExecutor(2) as threads:
        screen(bridge.port, BEGIN)
        for key in "1111":
            call.inputs.append(key)
            screen(bridge.port, INPUT)
        call.inputs.append("1")
        with machine.disk_standing_still():
            first = threads.submit(screen, bridge.port, INPUT)
            until(lambda: machine.syncs_begun > machine.syncs_ended)
            again = threads.submit(screen, bridge.port, INPUT)
            told = [first.result(), again.result()]
        assert not any(REFERENCE.search(text) for text in told)
        assert all("116" in text for text in told)
