"""`make run` from its start to Ctrl-C, and again the next day."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from bridge.cli import main
from tests.servers import DEADLINE, PROJECT, Server, running


def simulated(server: Server, data: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bridge", "simulate", "--data", str(data), *more],
        cwd=PROJECT,
        env={"PORT": str(server.port), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=DEADLINE * 2,
    )


def tasks(server: Server, data: Path) -> list[str]:
    listed = requests.get(f"http://127.0.0.1:{server.port}/desk/tasks", timeout=DEADLINE).json()["tasks"]
    return [task["reference"] for task in listed if not task["ended"]]


def test_it_prints_one_address_stops_on_ctrl_c_and_the_next_start_finds_yesterdays_tasks(tmp_path: Path) -> None:
    data = tmp_path / "instance"
    with running(tmp_path, {}, "demo", "--data", str(data)) as first:
        told = simulated(first, data, "--answers", "1,1,1,2")
        assert told.returncode == 0, told.stderr
        (reference,) = tasks(first, data)
        first.process.send_signal(signal.SIGINT)
        assert first.process.wait(DEADLINE) == 0
        assert first.logged() == f"Open http://127.0.0.1:{first.port}/ in a browser. Ctrl-C stops.\n"
    with running(tmp_path, {}, "demo", "--data", str(data)) as second:
        assert tasks(second, data) == [reference]


def test_its_keys_are_its_own_and_only_its_owners(demo: Server) -> None:
    (keys,) = demo.log.parent.glob("instance/demo.json")
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.parent.stat().st_mode) == 0o700


def test_a_dialogue_in_the_terminal_ends_with_the_tasks_attributes(demo: Server) -> None:
    told = simulated(demo, demo.log.parent / "instance", "--answers", "2,1,1,1,1")
    assert told.returncode == 0, told.stderr
    assert "Merci. Votre référence" in told.stdout
    attributes = json.loads(told.stdout[told.stdout.index("{") :])
    assert attributes["language"] == "French"
    assert attributes["location"] == "Dakar"
    assert attributes["name"] in told.stdout[: told.stdout.index("{")]


def test_a_wrong_answer_in_the_terminal_shows_what_the_caller_would_see(demo: Server) -> None:
    told = simulated(demo, demo.log.parent / "instance", "--answers", "2,7")
    assert told.returncode == 1
    assert "Ce choix n'existe pas." in told.stdout
    assert "it needs more answers" in told.stderr


def test_without_a_running_demo_the_terminal_starts_one_for_itself(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", "--data", str(tmp_path / "nothing"), "--answers", "1,2,3,2"]) == 0
    attributes = json.loads(capfd.readouterr().out.partition("Reference: ")[2].partition("\n")[2])
    assert attributes["support_type"] == "Food and Clothing"
    assert "from" not in attributes
    assert not (tmp_path / "nothing").exists()
