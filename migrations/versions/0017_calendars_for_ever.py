"""a kept version of a calendar is never changed or deleted: dates rest on it"""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"

WORDS = "a kept version of a calendar is never changed"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION keep_calendar() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER keep_calendar BEFORE UPDATE OR DELETE ON calendar_versions "
            "FOR EACH ROW EXECUTE FUNCTION keep_calendar()"
        )
        op.execute(
            "CREATE TRIGGER keep_calendar_whole BEFORE TRUNCATE ON calendar_versions "
            "FOR EACH STATEMENT EXECUTE FUNCTION keep_calendar()"
        )
        return
    for name, act in (("keep_calendar", "UPDATE"), ("keep_calendar_whole", "DELETE")):
        op.execute(f"CREATE TRIGGER {name} BEFORE {act} ON calendar_versions BEGIN SELECT RAISE(ABORT, '{WORDS}'); END")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER keep_calendar_whole ON calendar_versions")
        op.execute("DROP TRIGGER keep_calendar ON calendar_versions")
        op.execute("DROP FUNCTION keep_calendar()")
        return
    op.execute("DROP TRIGGER keep_calendar_whole")
    op.execute("DROP TRIGGER keep_calendar")
