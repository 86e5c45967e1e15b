"""unseen warnings are counted on every page of an office: by an index of their own"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

UNSEEN = "closed_at IS NULL AND seen_at IS NULL"


def upgrade() -> None:
    op.create_index("ix_staff_warnings_unseen", "staff_warnings", ["person_id"], postgresql_where=sa.text(UNSEEN))


def downgrade() -> None:
    op.drop_index("ix_staff_warnings_unseen", table_name="staff_warnings")
