"""who is trusted by which document, what authorities answered about certificates, and how our clock ran"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "trust_orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("content", db.Record(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", db.Instant(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", db.Instant(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name=op.f("fk_trust_orders_proposed_by_people")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_trust_orders_decided_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trust_orders")),
    )
    op.create_index("ix_trust_orders_status", "trust_orders", ["status", "kind"])
    op.create_table(
        "trust_answers",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("der", db.Blob(), nullable=True),
        sa.Column("told_at", db.Instant(timezone=True), nullable=True),
        sa.Column("holds_until", db.Instant(timezone=True), nullable=True),
        sa.Column("fetched_at", db.Instant(timezone=True), nullable=True),
        sa.Column("failed_at", db.Instant(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_trust_answers")),
    )
    op.create_table(
        "held_certificates",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("store", sa.String(length=20), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("begins_at", db.Instant(timezone=True), nullable=False),
        sa.Column("ends_at", db.Instant(timezone=True), nullable=False),
        sa.Column("seen_at", db.Instant(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("checked_at", db.Instant(timezone=True), nullable=True),
        sa.Column("good_until", db.Instant(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=20), nullable=False),
        sa.Column("revoked_at", db.Instant(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("warned_days", sa.Integer(), nullable=True),
        sa.Column("gone_at", db.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_held_certificates")),
    )
    op.create_index(op.f("ix_held_certificates_holder"), "held_certificates", ["holder"])
    op.create_table(
        "clock_readings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("asked_at", db.Instant(timezone=True), nullable=False),
        sa.Column("drift_ms", sa.BigInteger(), nullable=True),
        sa.Column("took_ms", sa.BigInteger(), nullable=False),
        sa.Column("failure", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_readings")),
    )
    op.create_index("ix_clock_readings_source", "clock_readings", ["source", "asked_at"])


def downgrade() -> None:
    for table in ("clock_readings", "held_certificates", "trust_answers", "trust_orders"):
        op.drop_table(table)
