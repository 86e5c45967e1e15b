"""requests for supplement whose term has passed, and those that were closed without an answer"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("supplement_requests", sa.Column("lapsed_at", db.Instant(timezone=True), nullable=True))
    op.add_column("supplement_requests", sa.Column("closed_at", db.Instant(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("supplement_requests", "closed_at")
    op.drop_column("supplement_requests", "lapsed_at")
