"""the few cases that are trials have an index of their own, so that leaving them out of a figure costs nothing"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_index("ix_cases_trial", "cases", ["id"], postgresql_where=sa.text("trial"))


def downgrade() -> None:
    op.drop_index("ix_cases_trial", table_name="cases")
