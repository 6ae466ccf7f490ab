"""Inputs through the menu's engine: several in a row, digits dialled with the code, and the offer to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from bridge.menu import Budget, Menu, State, Step, again, answer, begin, language_of, looked_up
from bridge.menu.keys import key_of
from bridge.menu.screen import tongue_of

LookUp = Callable[[Menu, State, str], str | None]
"""Fetches the words of a look-up question by its name; None where it failed."""

GO_ON, START_AGAIN = "1", "2"


@dataclass(frozen=True, slots=True)
class Desk:
    """What a session is asked with: its menu, its gateway's screens, and who fetches a look-up's words."""

    menu: Menu
    budget: Budget
    look_up: LookUp


def first_step(desk: Desk, dialled: Iterable[str] = ()) -> Step:
    """The first screen; with `dialled` inputs, the screen after those that are valid.

    The first that is invalid, or would go back, ends the row. So does a screen to be confirmed: that must be seen.
    """
    step = _fetched(desk, begin(desk.menu, desk.budget))
    for text in dialled:
        following = _prefilled(desk, step, text)
        if following is None:
            break
        step = following
    return step


def next_step(desk: Desk, state: State, inputs: Iterable[str]) -> Step:
    """The inputs in their order, as if each had been a turn; what comes after the end of the menu is left."""
    step = Step(state, None, "asking", None)
    for text in inputs:
        step = _fetched(desk, answer(desk.menu, step.state, text, desk.budget))
        if step.outcome != "asking":
            break
    return step


def same_step(desk: Desk, state: State) -> Step:
    """The screen that `state` stands at."""
    return _fetched(desk, again(desk.menu, state, desk.budget))


def offer(desk: Desk, state: State) -> str:
    """The screen that asks a caller whose session broke off whether to go on, in that session's language."""
    tongue = tongue_of(desk.menu, desk.budget, language_of(desk.menu, state))
    lines = (
        tongue.word("resume"),
        f"{GO_ON}. {tongue.word('continue')}",
        f"{START_AGAIN}. {tongue.word('start_again')}",
    )
    return "\n".join(lines)


def choice(text: str) -> str:
    """The key that was pressed at the offer."""
    return key_of(text)


def _prefilled(desk: Desk, step: Step, text: str) -> Step | None:
    question = desk.menu.question(step.question or "")
    if step.outcome != "asking" or question is None or question.type == "confirm":
        return None
    following = _fetched(desk, answer(desk.menu, step.state, text, desk.budget))
    refused = following.state.wrong > 0 or following.outcome == "gave_up"
    return None if refused or _place(following.state) < _place(step.state) else following


def _place(state: State) -> tuple[int, int]:
    return len(state.answers), state.page


def _fetched(desk: Desk, step: Step) -> Step:
    """`step`, with the words of its look-up where it is one."""
    if step.outcome != "lookup" or step.question is None:
        return step
    words = desk.look_up(desk.menu, step.state, step.question)
    return replace(looked_up(desk.menu, step.state, words, desk.budget), question=step.question)
