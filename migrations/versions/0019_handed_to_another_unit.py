"""dossiers handed to another deciding unit, with the calendars their terms ran by before; open terms by their id"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "transfers",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("moved_at", db.Instant(timezone=True), nullable=False),
        sa.Column("moved_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("old_due_at", db.Instant(timezone=True), nullable=True),
        sa.Column("new_due_at", db.Instant(timezone=True), nullable=True),
        sa.Column("old_promised_on", sa.Date(), nullable=True),
        sa.Column("new_promised_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_transfers_case_id_cases")),
        sa.ForeignKeyConstraint(["from_id"], ["offices.id"], name=op.f("fk_transfers_from_id_offices")),
        sa.ForeignKeyConstraint(["to_id"], ["offices.id"], name=op.f("fk_transfers_to_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
    )
    op.create_index("ix_transfers_case", "transfers", ["case_id", "moved_at"])
    op.add_column("clocks", sa.Column("earlier", db.Record(), nullable=False, server_default="[]"))
    op.create_index("ix_clocks_open", "clocks", ["id"], postgresql_where=sa.text("status <> 'stopped'"))


def downgrade() -> None:
    op.drop_index("ix_clocks_open", table_name="clocks")
    op.drop_column("clocks", "earlier")
    op.drop_index("ix_transfers_case", table_name="transfers")
    op.drop_table("transfers")
