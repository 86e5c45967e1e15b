"""officials are warned of terms that run out, each in the way they choose"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("clocks", sa.Column("warned", db.Record(), nullable=False, server_default="[]"))
    op.add_column("tasks", sa.Column("warn_at", db.Instant(timezone=True), nullable=True))
    op.create_index(
        "ix_tasks_warn", "tasks", ["warn_at"], postgresql_where=sa.text("status = 'open' and warn_at is not null")
    )
    op.create_table(
        "warning_choices",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("ways", db.Record(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("changed_at", db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_warning_choices_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_warning_choices")),
    )
    op.create_table(
        "staff_warnings",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Boolean(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("term", sa.String(length=40), nullable=False),
        sa.Column("mark", sa.String(length=10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", db.Instant(timezone=True), nullable=False),
        sa.Column("over_at", db.Instant(timezone=True), nullable=False),
        sa.Column("eve_on", sa.Date(), nullable=True),
        sa.Column("raised_at", db.Instant(timezone=True), nullable=False),
        sa.Column("seen_at", db.Instant(timezone=True), nullable=True),
        sa.Column("closed_at", db.Instant(timezone=True), nullable=True),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("mail_at", db.Instant(timezone=True), nullable=True),
        sa.Column("mailed_at", db.Instant(timezone=True), nullable=True),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_staff_warnings_{column}_{table}"))
            for column, table in KEYS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_warnings")),
        sa.UniqueConstraint("subject_id", "person_id", "mark", "due_on", name=op.f("uq_staff_warnings_subject_id")),
    )
    for name, columns, where in INDEXES:
        op.create_index(name, "staff_warnings", columns, postgresql_where=sa.text(where) if where else None)


KEYS = {
    "person_id": "people",
    "case_id": "cases",
    "office_id": "offices",
    "notice_id": "notices",
}
INDEXES: tuple[tuple[str, list[str], str], ...] = (
    ("ix_staff_warnings_mine", ["person_id", "due_on", "id"], "closed_at IS NULL"),
    ("ix_staff_warnings_mail", ["mail_at", "person_id"], "closed_at IS NULL AND mail_at IS NOT NULL"),
    ("ix_staff_warnings_mailed", ["person_id", "mailed_at"], ""),
    ("ix_staff_warnings_closed", ["closed_at"], ""),
    ("ix_staff_warnings_case_id", ["case_id"], ""),
    ("ix_staff_warnings_notice_id", ["notice_id"], ""),
)


def downgrade() -> None:
    op.drop_table("staff_warnings")
    op.drop_table("warning_choices")
    op.drop_index("ix_tasks_warn", table_name="tasks")
    op.drop_column("tasks", "warn_at")
    op.drop_column("clocks", "warned")
