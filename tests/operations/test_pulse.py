"""Whether the store commits is tried once for all who ask."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from bridge.errors import Unavailable
from bridge.pulse import HOLDS, Pulse
from tests.gateways.conftest import Clock


def test_the_store_is_tried_once_however_many_ask_at_once() -> None:
    tried: list[int] = []
    go_on = Event()

    def ping() -> None:
        tried.append(1)
        go_on.wait(10)

    pulse = Pulse(ping)
    with ThreadPoolExecutor(8) as many:
        asked = [many.submit(pulse.problem) for _ in range(8)]
        go_on.set()
        assert [answer.result(10) for answer in asked] == [None] * 8
    assert len(tried) == 1


def test_what_was_felt_holds_for_a_second_and_no_longer() -> None:
    clock = Clock()
    answers = iter([None, Unavailable("the disk is full"), None])

    def ping() -> None:
        answer = next(answers)
        if answer is not None:
            raise answer

    pulse = Pulse(ping, clock)
    assert (pulse.problem(), pulse.problem()) == (None, None)
    clock.go(HOLDS)
    assert pulse.problem() == "The store does not commit (the disk is full)."
    clock.go(HOLDS)
    assert pulse.problem() is None
