"""who is away from when to when; answers to what-if questions that a worker goes through"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("stand_in_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", db.Instant(timezone=True), nullable=False),
        sa.Column("desk_cleared_at", db.Instant(timezone=True), nullable=True),
        sa.Column("withdrawn_at", db.Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_absences_person_id_people")),
        sa.ForeignKeyConstraint(["stand_in_id"], ["people.id"], name=op.f("fk_absences_stand_in_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_person", "absences", ["person_id", "last_on"])
    op.create_index("ix_absences_days", "absences", ["last_on"])
    op.create_table(
        "whatif_runs",
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", db.Instant(timezone=True), nullable=False),
        sa.Column("changes", db.Record(), nullable=False),
        sa.Column("status", sa.String(length=6), nullable=False),
        sa.Column("stretches", db.Record(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("figures", db.Record(), nullable=False),
        sa.Column("finished_at", db.Instant(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_whatif_runs_asked_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_whatif_runs")),
    )
    op.create_index("ix_whatif_runs_asked", "whatif_runs", ["asked_by", "asked_at"])
    op.create_table(
        "whatif_lines",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("said", db.Record(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["whatif_runs.id"], name=op.f("fk_whatif_lines_run_id_whatif_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "case_id", name=op.f("pk_whatif_lines")),
    )
    op.create_index("ix_whatif_lines_unit", "whatif_lines", ["run_id", "office_id", "place"])


def downgrade() -> None:
    op.drop_table("whatif_lines")
    op.drop_table("whatif_runs")
    op.drop_table("absences")
