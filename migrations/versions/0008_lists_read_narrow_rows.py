"""lists and searches read narrow rows of their own; the figures of days that are over are kept"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from engine import db
from engine.accounts.models import fold

revision = "0008"
down_revision = "0007"

NEAREST = "coalesce(legal_due_at, due_at, '9999-12-31 00:00:00+00')"
OPEN, FREE = "status = 'open'", "assignee_id is null"
KEY = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
BATCH = 2000

DOSSIERS = sa.table(
    "dossiers",
    *(sa.column(name, sa.Uuid()) for name in ("case_id", "receiving_id", "handling_id", "signing_id", "returning_id")),
    sa.column("owner_search_key", sa.Text()),
    sa.column("submitted_at", db.Instant()),
    sa.column("promised_at", db.Instant()),
    sa.column("decided_at", db.Instant()),
)
TASKS = sa.table(
    "tasks",
    sa.column("id", sa.Uuid()),
    *(sa.column(name, sa.Text()) for name in ("status", "subject_code", "subject_name", "title", "search_key")),
)

INDEXES: tuple[tuple[str, str, list[Any], dict[str, Any]], ...] = (
    ("ix_tasks_free", "tasks", ["office_id", "role", sa.text(NEAREST), "id"], {"where": f"{OPEN} and {FREE}"}),
    ("ix_tasks_office", "tasks", ["office_id", sa.text(NEAREST), "id"], {"where": OPEN}),
    ("ix_tasks_mine", "tasks", ["assignee_id", sa.text(NEAREST), "id"], {"where": OPEN}),
    ("ix_dossiers_newest", "dossiers", ["submitted_at", "case_id"], {"include": ["owner_search_key"]}),
    ("ix_dossiers_due", "dossiers", ["promised_at", "case_id"], {"where": "decided_at is null"}),
    ("ix_dossiers_procedure", "dossiers", ["procedure", "submitted_at", "case_id"], {}),
    ("ix_dossiers_status", "dossiers", ["status", "submitted_at", "case_id"], {}),
    ("ix_dossiers_returned", "dossiers", ["returning_id", "returned_at"], {}),
    ("ix_dossiers_awaited", "dossiers", ["receiving_id"], {"where": "status = 5"}),
    ("ix_dossiers_accepted", "dossiers", ["accepted_at", "receiving_id", "handling_id"], {}),
    ("ix_dossiers_decided", "dossiers", ["decided_at", "handling_id"], {}),
    ("ix_dossiers_owner", "dossiers", ["owner_identity", "submitted_at"], {"where": "owner_identity <> ''"}),
    ("ix_dossiers_sender", "dossiers", ["applicant_identity", "submitted_at"], {"where": "applicant_identity <> ''"}),
    ("ix_apologies_owed", "apologies", ["due_by"], {"where": "sent_at is null and closed_at is null"}),
    (
        "ix_dossier_offices_newest",
        "dossier_offices",
        ["office_id", "submitted_at", "case_id"],
        {"include": ["owner_search_key"]},
    ),
    ("ix_dossier_offices_due", "dossier_offices", ["office_id", "due_at", "case_id"], {"where": "due_at is not null"}),
    ("ix_dossier_words_key", "dossier_words", ["key", "submitted_at", "case_id"], {}),
)
OLD_INDEXES: tuple[tuple[str, str, list[str], str | None], ...] = (
    ("ix_tasks_inbox", "tasks", ["office_id", "role", "due_at"], OPEN),
    ("ix_tasks_mine", "tasks", ["assignee_id", "due_at"], OPEN),
    ("ix_dossiers_owner_search", "dossiers", ["owner_search_key"], None),
    ("ix_dossiers_procedure", "dossiers", ["procedure"], None),
    ("ix_dossiers_handling", "dossiers", ["handling_id", "submitted_at"], None),
    ("ix_dossiers_status_promised", "dossiers", ["status", "promised_at"], None),
)


def upgrade() -> None:
    op.create_table(
        "dossier_offices",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", db.Instant(timezone=True), nullable=False),
        sa.Column("due_at", db.Instant(timezone=True), nullable=True),
        sa.Column("owner_search_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_dossier_offices_case_id_cases")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_dossier_offices_office_id_offices")),
        sa.PrimaryKeyConstraint("case_id", "office_id", name=op.f("pk_dossier_offices")),
    )
    op.create_table(
        "dossier_words",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("submitted_at", db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_dossier_words_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "key", name=op.f("pk_dossier_words")),
    )
    op.create_table(
        "days_closed",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counted_at", db.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_days_closed")),
    )
    op.create_table(
        "day_figures",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("received", "early", "on_time", "late", "unjudged", "withdrawn", "stopped", "left_open")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_day_figures_office_id_offices")),
        sa.PrimaryKeyConstraint("day", "office_id", name=op.f("pk_day_figures")),
    )
    op.add_column("tasks", sa.Column("search_key", sa.Text(), nullable=False, server_default=""))
    _enter_dossiers()
    _enter_tasks()
    for name, table, _columns, _where in OLD_INDEXES:
        op.drop_index(name, table_name=table)
    for name, table, columns, more in INDEXES:
        where = sa.text(more["where"]) if "where" in more else None
        op.create_index(name, table, columns, postgresql_where=where, postgresql_include=more.get("include"))


def _enter_dossiers() -> None:
    """Every dossier on the lists of its offices and of those that had a task in it, its owner found by words."""
    due = "CASE WHEN d.decided_at IS NULL THEN d.promised_at END"
    asked = " UNION ".join(
        f"SELECT case_id, {place}_id AS office_id FROM dossiers"
        for place in ("receiving", "handling", "signing", "returning")
    )
    asked += " UNION SELECT case_id, office_id FROM tasks WHERE office_id IS NOT NULL"
    op.execute(
        "INSERT INTO dossier_offices (case_id, office_id, submitted_at, due_at, owner_search_key) "
        f"SELECT d.case_id, o.office_id, d.submitted_at, {due}, d.owner_search_key "
        f"FROM dossiers d JOIN ({asked}) o ON o.case_id = d.case_id"
    )
    words = sa.table(
        "dossier_words", sa.column("case_id", sa.Uuid()), sa.column("key", KEY), sa.column("submitted_at", db.Instant())
    )
    rows = (
        {"case_id": case_id, "key": key, "submitted_at": at}
        for case_id, name, at in _in_turn(DOSSIERS.c.case_id, DOSSIERS.c.owner_search_key, DOSSIERS.c.submitted_at)
        for key in _word_keys(name)
    )
    for batch in _batches(rows):
        op.get_bind().execute(sa.insert(words), batch)


def _word_keys(name: str) -> list[str]:
    words = name.split()[:12]
    return list(dict.fromkeys(" ".join(words[start:])[:200] for start in range(len(words))))


def _in_turn(key: sa.ColumnClause[Any], *columns: sa.ColumnClause[Any]) -> Iterable[Any]:
    """All rows by their key, a bounded number at a time."""
    last: Any = None
    while True:
        asked = sa.select(key, *columns).order_by(key).limit(BATCH)
        rows = op.get_bind().execute(asked if last is None else asked.where(key > last)).all()
        yield from rows
        if len(rows) < BATCH:
            return
        last = rows[-1][0]


def _batches(rows: Iterable[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _enter_tasks() -> None:
    """Open tasks are found by code, name and title without marks."""
    link = op.get_bind()
    shown = sa.select(TASKS.c.id, TASKS.c.subject_code, TASKS.c.subject_name, TASKS.c.title)
    for task_id, code, name, title in link.execute(shown.where(TASKS.c.status == "open")).all():
        key = fold(f"{code} {name} {title}")
        link.execute(sa.update(TASKS).where(TASKS.c.id == task_id).values(search_key=key))


def downgrade() -> None:
    for name, table, _columns, _more in reversed(INDEXES):
        op.drop_index(name, table_name=table)
    for name, table, columns, where in OLD_INDEXES:
        op.create_index(name, table, columns, postgresql_where=sa.text(where) if where else None)
    op.drop_column("tasks", "search_key")
    for table in ("day_figures", "days_closed", "dossier_words", "dossier_offices"):
        op.drop_table(table)
