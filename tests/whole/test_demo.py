"""`make run` from its start to Ctrl-C, and again the next day."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from bridge.cli import main
from tests.servers import DEADLINE, PROJECT, Server, free_port, running


def simulated(data: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bridge", "simulate", "--data", str(data), *more],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin"},  # no PORT: it finds the demo by its folder
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
        told = simulated(data, "--answers", "1,1,1,2")
        assert told.returncode == 0, told.stderr
        (reference,) = tasks(first, data)
        first.process.send_signal(signal.SIGINT)
        assert first.process.wait(DEADLINE) == 0
        assert not (data / "demo.url").exists()
        opened, keys = first.logged().splitlines()
        assert opened == f"Open http://127.0.0.1:{first.port}/ in a browser. Ctrl-C stops."
        assert keys.startswith("Its keys are its own")
    with running(tmp_path, {}, "demo", "--data", str(data)) as second:
        assert tasks(second, data) == [reference]


def test_its_keys_are_its_own_and_only_its_owners(demo: Server) -> None:
    (keys,) = demo.log.parent.glob("instance/demo.json")
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.parent.stat().st_mode) == 0o700


def test_a_dialogue_in_the_terminal_ends_with_the_tasks_attributes(demo: Server) -> None:
    told = simulated(demo.log.parent / "instance", "--answers", "2,1,1,1,1")
    assert told.returncode == 0, told.stderr
    assert "Merci. Votre référence" in told.stdout
    attributes = json.loads(told.stdout[told.stdout.index("{") :])
    assert attributes["language"] == "French"
    assert attributes["location"] == "Dakar"
    assert attributes["name"] in told.stdout[: told.stdout.index("{")]


def test_a_wrong_answer_in_the_terminal_shows_what_the_caller_would_see(demo: Server) -> None:
    told = simulated(demo.log.parent / "instance", "--answers", "2,7")
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


WATER = """\
menu: water
languages: {en: {label: English}}
help_line: "116"
questions:
  - name: problem
    type: select_one
    label: What is wrong?
    choices: [{name: dry, label: No water}, {name: dirty, label: Dirty water}]
    route_when: {dirty: {queue: WQ0123456789abcdef0123456789abcdef, priority: 50}}
end: {label: "Reference: {reference}", label_unsent: Kept.}
"""
ROUTES = """\
default: {menu: water, workflow: WW00000000000000000000000000000001, channel: water, simulated: store}
routes:
  - {gateway: [telerivet, hubtel], service_code: "384*7"}
"""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """The demo with an admin's menu and routes and no other, and its folder."""
    (tmp_path / "menus").mkdir()
    (tmp_path / "menus" / "water.yaml").write_text(WATER)
    (tmp_path / "routes.yaml").write_text(ROUTES)
    environ = {"MENUS_DIR": str(tmp_path / "menus"), "ROUTES_FILE": str(tmp_path / "routes.yaml")}
    with running(tmp_path, environ, "demo", "--data", str(tmp_path / "instance")) as server:
        yield server, tmp_path / "instance"


@pytest.mark.parametrize("gateway", ["telerivet", "hubtel"])
@pytest.mark.parametrize("answer", ["1", "2"], ids=["the route's place", "the answer's place"])
def test_an_admins_own_menu_and_routes_are_on_the_phone_and_make_a_task(
    own: tuple[Server, Path], gateway: str, answer: str
) -> None:
    told = simulated(own[1], "--gateway", gateway, "--code", "*384*7#", "--answers", answer)
    assert told.returncode == 0, told.stderr
    assert "What is wrong?" in told.stdout
    attributes = json.loads(told.stdout[told.stdout.index("{") :])
    assert attributes["problem"] == {"1": "No water", "2": "Dirty water"}[answer]


def test_the_phone_proposes_the_codes_of_the_routes(own: tuple[Server, Path]) -> None:
    page = requests.get(f"http://127.0.0.1:{own[0].port}/simulator", timeout=DEADLINE).text
    for gateway, codes in (("telerivet", "*384*7#"), ("hubtel", "*384*7#"), ("nalo", "*123#")):
        option = page.partition(f'<option value="{gateway}"')[2].partition(">")[0]
        assert f'data-codes=\'{{"{codes}": "water"}}\'' in option
    assert "*384*7#" in requests.get(f"http://127.0.0.1:{own[0].port}/desk", timeout=DEADLINE).text


def started(folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """A demo that is expected to refuse its start."""
    return subprocess.run(
        [sys.executable, "-m", "bridge", "demo", "--data", str(folder)],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "PORT": str(free_port()), **environ},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )


@pytest.mark.parametrize(
    ("routes", "what"),
    [
        ("{}", "every code without a route of its own"),
        ("{default: {menu: water}, routes: [{gateway: hubtel, service_code: '5', menu: support}]}", "route hubtel 5"),
    ],
    ids=["the default", "named by a route"],
)
def test_a_menu_that_is_not_there_is_one_sentence_at_the_start(tmp_path: Path, routes: str, what: str) -> None:
    (tmp_path / "water.yaml").write_text(WATER)
    file = tmp_path / "own.routes"
    file.write_text(routes)
    told = started(tmp_path / "instance", MENUS_DIR=str(tmp_path), ROUTES_FILE=str(file))
    assert told.returncode == 2
    assert told.stderr.count("\n") == 1
    for words in (what, "support", "water"):
        assert words in told.stderr


def test_without_routes_a_folder_without_support_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / "water.yaml").write_text(WATER)
    told = started(tmp_path / "instance", MENUS_DIR=str(tmp_path))
    assert (told.returncode, told.stderr.count("\n")) == (2, 1)
    for words in ("no menu named support", "*123#", "water", "ROUTES_FILE"):
        assert words in told.stderr


def test_a_second_demo_in_the_same_folder_says_where_the_first_one_is(demo: Server) -> None:
    told = started(demo.log.parent / "instance")
    assert told.returncode == 2
    assert told.stderr == (
        f"a demo runs here already at http://127.0.0.1:{demo.port}/: use it, stop it, or give this one "
        "--data another-folder\n"
    )
