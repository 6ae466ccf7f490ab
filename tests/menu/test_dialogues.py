"""Every dialogue, screen for screen."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.menu import (
    Budget,
    Menu,
    Screen,
    State,
    Step,
    again,
    answer,
    answers_of,
    begin,
    closing,
    is_far_enough,
    language_of,
    looked_up,
    passed,
)
from tests.menu.dialogues import all_dialogues, budget_of, menu_of

DIALOGUES = all_dialogues()


@pytest.mark.parametrize("name", DIALOGUES)
def test_the_phone_shows_what_the_dialogue_says(name: str) -> None:
    dialogue = DIALOGUES[name]
    menu, budget, state = menu_of(dialogue), budget_of(dialogue), State()
    for number, step in enumerate(dialogue["steps"], start=1):
        state = follow(menu, budget, state, step, f"step {number}")
    assert answers_of(menu, state) == dialogue.get("answers", answers_of(menu, state))
    assert language_of(menu, state) == dialogue.get("language", language_of(menu, state))
    assert is_far_enough(menu, state) is dialogue.get("partial", is_far_enough(menu, state))


def follow(menu: Menu, budget: Budget, state: State, step: dict[str, Any], where: str) -> State:
    """Run one step of a dialogue, compare what it shows, and hand on the state as a store would keep it."""
    took = answer(menu, state, step["input"], budget) if "input" in step else begin(menu, budget)
    for value in step.get("values", ()):
        assert took.outcome == "lookup", where
        took = passed(menu, took.state, value, budget)
    if "words" in step:
        assert took.outcome == "lookup", where
        took = looked_up(menu, took.state, step["words"], budget)
    screen = shown(menu, took, step, budget)
    assert (screen.text if screen else None) == step.get("screen"), where
    assert took.outcome == step.get("outcome", "asking"), where
    assert (screen.ends if screen else False) is step.get("ends", False), where
    assert took.question == step.get("question", took.question), where
    kept = State.from_data(took.state.to_data())
    if took.outcome == "asking" and "words" not in step and not took.state.wrong:
        assert again(menu, kept, budget).screen == screen, f"{where}: the same screen after a drop"
    return kept


def shown(menu: Menu, took: Step, step: dict[str, Any], budget: Budget) -> Screen | None:
    """What the caller sees after this step."""
    if took.outcome == "complete" and "reference" in step:
        return closing(menu, took.state, step["reference"], budget)
    return took.screen
