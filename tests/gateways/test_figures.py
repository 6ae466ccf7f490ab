"""What /metrics says about turns and sessions."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import TimeoutError

from tests.gateways.conftest import Clock, House
from tests.gateways.test_every_gateway import phone


def samples(house: House) -> dict[tuple[str, ...], float]:
    """Every value by its name and labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for metric in house.gateways.metrics()
        for sample in metric.samples
    }


def test_where_callers_are_lost_can_be_seen(house: House, clock: Clock) -> None:
    for number, keys in enumerate((("1",), ("1", "2"), ("1", "3"), ("1", "1", "1", "2"))):
        caller = phone(house, "mtn", clock, session=str(number), number=f"22177000000{number}")
        caller.dial()
        caller.presses(*keys)
    clock.go(601)
    house.gateways.turns.sweep(100)
    phone(house, "mtn", clock, session="now").dial()
    seen = samples(house)
    lost = {key: value for key, value in seen.items() if key[0] == "bridge_lost_callers_total"}
    assert lost == {
        ("bridge_lost_callers_total", "support", "location"): 1,
        ("bridge_lost_callers_total", "support", "support_type"): 2,
    }
    assert seen["bridge_sessions", "open"] == 1
    assert seen["bridge_turns_total", "mtn", "turn"] == 14


def test_while_no_connection_is_free_what_this_process_knows_is_still_said(
    small_house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_free() -> None:
        raise TimeoutError

    phone(small_house, "mtn", clock).dial()
    monkeypatch.setattr(small_house.store._engines.read, "connect", none_free)
    assert samples(small_house) == {("bridge_turns_total", "mtn", "turn"): 1}
