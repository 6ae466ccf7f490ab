"""A way of waiting that lends its thread, as an event loop's does: what is handed in is given at once, from here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from bridge.waiting import Waiter, way

T = TypeVar("T")


class Lending:
    """Like a thread's own way otherwise."""

    lends_thread = True

    def __init__(self) -> None:
        self._blocking = way.get()

    def waiter(self) -> Waiter:
        return self._blocking.waiter()

    def aside(self, work: Callable[[], T]) -> T:
        return work()

    def hand_in(self, give: Callable[[Sequence[T]], None], order: T) -> None:
        give([order])


@contextmanager
def lending() -> Iterator[None]:
    """Whoever waits inside passes for an event loop."""
    before = way.set(Lending())  # type: ignore[arg-type]
    try:
        yield
    finally:
        way.reset(before)
