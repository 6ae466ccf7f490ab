"""Inputs through the menu's engine: several in a row, digits dialled with the code, and the offer to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bridge.gateways.talk import Talk
from bridge.inquiry import Found, Inquiry
from bridge.menu import Budget, Menu, State, Step, again, answer, begin, language_of, looked_up, passed
from bridge.menu.keys import key_of
from bridge.menu.screen import tongue_of
from bridge.value import Value, replace

GO_ON, START_AGAIN = "1", "2"


class Desk(Value, frozen=True):
    """What a session is asked with: its menu, its gateway's screens, and who answers its look-ups."""

    menu: Menu
    budget: Budget
    look_up: Callable[[Inquiry], Found | None]


def first_step(desk: Desk, talk: Talk, dialled: Iterable[str] = ()) -> Step:
    """The first screen; with `dialled` inputs, the screen after those that are valid.

    The first that is invalid, or would go back, ends the row. So does a screen to be confirmed: that must be seen.
    """
    step = _fetched(desk, talk, begin(desk.menu, desk.budget))
    for text in dialled:
        following = _prefilled(desk, talk, step, text)
        if following is None:
            break
        step = following
    return step


def next_step(desk: Desk, talk: Talk, inputs: Iterable[str]) -> Step:
    """The inputs in their order, as if each had been a turn; what comes after the end of the menu is left."""
    step = Step(talk.state, None, "asking", None)
    for text in inputs:
        step = _fetched(desk, talk, answer(desk.menu, step.state, text, desk.budget))
        if step.outcome != "asking":
            break
    return step


def same_step(desk: Desk, talk: Talk) -> Step:
    """The screen that the session stands at."""
    return _fetched(desk, talk, again(desk.menu, talk.state, desk.budget))


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


def _prefilled(desk: Desk, talk: Talk, step: Step, text: str) -> Step | None:
    question = desk.menu.question(step.question or "")
    if step.outcome != "asking" or question is None or question.type == "confirm":
        return None
    following = _fetched(desk, talk, answer(desk.menu, step.state, text, desk.budget))
    refused = following.state.wrong > 0 or following.outcome == "gave_up"
    return None if refused or _place(following.state) < _place(step.state) else following


def _place(state: State) -> tuple[int, int]:
    return len(state.answers), state.page


def _fetched(desk: Desk, talk: Talk, step: Step) -> Step:
    """`step`, with what its look-ups bring: values, until there are words or something else is asked."""
    while step.outcome == "lookup" and step.question is not None:
        found = desk.look_up(_inquiry(desk, talk, step.state, step.question))
        if found is None or not found.value:
            words = found.words if found else None
            return replace(looked_up(desk.menu, step.state, words, desk.budget), question=step.question)
        step = passed(desk.menu, step.state, found.value, desk.budget)
    return step


def _inquiry(desk: Desk, talk: Talk, state: State, question: str) -> Inquiry:
    return Inquiry(desk.menu, state, question, talk.origin, talk.caller, talk.service_code, talk.simulated)
