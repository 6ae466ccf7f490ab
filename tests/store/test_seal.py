"""The seal: keys that are none, keys that are gone, hashes that tell nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Connection, insert, select, update

from bridge.errors import SetupError
from bridge.store import Store, open_store, rotation, tables
from bridge.store.seal import Seal, fernet
from bridge.store.session_tables import session
from bridge.store.tables import submission as table
from tests.store.samples import complete, incomplete, rows

A, B, C = (Fernet.generate_key().decode() for _ in range(3))

NO_KEYS: dict[str, tuple[Sequence[str], str]] = {
    "none at all": ([], "DATA_KEYS is missing"),
    "an empty one": ([""], "key 1"),
    "too short": (["YWJj"], "key 1"),
    "no base64": (["*" * 44], "key 1"),
    "not ASCII": (["ключ" * 11], "key 1"),
    "the second one": ([A, "nonsense"], "key 2"),
}


@pytest.mark.parametrize(("keys", "named"), NO_KEYS.values(), ids=NO_KEYS)
def test_a_key_that_is_none_is_named_and_never_shown(keys: Sequence[str], named: str) -> None:
    with pytest.raises(SetupError) as refused:
        fernet(keys)
    assert named in str(refused.value)
    assert "`python -m bridge secret --data-key`" in str(refused.value)
    assert not any(key and key in str(refused.value) for key in keys)


def test_the_first_key_seals_and_every_key_opens() -> None:
    old, new = Seal(fernet([A]), b"index"), Seal(fernet([B, A]), b"index")
    assert new.open(old.seal(b"content")) == b"content"
    assert Fernet(B).decrypt(new.seal(b"content")) == b"content"
    assert Fernet(B).decrypt(new.reseal(old.seal(b"content"))) == b"content"


def test_a_token_whose_key_is_gone_does_not_open() -> None:
    with pytest.raises(SetupError, match="DATA_KEYS"):
        Seal(fernet([B]), b"index").open(Seal(fernet([A]), b"index").seal(b"content"))


def test_the_index_depends_on_its_key_its_kind_and_its_value() -> None:
    one, other = Seal(fernet([A]), b"1"), Seal(fernet([A]), b"2")
    hashes = [one.index("caller", "+1"), one.index("caller", "+2"), one.index("key", "+1"), other.index("caller", "+1")]
    assert len(set(hashes)) == 4
    assert one.index("caller", "+1") == Seal(fernet([B]), b"1").index("caller", b"+1")
    assert all(len(digest) == 32 for digest in hashes)


def test_a_database_opened_with_other_keys_stops_the_start_in_one_sentence(database_url: str) -> None:
    open_store(database_url, [A]).close()
    with pytest.raises(SetupError) as refused:
        open_store(database_url, [B], wait=0)
    assert "DATA_KEYS do not open this database" in str(refused.value)
    assert "\n" not in str(refused.value)
    open_store(database_url, [A], wait=0).close()


def test_a_new_first_key_opens_what_the_old_one_sealed(database_url: str) -> None:
    before = open_store(database_url, [A])
    receipt = before.accept(complete("S1"), b"body")
    before.close()
    after = open_store(database_url, [B, A])
    stored = after.submission(receipt.reference)
    repeated = after.accept(complete("S1"), b"body")
    after.close()
    assert stored is not None
    assert stored.submission == complete("S1")
    assert repeated.repeated


@pytest.fixture
def keeping(database_url: str) -> Callable[[int], list[str]]:
    """Keeps some submissions under key A, two of each session; their references."""

    def keep(sessions: int) -> list[str]:
        store = open_store(database_url, [A])
        for number in range(sessions):
            store.accept(incomplete(f"S{number}"), b"partial")
            store.accept(complete(f"S{number}"), b"body")
        references = [row.reference for row in rows(store)]
        store.close()
        return references

    return keep


def reopened(url: str, keys: Sequence[str], then: Callable[[Store], int]) -> int:
    store = open_store(url, keys)
    try:
        return then(store)
    finally:
        store.close()


@pytest.mark.parametrize("sessions", [0, 1, rotation.BATCH // 2, rotation.BATCH // 2 + 1])
def test_after_a_rotation_the_old_key_can_be_thrown_away(
    database_url: str, keeping: Callable[[int], list[str]], sessions: int
) -> None:
    references = keeping(sessions)
    assert reopened(database_url, [B, A], rotation.rotate) == 2 * sessions
    assert reopened(database_url, [C, B], rotation.rotate) == 2 * sessions
    store = open_store(database_url, [C])
    for reference in references:
        stored = store.submission(reference)
        assert stored is not None
        assert stored.submission is not None
    assert [row.reference for row in rows(store)] == references
    assert all(Fernet(C).decrypt(row.sealed) for row in rows(store))
    store.close()


def test_a_rotation_reaches_every_sealed_column() -> None:
    sealed = {table.c.sealed for table in tables.metadata.tables.values() if "sealed" in table.c}
    assert {column for _key, column in rotation._SEALED} == sealed - {tables.sealed_key.c.sealed}


def test_a_session_that_is_under_way_outlives_a_rotation(database_url: str) -> None:
    store = open_store(database_url, [A])
    values = {column.name: 0 for column in session.c} | {"id": b"i" * 32, "sealed": store.seal.seal(b"content")}
    texts = dict.fromkeys(["status", "gateway", "service_code", "menu", "question"], "x")
    store.write(
        lambda connection: connection.execute(insert(session), {**values, **texts, "caller_key": None}) and None
    )
    store.close()
    assert reopened(database_url, [B, A], rotation.rotate) == 1
    store = open_store(database_url, [B])
    with store.read() as connection:
        assert store.seal.open(connection.execute(select(session.c.sealed)).scalar_one()) == b"content"
    store.close()


def test_before_a_rotation_is_through_the_old_key_is_still_asked_for(
    database_url: str, keeping: Callable[[int], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping(1)

    def stopped(_store: Store) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(rotation, "_index_key", stopped)
    with pytest.raises(KeyboardInterrupt):
        reopened(database_url, [B, A], rotation.rotate)
    monkeypatch.undo()
    with pytest.raises(SetupError, match="DATA_KEYS"):
        open_store(database_url, [B], wait=0)
    assert reopened(database_url, [B, A], rotation.rotate) == 2


def test_a_rotation_brings_nothing_back_that_was_erased_meanwhile(
    database_url: str, keeping: Callable[[int], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping(2)
    store = open_store(database_url, [B, A])
    real = Seal.reseal

    def erased_meanwhile(seal: Seal, token: bytes) -> bytes:
        monkeypatch.undo()
        store.write(lambda connection: connection.exec_driver_sql("UPDATE submission SET sealed = NULL") and None)
        return real(seal, token)

    monkeypatch.setattr(Seal, "reseal", erased_meanwhile)
    assert rotation.rotate(store) == 4
    sealed = [row.sealed for row in rows(store)]
    store.close()
    assert sealed == [None] * 4


def test_a_rotation_with_a_key_missing_says_so(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    store.accept(complete("S1"), b"body")
    foreign = Fernet(C).encrypt(b"{}")

    def spoil(connection: Connection) -> None:
        connection.execute(update(table).values(sealed=foreign))

    store.write(spoil)
    with caplog.at_level(logging.DEBUG), pytest.raises(SetupError, match="DATA_KEYS"):
        rotation.rotate(store)
