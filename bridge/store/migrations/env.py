"""Alembic asks this file for the connection. `bridge.store.schema` is the only one who runs it."""

from __future__ import annotations

from alembic import context

from bridge.store import tables

context.configure(connection=context.config.attributes["connection"], target_metadata=tables.metadata)
with context.begin_transaction():
    context.run_migrations()
