"""For a load balancer or a watchman: can the house do its work?"""

from __future__ import annotations

import logging

from flask import Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from engine.queries.condition import AWAY
from engine.queries.condition import health as ask
from engine.work import ANONYMOUS
from web.doors import reading
from web.operator.room import blueprint

log = logging.getLogger("motcua.web")


@blueprint.get("/healthz")
def health() -> Response:
    """200 when database, migrations and relay are well, 503 otherwise; nothing secret is said."""
    try:
        with reading(ANONYMOUS) as look:
            found = ask(look)
    except SQLAlchemyError:
        log.exception("the database cannot be asked for the health of the house")
        found = AWAY
    response = jsonify(
        {
            "status": "ok" if found.well else "not_ok",
            "database": found.database,
            "migrations": found.migrations,
            "relay": found.relay,
            "oldest_due_seconds": found.oldest_due_seconds,
            "clock": found.clock,
        }
    )
    response.status_code = 200 if found.well else 503
    return response
