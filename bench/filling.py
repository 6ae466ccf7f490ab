"""Databases that already hold much: deliveries that wait, submissions of years, sessions that are over."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping

from bridge.store import open_store, reference
from bridge.submission import Submission

_ONE = Submission(
    key="SMfilling",
    session="SMfilling",
    gateway="telerivet",
    service_code="*384*123#",
    caller="+221770000001",
    caller_as_received="+221770000001",
    menu="support",
    menu_version="bench",
    language="fr",
    answers={"location": "dakar", "support_type": "shelter", "callback": "yes", "safe_to_call": "yes"},
    complete=True,
    simulated=False,
)

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) "
_SPREAD = 7919  # shares no factor with 31, so 28 million numbers give as many references, all over the alphabet


def waiting(environ: Mapping[str, str], count: int) -> None:
    """A fresh SQLite database in which `count` deliveries are due."""
    last = submissions(environ, count, time.time() - 60)
    with _database(environ) as connection:
        connection.execute(
            "INSERT INTO delivery (submission_id, external_id, state, due, created_at) "
            "SELECT id, lower(hex(randomblob(16))), 'ready', received_at, received_at FROM submission WHERE id <= ?",
            [last],
        )


def submissions(environ: Mapping[str, str], count: int, at: float) -> int:
    """Add `count` submissions that were received from `at` until now; the highest id. All hold the same sealed words.

    One less where the reference that was drawn first is among those that follow.
    """
    store = open_store(environ["DATABASE_URL"], [environ["DATA_KEYS"]])
    store.accept(_ONE, b"{}", deliver=False)
    store.close()
    with _database(environ) as connection:
        connection.execute(
            _NUMBERS + "INSERT OR IGNORE INTO submission (key, digest, session, opens, reference, complete, simulated, "
            "gateway, service_code, menu, caller_key, sealed, received_at) "
            f"SELECT randomblob(32), randomblob(32), randomblob(32), 1, {_reference_of('i')}, 1, 0, "
            "gateway, service_code, menu, randomblob(32), sealed, :at + (:now - :at) * i / :count "
            "FROM n, (SELECT * FROM submission WHERE id = 1)",
            {"count": count, "at": at, "now": time.time()},
        )
        return int(connection.execute("SELECT max(id) FROM submission").fetchone()[0])


def sessions(environ: Mapping[str, str], count: int, at: float) -> None:
    """Add `count` sessions that ended at `at` and stay for another hour."""
    with _database(environ) as connection:
        connection.execute(
            _NUMBERS + "INSERT INTO session (id, turn, status, gateway, service_code, menu, question, caller_key, "
            "began_at, touched_at, expires_at, sealed) "
            "SELECT randomblob(32), 6, 'done', 'africastalking', '*384*123#', 'support', '', randomblob(32), "
            ":at, :at, :at + 3600, randomblob(700) FROM n",
            {"count": count, "at": at},
        )


def _reference_of(number: str) -> str:
    """SQL for the reference that `reference.draw` would make of this number, so that new ones fall among the old."""
    characters = len(reference.ALPHABET)
    spread = f"{number} * {_SPREAD} % {characters**5}"
    digits = [f"({spread} / {characters**place} % {characters})" for place in range(5)]
    weighted = " + ".join(f"{6 - place} * {digit}" for place, digit in enumerate(digits))
    check = f"(({18 + 20 * characters} - ({weighted})) % {characters})"
    return " || ".join(f"substr('{reference.ALPHABET}', 1 + {digit}, 1)" for digit in (*digits, check))


def _database(environ: Mapping[str, str]) -> sqlite3.Connection:
    connection = sqlite3.connect(environ["DATABASE_URL"].removeprefix("sqlite:///"))
    connection.execute("PRAGMA cache_size = -1000000")  # kB: all inner and outer pages of the indexes, or it takes long
    return connection
