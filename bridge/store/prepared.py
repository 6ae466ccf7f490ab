"""Statements of the hot path: written and compiled by SQLAlchemy once, run by the database's driver itself.

SQLAlchemy's own way to run a statement takes several times as long as SQLite takes for it (docs/scale.md). Errors are
SQLAlchemy's all the same, so that whoever judges them (`bridge.store.faults`) knows one kind only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement

T = TypeVar("T")
_Given = Callable[[Mapping[str, Any]], Any]

MOST_ROWS = 64  # of one statement: 13 values each, and PostgreSQL takes 65,535 at most, SQLite 32,766


@dataclass(frozen=True, slots=True)
class _Compiled:
    """What the driver takes: `given` makes of values by name what it wants, by position or by name."""

    text: str
    given: _Given


@dataclass(frozen=True, slots=True)
class _CompiledRows:
    """`values` says for each value its name, its row and its column, in the order in which the driver takes them."""

    text: str
    values: tuple[tuple[str, int, str], ...]
    by_position: bool


class Prepared:
    """One statement, built by `build` from the name of the dialect; `columns` are those that an INSERT fills.

    Values go to the driver as they are and come back as they are: fit for numbers, text and bytes.
    """

    def __init__(self, build: Callable[[str], ClauseElement], columns: tuple[str, ...] | None = None) -> None:
        self._build, self._columns = build, columns
        self._compiled: dict[str, _Compiled] = {}

    def first(self, connection: Connection, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The first row as the driver gives it; None where there is none."""
        found: tuple[Any, ...] | None = self._run(connection, values).fetchone()
        return found

    def all(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows as the driver gives them."""
        found: list[tuple[Any, ...]] = self._run(connection, values).fetchall()
        return found

    def changed(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """How many rows the statement changed."""
        number: int = self._run(connection, values).rowcount
        return number

    def _run(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        compiled = self._compiled.get(connection.dialect.name) or self._compile(connection)
        return run(connection, compiled.text, compiled.given(values))

    def _compile(self, connection: Connection) -> _Compiled:
        dialect = connection.dialect
        found: Any = self._build(dialect.name).compile(dialect=dialect, column_keys=self._columns)
        constants = {
            name: value
            for name, value in found.params.items()
            if name not in (self._columns or ()) and value is not None
        }
        given = _by_position(found.positiontup) if found.positional else dict
        compiled = _Compiled(found.string, _with(constants, given) if constants else given)
        self._compiled[dialect.name] = compiled
        return compiled


def _by_position(names: Sequence[str]) -> _Given:
    """Makes of values by name a row of them."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def _with(constants: Mapping[str, Any], given: _Given) -> _Given:
    return lambda values: given({**constants, **values})


class PreparedRows:
    """One INSERT for many rows, built by `build` from the name of the dialect and the rows that stand for the values.

    `columns` are those that it fills. Values as with `Prepared`.
    """

    def __init__(
        self, build: Callable[[str, Sequence[Mapping[str, Any]]], ClauseElement], columns: Sequence[str]
    ) -> None:
        self._build, self._columns = build, columns
        self._compiled: dict[tuple[str, int], _CompiledRows] = {}

    def all(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
        """The rows that came back, in no order that means anything."""
        return [row for part in parts(rows) for row in self._run(connection, part).fetchall()]

    def insert(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """The same where nothing comes back."""
        for part in parts(rows):
            self._run(connection, part)

    def _run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> Any:
        compiled = self._compiled.get((connection.dialect.name, len(rows))) or self._compile(connection, len(rows))
        if compiled.by_position:
            return run(connection, compiled.text, [rows[row][column] for _, row, column in compiled.values])
        return run(connection, compiled.text, {name: rows[row][column] for name, row, column in compiled.values})

    def _compile(self, connection: Connection, number: int) -> _CompiledRows:
        dialect = connection.dialect
        places = {f"{column}_{row}": (row, column) for row in range(number) for column in self._columns}
        names: list[dict[str, Any]] = [
            {column: bindparam(f"{column}_{row}") for column in self._columns} for row in range(number)
        ]
        found: Any = self._build(dialect.name, names).compile(dialect=dialect)
        values = tuple((name, *places[name]) for name in found.positiontup or places)
        compiled = _CompiledRows(found.string, values, bool(found.positional))
        self._compiled[dialect.name, number] = compiled
        return compiled


def parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """`rows` in parts of 64, 32, 16 … 1, so that a database meets the same few statements again and again."""
    begin, size = 0, MOST_ROWS
    while begin < len(rows):
        while size > len(rows) - begin:
            size //= 2
        yield rows[begin : begin + size]
        begin += size


def run(connection: Connection, text: str, values: Any = ()) -> Any:
    """The driver's cursor after it ran `text`. Raises `DBAPIError` as SQLAlchemy would, without any values in it."""
    driver: Any = connection.connection.dbapi_connection
    try:
        return driver.execute(text, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _wrapped(connection, driver, text, error) from error


def _wrapped(connection: Connection, driver: Any, text: str, error: Exception) -> BaseException:
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )
