"""The first tables: submissions, deliveries, their attempts, the limiter, the sealed keys, the pulse."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _submission()
    _delivery()
    _attempt()
    _limiter()
    _sealed_key()
    _pulse()


def _submission() -> None:
    op.create_table(
        "submission",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("session", sa.LargeBinary(32), nullable=False),
        sa.Column("opens", sa.Boolean(), nullable=False),
        sa.Column("reference", sa.String(8), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("gateway", sa.String(32), nullable=False),
        sa.Column("service_code", sa.String(64), nullable=False),
        sa.Column("menu", sa.String(64), nullable=False),
        sa.Column("caller_key", sa.LargeBinary(32)),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("received_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sa.UniqueConstraint("key", name="uq_submission_key"),
        sa.UniqueConstraint("session", "opens", name="uq_submission_session_opens"),
        sa.UniqueConstraint("reference", "opens", name="uq_submission_reference_opens"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_submission_caller_key", "submission", ["caller_key"])
    op.create_index("ix_submission_received_at", "submission", ["received_at"])


def _delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("submission_id", ROW_ID, nullable=False),
        sa.Column("external_id", sa.String(32), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("due", sa.Float(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("looked", sa.Integer(), server_default="0", nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("lease", sa.Float()),
        sa.Column("attempt_at", sa.Float()),
        sa.Column("task_sid", sa.String(34)),
        sa.Column("linked_to", sa.String(34)),
        sa.Column("reason", sa.String(200)),
        sa.Column("http_status", sa.Integer()),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("finished_at", sa.Float()),
        sa.PrimaryKeyConstraint("submission_id", name="pk_delivery"),
        sa.UniqueConstraint("external_id", name="uq_delivery_external_id"),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name="fk_delivery_submission_id_submission",
            ondelete="CASCADE",
        ),
    )
    _partial_index("delivery_ready", ["due", "submission_id"], "state = 'ready'")
    _partial_index("delivery_check", ["due", "submission_id"], "state = 'check'")
    _partial_index("delivery_lease", ["lease"], "state = 'calling'")
    _partial_index("delivery_waiting_for_a_person", ["created_at"], "state IN ('held', 'dead')")


def _partial_index(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "delivery", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _attempt() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("submission_id", ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("node", sa.String(64), nullable=False),
        sa.Column("started_at", sa.Float(), nullable=False),
        sa.Column("ended_at", sa.Float()),
        sa.Column("outcome", sa.String(16)),
        sa.Column("http_status", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name="fk_attempt_submission_id_submission",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_attempt_submission_id", "attempt", ["submission_id"])
    op.create_index("ix_attempt_started_at", "attempt", ["started_at"])


def _limiter() -> None:
    op.create_table(
        "limiter",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("paused_until", sa.Float(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(200)),
        sa.PrimaryKeyConstraint("name", name="pk_limiter"),
    )


def _sealed_key() -> None:
    op.create_table(
        "sealed_key",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_sealed_key"),
    )


def _pulse() -> None:
    op.create_table(
        "pulse",
        sa.Column("node", sa.String(64), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("node", name="pk_pulse"),
    )
