"""the history log: leaves with heads of chains, roots over full tiles, and the signed root of each day"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.create_table(
        "history_leaves",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", db.Blob(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_history_leaves")),
    )
    op.create_index("ix_history_leaves_chain", "history_leaves", ["chain", "position"])
    op.create_table(
        "history_tiles",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", db.Blob(), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name=op.f("pk_history_tiles")),
    )
    op.create_table(
        "history_seals",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", db.Blob(), nullable=False),
        sa.Column("statement", db.Blob(), nullable=False),
        sa.Column("closed_at", db.Instant(timezone=True), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("signature", db.Blob(), nullable=True),
        sa.Column("signed_at", db.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_history_seals")),
    )


def downgrade() -> None:
    for table in ("history_seals", "history_tiles", "history_leaves"):
        op.drop_table(table)
