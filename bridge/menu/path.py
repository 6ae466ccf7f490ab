"""Where a session stands: which question is asked next, and which answers count."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.menu.definition import ANY, Choice, Menu, Question
from bridge.menu.state import State


def asked(menu: Menu, state: State) -> int | None:
    """The place of the question being asked: the first relevant one without an answer, if there is one."""
    answers = dict(state.answers)
    for place, question in enumerate(menu.questions):
        if question.name not in answers and is_relevant(question, answers):
            return place
    return None


def is_relevant(question: Question, answers: Mapping[str, str]) -> bool:
    """Whether every condition holds and, of a filtered list, a choice is left."""
    for name, values in question.relevant.items():
        if answers.get(name) not in values:
            return False
    return not question.choice_filter or bool(choices_left(question, answers))


def choices_left(question: Question, answers: Mapping[str, str]) -> tuple[Choice, ...]:
    """The choices whose keys hold the answers that the question is filtered by."""
    if not question.choice_filter:
        return question.choices
    return tuple(
        choice
        for choice in question.choices
        if all(answers.get(name) in choice.keys.get(name, ()) for name in question.choice_filter)
    )


def language_of(menu: Menu, state: State) -> str | None:
    """The chosen language; the first where the menu does not ask; None before it is chosen."""
    chooser = menu.questions[0]
    if chooser.type != "language":
        return menu.first_language
    for name, chosen in state.answers:
        if name == chooser.name:
            return chosen if chosen in menu.languages else menu.first_language
    return None


def answers_of(menu: Menu, state: State) -> dict[str, str]:
    """What a submission carries: the answers to relevant questions, in order, without secrets."""
    given = dict(state.answers)
    return {
        name: value
        for name, value in state.answers
        if (question := menu.question(name))
        and question.is_answered_with_words
        and not question.secret
        and is_relevant(question, given)
    }


def is_far_enough(menu: Menu, state: State) -> bool:
    """Whether a session that breaks off here is kept as a partial submission (`partial: {after: …}`)."""
    answered = answers_of(menu, state)
    return bool(menu.partial_after) and all(name in answered for name in menu.partial_after)


def tongue_code(menu: Menu, state: State) -> str:
    """The language of the next screen, `ANY` before one is chosen."""
    language = language_of(menu, state)
    return ANY if language is None else language
