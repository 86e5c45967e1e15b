"""what is owed is kept beside what is open: a term that stands still is in nobody's way"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0014"
down_revision = "0013"

NEAREST = "coalesce(legal_due_at, due_at, '9999-12-31 00:00:00+00')"
OPEN, FREE, UNDECIDED = "status = 'open'", "assignee_id is null", "decided_at is null"
TASKS: tuple[tuple[str, list[Any], str], ...] = (
    ("ix_tasks_free", ["office_id", "role", sa.text(NEAREST), "id"], f"{OPEN} and {FREE}"),
    ("ix_tasks_office", ["office_id", sa.text(NEAREST), "id"], OPEN),
    ("ix_tasks_mine", ["assignee_id", sa.text(NEAREST), "id"], OPEN),
)
NEW: tuple[tuple[str, str, list[str], str, list[str] | None], ...] = (
    ("ix_dossier_offices_owed", "dossier_offices", ["office_id", "owed_at", "case_id"], "owed_at is not null", None),
    ("ix_clocks_owed", "clocks", ["promised_at", "case_id"], "term = 'dossier' and status = 'running'", None),
    ("ix_dossiers_open", "dossiers", ["submitted_at", "case_id"], UNDECIDED, ["promised_at"]),
    ("ix_dossiers_awaiting", "dossiers", ["receiving_id", "status"], UNDECIDED, None),
)
OLD = (
    ("ix_dossier_offices_due", "dossier_offices", ["office_id", "due_at", "case_id"], "due_at is not null"),
    ("ix_dossiers_due", "dossiers", ["promised_at", "case_id"], UNDECIDED),
    ("ix_dossiers_awaited", "dossiers", ["receiving_id"], "status = 5"),
)
OWED = """
    SELECT clocks.promised_at FROM clocks JOIN dossiers ON dossiers.case_id = clocks.case_id
    WHERE clocks.case_id = {table}.case_id AND clocks.term = 'dossier' AND clocks.status = 'running'
    AND dossiers.decided_at IS NULL
"""


def upgrade() -> None:
    op.add_column("dossier_offices", sa.Column("owed_at", db.Instant(timezone=True), nullable=True))
    owed = OWED.format(table="dossier_offices")
    op.execute(f"UPDATE dossier_offices SET owed_at = ({owed}) WHERE due_at IS NOT NULL")
    op.execute(f"UPDATE tasks SET owed_at = ({OWED.format(table='tasks')}) WHERE owed_at IS NOT NULL")
    for name, table, _columns, _where in OLD:
        op.drop_index(name, table_name=table)
    for name, table, columns, where, include in NEW:
        more: dict[str, Any] = {"postgresql_include": include} if include else {}
        op.create_index(name, table, columns, postgresql_where=sa.text(where), **more)
    for name, columns, where in TASKS:
        op.drop_index(name, table_name="tasks")
        op.create_index(name, "tasks", columns, postgresql_where=sa.text(where), postgresql_include=["name"])


def downgrade() -> None:
    for name, columns, where in TASKS:
        op.drop_index(name, table_name="tasks")
        op.create_index(name, "tasks", columns, postgresql_where=sa.text(where))
    for name, table, *_rest in NEW:
        op.drop_index(name, table_name=table)
    for name, table, columns, where in OLD:
        op.create_index(name, table, columns, postgresql_where=sa.text(where))
    op.drop_column("dossier_offices", "owed_at")
