"""with what power a post signs and on which document, what a paper remembers of it, and images of hands and seals"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    for column in ("acts_for", "ground_number", "ground_agency"):
        op.add_column("mandates", sa.Column(column, sa.Text(), nullable=False, server_default=""))
    op.add_column("mandates", sa.Column("ground_date", sa.Date(), nullable=True))
    # What was signed before remembers nothing: a post may have changed since, and nobody may say it had not.
    op.add_column("documents", sa.Column("post", db.Record(), nullable=False, server_default="{}"))
    op.create_table(
        "signing_images",
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("across_mm", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.Column("given_at", db.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", db.Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["given_by"], ["people.id"], name=op.f("fk_signing_images_given_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_images")),
    )
    op.create_index("ix_signing_images_holder", "signing_images", ["holder", "ended_at"])


def downgrade() -> None:
    op.drop_table("signing_images")
    op.drop_column("documents", "post")
    for column in ("ground_date", "ground_agency", "ground_number", "acts_for"):
        op.drop_column("mandates", column)
