"""How many calls may start: the bucket's arithmetic, and what outcomes do to the gates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.delivery import breaker, limiter
from bridge.delivery.limiter import Rate
from bridge.delivery.policy import Patience
from bridge.store.limits import Gate, Gates
from bridge.taskrouter import Outcome, OutcomeKind

NOW = 1_000_000.0
PATIENCE = Patience()
FRESH = Gates(Gate("create"), Gate("lookup"))
GOOD, BAD, FAULT = Outcome("done"), Outcome("unknown"), Outcome("fault", reason="correct AUTH_TOKEN")


def after(gates: Gates, outcome: Outcome, now: float = NOW) -> Gates:
    return breaker.after(gates, "create", outcome, now, PATIENCE).gates


def failed(times: int, now: float = NOW) -> Gates:
    gates = FRESH
    for _ in range(times):
        gates = after(gates, BAD, now)
    return gates


def room(gates: Gates, now: float, live: int = 0) -> int:
    return breaker.room(gates.api, live, 16, now, PATIENCE)


def test_a_gate_that_was_never_used_is_full() -> None:
    assert limiter.refill(Gate("create"), Rate(10, 4), NOW).tokens == 4


def test_tokens_come_with_time_and_a_clock_that_goes_back_takes_none() -> None:
    gate = Gate("create", tokens=0.0, at=NOW)
    assert limiter.refill(gate, Rate(2.0, 10), NOW + 1.5).tokens == 3.0
    assert limiter.refill(gate, Rate(2.0, 10), NOW - 99).tokens == 0.0


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(0, 50)), max_size=40))
def test_no_sequence_of_calls_exceeds_rate_and_burst(asks: list[tuple[float, int]]) -> None:
    rate, gate, now, taken = Rate(3.0, 5.0), Gate("create"), NOW, 0
    for pause, wanted in asks:
        now += pause
        gate = limiter.refill(gate, rate, now)
        got = min(wanted, int(gate.tokens))
        gate, taken = limiter.take(gate, got), taken + got
    assert taken <= rate.burst + rate.per_second * (now - NOW) + 1e-6


def test_the_next_token_is_awaited_no_longer_than_it_takes() -> None:
    gate = Gate("create", tokens=0.25, at=NOW)
    assert limiter.next_token(gate, Rate(3.0, 5.0), NOW) == NOW + 0.25


def test_four_failures_change_nothing_and_the_fifth_stops_all() -> None:
    assert room(failed(4), NOW) == 16
    assert room(failed(5), NOW) == 0


def test_after_the_pause_one_probe_goes_at_a_time() -> None:
    gates = failed(5)
    later = gates.api.paused_until
    assert room(gates, later) == 1
    assert room(gates, later, live=1) == 0


def test_each_failed_probe_doubles_the_pause_up_to_thirty_seconds() -> None:
    gates, now, pauses = failed(5), NOW, []
    for _ in range(7):
        pauses.append(gates.api.paused_until - now)
        now = gates.api.paused_until
        gates = after(gates, BAD, now)
    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def test_calls_that_were_under_way_when_it_opened_make_the_pause_no_longer() -> None:
    gates = failed(5)
    assert after(gates, BAD, NOW + 0.5) == gates


def test_one_success_ends_an_outage_and_says_so() -> None:
    verdict = breaker.after(failed(9), "create", GOOD, NOW + 2, PATIENCE)
    assert verdict.recovered
    assert verdict.gates.api.failures == 0
    assert room(verdict.gates, NOW + 60) == 16


def test_a_success_in_good_times_is_no_recovery() -> None:
    verdict = breaker.after(failed(4), "create", GOOD, NOW, PATIENCE)
    assert not verdict.recovered
    assert verdict.gates.api.failures == 0


@pytest.mark.parametrize("kind", ["done", "missing", "refused"])
def test_whatever_taskrouter_answers_shows_that_it_is_there(kind: OutcomeKind) -> None:
    assert after(failed(5), Outcome(kind)).api.failures == 0


def test_a_fault_stops_all_and_lets_a_probe_through_every_fifteen_seconds() -> None:
    gates = after(FRESH, FAULT)
    assert gates.api.fault == "correct AUTH_TOKEN"
    assert [room(gates, NOW + wait) for wait in (0, 14.9, 15)] == [0, 0, 1]


def test_the_first_call_that_passes_ends_the_fault() -> None:
    gates = after(after(FRESH, FAULT), GOOD, NOW + 15)
    assert (gates.api.fault, room(gates, NOW + 15)) == (None, 16)


def test_what_waited_for_the_repair_goes_on_at_once() -> None:
    assert breaker.after(after(FRESH, FAULT), "create", GOOD, NOW + 15, PATIENCE).recovered


def test_an_outage_does_not_hide_a_fault() -> None:
    assert after(after(FRESH, FAULT), BAD, NOW + 15).api.fault == "correct AUTH_TOKEN"


def test_a_429_on_a_create_stops_creates_and_look_ups() -> None:
    gates = after(FRESH, Outcome("limited", retry_after=7))
    assert (gates.api.paused_until, gates.lookup.paused_until) == (NOW + 7, NOW + 7)


def test_a_429_on_a_look_up_stops_look_ups_only() -> None:
    gates = breaker.after(FRESH, "lookup", Outcome("limited", retry_after=7), NOW, PATIENCE).gates
    assert (gates.api.paused_until, gates.lookup.paused_until) == (0, NOW + 7)


def test_a_short_429_does_not_shorten_a_long_one() -> None:
    gates = after(after(FRESH, Outcome("limited", retry_after=30)), Outcome("limited", retry_after=1))
    assert gates.api.paused_until == NOW + 30


def test_after_a_429_one_call_goes_first_and_then_as_many_as_ever() -> None:
    gates = after(FRESH, Outcome("limited", retry_after=7))
    assert [room(gates, NOW + wait, live) for wait, live in ((6.9, 0), (7, 0), (7, 1))] == [0, 1, 0]
    verdict = breaker.after(gates, "create", GOOD, NOW + 7.1, PATIENCE)
    assert room(verdict.gates, NOW + 7.1) == 16
    assert not verdict.recovered, "TaskRouter was there all the time"


def test_a_429_opens_no_breaker() -> None:
    assert not breaker.is_open(after(FRESH, Outcome("limited", retry_after=7)).api)


def test_a_call_that_was_under_way_when_the_429_came_does_not_end_the_pause() -> None:
    gates = after(after(FRESH, Outcome("limited", retry_after=7)), GOOD, NOW + 1)
    assert [room(gates, NOW + wait) for wait in (1, 7)] == [0, 1]


def test_a_pause_from_a_clock_that_went_back_holds_nobody() -> None:
    assert room(after(FRESH, Outcome("limited", retry_after=30)), NOW - 86_400) == 16
