"""somebody is warned once of a mark of a moment: of hours that move within a day they are warned again"""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"

NAME = "uq_staff_warnings_subject_id"


def upgrade() -> None:
    with op.batch_alter_table("staff_warnings") as table:
        table.drop_constraint(NAME, type_="unique")
        table.create_unique_constraint(NAME, ["subject_id", "person_id", "mark", "due_at"])


def downgrade() -> None:
    with op.batch_alter_table("staff_warnings") as table:
        table.drop_constraint(NAME, type_="unique")
        table.create_unique_constraint(NAME, ["subject_id", "person_id", "mark", "due_on"])
