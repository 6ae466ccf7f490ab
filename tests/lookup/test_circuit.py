"""When callers stop waiting for a service that fails, and when it is tried again."""

from __future__ import annotations

from bridge.lookup.circuit import FAILURES, REST, Circuit
from tests.gateways.conftest import Clock


def failed(clock: Clock, times: int = FAILURES) -> Circuit:
    circuit = Circuit(clock)
    for _ in range(times):
        assert circuit.lets_through()
        circuit.note(answered=False)
    return circuit


def test_failures_that_are_not_in_a_row_change_nothing(clock: Clock) -> None:
    circuit = failed(clock, FAILURES - 1)
    circuit.note(answered=True)
    for _ in range(FAILURES - 1):
        assert circuit.lets_through()
        circuit.note(answered=False)
    assert circuit.lets_through()


def test_after_failures_in_a_row_nothing_gets_through_for_a_while(clock: Clock) -> None:
    circuit = failed(clock)
    assert not circuit.lets_through()
    clock.go(REST - 0.001)
    assert not circuit.lets_through()


def test_then_one_probe_gets_through_and_the_others_wait_for_it(clock: Clock) -> None:
    circuit = failed(clock)
    clock.go(REST)
    assert [circuit.lets_through() for _ in range(3)] == [True, False, False]


def test_a_probe_that_is_answered_opens_it_to_all(clock: Clock) -> None:
    circuit = failed(clock)
    clock.go(REST)
    assert circuit.lets_through()
    circuit.note(answered=True)
    assert [circuit.lets_through() for _ in range(3)] == [True] * 3


def test_a_probe_that_fails_begins_another_rest(clock: Clock) -> None:
    circuit = failed(clock)
    clock.go(REST)
    assert circuit.lets_through()
    clock.go(REST / 2)
    circuit.note(answered=False)
    clock.go(REST - 0.001)
    assert not circuit.lets_through()
    clock.go(0.001)
    assert circuit.lets_through()


def test_a_probe_that_nobody_tells_of_is_followed_by_another(clock: Clock) -> None:
    circuit = failed(clock)
    clock.go(REST)
    assert circuit.lets_through()
    clock.go(REST)
    assert circuit.lets_through()
