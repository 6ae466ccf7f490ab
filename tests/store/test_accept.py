"""The one door: what is new, what is a repetition, what belongs to a session that is known."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Connection, Row, update

from bridge.errors import Conflict, SetupError, Unavailable
from bridge.store import Store, open_store, reference
from bridge.store.submissions import Entry
from bridge.store.tables import submission as table
from bridge.submission import Receipt, Submission
from bridge.value import replace
from tests.store.samples import COMPLETE, complete, deliveries, incomplete, rows

BODY = b'{"version": 1}'


def test_a_new_submission_is_kept_and_due_for_delivery_at_once(database_url: str, data_key: str) -> None:
    store = open_store(database_url, [data_key], now=lambda: 1_700_000_000.5)
    receipt = store.accept(COMPLETE, BODY)
    (kept,), (due,) = rows(store), deliveries(store)
    store.close()
    assert receipt == Receipt(kept.reference, repeated=False)
    assert reference.is_valid(kept.reference)
    assert (kept.received_at, kept.complete, kept.simulated) == (1_700_000_000.5, True, False)
    assert (kept.gateway, kept.service_code, kept.menu) == ("telerivet", "*384*123#", "support")
    assert (due.submission_id, due.state, due.due, due.tries) == (kept.id, "ready", 1_700_000_000.5, 0)
    assert len(due.external_id) == 32
    assert int(due.external_id, 16)


def test_it_can_be_read_back_exactly_by_reference_and_by_id(store: Store) -> None:
    receipt = store.accept(COMPLETE, BODY)
    by_reference = store.submission(receipt.reference)
    assert by_reference is not None
    assert by_reference.submission == COMPLETE
    assert store.submission(by_reference.id) == by_reference


@pytest.mark.parametrize("which", ["ZZZZZZ", 4711])
def test_an_unknown_submission_is_none(store: Store, which: str | int) -> None:
    assert store.submission(which) is None


def test_the_same_again_gets_the_same_reference_and_no_second_delivery(store: Store) -> None:
    first = store.accept(COMPLETE, BODY)
    again = store.accept(COMPLETE, BODY)
    assert again == Receipt(first.reference, repeated=True)
    assert len(rows(store)) == len(deliveries(store)) == 1


def test_the_same_again_after_a_restart_is_still_known(opened: Callable[[str], Store], database_url: str) -> None:
    before = opened(database_url)
    first = before.accept(COMPLETE, BODY)
    before.close()
    assert opened(database_url).accept(COMPLETE, BODY) == Receipt(first.reference, repeated=True)


def test_the_same_key_with_another_body_is_a_conflict_and_changes_nothing(store: Store) -> None:
    store.accept(COMPLETE, BODY)
    before = rows(store)
    with pytest.raises(Conflict):
        store.accept(COMPLETE, BODY + b" ")
    assert rows(store) == before
    assert len(deliveries(store)) == 1


def test_without_deliver_a_submission_is_kept_and_makes_no_task(store: Store) -> None:
    receipt = store.accept(complete("S1", simulated=True), BODY, deliver=False)
    assert [row.reference for row in rows(store)] == [receipt.reference]
    assert rows(store)[0].simulated
    assert not deliveries(store)


def test_a_complete_one_shares_the_reference_of_its_partial_and_both_are_delivered(store: Store) -> None:
    early = store.accept(incomplete("S1"), b"partial")
    late = store.accept(complete("S1"), b"complete")
    assert late == Receipt(early.reference, repeated=False)
    assert [row.complete for row in rows(store)] == [False, True]
    assert [row.submission_id for row in deliveries(store)] == [row.id for row in rows(store)]
    found = store.submission(late.reference)
    assert found is not None
    assert found.complete


def test_a_partial_after_its_complete_one_shares_the_reference_and_is_not_delivered(store: Store) -> None:
    early = store.accept(complete("S1"), b"complete")
    late = store.accept(incomplete("S1"), b"partial")
    assert late == Receipt(early.reference, repeated=False)
    assert [row.submission_id for row in deliveries(store)] == [rows(store)[0].id]


@pytest.mark.parametrize(
    "order", [(complete, incomplete), (incomplete, complete)], ids=["complete first", "partial first"]
)
def test_both_halves_of_a_session_can_be_repeated(
    store: Store, order: tuple[Callable[[str], Submission], Callable[[str], Submission]]
) -> None:
    first, second = order[0]("S1"), order[1]("S1")
    one, two = store.accept(first, b"1"), store.accept(second, b"2")
    assert store.accept(second, b"2") == Receipt(two.reference, repeated=True)
    assert store.accept(first, b"1") == Receipt(one.reference, repeated=True)
    for known in (first, second):
        with pytest.raises(Conflict):
            store.accept(known, b"3")
    assert len(rows(store)) == 2


@pytest.mark.parametrize("make", [complete, incomplete])
def test_a_session_id_that_comes_with_another_key_is_another_dialling(
    store: Store, make: Callable[..., Submission]
) -> None:
    receipts = [store.accept(make("S1", key=key), BODY) for key in ("K1", "K2", "K3")]
    assert len({receipt.reference for receipt in receipts}) == 3
    assert not any(receipt.repeated for receipt in receipts)
    assert len(deliveries(store)) == 3
    assert [store.accept(make("S1", key=key), BODY) for key in ("K1", "K2", "K3")] == [
        Receipt(receipt.reference, repeated=True) for receipt in receipts
    ]


ALIKE = {
    "complete": complete("S"),
    "its partial": incomplete("S"),
    "the same key for another session": complete("T", key="S"),
    "the partial's key for another session": complete("T", key="S_p"),
    "another key for the same session": complete("S", key="K"),
    "a session named as the partial's key": complete("S_p"),
    "the partial of that one": incomplete("S_p"),
    "a partial under a complete one's key": incomplete("T", key="S"),
}


def _alike(name: str, number: int) -> Submission:
    """One of `ALIKE`, in a world of its own."""
    one = ALIKE[name]
    return replace(one, key=f"{number}{one.key}", session=f"{number}{one.session}")


def test_whatever_came_before_a_key_is_a_repetition_or_a_conflict_and_never_new(store: Store) -> None:
    for number, names in enumerate(permutations(ALIKE, 3)):
        kept: dict[str, tuple[str, str]] = {}
        for name in names:
            one = _alike(name, number)
            if one.key in kept:
                with pytest.raises(Conflict):
                    store.accept(one, name.encode())
            else:
                receipt = store.accept(one, name.encode())
                assert not receipt.repeated, names
                kept[one.key] = name, receipt.reference
        for name, drawn in kept.values():
            assert store.accept(_alike(name, number), name.encode()) == Receipt(drawn, repeated=True), names


def test_a_reference_that_is_taken_is_drawn_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["222222", "222222", "222222", "K7QM4X"])
    monkeypatch.setattr(reference, "draw", lambda: next(drawn))
    assert store.accept(incomplete("S1"), BODY).reference == "222222"
    assert store.accept(complete("S2"), BODY).reference == "K7QM4X"
    assert len(deliveries(store)) == 2


def test_where_no_reference_is_free_nothing_is_kept_and_an_admin_reads_what_to_do(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reference, "draw", lambda: "222222")
    store.accept(complete("S1"), BODY)
    with pytest.raises(Unavailable):
        store.accept(complete("S2"), BODY)
    assert len(rows(store)) == len(deliveries(store)) == 1
    assert "event=references_used_up" in caplog.text
    assert "KEEP_IDS_DAYS" in caplog.text


def test_whoever_waits_for_submissions_is_called_once_the_new_one_can_be_read(store: Store) -> None:
    seen: list[int] = []
    store.on_accept.append(lambda: seen.append(len(rows(store))))
    store.accept(COMPLETE, BODY)
    assert seen == [1]
    store.accept(COMPLETE, BODY)
    with pytest.raises(Conflict):
        store.accept(COMPLETE, b"other")
    assert seen == [1]


def test_a_listener_that_fails_does_not_undo_what_was_promised(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> None:
        raise ValueError("listener")

    called: list[bool] = []
    store.on_accept += [fails, lambda: called.append(True)]
    with caplog.at_level(logging.ERROR):
        assert not store.accept(COMPLETE, BODY).repeated
    assert called == [True]
    assert "event=on_accept_failed" in caplog.text


ODD = {
    "a NUL": "sup\0port",
    "a lone surrogate": "sup\ud800port",
    "longer than the column": "x" * 300,
    "line breaks": "sup\r\nport",
    "right to left": "\u202esupport",
    "nothing": "",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_text_is_kept_exactly(store: Store, text: str) -> None:
    clear = {"menu": text, "service_code": text, "gateway": text, "caller_as_received": text}
    odd = complete("S1", **clear, caller=None, answers={text: text})
    stored = store.submission(store.accept(odd, BODY).reference)
    assert stored is not None
    assert stored.submission == odd


@pytest.mark.parametrize(
    ("caller", "as_received", "found_by"),
    [
        pytest.param("+221770000001", "770000001", "+221770000001", id="by its number"),
        pytest.param(None, "77-000-x", "77-000-x", id="by what came, where no number could be read"),
        pytest.param(None, "", None, id="not at all, where nothing came"),
        pytest.param(None, "anonymous", None, id="not at all, where it was withheld"),
        pytest.param(None, "000", None, id="not at all, where it was withheld in zeros"),
    ],
)
def test_a_caller_is_found_by_a_keyed_hash(
    store: Store, caller: str | None, as_received: str, found_by: str | None
) -> None:
    store.accept(complete("S1", caller=caller, caller_as_received=as_received), BODY)
    assert rows(store)[0].caller_key == (found_by and store.seal.index("caller", found_by))


def test_an_erased_submission_is_still_known_and_tells_nothing(store: Store) -> None:
    receipt = store.accept(COMPLETE, BODY)

    def erase(connection: Connection) -> None:
        connection.execute(update(table).values(sealed=None, caller_key=None))

    store.write(erase)
    stored = store.submission(receipt.reference)
    assert stored is not None
    assert stored.submission is None
    assert store.accept(COMPLETE, BODY) == Receipt(receipt.reference, repeated=True)


def test_a_purged_id_never_comes_back(store: Store) -> None:
    first = store.submission(store.accept(complete("S1"), BODY).reference)

    def purge(connection: Connection) -> None:
        connection.execute(table.delete())

    store.write(purge)
    second = store.submission(store.accept(complete("S2"), BODY).reference)
    assert first is not None
    assert second is not None
    assert second.id > first.id


def test_a_row_whose_key_is_gone_says_what_to_put_back(store: Store) -> None:
    receipt = store.accept(COMPLETE, BODY)
    foreign = Fernet(Fernet.generate_key()).encrypt(b"{}")

    def replace_seal(connection: Connection) -> None:
        connection.execute(update(table).values(sealed=foreign))

    store.write(replace_seal)
    with pytest.raises(SetupError, match="DATA_KEYS"):
        store.submission(receipt.reference)


def test_what_a_later_version_kept_can_be_read(store: Store) -> None:
    """After a step back to this version: what it does not know is left."""
    receipt = store.accept(COMPLETE, BODY)
    known = json.loads(store.seal.open(rows(store)[0].sealed))
    sealed = store.seal.seal(json.dumps({**known, "later": 1}).encode())
    store.write(lambda connection: connection.execute(update(table).values(sealed=sealed)).rowcount)
    stored = store.submission(receipt.reference)
    assert stored is not None
    assert stored.submission == COMPLETE


def test_external_ids_lie_in_the_order_of_their_making(database_url: str, data_key: str) -> None:
    clock = iter(range(1_700_000_000, 1_700_000_100))
    store = open_store(database_url, [data_key], now=lambda: next(clock) / 1.0)
    for number in range(20):
        store.accept(complete(f"S{number}"), BODY)
    ids = [due.external_id for due in deliveries(store)]
    store.close()
    assert ids == sorted(ids)
    assert len(ids) == len({id[:12] for id in ids}) == 20


def _entries(store: Store, *submissions: tuple[Submission, bytes]) -> list[Entry]:
    return [store.entry(submission, body, deliver=True) for submission, body in submissions]


def test_many_at_once_are_kept_as_each_by_itself_would_be(store: Store) -> None:
    entries = _entries(store, *((complete(f"S{number}"), b"%d" % number) for number in range(150)))
    receipts = store.write(lambda connection: Entry.together(connection, entries))
    assert receipts == [Receipt(entry.reference, repeated=False) for entry in entries]
    assert {row.reference for row in rows(store)} == {entry.reference for entry in entries}
    due = {row.submission_id: row.external_id for row in deliveries(store)}
    assert {row.id: entry._external_id for row, entry in zip(_in_order(store, entries), entries, strict=True)} == due
    assert [store.accept(complete(f"S{number}"), b"%d" % number) for number in (0, 149)] == [
        Receipt(entries[number].reference, repeated=True) for number in (0, 149)
    ]


def _in_order(store: Store, entries: list[Entry]) -> list[Row[Any]]:
    found = {row.reference: row for row in rows(store)}
    return [found[entry.reference] for entry in entries]


def test_of_many_at_once_each_gets_its_own_answer(store: Store) -> None:
    known = store.accept(complete("known"), BODY)
    entries = _entries(
        store,
        (complete("new"), BODY),
        (complete("known"), BODY),
        (complete("known"), b"other"),
        (complete("twice"), BODY),
        (complete("twice"), BODY),
        (complete("clash"), BODY),
        (complete("clash"), b"other"),
        (incomplete("both"), BODY),
        (complete("both"), BODY),
    )
    told = store.write(lambda connection: Entry.together(connection, entries))
    mine = [entry.reference for entry in entries]
    assert told == [
        Receipt(mine[0], repeated=False),
        Receipt(known.reference, repeated=True),
        None,
        Receipt(mine[3], repeated=False),
        Receipt(mine[3], repeated=True),
        Receipt(mine[5], repeated=False),
        None,
        Receipt(mine[7], repeated=False),
        Receipt(mine[7], repeated=False),
    ]
    assert len(rows(store)) == len(deliveries(store)) == 6


def test_a_reference_that_many_at_once_drew_twice_is_drawn_anew(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["K7QM4X", "K7QM4X", "K7QM4X", *("AAAAAA", "BBBBBB")])
    monkeypatch.setattr(reference, "draw", lambda: next(drawn))
    entries = _entries(store, *((complete(session), BODY) for session in ("one", "two", "three")))
    told = store.write(lambda connection: Entry.together(connection, entries))
    assert sorted(receipt.reference for receipt in told if receipt) == ["AAAAAA", "BBBBBB", "K7QM4X"]
    assert sorted(row.reference for row in rows(store)) == ["AAAAAA", "BBBBBB", "K7QM4X"]
    assert len(deliveries(store)) == 3


def test_without_deliver_none_of_many_is_delivered(store: Store) -> None:
    entries = [store.entry(complete(f"S{n}", simulated=True), BODY, deliver=n % 2 == 0) for n in range(6)]
    store.write(lambda connection: Entry.together(connection, entries))
    assert (len(rows(store)), len(deliveries(store))) == (6, 3)
