"""an apology says why it is owed, by whom and on which level; an authority's dated rules"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0018"
down_revision = "0017"


def apology() -> tuple[sa.Column, ...]:
    """The new columns, made anew each time: a column belongs to one table."""
    return (
        sa.Column("because", sa.String(length=10), nullable=False, server_default="term"),
        sa.Column("level", sa.String(length=10), nullable=False, server_default="unit"),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("account", sa.Text(), nullable=False, server_default=""),
        sa.Column("notice_by", db.Instant(timezone=True), nullable=True),
        sa.Column("proposed_on", sa.Date(), nullable=True),
        sa.Column("kept_at", db.Instant(timezone=True), nullable=True),
        sa.Column("cause", sa.String(length=20), nullable=False, server_default=""),
        sa.Column("unit", sa.Text(), nullable=False, server_default=""),
        sa.Column("date_ground", sa.Text(), nullable=False, server_default=""),
        sa.Column("counter_document_id", sa.Uuid(), nullable=True),
        sa.Column("counter_told_at", db.Instant(timezone=True), nullable=True),
        sa.Column("counter_seen_at", db.Instant(timezone=True), nullable=True),
        sa.Column("counter_seen_by", sa.Uuid(), nullable=True),
        sa.Column("exempt_ground", sa.String(length=20), nullable=False, server_default=""),
        sa.Column("exempt_reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("exempt_asked_by", sa.Uuid(), nullable=True),
        sa.Column("exempt_at", db.Instant(timezone=True), nullable=True),
        sa.Column("exempted_by", sa.Uuid(), nullable=True),
    )


KEYS = {
    "office_id": "offices",
    "opened_by": "people",
    "counter_document_id": "documents",
    "counter_seen_by": "people",
    "exempt_asked_by": "people",
    "exempted_by": "people",
}
CLOCK = ("apology_draft_at", "apology_notice_at")


def upgrade() -> None:
    op.create_table(
        "authority_rules",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("content", db.Record(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_authority_rules_office_id_offices")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_authority_rules_made_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_rules")),
    )
    op.create_index("ix_authority_rules_kind", "authority_rules", ["kind", "office_id", "valid_from"])
    with op.batch_alter_table("apologies", schema=None) as table:
        for column in apology():
            table.add_column(column)
        for name, target in KEYS.items():
            table.create_foreign_key(op.f(f"fk_apologies_{name}_{target}"), target, [name], ["id"])
        table.create_index(op.f("ix_apologies_counter_document_id"), ["counter_document_id"], unique=False)
    for name in CLOCK:
        op.add_column("clocks", sa.Column(name, db.Instant(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("clocks", schema=None) as table:
        for name in CLOCK:
            table.drop_column(name)
    with op.batch_alter_table("apologies", schema=None) as table:
        table.drop_index(op.f("ix_apologies_counter_document_id"))
        for name, target in KEYS.items():
            table.drop_constraint(op.f(f"fk_apologies_{name}_{target}"), type_="foreignkey")
        for column in apology():
            table.drop_column(column.name)
    op.drop_index("ix_authority_rules_kind", table_name="authority_rules")
    op.drop_table("authority_rules")
