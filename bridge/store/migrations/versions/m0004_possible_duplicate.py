"""Which deliveries an admin had made although an earlier task could not be ruled out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("possible_duplicate", sa.Boolean(), nullable=False, server_default=sa.false()))
