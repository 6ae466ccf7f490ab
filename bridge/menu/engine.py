"""The engine: menu, state and input to the next state and its screen. Pure; no input makes it raise."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from bridge.menu.definition import Menu, Question
from bridge.menu.farewell import last_words
from bridge.menu.keys import BACK, MORE, key_of
from bridge.menu.layout import CHOICES_A_PAGE, Page
from bridge.menu.path import asked, language_of
from bridge.menu.reading import Answered, Refused, read_integer, read_text
from bridge.menu.screen import Budget, Screen, tongue_of
from bridge.menu.showing import (
    after,
    choices_on,
    error_line,
    lookup_pages,
    pages_of,
    render,
    zero_is_answer,
)
from bridge.menu.state import Answers, State

_NUMBERS = tuple(str(number) for number in range(1, CHOICES_A_PAGE + 1))

Outcome = Literal["asking", "complete", "gave_up", "ended", "lookup"]


class Step(Struct, frozen=True):
    """What one input led to.

    asking    `screen` asks `question`.
    complete  every question is answered; no screen: whoever runs the engine stores the submission, then shows
              `closing`.
    gave_up   too many wrong inputs in a row at `question`; `screen` is the last one.
    ended     `screen` is information and the last one; nothing is submitted.
    lookup    no screen: whoever runs the engine asks for `question`, and calls `looked_up` with the words that came
              or `passed` with the value.
    """

    state: State
    screen: Screen | None
    outcome: Outcome
    question: str | None


def begin(menu: Menu, budget: Budget) -> Step:
    """The first screen of a session."""
    return again(menu, State(), budget)


def again(menu: Menu, state: State, budget: Budget) -> Step:
    """The screen that a session stands at, once more, without an error line."""
    place = asked(menu, state)
    if place is None:
        return Step(state, None, "complete", None)
    question = menu.questions[place]
    if question.type == "lookup":
        return Step(state, None, "lookup", question.name)
    return _show(menu, state, place, pages_of(menu, state, place, budget), budget)


def answer(menu: Menu, state: State, text: str, budget: Budget) -> Step:
    """One input of the caller, whatever it is."""
    place = asked(menu, state)
    if place is None:
        return Step(state, None, "complete", None)
    question, key = menu.questions[place], key_of(text)
    if key == BACK and not zero_is_answer(question) and (place > 0 or state.page > 0):
        return again(menu, _back(menu, state), budget)
    if question.type == "lookup":
        return _answer_lookup(menu, state, question, key, budget)
    pages = pages_of(menu, state, place, budget)
    page = pages[_number(pages, state)]
    if key == MORE and not page.is_last:
        return _show(menu, replace(state, page=page.number + 1, wrong=0), place, pages, budget)
    read = _read(menu, state, place, page, text, key)
    if isinstance(read, Refused):
        return _wrong(menu, state, place, pages, read.word, budget)
    return again(menu, _with_answer(menu, state, question, read.value), budget)


def looked_up(menu: Menu, state: State, words: str | None, budget: Budget) -> Step:
    """The screen of the look-up that the session stands at. None: it failed, and the screen says so.

    After a wrong input (`state.wrong` is above 0) it carries the error line.
    """
    place = asked(menu, state)
    if place is None or menu.questions[place].type != "lookup":
        return again(menu, state, budget)
    pages = lookup_pages(menu, state, place, words, budget)
    return _show(menu, state, place, pages, budget, "not_a_choice" if state.wrong else None)


def passed(menu: Menu, state: State, value: str, budget: Budget) -> Step:
    """The look-up that the session stands at brought a value: it is kept as the answer, and nothing is shown.

    The next step may be a look-up too.
    """
    place = asked(menu, state)
    if place is None or menu.questions[place].type != "lookup":
        return again(menu, state, budget)
    return again(menu, _with_answer(menu, state, menu.questions[place], value), budget)


def _answer_lookup(menu: Menu, state: State, question: Question, key: str, budget: Budget) -> Step:
    """1 goes on, 9 asks for the next page; the words are not kept, so every other step fetches them again."""
    if key == "1" and after(menu, state, question) == "goes on":
        return again(menu, _with_answer(menu, state, question, ""), budget)
    if key == MORE:
        return Step(replace(state, page=state.page + 1, wrong=0), None, "lookup", question.name)
    state = replace(state, wrong=state.wrong + 1)
    if state.wrong >= menu.max_wrong:
        return _give_up(menu, state, question, budget)
    return Step(state, None, "lookup", question.name)


def _show(
    menu: Menu, state: State, place: int, pages: tuple[Page, ...], budget: Budget, word: str | None = None
) -> Step:
    question, page = menu.questions[place], pages[_number(pages, state)]
    tongue = tongue_of(menu, budget, language_of(menu, state))
    is_end = question.type in ("note", "lookup") and page.is_last and after(menu, state, question) == "ends"
    error = None if word is None else error_line(tongue, question, word)
    screen = render(tongue, page, error, ends=is_end)
    return Step(replace(state, page=page.number), screen, "ended" if is_end else "asking", question.name)


def _wrong(menu: Menu, state: State, place: int, pages: tuple[Page, ...], word: str, budget: Budget) -> Step:
    """The same question again with a word why, until there were too many in a row."""
    state = replace(state, wrong=state.wrong + 1)
    if state.wrong >= menu.max_wrong:
        return _give_up(menu, state, menu.questions[place], budget)
    return _show(menu, state, place, pages, budget, word)


def _give_up(menu: Menu, state: State, question: Question, budget: Budget) -> Step:
    screen = last_words(menu, "too_many", language_of(menu, state), budget)
    return Step(state, screen, "gave_up", question.name)


def _number(pages: tuple[Page, ...], state: State) -> int:
    """The page the state names; the last one where the list has become shorter since."""
    return min(state.page, len(pages) - 1)


def _back(menu: Menu, state: State) -> State:
    """One page back; from the first page, to the question that the caller saw last and this menu knows."""
    if state.page > 0:
        return replace(state, page=state.page - 1, wrong=0)
    answers = list(state.answers)
    while answers and not _was_seen(menu, *answers.pop()):
        pass
    return _with_answers(state, tuple(answers))


def _was_seen(menu: Menu, name: str, value: str) -> bool:
    """Whether this answer came from a screen; a look-up that brought a value showed none."""
    question = menu.question(name)
    return question is not None and not (question.type == "lookup" and value)


def _with_answer(menu: Menu, state: State, question: Question, value: str) -> State:
    if question.type == "confirm" and value == "change":
        chooser = menu.questions[0]
        kept = (pair for pair in state.answers if chooser.type == "language" and pair[0] == chooser.name)
        return _with_answers(state, tuple(kept))
    if question.secret:
        state = replace(state, secrets=(*state.secrets, (question.name, value)))
        value = ""
    return _with_answers(state, (*state.answers, (question.name, value)))


def _with_answers(state: State, answers: Answers) -> State:
    """The state with these answers, at the first page of what they lead to; secrets of dropped answers go."""
    if not state.secrets:
        return State(answers)
    names = {name for name, _ in answers}
    return State(answers, secrets=tuple(pair for pair in state.secrets if pair[0] in names))


def _read(menu: Menu, state: State, place: int, page: Page, text: str, key: str) -> Answered | Refused:
    question = menu.questions[place]
    is_dead_back = key == BACK and place == 0 and not zero_is_answer(question)
    if question.type == "text" and not is_dead_back:
        return read_text(question, text)
    if question.type == "integer" and not is_dead_back:
        return read_integer(question, text)
    offered = _offered(menu, state, place, page)
    return Answered(offered[key]) if key in offered else Refused("not_a_choice")


def _offered(menu: Menu, state: State, place: int, page: Page) -> dict[str, str]:
    """What each key on this page answers."""
    kind = menu.questions[place].type
    if kind in ("language", "select_one"):
        return dict(zip(_NUMBERS, choices_on(menu, state, place, page), strict=False))
    if not page.is_last:
        return {}
    return {"note": {"1": ""}, "confirm": {"1": "yes", "2": "change"}}.get(kind, {})
