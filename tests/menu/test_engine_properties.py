"""What holds for any menu, any budget and any input."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.menu import (
    Budget,
    Menu,
    Screen,
    State,
    Step,
    again,
    answer,
    answers_of,
    apology,
    begin,
    closing,
    language_of,
    looked_up,
    read_menu,
)
from bridge.menu.alphabet import outside_gsm, septets, units
from bridge.menu.path import is_relevant
from bridge.menu.showing import zero_is_answer
from bridge.menu.survey import survey
from tests.menu.strategies import budgets, inputs, menu_data, menu_from, menus

quick = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)


@settings(quick, max_examples=20)
@given(menu_data())
def test_random_menus_pass_every_check_of_a_file(data: dict[str, Any]) -> None:
    assert read_menu(json.dumps(data).encode(), "random").as_data() == menu_from(data).as_data()


def walk(menu: Menu, budget: Budget, typed: list[str], words: str | None) -> Iterator[tuple[State, str | None, Step]]:
    """Every step of a session with these inputs, and the state and input it came from."""
    step = begin(menu, budget)
    yield State(), None, step
    if step.outcome == "lookup":
        step = looked_up(menu, step.state, words, budget)
    for text in typed:
        if step.outcome != "asking":
            return
        before = step.state
        step = answer(menu, before, text, budget)
        yield before, text, step
        if step.outcome == "lookup":
            before = step.state
            step = looked_up(menu, before, words, budget)
            yield before, None, step


OUTSIDE = st.none() | st.text(max_size=300)


@quick
@given(menus(), budgets(), inputs(), OUTSIDE)
def test_a_session_never_breaks_and_always_has_a_screen(
    menu: Menu, budget: Budget, typed: list[str], words: str | None
) -> None:
    for _, _, step in walk(menu, budget, typed, words):
        assert (step.screen is None) is (step.outcome in ("complete", "lookup"))
        assert (step.question is None) is (step.outcome == "complete")
        if step.screen:
            assert step.screen.text.strip()
            assert step.screen.ends is (step.outcome in ("gave_up", "ended"))
        if step.outcome == "asking":
            assert step.state.wrong < menu.max_wrong


@quick
@given(menus(), budgets(), inputs(), OUTSIDE)
def test_a_screen_is_measured_as_it_is_sent(menu: Menu, budget: Budget, typed: list[str], words: str | None) -> None:
    screens = [step.screen for _, _, step in walk(menu, budget, typed, words) if step.screen]
    codes = [None, *menu.languages]
    for screen in [
        *screens,
        *(apology(menu, code, budget) for code in codes),
        closing(menu, State(), "K7QM4X", budget),
    ]:
        assert_measured(screen, budget)


def assert_measured(screen: Screen, budget: Budget) -> None:
    """The size is that of the text, which its alphabet can carry."""
    assert "\r" not in screen.text
    if screen.unit == "units":
        assert screen.size == units(screen.text)
    else:
        assert screen.size == septets(screen.text)
        assert not outside_gsm(screen.text)
        assert budget.alphabet == "gsm7" or screen.text.isascii()


@quick
@given(menus(), st.builds(Budget, st.integers(60, 182), st.integers(40, 80)), inputs(), OUTSIDE)
def test_a_menu_that_passed_the_check_never_exceeds_its_budget(
    menu: Menu, budget: Budget, typed: list[str], words: str | None
) -> None:
    if not all(sight.fits for sight in survey(menu, budget)):
        return
    for _, _, step in walk(menu, budget, typed, words):
        if step.screen:
            assert step.screen.size <= (budget.septets if step.screen.unit == "septets" else budget.units)


@quick
@given(menus(), budgets(), inputs())
def test_the_next_screen_follows_from_menu_state_and_input_alone(menu: Menu, budget: Budget, typed: list[str]) -> None:
    for before, text, step in walk(menu, budget, typed, "12 500 CFA"):
        if text is not None:
            written = State.from_data(json.loads(json.dumps(before.to_data())))
            again_taken = answer(menu, written, text, budget)
            assert (again_taken.state, again_taken.screen) == (step.state, step.screen)


@quick
@given(menus(), budgets(), inputs())
def test_a_wrong_input_moves_nothing_but_the_count(menu: Menu, budget: Budget, typed: list[str]) -> None:
    for before, text, step in walk(menu, budget, typed, "12 500 CFA"):
        if text is not None and step.state.wrong:
            assert step.state.wrong == before.wrong + 1
            assert (step.state.answers, step.state.page) == (before.answers, before.page)
            if step.outcome == "asking" and step.screen:
                shown = again(menu, before, budget).screen
                assert shown is not None
                assert step.screen.text.endswith(shown.text)


@quick
@given(menus(), budgets(), inputs())
def test_answers_are_those_of_questions_that_count(menu: Menu, budget: Budget, typed: list[str]) -> None:
    for _, _, step in walk(menu, budget, typed, None):
        given_answers = dict(step.state.answers)
        for name in answers_of(menu, step.state):
            question = menu.question(name)
            assert question is not None
            assert not question.secret
            assert is_relevant(question, given_answers)
        assert language_of(menu, step.state) in (None, *menu.languages)


@quick
@given(menus(), budgets(), inputs())
def test_back_undoes_an_answer(menu: Menu, budget: Budget, typed: list[str]) -> None:
    for before, text, step in walk(menu, budget, typed, "12 500 CFA"):
        is_answer = text is not None and len(step.state.answers) == len(before.answers) + 1
        question = menu.question(step.question or "")
        if is_answer and step.outcome == "asking" and question and not zero_is_answer(question):
            back = answer(menu, step.state, "0", budget)
            if back.outcome != "lookup":
                assert back.state.answers == before.answers
                assert back.state.page == 0


@quick
@given(menus(), budgets(), inputs())
def test_keys_of_aggregators_stay_free(menu: Menu, budget: Budget, typed: list[str]) -> None:
    for _, _, step in walk(menu, budget, typed, None):
        question = menu.question(step.question or "")
        if question and question.type in ("select_one", "language", "note", "confirm") and step.outcome == "asking":
            for key in ("98", "00"):
                assert answer(menu, step.state, key, budget).state.answers == step.state.answers


@quick
@given(menus(), menus(), budgets(), inputs(), inputs())
def test_a_session_outlives_an_edited_menu(
    menu: Menu, edited: Menu, budget: Budget, typed: list[str], more: list[str]
) -> None:
    state = [step.state for _, _, step in walk(menu, budget, typed, "words")][-1]
    for text in more:
        again(edited, state, budget)
        answers_of(edited, state)
        state = answer(edited, state, text, budget).state
