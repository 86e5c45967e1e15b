"""books of numbers: what a register says of each, who voided one, and numbers that were given elsewhere"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0038"
down_revision = "0037"

ENTERED = sa.text(
    "insert into register_entries (number_id, case_id, given, subject, recipient, columns) "
    "select numbers.id, documents.case_id, '', dossiers.title, "
    "coalesce(nullif(dossiers.applicant_name, ''), dossiers.owner_name), '{}' "
    "from numbers join documents on documents.id = numbers.document_id "
    "join dossiers on dossiers.case_id = documents.case_id"
)


def upgrade() -> None:
    op.add_column("series", sa.Column("title", sa.Text(), nullable=False, server_default=""))
    op.add_column("series", sa.Column("prescribed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("series", sa.Column("headings", db.Record(), nullable=False, server_default="[]"))
    op.add_column("numbers", sa.Column("book", sa.Text(), nullable=False, server_default=""))
    op.add_column("numbers", sa.Column("voided_by", sa.Uuid(), nullable=True))
    op.create_table(
        "register_entries",
        sa.Column("number_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("columns", db.Record(), nullable=False),
        sa.ForeignKeyConstraint(["number_id"], ["numbers.id"], name=op.f("fk_register_entries_number_id_numbers")),
        sa.PrimaryKeyConstraint("number_id", name=op.f("pk_register_entries")),
    )
    op.create_index("ix_register_entries_case", "register_entries", ["case_id"])
    op.create_index("ix_register_entries_given", "register_entries", ["given"], postgresql_where=sa.text("given <> ''"))
    op.create_table(
        "series_starts",
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("entered_at", db.Instant(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_series_starts_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_starts")),
    )
    op.create_index("ix_series_starts_series", "series_starts", ["series_id", "last"])
    op.execute(ENTERED)


def downgrade() -> None:
    op.drop_table("series_starts")
    op.drop_table("register_entries")
    for column in ("voided_by", "book"):
        op.drop_column("numbers", column)
    for column in ("headings", "prescribed", "title"):
        op.drop_column("series", column)
