"""What dialogues cannot show: odd states, small budgets, secrets within a turn, last screens."""

from __future__ import annotations

import pytest

from bridge.menu import Budget, Menu, State, again, answer, answers_of, apology, begin, closing, language_of, looked_up
from tests.menu.dialogues import menu_of
from tests.menu.strategies import menu_from

BUDGET = Budget()


@pytest.fixture(scope="module")
def support() -> Menu:
    return menu_of({"menu": "menus/support.yaml"})


@pytest.fixture(scope="module")
def wallet() -> Menu:
    return menu_of({"menu": "tests/dialogues/menus/wallet.yaml"})


@pytest.fixture(scope="module")
def registration() -> Menu:
    return menu_of({"menu": "tests/dialogues/menus/registration.yaml"})


def typed(menu: Menu, *inputs: str) -> State:
    """The state after these inputs."""
    state = begin(menu, BUDGET).state
    for text in inputs:
        state = answer(menu, state, text, BUDGET).state
    return state


def test_a_secret_is_at_hand_within_its_turn_and_gone_once_written_down(wallet: Menu) -> None:
    state = typed(wallet, "4711", "1")
    assert state.secrets == (("pin", "4711"),)
    assert State.from_data(state.to_data()).secrets == ()
    assert answers_of(wallet, state) == {"wish": "balance"}


def test_a_secret_taken_back_is_gone(wallet: Menu) -> None:
    assert typed(wallet, "4711", "0").secrets == ()
    assert typed(wallet, "4711", "0", "1234").secrets == (("pin", "1234"),)


def test_changing_everything_keeps_the_language_alone(registration: Menu) -> None:
    state = typed(registration, "2", "3", "Awa", "30", "2", "3", "2")
    assert state.answers == (("language", "fr"),)


def test_a_page_that_is_gone_is_the_last_one(registration: Menu) -> None:
    state = State((("language", "en"), ("region", "north")), page=40)
    step = again(registration, state, BUDGET)
    assert step.screen is not None
    assert "2. Juliett" in step.screen.text
    assert step.state.page == 1


def test_answers_to_questions_the_menu_lost_are_passed_over(support: Menu) -> None:
    state = State((("language", "fr"), ("gone", "x"), ("location", "mars"), ("lost", "y")))
    step = again(support, state, BUDGET)
    assert step.question == "support_type"
    back = answer(support, state, "0", BUDGET)
    assert back.question == "location"
    assert back.state.answers == (("language", "fr"), ("gone", "x"))


def test_a_language_the_menu_lost_becomes_the_first(support: Menu) -> None:
    state = State((("language", "sw"),))
    assert language_of(support, state) == "en"
    step = again(support, state, BUDGET)
    assert step.screen is not None
    assert step.screen.text.startswith("Please choose location")


def test_a_finished_session_stays_finished(support: Menu) -> None:
    state = typed(support, "1", "1", "1", "2")
    assert answer(support, state, "1", BUDGET).outcome == "complete"
    assert again(support, state, BUDGET).outcome == "complete"
    assert looked_up(support, state, "words", BUDGET).outcome == "complete"


def test_words_for_a_question_that_is_no_look_up_show_the_question(support: Menu) -> None:
    step = looked_up(support, typed(support, "1"), "words", BUDGET)
    assert step.screen == again(support, typed(support, "1"), BUDGET).screen


def test_a_budget_too_small_gives_one_choice_a_page_whole(support: Menu) -> None:
    tiny = Budget(septets=10)
    step = begin(support, tiny)
    assert step.screen is not None
    assert step.screen.text == "Choose language / Choisissez la langue\n1. English\n9 More / Suite"
    assert step.screen.size > tiny.septets


def test_a_budget_too_small_leaves_the_error_line_out(support: Menu) -> None:
    tiny = Budget(septets=30)
    first = answer(support, begin(support, tiny).state, "1", tiny)
    wrong = answer(support, first.state, "7", tiny)
    assert wrong.screen == first.screen
    assert wrong.state.wrong == 1


def test_the_apology_is_in_the_callers_language_or_in_all(support: Menu) -> None:
    assert apology(support, "fr", BUDGET).text == "Désolé, le service est en panne. Pour de l'aide, appelez le 116."
    both = apology(support, None, BUDGET)
    assert both.text.count("116") == 2
    assert both.ends
    assert apology(support, "xx", BUDGET) == both
    assert apology(support, None, Budget(septets=60)).text == "Sorry, this is not working now. For help call 116."


def test_the_closing_of_a_session_without_a_language_is_in_the_first(support: Menu) -> None:
    assert closing(support, State(), None, BUDGET).text == "Thank you. We have kept your request."


def test_an_integer_takes_every_number_a_caller_can_mean() -> None:
    question = {"name": "n", "type": "integer", "label": "N?"}
    menu = menu_from(
        {
            "menu": "numbers",
            "languages": {"en": {"label": "English"}},
            "help_line": "116",
            "questions": [question],
            "end": {"label": "a", "label_unsent": "b"},
        }
    )
    for text, value in (("0", "0"), ("999999999999999", "999999999999999"), ("0" * 500 + "7", "7"), ("٩", "9")):
        assert answers_of(menu, answer(menu, State(), text, BUDGET).state) == {"n": value}
    for text in ("1000000000000000", "9" * 5000, "-1", "1e3", "0x1", "1_0", ""):
        assert answer(menu, State(), text, BUDGET).state.wrong == 1, text


def test_nothing_personal_is_printed(registration: Menu) -> None:
    step = again(registration, typed(registration, "1", "3", "Ann Marker", "30", "2", "3"), BUDGET)
    assert step.screen is not None
    assert "Ann Marker" in step.screen.text
    assert "Marker" not in repr(step)
