"""The addresses under /api/v1; what they take and give is written in openapi.json beside this file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.exceptions import HTTPException

from engine.errors import Refusal
from engine.queries.catalogue import procedure_page, procedures
from engine.queries.dossiers import dossier_page, find_by_code
from engine.queries.files import document_for_tracker
from engine.queries.moving import batch_page, batches, dry_run
from engine.queries.verifying import checked, findings, known_paper
from engine.usecases.inbound import keep_raw
from engine.usecases.inbound import receive as receive_delivery
from web.api import moves, presenting, problems
from web.api.keys import caller, knocker
from web.doors import house, reading, unit_of_work
from web.ui.limits import limiter
from web.ui.security import cacheable
from web.ui.sending import send_stored

OWN_AUTHENTICATION = True
"""Machines bring a key with every request and no cookie: there is nothing another site could ride on."""

OPENAPI = Path(__file__).with_name("openapi.json")
WRITES, READS, STRANGERS = "120 per minute", "600 per minute", "30 per minute"
TRIALS = "6 per minute"
CHECKS = "20 per minute; 200 per hour"

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
blueprint.register_error_handler(Refusal, problems.refused)
blueprint.register_error_handler(HTTPException, problems.http_failure)
blueprint.register_error_handler(Exception, problems.broken)

# Wrong keys are counted by address, so that guessing ends early whatever keys are tried.
strangers = limiter.shared_limit(
    STRANGERS, scope="api-strangers", deduct_when=lambda response: response.status_code == 401
)


@blueprint.post("/dossiers")
@strangers
@limiter.limit(WRITES, key_func=knocker)
def receive() -> Response:
    """Keep what was sent, then take it in; the same external code again answers with the same dossier."""
    machine = caller()
    payload = request.get_data(cache=False)
    with unit_of_work(machine) as work:
        raw_id = keep_raw(work, payload, request.headers.get("Content-Type", ""))
    received = receive_delivery(lambda: unit_of_work(machine), house().ports, raw_id)
    with reading(machine) as look:
        body = presenting.dossier(dossier_page(look, received.case_id))
    response = jsonify(body)
    response.status_code = 201 if received.created else 200
    response.headers["Location"] = url_for("api.one_dossier", code=body["code"] or body["filing_code"])
    return response


@blueprint.get("/dossiers/<code>")
@strangers
@limiter.limit(READS, key_func=knocker)
def one_dossier(code: str) -> Response:
    """How a dossier of the caller's own stands."""
    with reading(caller()) as look:
        return jsonify(presenting.dossier(dossier_page(look, find_by_code(look, code))))


@blueprint.get("/dossiers/<code>/documents/<uuid:document_id>")
@strangers
@limiter.limit(READS, key_func=knocker)
def one_document(code: str, document_id: UUID) -> Response:
    """A paper that was issued for a dossier of the caller's own."""
    with reading(caller()) as look:
        file = document_for_tracker(look, document_id, find_by_code(look, code))
    return send_stored(file)


@blueprint.get("/procedures")
@limiter.limit(READS)
@cacheable(300)
def all_procedures() -> Response:
    """The procedures in force today; `q` looks through their names, marks ignored."""
    with reading() as look:
        return jsonify({"procedures": [presenting.procedure_line(one) for one in procedures(look, _words())]})


def _words() -> str:
    return request.args.get("q", "")[:200]


@blueprint.get("/procedures/<code>")
@limiter.limit(READS)
@cacheable(300)
def one_procedure(code: str) -> Response:
    """A procedure as a sender has to know it: its form, its papers, the offices that take it in."""
    with reading() as look:
        return jsonify(presenting.procedure(procedure_page(look, code)))


@blueprint.post("/verifications")
@limiter.limit(CHECKS)
def verify_paper() -> Response:
    """What the signatures of a PDF (the body) and the office's register say; nothing of it is kept."""
    pdf = request.get_data(cache=False)
    with reading() as look:
        known = known_paper(look, pdf)
    return jsonify(findings(checked(house().ports, pdf, known, now=house().clock.now())))


@blueprint.get("/moves/dry-run")
@strangers
@limiter.limit(TRIALS, key_func=knocker)
def move_trial() -> Response:
    """What moving the open cases of a version to another one would do; nothing is written."""
    machine, asked = caller(), moves.asked()
    with reading(machine) as look:
        return jsonify(moves.trial(dry_run(look, asked.pop("procedure"), **asked)))


@blueprint.get("/moves")
@strangers
@limiter.limit(READS, key_func=knocker)
def all_moves() -> Response:
    """The orders to move running cases, newest first, of one procedure (`procedure`) or of all."""
    with reading(caller()) as look:
        return jsonify({"moves": [moves.line(one) for one in batches(look, request.args.get("procedure", ""))]})


@blueprint.get("/moves/<uuid:batch_id>")
@strangers
@limiter.limit(READS, key_func=knocker)
def one_move(batch_id: UUID) -> Response:
    """How an order stands, with a page of its cases."""
    with reading(caller()) as look:
        return jsonify(moves.order(batch_page(look, batch_id, page=moves.page_number(request.args))))


@blueprint.get("/openapi.json")
@cacheable(300)
def openapi() -> Response:
    """The description of this interface (OpenAPI 3.1)."""
    document: dict[str, Any] = json.loads(OPENAPI.read_text(encoding="utf-8"))
    document["servers"] = [{"url": f"{house().settings.public_url}/api/v1"}]
    return jsonify(document)
