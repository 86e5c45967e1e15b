"""missed dates by how early somebody was told, one narrow row each, and what applicants answer when asked"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "late_dates",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("told", sa.String(length=10), nullable=False),
        sa.Column("told_at", db.Instant(timezone=True), nullable=True),
        sa.Column("undelivered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_late_dates_case_id_cases")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_late_dates_office_id_offices")),
        sa.PrimaryKeyConstraint("case_id", "promised_on", name=op.f("pk_late_dates")),
    )
    op.create_index("ix_late_dates_counted", "late_dates", ["day", "office_id", "procedure", "told"])
    op.create_index("ix_late_dates_silent", "late_dates", ["case_id"], postgresql_where=sa.text("told = 'never'"))
    op.create_table(
        "late_questions",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("asked_at", db.Instant(timezone=True), nullable=False),
        sa.Column("told", sa.String(length=10), nullable=False),
        sa.Column("letter", sa.String(length=5), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("via", sa.String(length=10), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", db.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_late_questions_case_id_cases")),
        sa.ForeignKeyConstraint(["taken_by"], ["people.id"], name=op.f("fk_late_questions_taken_by_people")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_late_questions")),
    )
    unanswered = sa.text("answered_at is null")
    op.create_index("ix_late_questions_open", "late_questions", ["asked_at"], postgresql_where=unanswered)
    op.add_column("days_closed", sa.Column("dates_counted_at", db.Instant(timezone=True), nullable=True))
    uncounted = sa.text("dates_counted_at is null")
    op.create_index("ix_days_closed_uncounted", "days_closed", ["day"], postgresql_where=uncounted)
    op.create_index("ix_dossiers_promised", "dossiers", ["promised_on"])
    op.create_index("ix_apologies_promised", "apologies", ["promised_on"])


def downgrade() -> None:
    op.drop_index("ix_apologies_promised", table_name="apologies")
    op.drop_index("ix_dossiers_promised", table_name="dossiers")
    op.drop_index("ix_days_closed_uncounted", table_name="days_closed")
    op.drop_column("days_closed", "dates_counted_at")
    op.drop_table("late_questions")
    op.drop_table("late_dates")
