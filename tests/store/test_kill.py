"""Promise 1: what was answered survives `kill -9`."""

from __future__ import annotations

from collections.abc import Callable

from bridge.store import Store
from bridge.submission import Receipt
from tests.store.processes import accepting
from tests.store.samples import complete, deliveries, rows

PROMISES = 200


def test_a_kill_in_the_middle_loses_nothing_that_was_promised(
    database_url: str, data_key: str, opened: Callable[[str], Store]
) -> None:
    with accepting(database_url, data_key, "S") as process:
        process.go()
        promises = [process.promise() for _ in range(PROMISES)]
        process.kill()
        promises += process.rest()
    store = opened(database_url)
    kept = {row.reference for row in rows(store)}
    assert {line.split()[1] for line in promises} <= kept
    assert len(kept) == len(rows(store)) == len(deliveries(store))


def test_after_a_kill_a_repetition_gets_the_promised_reference(
    database_url: str, data_key: str, opened: Callable[[str], Store]
) -> None:
    with accepting(database_url, data_key, "S") as process:
        process.go()
        session, reference, _repeated = process.promise().split()
        process.kill()
    assert opened(database_url).accept(complete(session), b"body") == Receipt(reference, repeated=True)
