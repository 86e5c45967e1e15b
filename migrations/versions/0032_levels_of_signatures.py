"""how far a paper's signatures are proven, when that is raised or renewed, and which files it was before"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.add_column("documents", sa.Column("level", sa.String(length=5), nullable=False, server_default=""))
    op.add_column("documents", sa.Column("level_due_at", db.Instant(timezone=True), nullable=True))
    op.add_column("documents", sa.Column("level_tries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("documents", sa.Column("level_trouble", sa.Text(), nullable=False, server_default=""))
    # All that was signed so far was signed with a time stamp; what is sealed is raised little by little.
    op.execute("update documents set level = 'B-T' where signed_at is not null")
    op.execute("update documents set level_due_at = sealed_at where sealed_at is not null")
    op.create_index(
        "ix_documents_level_due", "documents", ["level_due_at"], postgresql_where=sa.text("level_due_at is not null")
    )
    op.create_table(
        "earlier_files",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=5), nullable=False),
        sa.Column("replaced_at", db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_earlier_files_document_id_documents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_files")),
    )
    op.create_index("ix_earlier_files_document", "earlier_files", ["document_id"])
    op.create_index(op.f("ix_earlier_files_sha256"), "earlier_files", ["sha256"])


def downgrade() -> None:
    op.drop_table("earlier_files")
    op.drop_index("ix_documents_level_due", "documents")
    for column in ("level_trouble", "level_tries", "level_due_at", "level"):
        op.drop_column("documents", column)
