from __future__ import annotations

from bridge.store import Store


def test_x(store: Store) -> None:
    store.ping(5)
