"""passwords to be changed, ratings of dossiers, reasons of withdrawn versions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("people", sa.Column("must_change", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("bundles", sa.Column("withdrawn_reason", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "ratings",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("criteria", db.Record(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("rated_at", db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_ratings_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_ratings")),
    )


def downgrade() -> None:
    op.drop_table("ratings")
    op.drop_column("bundles", "withdrawn_reason")
    op.drop_column("people", "must_change")
