"""what counters were told of letters of apology and have not taken note of is found at once"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_index(
        "ix_apologies_told",
        "apologies",
        ["counter_told_at"],
        postgresql_where=sa.text("counter_told_at is not null and counter_seen_at is null"),
    )


def downgrade() -> None:
    op.drop_index("ix_apologies_told", table_name="apologies")
