"""the next letter about an error, a loss or damage that nobody signed is found at once"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0035"
down_revision = "0034"

UNSIGNED = text("sent_at is null and closed_at is null and notice_sent_at is null")


def upgrade() -> None:
    op.create_index("ix_apologies_unsigned", "apologies", ["because", "notice_by"], postgresql_where=UNSIGNED)


def downgrade() -> None:
    op.drop_index("ix_apologies_unsigned", table_name="apologies")
