"""what another system may look at besides handing dossiers in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("api_clients", sa.Column("scopes", db.Record(), nullable=True))
    clients = sa.table("api_clients", sa.column("scopes", db.Record()))
    op.execute(clients.update().values(scopes=[]))
    with op.batch_alter_table("api_clients") as table:
        table.alter_column("scopes", existing_type=db.Record(), nullable=False)


def downgrade() -> None:
    op.drop_column("api_clients", "scopes")
