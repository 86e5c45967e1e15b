"""lists of what is open and owed, and of one procedure, are ranges of an index too"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0013"
down_revision = "0012"

DATED, OWED = "due_at is not null", "status = 'open' and owed_at is not null"
INDEXES: tuple[tuple[str, str, list[str], str | None, list[str] | None], ...] = (
    ("ix_dossier_offices_open", "dossier_offices", ["office_id", "submitted_at", "case_id"], DATED, ["due_at"]),
    (
        "ix_dossier_offices_procedure",
        "dossier_offices",
        ["office_id", "procedure", "submitted_at", "case_id"],
        None,
        None,
    ),
    ("ix_tasks_owed", "tasks", ["office_id", "owed_at"], OWED, None),
)


def upgrade() -> None:
    # there is no index to keep while every row is written once more
    op.add_column("dossier_offices", sa.Column("procedure", sa.Text(), nullable=False, server_default=""))
    op.add_column("tasks", sa.Column("owed_at", db.Instant(timezone=True), nullable=True))
    mine = "dossiers.case_id = dossier_offices.case_id"
    op.execute(f"UPDATE dossier_offices SET procedure = (SELECT procedure FROM dossiers WHERE {mine})")
    owed = "SELECT promised_at FROM dossiers WHERE dossiers.case_id = tasks.case_id AND decided_at IS NULL"
    op.execute(f"UPDATE tasks SET owed_at = ({owed}) WHERE status = 'open'")
    for name, table, columns, where, include in INDEXES:
        more: dict[str, Any] = {"postgresql_include": include} if include else {}
        op.create_index(name, table, columns, postgresql_where=sa.text(where) if where else None, **more)


def downgrade() -> None:
    for name, table, *_rest in INDEXES:
        op.drop_index(name, table_name=table)
    op.drop_column("tasks", "owed_at")
    op.drop_column("dossier_offices", "procedure")
