"""calendars in versions with the changes that made them; what a term's date rests on, and the dates that moved"""

from __future__ import annotations

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op

from engine import db
from engine.clock import SystemClock

revision = "0007"
down_revision = "0006"

DAYS = sa.table(
    "calendar_days",
    sa.column("calendar", sa.Text()),
    sa.column("day", sa.Date()),
    sa.column("kind", sa.String()),
    sa.column("name", sa.Text()),
    sa.column("source", sa.Text()),
    sa.column("announced_on", sa.Date()),
    sa.column("provisional", sa.Boolean()),
)
CALENDARS = sa.table(
    "calendars",
    sa.column("code", sa.Text()),
    sa.column("hours", db.Record()),
    sa.column("announced_through", sa.Integer()),
    sa.column("revision", sa.Integer()),
    sa.column("version", sa.Integer()),
)
VERSIONS = sa.table(
    "calendar_versions",
    sa.column("calendar", sa.Text()),
    sa.column("version", sa.Integer()),
    sa.column("made_at", db.Instant(timezone=True)),
    sa.column("content", db.Record()),
)


def upgrade() -> None:
    op.create_table(
        "calendar_versions",
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", db.Instant(timezone=True), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=True),
        sa.Column("content", db.Record(), nullable=False),
        sa.ForeignKeyConstraint(["calendar"], ["calendars.code"], name=op.f("fk_calendar_versions_calendar_calendars")),
        sa.PrimaryKeyConstraint("calendar", "version", name=op.f("pk_calendar_versions")),
    )
    op.create_table(
        "calendar_changes",
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("edits", db.Record(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("opened_at", db.Instant(timezone=True), nullable=False),
        sa.Column("applied_by", sa.Uuid(), nullable=True),
        sa.Column("applied_at", db.Instant(timezone=True), nullable=True),
        sa.Column("finished_at", db.Instant(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("cursor", sa.Uuid(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["calendar"], ["calendars.code"], name=op.f("fk_calendar_changes_calendar_calendars")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_changes")),
    )
    op.create_index("ix_calendar_changes_calendar", "calendar_changes", ["calendar", "opened_at"])
    op.create_table(
        "moved_dates",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("clock_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("moved_at", db.Instant(timezone=True), nullable=False),
        sa.Column("old_version", sa.Integer(), nullable=False),
        sa.Column("new_version", sa.Integer(), nullable=False),
        sa.Column("old_due_at", db.Instant(timezone=True), nullable=True),
        sa.Column("new_due_at", db.Instant(timezone=True), nullable=True),
        sa.Column("old_promised_on", sa.Date(), nullable=True),
        sa.Column("new_promised_on", sa.Date(), nullable=True),
        sa.Column("why", db.Record(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_moved_dates_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["change_id"], ["calendar_changes.id"], name=op.f("fk_moved_dates_change_id_calendar_changes")
        ),
        sa.ForeignKeyConstraint(["clock_id"], ["clocks.id"], name=op.f("fk_moved_dates_clock_id_clocks")),
        sa.PrimaryKeyConstraint("change_id", "clock_id", name=op.f("pk_moved_dates")),
    )
    op.create_index("ix_moved_dates_case", "moved_dates", ["case_id"])
    op.add_column("calendars", sa.Column("base", sa.Text(), nullable=True))
    op.add_column("calendars", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("clocks", sa.Column("calendar_version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("clocks", sa.Column("bundle_id", sa.Uuid(), nullable=True))
    op.add_column("clocks", sa.Column("effective_on", sa.Date(), nullable=True))
    op.add_column("clocks", sa.Column("same_day_cut_off", sa.String(length=8), nullable=True))
    op.add_column("clocks", sa.Column("start_cut_off", sa.String(length=8), nullable=True))
    op.add_column("interruptions", sa.Column("document", sa.Text(), nullable=False, server_default=""))
    op.add_column("interruptions", sa.Column("document_id", sa.Uuid(), nullable=True))
    _keep_what_there_is()
    op.execute("UPDATE clocks SET bundle_id = (SELECT bundle_id FROM cases WHERE cases.id = clocks.case_id)")
    op.execute("UPDATE clocks SET same_day_cut_off = '15:00:00'")
    op.execute(
        "UPDATE clocks SET calendar_version = "
        "coalesce((SELECT version FROM calendars WHERE calendars.code = clocks.calendar), 1)"
    )
    for gone in ("hours", "announced_through", "revision"):
        op.drop_column("calendars", gone)
    op.drop_table("calendar_days")


def _keep_what_there_is() -> None:
    """The calendars as they stand become their version in force."""
    link, now = op.get_bind(), SystemClock().now()
    for row in link.execute(sa.select(CALENDARS)).mappings().all():
        days = link.execute(sa.select(DAYS).where(DAYS.c.calendar == row["code"]).order_by(DAYS.c.day)).mappings()
        content = {
            "announced_through": row["announced_through"],
            "weeks": [{"since": None, "hours": row["hours"], "reception": {}, "source": ""}],
            "days": [
                {
                    "day": day["day"].isoformat(),
                    "kind": day["kind"],
                    "name": day["name"],
                    "source": day["source"],
                    "announced_on": day["announced_on"].isoformat() if day["announced_on"] else None,
                    "provisional": bool(day["provisional"]),
                    "hours": None,
                    "own": False,
                }
                for day in days
            ],
        }
        link.execute(sa.update(CALENDARS).where(CALENDARS.c.code == row["code"]).values(version=row["revision"]))
        link.execute(
            sa.insert(VERSIONS).values(calendar=row["code"], version=row["revision"], made_at=now, content=content)
        )


def downgrade() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("calendar", "day", name=op.f("pk_calendar_days")),
    )
    op.add_column("calendars", sa.Column("hours", db.Record(), nullable=False, server_default=json.dumps({})))
    op.add_column("calendars", sa.Column("announced_through", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("calendars", sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    link = op.get_bind()
    standing = sa.select(VERSIONS.c.calendar, VERSIONS.c.version, VERSIONS.c.content).join(
        CALENDARS, (CALENDARS.c.code == VERSIONS.c.calendar) & (CALENDARS.c.version == VERSIONS.c.version)
    )
    for code, version, content in link.execute(standing).all():
        link.execute(
            sa.update(CALENDARS)
            .where(CALENDARS.c.code == code)
            .values(
                hours=content["weeks"][-1]["hours"],
                announced_through=content["announced_through"],
                revision=version,
            )
        )
        for day in content["days"]:
            link.execute(
                sa.insert(DAYS).values(
                    calendar=code,
                    day=datetime.fromisoformat(day["day"]).date(),
                    kind=day["kind"],
                    name=day["name"],
                    source=day["source"],
                    announced_on=datetime.fromisoformat(day["announced_on"]).date() if day["announced_on"] else None,
                    provisional=day["provisional"],
                )
            )
    op.drop_column("interruptions", "document_id")
    op.drop_column("interruptions", "document")
    for column in ("start_cut_off", "same_day_cut_off", "effective_on", "bundle_id", "calendar_version"):
        op.drop_column("clocks", column)
    op.drop_column("calendars", "version")
    op.drop_column("calendars", "base")
    op.drop_table("moved_dates")
    op.drop_table("calendar_changes")
    op.drop_table("calendar_versions")
