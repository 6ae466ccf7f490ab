"""Brings the database to the tables of this version. There is no way back down: a restored backup is that."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bridge.errors import SetupError

FOLDER = Path(__file__).with_name("migrations")
HEAD = "0005"  # the newest file in migrations/versions; known here so that a usual start need not load Alembic
_GUARD = 0x55535344  # our number among PostgreSQL's advisory locks


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing, inside the caller's transaction; at most one process at a time.

    SetupError where the database was written by a newer version than this.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _GUARD})
    if current(connection) != HEAD:
        _migrate(connection)


def require(connection: Connection) -> None:
    """SetupError where the database is not at this version: a command beside the service changes nothing there."""
    if current(connection) != HEAD:
        raise SetupError(
            "the database is not at this version of the bridge: start the bridge of this version first, "
            "or use the commands of the version that runs"
        )


def current(connection: Connection) -> str | None:
    """The revision that the database is at; None where it is new."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise SetupError(
            "the database was written by a newer version of the bridge: run that version, or restore a backup"
        ) from None
