"""one narrow row per open dossier with its probability of being late, and what finished ones taught"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "forecasts",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("per_mille", sa.SmallInteger(), nullable=True),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("promised_at", db.Instant(timezone=True), nullable=False),
        sa.Column("counted_at", db.Instant(timezone=True), nullable=False),
        sa.Column("look_at", db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_forecasts_case_id_cases")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_forecasts_office_id_offices")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_forecasts")),
    )
    op.create_index("ix_forecasts_look", "forecasts", ["look_at"])
    likely = sa.text("per_mille >= 500")
    op.create_index("ix_forecasts_likely", "forecasts", ["office_id", "per_mille"], postgresql_where=likely)
    op.create_table(
        "forecast_samples",
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("made_at", db.Instant(timezone=True), nullable=False),
        sa.Column("lives", sa.Integer(), nullable=False),
        sa.Column("strengths", db.Record(), nullable=False),
        sa.Column("observations", db.Record(), nullable=False),
        sa.PrimaryKeyConstraint("procedure", "unit", name=op.f("pk_forecast_samples")),
    )


def downgrade() -> None:
    op.drop_table("forecast_samples")
    op.drop_table("forecasts")
