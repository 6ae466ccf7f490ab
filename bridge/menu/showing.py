"""A question as pages, in one language on one gateway. What no caller can change is laid out once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from msgspec.structs import replace

from bridge.menu.definition import Menu, Question
from bridge.menu.layout import NEVER, Frame, Page, flow, lay_out
from bridge.menu.path import asked, choices_left, tongue_code
from bridge.menu.reading import error_words
from bridge.menu.screen import Budget, Screen, Tongue, tongue_of
from bridge.menu.state import State

After = Literal["goes on", "ends", "waits"]
"""What follows words to read: more questions; nothing; or nothing yet, as questions wait for the look-up's value.

A look-up that waits is no end: 0 leads back to where the caller can do better, as with a wrong PIN.
"""


def pages_of(menu: Menu, state: State, place: int, budget: Budget) -> tuple[Page, ...]:
    """The pages of the question at `place`, for a session with these answers. A look-up's are `lookup_pages`."""
    question, language = menu.questions[place], tongue_code(menu, state)
    if question.type == "confirm":
        tongue = tongue_of(menu, budget, language)
        return confirm_pages(tongue, question, place, _summary(menu, state, tongue))
    filtered_by = _filtered_by(state, question) if question.choice_filter else ()
    then = after(menu, state, question) if question.type == "note" else "goes on"
    return kept_pages(menu, budget, language, place, filtered_by, then)


def _filtered_by(state: State, question: Question) -> tuple[str, ...]:
    answers = dict(state.answers)
    return tuple(answers.get(name, "") for name in question.choice_filter)


def lookup_pages(menu: Menu, state: State, place: int, words: str | None, budget: Budget) -> tuple[Page, ...]:
    """The pages of what a look-up brought, or of the sentence that says that it brought nothing."""
    question, tongue = menu.questions[place], tongue_of(menu, budget, tongue_code(menu, state))
    said = failed_lookup(tongue) if words is None else tongue.say_whatever_comes(words.strip())
    return reading_pages(tongue, question, place, said, after(menu, state, question))


def failed_lookup(tongue: Tongue) -> str:
    """What stands under the label of a look-up that brought nothing."""
    return f"{tongue.word('lookup_failed')} {tongue.help()}"


def choices_on(menu: Menu, state: State, place: int, page: Page) -> Sequence[str]:
    """The names of the choices on a page, in their order; the input 1 means the first."""
    left = choices_left(menu.questions[place], dict(state.answers))
    return [choice.name for choice in left[page.first : page.stop]]


def render(tongue: Tongue, page: Page, error: str | None = None, *, ends: bool = False) -> Screen:
    """A page as a screen, the error line first. A line that would break the budget is left out."""
    if error is not None:
        size = page.size + tongue.cost(error) + 1
        if size <= tongue.limit:
            return Screen(f"{error}\n{page.text}", ends, size, tongue.unit)
    return Screen(page.text, ends, page.size, tongue.unit)


def error_line(tongue: Tongue, question: Question, word: str) -> str:
    """The short word why, with the bounds of the question where it speaks of them."""
    return tongue.word(word, min=question.minimum, max=question.maximum)


def after(menu: Menu, state: State, question: Question) -> After:
    """What comes after this note, or after this look-up's words."""
    if asked(menu, State((*state.answers, (question.name, "")))) is not None:
        return "goes on"
    is_awaited = any(question.name in other.relevant for other in menu.questions)
    return "waits" if is_awaited and question is not menu.questions[0] else "ends"


@lru_cache(maxsize=4096)
def kept_pages(
    menu: Menu, budget: Budget, language: str, place: int, filtered_by: tuple[str, ...], then: After
) -> tuple[Page, ...]:
    """The pages of a question whose words all stand in the menu."""
    question, tongue = menu.questions[place], tongue_of(menu, budget, language)
    label = tongue.say(question.label.shown[language])
    if question.type == "note":
        return reading_pages(tongue, question, place, label, then)
    if question.choices:
        return _choice_pages(tongue, question, place, label, filtered_by)
    hints = _integer_hints(tongue, question)
    return lay_out(tongue, _frame(tongue, question, place, (label, *hints)), ())


def confirm_pages(tongue: Tongue, question: Question, place: int, summary: str) -> tuple[Page, ...]:
    """The answers so far; 1 and 2 stand on the last page, so that nothing is confirmed unread."""
    keys = (f"1. {tongue.word('yes')}", f"2. {tongue.word('change')}")
    label = tongue.say(question.label.shown[tongue.language])
    return flow(tongue, replace(_frame(tongue, question, place, (label,)), keys=keys), summary)


def reading_pages(tongue: Tongue, question: Question, place: int, words: str, then: After) -> tuple[Page, ...]:
    """A note (its label is what is read) or a look-up (its label stands above)."""
    head = (tongue.say(question.label.shown[tongue.language]),) if question.type == "lookup" else ()
    keys = (f"1. {tongue.word('continue')}",) if then == "goes on" else ()
    return flow(tongue, replace(_frame(tongue, question, place, head), keys=keys, ends=then == "ends"), words)


def _choice_pages(
    tongue: Tongue, question: Question, place: int, label: str, filtered_by: tuple[str, ...]
) -> tuple[Page, ...]:
    answers = dict(zip(question.choice_filter, filtered_by, strict=True))
    labels = [tongue.say(choice.label.shown[tongue.language]) for choice in choices_left(question, answers)]
    return lay_out(tongue, replace(_frame(tongue, question, place, (label,)), numbered=True), labels)


def _frame(tongue: Tongue, question: Question, place: int, head: tuple[str, ...]) -> Frame:
    back_from = NEVER if zero_is_answer(question) else 1 if place == 0 else 0
    if question.type == "language":  # every language on one screen is worth more than a word why
        return Frame(head, back_from=back_from)
    room = max(tongue.cost(error_line(tongue, question, word)) + 1 for word in error_words(question))
    return Frame(head, back_from=back_from, error_room=room)


def zero_is_answer(question: Question) -> bool:
    """Whether 0 is an answer here and so cannot go back."""
    return question.type == "integer" and question.minimum == 0


def _integer_hints(tongue: Tongue, question: Question) -> tuple[str, ...]:
    """Which of the keys 0 and 9 are answers here (design 4.1)."""
    if question.type != "integer":
        return ()
    zero, nine = question.minimum == 0, question.minimum <= 9 <= question.maximum
    if zero and nine:
        return (tongue.word("zero_and_nine"),)
    if zero or nine:
        return (tongue.word("zero_is_answer" if zero else "nine_is_answer"),)
    return ()


def _summary(menu: Menu, state: State, tongue: Tongue) -> str:
    """The answers so far, one line each: the question's label and the answer. Secrets are left out."""
    return "\n".join(
        _summary_line(tongue, question, value)
        for name, value in state.answers
        if (question := menu.question(name)) and question.is_answered_with_words and not question.secret
    )


def _summary_line(tongue: Tongue, question: Question, value: str) -> str:
    label = tongue.say(question.label.shown[tongue.language]).replace("\n", " ")
    choice = question.choice(value)
    answer = (
        tongue.say(choice.label.shown[tongue.language]).replace("\n", " ")
        if choice
        else tongue.say_whatever_comes(value)
    )
    return f"{label} {answer}" if label.endswith(("?", ":", "؟")) else f"{label}: {answer}"
