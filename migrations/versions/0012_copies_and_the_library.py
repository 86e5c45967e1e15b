"""a working copy remembers which version of the library was put in, and which conflicts were decided for the office"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("working_copies") as table:
        table.add_column(sa.Column("library_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("kept", db.Record(), nullable=False, server_default="[]"))
        table.create_foreign_key("fk_working_copies_library_id_bundles", "bundles", ["library_id"], ["id"])
    with op.batch_alter_table("working_copies") as table:
        table.alter_column("kept", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("working_copies") as table:
        table.drop_constraint("fk_working_copies_library_id_bundles", type_="foreignkey")
        table.drop_column("kept")
        table.drop_column("library_id")
