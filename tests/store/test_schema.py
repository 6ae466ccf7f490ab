"""The migrations make what `tables.py` says, once, whatever they find."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Index, UniqueConstraint, inspect, text
from sqlalchemy.engine.interfaces import ReflectedIndex

from bridge.errors import SetupError
from bridge.store import Store, engines, open_store, partial_indexes, schema, tables

assert partial_indexes  # loaded, they belong to their tables


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """A connection to a migrated database, outside of any store."""
    both = engines.make(engines.parse(database_url))
    with both.write.connect() as connection:
        yield connection
    both.dispose()


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(schema.FOLDER))
    return ScriptDirectory.from_config(config)


def test_the_migrations_make_exactly_these_tables(connection: Connection) -> None:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    assert compare_metadata(context, tables.metadata) == []


def test_constraints_and_conditions_are_those_of_the_tables_too(connection: Connection) -> None:
    found = inspect(connection)
    for name, table in tables.metadata.tables.items():
        uniques = {frozenset(item["column_names"]) for item in found.get_unique_constraints(name)}
        expected = {
            frozenset(column.name for column in item.columns)
            for item in table.constraints
            if isinstance(item, UniqueConstraint)
        }
        assert uniques == expected, name
        keys = {item["referred_table"]: item["options"] for item in found.get_foreign_keys(name)}
        assert keys == {item.column.table.name: {"ondelete": item.ondelete} for item in table.foreign_keys}, name
        own = [item for item in found.get_indexes(name) if not item.get("duplicates_constraint")]
        conditions = {str(item["name"]): condition(item) for item in own}
        assert conditions == {str(index.name): expected_condition(index) for index in table.indexes}, name


def condition(index: ReflectedIndex) -> set[str]:
    options = index.get("dialect_options", {}).items()
    return next((words(str(text)) for option, text in options if option.endswith("_where")), set())


def expected_condition(index: Index) -> set[str]:
    conditions = {str(index.dialect_options[kind]["where"]) for kind in ("sqlite", "postgresql")}
    assert len(conditions) == 1, index.name
    return words(conditions.pop())


def words(condition: str) -> set[str]:
    """Columns and values. PostgreSQL gives a condition back in a spelling of its own."""
    return {*re.findall(r"\w+", condition)} - {"None", "IN", "ANY", "ARRAY", "text", "character", "varying"}


def test_the_newest_migration_is_the_one_the_store_asks_for() -> None:
    assert scripts().get_heads() == [schema.HEAD]


def test_the_migrations_are_one_line_and_know_no_way_back() -> None:
    revisions = list(scripts().walk_revisions())
    assert all(isinstance(revision.down_revision, str | None) for revision in revisions)
    assert not any(hasattr(revision.module, "downgrade") for revision in revisions)


def test_opening_again_changes_nothing(
    opened: Callable[[str], Store], database_url: str, connection: Connection
) -> None:
    before = schema.current(connection)
    connection.rollback()
    opened(database_url).ping(30)
    assert before == schema.current(connection) == schema.HEAD


def test_a_database_of_a_newer_version_stops_the_start(
    connection: Connection, database_url: str, data_key: str
) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    connection.commit()
    with pytest.raises(SetupError, match="newer version"):
        open_store(database_url, [data_key], wait=0)
    assert schema.current(connection) == "9999"


def test_a_migration_that_fails_leaves_nothing_behind(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    for table in reversed(inspect(connection).get_table_names()):
        quoted = connection.dialect.identifier_preparer.quote(table)
        cascade = " CASCADE" if connection.dialect.name == "postgresql" else ""
        if table != "sqlite_sequence":
            connection.execute(text(f"DROP TABLE {quoted}{cascade}"))
    connection.execute(text("CREATE TABLE pulse (node INTEGER)"))  # the last table of the first migration
    connection.commit()
    with pytest.raises(Exception, match="pulse"), connection.begin():
        schema.upgrade(connection)
    assert [name for name in inspect(connection).get_table_names() if name != "sqlite_sequence"] == ["pulse"]
