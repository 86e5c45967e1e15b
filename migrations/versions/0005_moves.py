"""orders to move running cases to another version, and what became of each case"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "move_batches",
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("mapping", db.Record(), nullable=False),
        sa.Column("letter", sa.String(10), nullable=False),
        sa.Column("decided", sa.Boolean(), nullable=False),
        sa.Column("ground_number", sa.Text(), nullable=False),
        sa.Column("ground_on", sa.Date(), nullable=False),
        sa.Column("ground_text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("tally", db.Record(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("asked_at", db.Instant(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("answered_at", db.Instant(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("finished_at", db.Instant(timezone=True), nullable=True),
        sa.Column("undo_at", db.Instant(timezone=True), nullable=True),
        sa.Column("undo_by", sa.Uuid(), nullable=True),
        sa.Column("undo_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["bundles.id"], name=op.f("fk_move_batches_from_id_bundles")),
        sa.ForeignKeyConstraint(["to_id"], ["bundles.id"], name=op.f("fk_move_batches_to_id_bundles")),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_move_batches_asked_by_people")),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_move_batches_answered_by_people")),
        sa.ForeignKeyConstraint(["undo_by"], ["people.id"], name=op.f("fk_move_batches_undo_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_batches")),
    )
    op.create_index("ix_move_batches_procedure", "move_batches", ["procedure", "asked_at"])
    op.create_table(
        "moves",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("plan", db.Record(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("result", db.Record(), nullable=False),
        sa.Column("done_at", db.Instant(timezone=True), nullable=True),
        sa.Column("before", db.Blob(), nullable=True),
        sa.Column("before_digest", sa.String(64), nullable=False),
        sa.Column("after_digest", sa.String(64), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.Column("undone_at", db.Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["move_batches.id"], name=op.f("fk_moves_batch_id_move_batches")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_moves_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
        sa.UniqueConstraint("batch_id", "case_id", name=op.f("uq_moves_batch_id")),
    )
    op.create_index("ix_moves_case", "moves", ["case_id"])
    op.create_index("ix_moves_status", "moves", ["batch_id", "status"])


def downgrade() -> None:
    op.drop_table("moves")
    op.drop_table("move_batches")
