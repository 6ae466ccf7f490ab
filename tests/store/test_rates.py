"""How often a number came is counted in windows, whatever is done to the clock."""

from __future__ import annotations

import pytest

from bridge.store import Store, rates

NOW = 1_000_000.0


@pytest.mark.parametrize(
    ("later", "counted"),
    [
        pytest.param(59.0, 3, id="within the window"),
        pytest.param(60.0, 1, id="in a new window"),
        pytest.param(-1.0, 3, id="another machine's clock"),
        pytest.param(-7200.0, 1, id="after the clock was set back"),
    ],
)
def test_a_window_is_a_minute(store: Store, later: float, counted: int) -> None:
    times = [NOW, NOW, NOW + later]
    assert store.write(lambda conn: [rates.count(conn, b"n" * 32, at) for at in times])[-1] == counted
