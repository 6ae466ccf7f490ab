"""Many at once: threads of one process, and processes on one PostgreSQL, agree on who was first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bridge.store import Store
from bridge.submission import Receipt
from tests.store.processes import accepting
from tests.store.samples import COMPLETE, complete, deliveries, incomplete, rows


def at_once(*calls: Callable[[], Receipt]) -> list[Receipt]:
    """Make all calls at the same moment, each in a thread."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], Receipt]) -> Receipt:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def test_one_submission_from_many_threads_is_kept_once(store: Store) -> None:
    receipts = at_once(*[lambda: store.accept(COMPLETE, b"body")] * 8)
    assert len({receipt.reference for receipt in receipts}) == 1
    assert sorted(receipt.repeated for receipt in receipts) == [False] + [True] * 7
    assert len(rows(store)) == len(deliveries(store)) == 1


def test_both_halves_of_many_sessions_at_once_share_their_references(store: Store) -> None:
    for session in (f"S{number}" for number in range(20)):
        halves = (complete(session), incomplete(session))
        one, two = at_once(*[lambda half=half: store.accept(half, b"body") for half in halves])
        assert one.reference == two.reference
        assert not one.repeated
        assert not two.repeated
    assert len(rows(store)) == 40
    openers = [row for row in rows(store) if row.opens]
    assert len(openers) == 20
    partials_first = sum(not row.complete for row in openers)
    assert len(deliveries(store)) == 20 + partials_first


def test_the_same_submissions_from_many_processes_are_kept_once(
    postgres_url: str, data_key: str, opened: Callable[[str], Store]
) -> None:
    many = 150
    with (
        accepting(postgres_url, data_key, "S", many) as one,
        accepting(postgres_url, data_key, "S", many) as two,
    ):
        one.go()
        two.go()
        promises = [line.split() for line in one.rest() + two.rest()]
    store = opened(postgres_url)
    assert len(promises) == 2 * many
    references = {(session, reference) for session, reference, _repeated in promises}
    assert len(references) == many
    assert sum(repeated == "1" for *_known, repeated in promises) == many
    assert len(rows(store)) == len(deliveries(store)) == many
    assert {row.reference for row in rows(store)} == {reference for _session, reference in references}
