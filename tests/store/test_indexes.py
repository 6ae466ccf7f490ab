"""Whatever is asked for each request finds its rows by an index, however many there are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import ClauseElement
from sqlalchemy.dialects import sqlite

from bridge.store import Store, sessions, submissions

QUESTIONS = {
    "a submission by its key": submissions._BY_KEY._build("sqlite"),
    "the submission that opened a session": submissions._OPENER._build("sqlite"),
    "a session by its key": sessions._FETCH._build("sqlite"),
    "the session that a caller may resume": sessions._LATEST._build("sqlite"),
    "the sessions whose time is over": sessions._EXPIRED._build("sqlite"),
    "the session that is written over": sessions._CHANGE._build("sqlite"),
    "the session that moved": sessions._MOVE,
    "the session that is forgotten": sessions._FORGET,
}


@pytest.fixture
def here(sqlite_url: str, opened: Callable[[str], Store]) -> Store:
    return opened(sqlite_url)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_no_table_is_read_through(here: Store, question: ClauseElement) -> None:
    asked = question.compile(dialect=sqlite.dialect(paramstyle="named"))
    with here.read() as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        cursor = driver.cursor()
        cursor.execute(f"EXPLAIN QUERY PLAN {asked}", dict.fromkeys(asked.params, 0))
        plan = [str(row[3]) for row in cursor.fetchall()]
    assert plan
    assert not [step for step in plan if step.startswith("SCAN")]


def test_a_caller_is_looked_for_in_an_index_and_not_in_the_rows_themselves(here: Store) -> None:
    """With five million submissions that reads 250 MB in place of 5 GB."""
    with here.read() as connection:
        asked = "EXPLAIN QUERY PLAN SELECT id FROM submission WHERE caller_key IN (x'01', x'02')"
        plan = [str(row[3]) for row in connection.exec_driver_sql(asked)]
    assert plan == ["SCAN submission USING COVERING INDEX submission_by_time"]
