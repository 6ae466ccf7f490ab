"""The tables, as SQLAlchemy Core sees them. The migrations in `migrations/` make them; a test compares both.

Indexes with a condition stand in `partial_indexes.py`.

Times are seconds since 1970 (UTC) by our own clock. Whatever tells who called or what they said is in
`sealed`; what must be found again by its value (a key, a session, a number) is a keyed hash, because a
provider may put the number into its ids, and because a row must refuse its own repetition after its content
was erased.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

RowId = BigInteger().with_variant(Integer, "sqlite")

submission = Table(
    "submission",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("key", LargeBinary(32), nullable=False, unique=True),  # keyed hash of the submission's key
    Column("digest", LargeBinary(32), nullable=False),  # keyed hash of the body as it came
    Column("session", LargeBinary(32), nullable=False),  # keyed hash; a partial and its complete one share it
    Column("opens", Boolean, nullable=False),  # the first of its session to arrive; the second one follows it
    Column("reference", String(8), nullable=False),  # drawn by the one that opens, shared by the one that follows
    Column("complete", Boolean, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("gateway", String(32), nullable=False),
    Column("service_code", String(64), nullable=False),
    Column("menu", String(64), nullable=False),
    Column("caller_key", LargeBinary(32)),  # keyed hash of the number; None once it is erased
    Column("sealed", LargeBinary),  # the whole submission, encrypted; None once it is erased
    Column("received_at", Float, nullable=False),
    UniqueConstraint("session", "opens"),
    UniqueConstraint("reference", "opens"),
    Index("submission_by_time", "received_at", "caller_key"),  # a caller is looked for by reading it through: seldom
    sqlite_autoincrement=True,  # a purged id never comes back, so a late finish cannot hit another's row
)

delivery = Table(
    "delivery",
    metadata,
    Column("submission_id", RowId, ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True),
    Column("external_id", String(32), nullable=False, unique=True),
    Column("state", String(8), nullable=False),  # ready calling check done held dead
    Column("due", Float, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),  # fences: a finish names the try it belongs to
    Column("looked", Integer, nullable=False, server_default="0"),  # look-ups since the last attempt to create
    Column("owner", String(64)),
    Column("lease", Float),
    Column("attempt_at", Float),  # when the last attempt to create was committed
    Column("task_sid", String(34)),
    Column("linked_to", String(34)),  # the partial's task, once it is known to have ended
    Column("possible_duplicate", Boolean, nullable=False, server_default=false()),  # made although one may be there
    Column("reason", String(200)),  # our own words, nothing a caller said
    Column("http_status", Integer),
    Column("created_at", Float, nullable=False),
    Column("finished_at", Float),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("submission_id", RowId, ForeignKey("submission.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("kind", String(8), nullable=False),  # create lookup update
    Column("node", String(64), nullable=False),
    Column("started_at", Float, nullable=False, index=True),
    Column("ended_at", Float),
    Column("outcome", String(16)),
    Column("http_status", Integer),
)

limiter = Table(
    "limiter",
    metadata,
    Column("name", String(16), primary_key=True),  # create lookup
    Column("tokens", Float, nullable=False),
    Column("at", Float, nullable=False),
    Column("paused_until", Float, nullable=False),
    Column("failures", Integer, nullable=False),  # transient ones in a row; the breaker counts them
    Column("fault", String(200)),  # what an admin must fix before delivery can go on
)

sealed_key = Table(
    "sealed_key",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),  # a random key, encrypted with DATA_KEYS
)

pulse = Table(
    "pulse",
    metadata,
    Column("node", String(64), primary_key=True),
    Column("at", Float, nullable=False),  # the last time this process proved that it can commit
)
