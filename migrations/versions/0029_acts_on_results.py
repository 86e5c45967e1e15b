"""acts on results (corrected, amended, replaced, withdrawn, cancelled), the code printed on them, the signed lists"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "result_acts",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("decision_number", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("replacement_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", db.Instant(timezone=True), nullable=False),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_result_acts_document_id_documents")),
        sa.ForeignKeyConstraint(["authority_id"], ["offices.id"], name=op.f("fk_result_acts_authority_id_offices")),
        sa.ForeignKeyConstraint(
            ["replacement_id"], ["documents.id"], name=op.f("fk_result_acts_replacement_id_documents")
        ),
        sa.ForeignKeyConstraint(["done_by"], ["people.id"], name=op.f("fk_result_acts_done_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_acts")),
    )
    op.create_index("ix_result_acts_document", "result_acts", ["document_id", "done_at"])
    op.create_table(
        "withdrawal_lists",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("issued_at", db.Instant(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_withdrawal_lists")),
    )
    op.add_column("documents", sa.Column("qr", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("documents", "qr")
    op.drop_table("withdrawal_lists")
    op.drop_table("result_acts")
