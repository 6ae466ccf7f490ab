"""The tables of server-run gateways: sessions, rates, lost callers by question."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

RESUMABLE = "status IN ('open', 'dropped')"


def upgrade() -> None:
    _session()
    _rate()
    _lost()


def _session() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.LargeBinary(32), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("gateway", sa.String(32), nullable=False),
        sa.Column("service_code", sa.String(64), nullable=False),
        sa.Column("menu", sa.String(64), nullable=False),
        sa.Column("question", sa.String(64), nullable=False),
        sa.Column("caller_key", sa.LargeBinary(32)),
        sa.Column("began_at", sa.Float(), nullable=False),
        sa.Column("touched_at", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
    )
    op.create_index("session_expiry", "session", ["expires_at"])
    op.create_index(
        "session_to_resume",
        "session",
        ["caller_key"],
        sqlite_where=sa.text(RESUMABLE),
        postgresql_where=sa.text(RESUMABLE),
    )


def _rate() -> None:
    op.create_table(
        "rate",
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_rate"),
    )
    op.create_index("rate_since", "rate", ["since"])


def _lost() -> None:
    op.create_table(
        "lost",
        sa.Column("menu", sa.String(64), nullable=False),
        sa.Column("question", sa.String(64), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("menu", "question", name="pk_lost"),
    )
