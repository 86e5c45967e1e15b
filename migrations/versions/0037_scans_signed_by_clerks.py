"""what a clerk scans while receiving a paper becomes one PDF signed by that clerk"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    op.create_table(
        "intake_scans",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("mandate_id", sa.Uuid(), nullable=True),
        sa.Column("handed", db.Record(), nullable=False),
        sa.Column("remarks", db.Record(), nullable=False),
        sa.Column("taken_at", db.Instant(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("due_at", db.Instant(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("signed_at", db.Instant(timezone=True), nullable=True),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=5), nullable=False),
        sa.Column("level_due_at", db.Instant(timezone=True), nullable=True),
        sa.Column("level_tries", sa.Integer(), nullable=False),
        sa.Column("level_trouble", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_intake_scans_case_id_cases")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandates.id"], name=op.f("fk_intake_scans_mandate_id_mandates")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_intake_scans_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_scans")),
        sa.UniqueConstraint("case_id", "paper", "round", name=op.f("uq_intake_scans_case_id")),
    )
    due = sa.text("due_at is not null")
    op.create_index("ix_intake_scans_due", "intake_scans", ["due_at"], postgresql_where=due)
    level_due = sa.text("level_due_at is not null")
    op.create_index("ix_intake_scans_level_due", "intake_scans", ["level_due_at"], postgresql_where=level_due)


def downgrade() -> None:
    op.drop_table("intake_scans")
