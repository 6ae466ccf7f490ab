"""The audit trail with its triggers, what is done once a day, and lost callers by month."""

from __future__ import annotations

import time

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

REFUSAL = "the audit trail is append-only"
KEPT = 90 * 86_400  # seconds

SQLITE_TRIGGERS = (
    f"CREATE TRIGGER audit_keeps_its_words BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "CREATE TRIGGER audit_keeps_its_lines BEFORE DELETE ON audit"
    f" WHEN OLD.at > CAST(strftime('%s', 'now') AS REAL) - {KEPT}"
    f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    # INSERT OR REPLACE deletes without asking the trigger above
    f"CREATE TRIGGER audit_keeps_its_places BEFORE INSERT ON audit WHEN NEW.id IN (SELECT id FROM audit)"  # noqa: S608
    f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
)
POSTGRES_TRIGGERS = (
    f"""
    CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.at <= extract(epoch FROM now()) - {KEPT} THEN RETURN OLD; END IF;
        END IF;
        RAISE EXCEPTION '{REFUSAL}';
    END $$
    """,
    "CREATE TRIGGER audit_keeps_its_lines BEFORE UPDATE OR DELETE ON audit"
    " FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
    "CREATE TRIGGER audit_keeps_all BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
)


def upgrade() -> None:
    _audit()
    _daily()
    _lost_by_month()


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False, autoincrement=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("who", sa.String(128), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(8)),
        sa.Column("detail", sa.String(64)),
        sa.Column("count", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    postgres = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRES_TRIGGERS if postgres else SQLITE_TRIGGERS:
        op.execute(statement)


def _daily() -> None:
    op.create_table(
        "daily",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_daily"),
    )


def _lost_by_month() -> None:
    """What was counted without a month counts for this one."""
    rows = op.get_bind().execute(sa.text("SELECT menu, question, count FROM lost")).mappings().all()
    op.drop_table("lost")
    lost = op.create_table(
        "lost",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("menu", sa.String(64), nullable=False),
        sa.Column("question", sa.String(64), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("month", "menu", "question", name="pk_lost"),
    )
    if rows and lost is not None:
        month = time.strftime("%Y-%m", time.gmtime())
        op.bulk_insert(lost, [{**row, "month": month} for row in rows])
