"""a published version is never changed or deleted, it is only withdrawn, once"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

KEPT = (
    "id", "procedure", "version", "digest", "origin", "library_digest", "content", "name", "name_en", "field",
    "search_key", "kind", "trial", "valid_from", "valid_to", "published_at", "published_by", "note",
)  # fmt: skip
WORDS = "a published version is never changed"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        same = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in KEPT)
        op.execute(
            f"""
            CREATE FUNCTION keep_published() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND {same} THEN RETURN NEW; END IF;
                RAISE EXCEPTION '{WORDS}';
            END $$
            """
        )
        op.execute(
            "CREATE TRIGGER keep_published BEFORE UPDATE OR DELETE ON bundles "
            "FOR EACH ROW EXECUTE FUNCTION keep_published()"
        )
        op.execute(
            "CREATE TRIGGER keep_published_whole BEFORE TRUNCATE ON bundles "
            "FOR EACH STATEMENT EXECUTE FUNCTION keep_published()"
        )
        return
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in KEPT)
    op.execute(
        "CREATE TRIGGER keep_published BEFORE UPDATE ON bundles "
        f"WHEN OLD.withdrawn_at IS NOT NULL OR {changed} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    )
    op.execute(
        f"CREATE TRIGGER keep_published_whole BEFORE DELETE ON bundles BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER keep_published_whole ON bundles")
        op.execute("DROP TRIGGER keep_published ON bundles")
        op.execute("DROP FUNCTION keep_published()")
        return
    op.execute("DROP TRIGGER keep_published_whole")
    op.execute("DROP TRIGGER keep_published")
