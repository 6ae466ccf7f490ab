"""The script's engine is the bridge's: the same menus and inputs give the same screens, byte for byte."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.menu import (
    Budget,
    Menu,
    Screen,
    State,
    Step,
    answer,
    answers_of,
    apology,
    begin,
    closing,
    is_far_enough,
    language_of,
    looked_up,
    passed,
)
from tests.telerivet.processes import LineProcess
from tests.telerivet.random_menus import BROUGHT, menus, typed

BUDGETS = st.sampled_from(
    (
        Budget(),
        Budget(septets=120),
        Budget(septets=182, units=80),
        Budget(alphabet="ascii"),
        Budget(septets=60, units=40),
    )
)
WORDS = st.none() | st.sampled_from(("Open from 8", "é" * 400, " \x85\u3000 a\tb\r\nc \x1c\u200b ", "", "😀 مساعدة"))

VALUES = st.lists(st.sampled_from(BROUGHT), max_size=3)


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(menu=menus(), budget=BUDGETS, inputs=typed, words=WORDS, values=VALUES)
def test_any_menu_and_any_typing_show_the_same_screens_in_both_engines(
    engine: LineProcess, menu: Menu, budget: Budget, inputs: list[str], words: str | None, values: list[str]
) -> None:
    times = len(inputs) + 1
    asked = {"menu": menu.as_data(), "budget": _budget(budget), "inputs": inputs}
    brought = {"words": [words] * times, "values": [values] * times}
    assert engine.ask(asked | brought) == _walk(menu, budget, inputs, values, words)


def _walk(menu: Menu, budget: Budget, inputs: list[str], values: list[str], words: str | None) -> dict[str, Any]:
    """What engine_process.js does, with the bridge's own engine."""
    steps = [_arrived(menu, begin(menu, budget), values, words, budget)]
    for text in inputs:
        if steps[-1].outcome != "asking":
            break
        state = State.from_data(steps[-1].state.to_data())
        steps.append(_arrived(menu, answer(menu, state, text, budget), values, words, budget))
    return {"steps": [_step(step) for step in steps]} | _afterwards(menu, steps[-1].state, budget)


def _arrived(menu: Menu, step: Step, values: list[str], words: str | None, budget: Budget) -> Step:
    for value in values:
        if step.outcome == "lookup":
            step = passed(menu, step.state, value, budget)
    return looked_up(menu, step.state, words, budget) if step.outcome == "lookup" else step


def _afterwards(menu: Menu, state: State, budget: Budget) -> dict[str, Any]:
    language = language_of(menu, state)
    return {
        "language": language,
        "answers": [list(pair) for pair in answers_of(menu, state).items()],
        "far_enough": is_far_enough(menu, state),
        "closing": _screen(closing(menu, state, "K7QM4X", budget)),
        "unsent": _screen(closing(menu, state, None, budget)),
        "apology": _screen(apology(menu, language, budget)),
    }


def _step(step: Step) -> dict[str, Any]:
    screen = step.screen and _screen(step.screen)
    return {"screen": screen, "outcome": step.outcome, "question": step.question, "state": step.state.to_data()}


def _screen(screen: Screen) -> dict[str, Any]:
    return {"text": screen.text, "ends": screen.ends, "size": screen.size, "unit": screen.unit}


def _budget(budget: Budget) -> dict[str, Any]:
    return {"septets": budget.septets, "units": budget.units, "alphabet": budget.alphabet}
