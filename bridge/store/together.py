"""Work that can be done for many at once: a database takes one statement with a hundred rows sooner than a hundred.

Such work has, beside being called for itself, a function `together` that is the same one for all of its kind: it takes
the connection and the pieces of work, and returns a result for each, in their order. What it raises, it raises for all
of them; each is then run by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

Together = Callable[[Connection, Sequence[Any]], Sequence[Any]]


def run_all(connection: Connection, works: Sequence[Callable[[Connection], Any]]) -> list[Any]:
    """The result of each of `works`, in their order."""
    results: list[Any] = [None] * len(works)
    for together, places in _kinds(works).items():
        found = together(connection, [works[place] for place in places])
        for place, result in zip(places, found, strict=True):
            results[place] = result
    return results


def _kinds(works: Sequence[Callable[[Connection], Any]]) -> dict[Together, list[int]]:
    """Where the works of each kind stand; those that have none are one kind, and so keep their order."""
    kinds: dict[Together, list[int]] = {}
    for place, work in enumerate(works):
        kinds.setdefault(getattr(work, "together", _one_by_one), []).append(place)
    return kinds


def _one_by_one(connection: Connection, works: Sequence[Callable[[Connection], Any]]) -> list[Any]:
    return [work(connection) for work in works]
