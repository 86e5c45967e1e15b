"""which results a paper stands instead of is found at once"""

from __future__ import annotations

from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.create_index("ix_result_acts_replacement_id", "result_acts", ["replacement_id"])


def downgrade() -> None:
    op.drop_index("ix_result_acts_replacement_id", table_name="result_acts")
