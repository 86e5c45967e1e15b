"""a task says when its dossier was decided, so that a counter finds the results it hands over by an index"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0022"
down_revision = "0021"

AT_COUNTER = "status = 'open' and role in ('counter_clerk', 'cashier')"
DECIDED = "SELECT dossiers.decided_at FROM dossiers WHERE dossiers.case_id = tasks.case_id"


def upgrade() -> None:
    op.add_column("tasks", sa.Column("decided_at", db.Instant(timezone=True), nullable=True))
    op.execute(f"UPDATE tasks SET decided_at = ({DECIDED}) WHERE status = 'open'")
    op.create_index(
        "ix_tasks_counter", "tasks", ["office_id", "decided_at", "id"], postgresql_where=sa.text(AT_COUNTER)
    )


def downgrade() -> None:
    op.drop_index("ix_tasks_counter", table_name="tasks")
    op.drop_column("tasks", "decided_at")
