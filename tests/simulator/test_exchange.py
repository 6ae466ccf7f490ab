"""The exchange: who is on the line, who is not any more, and what cannot be dialled."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from bridge.menu import Budget
from bridge.simulator import Exchange, LineError, Provider, Shown
from bridge.simulator.exchange import IDLE_SECONDS, MOST_CALLS
from bridge.simulator.line import Move, Trip, measured

END = "end"


@dataclass
class Echo:
    """A line that shows what was typed, ends at `end`, and fails at `fail`."""

    code: str
    number: str
    moves: tuple[Move, ...] = ("repeat", "drop")
    done: list[str] = field(default_factory=list)

    def dial(self) -> Shown:
        return self.answer(self.code)

    def answer(self, text: str) -> Shown:
        self.done.append(text)
        if "999" in text:
            raise LineError("No answer.")
        return measured(text, Budget(), ends=text == END)

    def move(self, name: Move) -> Shown | None:
        return None if name == "drop" else self.answer(self.done[-1])

    def hang_up(self) -> None:
        self.done.append("hung up")

    def travelled(self) -> tuple[Trip, ...]:
        return (Trip("GET", "/", self.done[-1], 200, ""),)


class Clock:
    """A clock that tests set."""

    at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def exchange(clock: Clock) -> Exchange:
    echo = Provider("Echo", "Says it again.", False, Echo)
    return Exchange({"echo": echo, "absent": Provider("Absent", "It needs a telegraph.", True, None)}, clock)


def dial(exchange: Exchange, code: str = "*1#") -> str:
    call, _, told = exchange.dial("echo", code, "+221770000001")
    assert told.shown
    assert told.shown.text == code
    return call


def is_over(exchange: Exchange, call: str) -> bool:
    try:
        exchange.answer(call, "1")
    except LineError as error:
        return str(error) == "This call is over. Dial again."
    return False


@pytest.mark.parametrize(
    ("provider", "code", "number", "why"),
    [
        ("nobody", "*1#", "1", "There is no such gateway here. Choose one of: echo."),
        ("absent", "*1#", "1", "It needs a telegraph."),
        ("echo", "123", "1", "A service code begins with * and ends with #, like *123#."),
        ("echo", "*1", "1", "A service code begins with * and ends with #, like *123#."),
        ("echo", "*#", "1", "A service code begins with * and ends with #, like *123#."),
        ("echo", "*1a#", "1", "A service code begins with * and ends with #, like *123#."),
        ("echo", f"*{'1' * 39}#", "1", "A service code begins with * and ends with #, like *123#."),
        ("echo", "*1#", "", "The caller needs a number, like +221770000001."),
        ("echo", "*1#", "nobody", "The caller needs a number, like +221770000001."),
    ],
    ids=["no such", "absent", "no star", "no hash", "nothing between", "a letter", "too long", "no number", "a word"],
)
def test_what_cannot_be_dialled_is_explained(
    exchange: Exchange, provider: str, code: str, number: str, why: str
) -> None:
    with pytest.raises(LineError) as refused:
        exchange.dial(provider, code, number)
    assert str(refused.value) == why


def test_a_call_is_over_at_its_last_screen(exchange: Exchange) -> None:
    call = dial(exchange)
    assert not is_over(exchange, call)
    exchange.answer(call, END)
    assert is_over(exchange, call)


def test_a_call_is_over_when_its_line_is_lost_and_after_no_other_move(exchange: Exchange) -> None:
    call = dial(exchange)
    assert exchange.move(call, "repeat").shown
    told = exchange.move(call, "drop")
    assert (told.shown, told.trouble) == (None, "")
    assert is_over(exchange, call)


def test_a_call_is_over_when_the_caller_hangs_up(exchange: Exchange) -> None:
    call = dial(exchange)
    exchange.hang_up(call)
    assert is_over(exchange, call)


def test_a_turn_that_failed_says_why_and_what_travelled_and_may_be_tried_again(exchange: Exchange) -> None:
    call = dial(exchange)
    told = exchange.answer(call, "999")
    assert (told.shown, told.trouble) == (None, "No answer.")
    assert [trip.sent for trip in told.travelled] == ["999"]
    assert not is_over(exchange, call)


def test_a_dialling_that_failed_is_no_call(exchange: Exchange) -> None:
    call, _, told = exchange.dial("echo", "*999#", "1")
    assert told.trouble == "No answer."
    assert is_over(exchange, call)


def test_what_cannot_go_wrong_here_is_refused_with_what_can(exchange: Exchange) -> None:
    told = exchange.move(dial(exchange), "time_out")
    assert told.trouble == "What can go wrong at this gateway: repeat, drop."


def test_a_phone_that_was_left_lying_is_forgotten(exchange: Exchange, clock: Clock) -> None:
    left, used = dial(exchange), dial(exchange)
    clock.at = IDLE_SECONDS / 2
    exchange.answer(used, "1")
    clock.at = IDLE_SECONDS
    dial(exchange)
    assert is_over(exchange, left)
    assert not is_over(exchange, used)


def test_the_call_that_was_used_least_makes_room(exchange: Exchange) -> None:
    calls = [dial(exchange) for _ in range(MOST_CALLS)]
    exchange.answer(calls[0], "1")
    dial(exchange)
    assert is_over(exchange, calls[1])
    assert not is_over(exchange, calls[0])
