"""lists a leader signs with one confirmation, and signatures made by a token in the leader's own PC"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_table(
        "signing_lists",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("count", sa.SmallInteger(), nullable=False),
        sa.Column("made_at", db.Instant(timezone=True), nullable=False),
        sa.Column("confirmed_at", db.Instant(timezone=True), nullable=True),
        sa.Column("ended_at", db.Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_signing_lists_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_lists")),
    )
    op.create_index("ix_signing_lists_person", "signing_lists", ["person_id", "made_at"])
    op.create_table(
        "listed_papers",
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("params", db.Record(), nullable=False),
        sa.Column("settled_at", db.Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["signing_lists.id"], name=op.f("fk_listed_papers_list_id_signing_lists")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_listed_papers_task_id_tasks")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_listed_papers_document_id_documents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed_papers")),
        sa.UniqueConstraint("list_id", "ordinal", name=op.f("uq_listed_papers_list_id")),
        sa.UniqueConstraint("task_id", "list_id", name=op.f("uq_listed_papers_task_id")),
    )
    op.create_index(op.f("ix_listed_papers_document_id"), "listed_papers", ["document_id"])
    op.create_table(
        "desk_signatures",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("challenge", sa.String(length=64), nullable=False),
        sa.Column("prepared", db.Record(), nullable=False),
        sa.Column("made_at", db.Instant(timezone=True), nullable=False),
        sa.Column("ends_at", db.Instant(timezone=True), nullable=False),
        sa.Column("signed_sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_size", sa.Integer(), nullable=False),
        sa.Column("signed_at", db.Instant(timezone=True), nullable=True),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_desk_signatures_document_id_documents")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_desk_signatures_person_id_people")),
        sa.ForeignKeyConstraint(
            ["list_id"], ["signing_lists.id"], name=op.f("fk_desk_signatures_list_id_signing_lists")
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["signing_consents.id"], name=op.f("fk_desk_signatures_consent_id_signing_consents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_signatures")),
        sa.UniqueConstraint("challenge", name=op.f("uq_desk_signatures_challenge")),
        sa.UniqueConstraint("consent_id", name=op.f("uq_desk_signatures_consent_id")),
    )
    op.create_index("ix_desk_signatures_document", "desk_signatures", ["document_id", "person_id"])
    op.create_index(op.f("ix_desk_signatures_list_id"), "desk_signatures", ["list_id"])


def downgrade() -> None:
    for table in ("desk_signatures", "listed_papers", "signing_lists"):
        op.drop_table(table)
