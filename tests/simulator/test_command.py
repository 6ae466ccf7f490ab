"""`python -m bridge simulate`: a dialogue in the terminal, and exit codes that a script can rely on."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from bridge.cli import main
from tests.demo import reference_on
from tests.servers import Server

NUMBERS = map("+22178{:07}".format, itertools.count(1_000_001))


class Terminal:
    """Types the command, reads what it prints."""

    def __init__(self, data: Path, output: pytest.CaptureFixture[str]) -> None:
        self._data, self._output = data, output
        self.number = next(NUMBERS)
        self.out = self.err = ""

    def simulate(self, *words: str) -> int:
        """The exit code."""
        code = main(["simulate", "--data", str(self._data), "--number", self.number, *words])
        self.out, self.err = self._output.readouterr()
        return code


@pytest.fixture
def terminal(
    demo: Server, demo_data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.setenv("PORT", str(demo.port))
    monkeypatch.setenv("HOST", "127.0.0.1")
    return Terminal(demo_data, capsys)


@pytest.mark.parametrize("gateway", ["telerivet", "telerivet_script", "hubtel", "africastalking"])
def test_a_dialogue_prints_every_screen_the_reference_and_the_tasks_attributes(
    terminal: Terminal, gateway: str
) -> None:
    assert terminal.simulate("--gateway", gateway, "--answers", "2,3,9,2,1,1") == 0
    for words in ("Choose language", "Choisissez votre lieu", "Ce choix n'existe pas", "Merci.", "160 septets ┘"):
        assert words in terminal.out
    screens, reference, attributes = split(terminal.out)
    assert reference_on(screens.strip().rpartition("│ Merci")[2].partition(" │")[0].strip()) == reference
    assert attributes["ussd"]["gateway"] == gateway.partition("_")[0]
    assert attributes["from"] == terminal.number


@pytest.mark.parametrize("gateway", ["telerivet", "telerivet_script", "nalo"])
def test_every_line_can_be_lost(terminal: Terminal, gateway: str) -> None:
    assert terminal.simulate("--gateway", gateway, "--answers", "1,:drop") == 1
    assert "The line is lost.\nDialling *123#\n" in terminal.out


def test_a_line_that_is_lost_is_dialled_again(terminal: Terminal) -> None:
    assert terminal.simulate("--gateway", "hubtel", "--answers", "1,3,:repeat,:drop,1,:duplicate,2,1,2") == 0
    for words in ("The line is lost.", "Continue where you stopped?"):
        assert words in terminal.out
    _, _, attributes = split(terminal.out)
    assert (attributes["location"], attributes["support_type"]) == ("Thies", "Legal")


def test_attributes_alone_can_be_read_by_a_program(terminal: Terminal) -> None:
    assert terminal.simulate("--attributes-only", "--answers", "1,1,1,2") == 0
    assert json.loads(terminal.out)["callback"] == "No"


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ("1,3", "The menu is not at its end: it needs more answers."),
        ("9,9,9,9,9", "The session ended without a request, so there is no task."),
    ],
    ids=["too few", "too many wrong ones"],
)
def test_without_a_task_the_exit_code_is_one(terminal: Terminal, answers: str, why: str) -> None:
    assert terminal.simulate("--gateway", "hubtel", "--answers", answers) == 1
    assert terminal.err.strip() == why


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (
            ["--gateway", "nobody"],
            "There is no such gateway here. Choose one of: telerivet, telerivet_script, ",
        ),
        (["--code", "123"], "A service code begins with * and ends with #, like *123#."),
        (["--gateway", "nalo", "--answers", ":repeat"], "What can go wrong at this gateway: drop, duplicate."),
    ],
    ids=["no such gateway", "no code", "nothing of the kind"],
)
def test_what_cannot_be_done_is_two_and_one_sentence(terminal: Terminal, words: list[str], why: str) -> None:
    assert terminal.simulate(*words) == 2
    assert terminal.err.startswith(why)
    assert len(terminal.err.splitlines()) == 1


def test_without_a_running_demo_it_starts_one_for_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], terminal: Terminal
) -> None:
    nobodys = Terminal(tmp_path / "instance", capsys)
    assert nobodys.simulate("--answers", "1,1,1,2", "--attributes-only") == 0
    assert json.loads(nobodys.out)["location"] == "Dakar"
    assert not (tmp_path / "instance").exists()


def split(out: str) -> tuple[str, str, dict[str, Any]]:
    """Screens, reference, attributes."""
    screens, _, rest = out.partition("Reference: ")
    reference, _, document = rest.partition("\n")
    return screens, reference, json.loads(document)
