"""The dialogues of `tests/dialogues/` in the script: its engine alone, then the whole built script in the emulator."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import ANY

import pytest

from bridge.commands.menu_build import script_for
from bridge.menu import Menu
from tests.menu.dialogues import all_dialogues, budget_of, menu_of
from tests.telerivet.processes import Emulator, LineProcess

DIALOGUES = all_dialogues()
VARS = {"bridge_url": "https://bridge.example", "bridge_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}


@pytest.mark.parametrize("name", DIALOGUES)
def test_the_scripts_engine_shows_what_the_dialogue_says(engine: LineProcess, name: str) -> None:
    dialogue = DIALOGUES[name]
    steps, menu, budget = dialogue["steps"], menu_of(dialogue), budget_of(dialogue)
    walked = engine.ask(
        {
            "menu": menu.as_data(),
            "budget": {"septets": budget.septets, "units": budget.units, "alphabet": budget.alphabet},
            "inputs": [step["input"] for step in steps[1:]],
            "words": [step.get("words") for step in steps],
            "values": [step.get("values") for step in steps],
            "reference": steps[-1].get("reference"),
        }
    )
    assert [_shown(step, walked) for step in walked["steps"]] == [_expected(step) for step in steps]
    assert dict(walked["answers"]) == dialogue.get("answers", dict(walked["answers"]))
    assert walked["language"] == dialogue.get("language", walked["language"])
    assert walked["far_enough"] is dialogue.get("partial", walked["far_enough"])


def _shown(step: dict[str, Any], walked: dict[str, Any]) -> tuple[str | None, str, bool]:
    screen = walked["closing"] if step["outcome"] == "complete" else step["screen"]
    return screen["text"], step["outcome"], screen["ends"]


def _expected(step: dict[str, Any]) -> tuple[str | None, str, bool]:
    is_silent = "screen" not in step  # complete, and the dialogue leaves the last screen open
    return step.get("screen", ANY), step.get("outcome", "asking"), is_silent or step.get("ends", False)


def _can_be_dialled(dialogue: dict[str, Any]) -> bool:
    """Telerivet's alphabet is the default one, and its script fetches no words."""
    return "alphabet" not in dialogue.get("budget", {}) and not any(
        step.get("words") or step.get("values") for step in dialogue["steps"]
    )


@pytest.mark.parametrize("name", [name for name, dialogue in DIALOGUES.items() if _can_be_dialled(dialogue)])
def test_the_built_script_shows_on_telerivet_what_the_dialogue_says(emulator: Emulator, name: str) -> None:
    dialogue = DIALOGUES[name]
    menu, steps = menu_of(dialogue), dialogue["steps"]
    vars = {**VARS, "screen_septets": budget_of(dialogue).septets}
    emulator.load(script_for(menu), vars, http=_answer(steps[-1].get("reference")), screenSeptets=182)
    shown = [emulator.dial()] + [emulator.type(step["input"]) for step in steps[1:]]
    assert shown == [step.get("screen", ANY) for step in steps]
    if steps[-1].get("outcome") == "complete":
        _assert_posted(emulator, menu, dialogue)


def _answer(reference: str | None) -> dict[str, Any] | str:
    if reference is None:
        return "throws"
    return {"status": 202, "content": json.dumps({"reference": reference, "status": "accepted"})}


def _assert_posted(emulator: Emulator, menu: Menu, dialogue: dict[str, Any]) -> None:
    requests = emulator.ask({"do": "requests"})["requests"]
    body = json.loads(requests[-1]["data"])
    assert len(requests) == 1
    assert body["answers"] == dialogue.get("answers", body["answers"])
    assert body["language"] == (dialogue.get("language") or body["language"])
    assert body["menu_version"] == menu.version
