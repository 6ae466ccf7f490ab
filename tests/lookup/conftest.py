"""Look-ups that are closed when a test is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bridge.lookup.lookups import Lookups
from tests.gateways.conftest import Clock, clock, sqlite_store
from tests.lookup.services import SECRET

__all__ = ["Clock", "clock", "sqlite_store"]

Ask = Callable[..., Lookups]


@pytest.fixture
def asking() -> Iterator[Ask]:
    """Makes look-ups for a service at an address; they wait long, unless the test says otherwise."""
    made: list[Lookups] = []

    def ask(url: str, seconds: float = 20.0, **more: Any) -> Lookups:
        made.append(Lookups(url, more.pop("secrets", [SECRET]), seconds, **more))
        return made[-1]

    yield ask
    for lookups in made:
        lookups.close()
