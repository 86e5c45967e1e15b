"""a dossier is found by day and number of its code, without the unit before them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from engine import db

revision = "0016"
down_revision = "0015"

BATCH = 2000
DOSSIERS = sa.table(
    "dossiers", sa.column("case_id", sa.Uuid()), sa.column("code", sa.Text()), sa.column("submitted_at", db.Instant())
)
WORDS = sa.table(
    "dossier_words",
    sa.column("case_id", sa.Uuid()),
    sa.column("key", sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")),
    sa.column("submitted_at", db.Instant()),
)


def upgrade() -> None:
    link, last = op.get_bind(), None
    while True:
        asked = sa.select(DOSSIERS).where(DOSSIERS.c.code.is_not(None)).order_by(DOSSIERS.c.case_id).limit(BATCH)
        rows = link.execute(asked if last is None else asked.where(DOSSIERS.c.case_id > last)).all()
        if not rows:
            return
        keys = [
            {"case_id": case_id, "key": "-".join(code.lower().split("-")[-2:]), "submitted_at": at}
            for case_id, code, at in rows
        ]
        link.execute(sa.insert(WORDS), keys)
        last = rows[-1][0]


def downgrade() -> None:
    # a name never begins with six digits and a dash
    op.execute("DELETE FROM dossier_words WHERE key LIKE '______-%' AND substr(key, 1, 1) BETWEEN '0' AND '9'")
