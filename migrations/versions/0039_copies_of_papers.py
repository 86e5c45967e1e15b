"""electronic copies of the office's own papers: who had which copy made of what, with what power"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0039"
down_revision = "0038"

REFERENCES = (
    ("source_id", "documents"),
    ("case_id", "cases"),
    ("office_id", "offices"),
    ("person_id", "people"),
    ("mandate_id", "mandates"),
)


def upgrade() -> None:
    op.create_table(
        "paper_copies",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("pages", db.Record(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("mandate_id", sa.Uuid(), nullable=False),
        sa.Column("post", db.Record(), nullable=False),
        sa.Column("for_applicant", sa.Boolean(), nullable=False),
        sa.Column("asked_at", db.Instant(timezone=True), nullable=False),
        sa.Column("made_at", db.Instant(timezone=True), nullable=True),
        sa.Column("failed_at", db.Instant(timezone=True), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_paper_copies_{column}_{table}"))
            for column, table in REFERENCES
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_copies")),
    )
    op.create_index("ix_paper_copies_source", "paper_copies", ["source_id", "asked_at"])
    op.create_index(op.f("ix_paper_copies_case_id"), "paper_copies", ["case_id"])


def downgrade() -> None:
    op.drop_table("paper_copies")
