"""A database alone tells nobody who called or what they said; neither does a log line or an error."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, inspect, text

from bridge.errors import Conflict, Unavailable
from bridge.store import Store, engines
from bridge.store.tables import submission as table
from bridge.value import replace
from tests.store.samples import COMPLETE, complete

MARKER = replace(
    COMPLETE,
    key="KEYMARKER",
    session="SESSIONMARKER",
    caller="+221779998877",
    caller_as_received="779998877",
    language="LANGUAGEMARKER",
    answers={"QUESTIONMARKER": "ANSWERMARKER"},
)
MARKERS = ["KEYMARKER", "SESSIONMARKER", "779998877", "LANGUAGEMARKER", "QUESTIONMARKER", "ANSWERMARKER", "BODYMARKER"]
BODY = b'{"caller": "+221779998877", "BODYMARKER": 1}'


def found_in(content: bytes) -> list[str]:
    """The markers in `content`, in the clear or in base64 at any offset."""
    return [marker for marker in MARKERS if any(code in content for code in [marker.encode(), *in_base64(marker)])]


def in_base64(marker: str) -> list[bytes]:
    """What every base64 of a text with `marker` in it contains, one for each offset."""
    codes = []
    for shift in range(3):
        code = base64.b64encode(b"x" * shift + marker.encode())
        codes.append(code[(0, 2, 3)[shift] : (shift + len(marker)) * 8 // 6])
    return codes


def test_the_search_of_these_tests_finds_what_is_there() -> None:
    assert found_in(b"... KEYMARKER ...") == ["KEYMARKER"]
    assert found_in(base64.b64encode(b"..... ANSWERMARKER ...")) == ["ANSWERMARKER"]


def files(url: str) -> list[Path]:
    return list(engines.sqlite_file(engines.parse(url)).parent.iterdir())


def test_no_file_of_sqlite_tells_who_called(opened: Callable[[str], Store], sqlite_url: str) -> None:
    store = opened(sqlite_url)
    store.accept(MARKER, BODY)
    assert any(path.name.endswith("-wal") and path.stat().st_size for path in files(sqlite_url))
    assert {path.name: found_in(path.read_bytes()) for path in files(sqlite_url) if found_in(path.read_bytes())} == {}
    store.close()
    assert [path for path in files(sqlite_url) if found_in(path.read_bytes())] == []
    assert b"telerivet" in engines.sqlite_file(engines.parse(sqlite_url)).read_bytes()


def test_no_table_tells_who_called(store: Store) -> None:
    store.accept(MARKER, BODY)
    with store.read() as connection:
        for name in inspect(connection).get_table_names():
            for row in connection.execute(text(f"SELECT * FROM {name}")):  # noqa: S608
                assert found_in(repr(tuple(row)).encode()) == [], name


def test_what_is_deleted_is_overwritten(opened: Callable[[str], Store], sqlite_url: str) -> None:
    store = opened(sqlite_url)
    store.accept(complete("S1", menu="WILLBEGONE"), b"body")

    def erase(connection: Connection) -> None:
        connection.execute(delete(table))

    store.write(erase)
    store.close()
    assert b"WILLBEGONE" not in engines.sqlite_file(engines.parse(sqlite_url)).read_bytes()


def test_no_error_and_no_log_line_tells_who_called(
    store: Store, caplog: pytest.LogCaptureFixture, database_url: str
) -> None:
    def fails(connection: Connection) -> None:
        connection.execute(text("INSERT INTO nowhere VALUES (:number)"), {"number": MARKER.caller})

    said: list[str] = []
    with caplog.at_level(logging.DEBUG):
        store.accept(MARKER, BODY)
        for attempt in (lambda: store.accept(MARKER, b"other"), lambda: store.write(fails)):
            try:
                attempt()
            except Exception as error:
                said += [str(error), repr(error)]
        store.close()
        with pytest.raises(Unavailable) as closed:
            store.accept(MARKER, BODY)
    said += [str(closed.value), repr(store), repr(store.seal), repr(MARKER), caplog.text]
    assert len(said) == 9
    assert [text for text in said if found_in(text.encode())] == []


def test_a_conflict_says_nothing_of_what_was_sent(store: Store) -> None:
    store.accept(MARKER, BODY)
    with pytest.raises(Conflict) as conflict:
        store.accept(MARKER, b"other")
    assert str(conflict.value) == "this id was accepted before with another body"
    assert conflict.value.__context__ is None
