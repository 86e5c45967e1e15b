"""hand-over slips and who has the papers of a dossier; log books by acceptance; what moved between offices, by day"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import db

revision = "0021"
down_revision = "0020"

MOVED = ("moved_in", "moved_out")
BOOKS = (("ix_dossiers_book", "receiving_id"), ("ix_dossiers_room_book", "handling_id"))


def upgrade() -> None:
    op.create_table(
        "handover_slips",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("shift", sa.String(length=10), nullable=False),
        sa.Column("given_at", db.Instant(timezone=True), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("settled_at", db.Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["offices.id"], name=op.f("fk_handover_slips_from_id_offices")),
        sa.ForeignKeyConstraint(["to_id"], ["offices.id"], name=op.f("fk_handover_slips_to_id_offices")),
        sa.ForeignKeyConstraint(["given_by"], ["people.id"], name=op.f("fk_handover_slips_given_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_slips")),
        sa.UniqueConstraint("number", name=op.f("uq_handover_slips_number")),
    )
    op.create_index("ix_handover_slips_to", "handover_slips", ["to_id", "given_at", "id"])
    op.create_index("ix_handover_slips_from", "handover_slips", ["from_id", "given_at", "id"])
    op.create_index(
        "ix_handover_slips_waiting", "handover_slips", ["to_id"], postgresql_where=sa.text("settled_at is null")
    )
    op.create_table(
        "handover_lines",
        sa.Column("slip_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("papers", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("answered_at", db.Instant(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("found_at", db.Instant(timezone=True), nullable=True),
        sa.Column("found_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["slip_id"], ["handover_slips.id"], name=op.f("fk_handover_lines_slip_id_handover_slips")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_handover_lines_case_id_cases")),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_handover_lines_answered_by_people")),
        sa.ForeignKeyConstraint(["found_by"], ["people.id"], name=op.f("fk_handover_lines_found_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_lines")),
        sa.UniqueConstraint("slip_id", "case_id", name=op.f("uq_handover_lines_slip_id")),
    )
    op.create_index("ix_handover_lines_case", "handover_lines", ["case_id", "slip_id"])
    op.create_index(
        "ix_handover_lines_missing", "handover_lines", ["slip_id"], postgresql_where=sa.text("status = 'missing'")
    )
    op.create_table(
        "paper_custody",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("changed_at", db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_paper_custody_case_id_cases")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_paper_custody_office_id_offices")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["handover_lines.id"], name=op.f("fk_paper_custody_line_id_handover_lines")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_paper_custody")),
    )
    op.create_index("ix_paper_custody_office", "paper_custody", ["office_id", "status", "case_id"])
    op.create_index("ix_paper_custody_line_id", "paper_custody", ["line_id"])
    for name, column in BOOKS:
        op.create_index(name, "dossiers", [column, "accepted_at", "case_id"])
    for name in MOVED:
        op.add_column("day_figures", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    for name in MOVED:
        op.drop_column("day_figures", name)
    for name, _column in BOOKS:
        op.drop_index(name, table_name="dossiers")
    for table in ("paper_custody", "handover_lines", "handover_slips"):
        op.drop_table(table)
