"""Signing with the token in the leader's own PC: digests go to the page, signatures come back (docs/desk-helper.md)."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from uuid import UUID

from flask import Response, g, jsonify, redirect, request, url_for

from engine.cases.models import Task
from engine.errors import Conflict, Invalid, Refusal
from engine.queries.signing import Listed, signing_list
from engine.usecases.signing_desk import ask_at_desk, plan_at_desk, prepare_at_desk, take_from_desk
from engine.usecases.signing_list import SIGNERS
from engine.work import Reading
from web.actor import check_role, current_actor, now
from web.doors import house, reading, unit_of_work
from web.officer.batch import at_desk, list_page
from web.officer.room import blueprint
from web.ui.i18n import say

AT_ONCE = 10
"""Papers prepared for the token in one go, so that a page never waits long."""


@blueprint.get("/cong-viec/ky/<uuid:list_id>/thiet-bi")
def list_at_desk(list_id: UUID) -> Any:
    """The list for whoever signs with a token: this page alone may speak with the helper on its own machine."""
    check_role(*SIGNERS)
    if not at_desk():
        return redirect(url_for("officer.list_to_sign", list_id=list_id), 303)
    g.policy = {"connect-src": ("'self'", house().settings.desk_helper)}
    return list_page(list_id)


@blueprint.post("/cong-viec/ky/<uuid:list_id>/chuan-bi", endpoint="prepare_at_desk")
def ask_for_signatures(list_id: UUID) -> Response:
    """What the token is asked next: one-time word and digest of each paper that it has not signed yet."""
    check_role(*SIGNERS)
    items, left_out = [], []
    with reading() as look:
        sheet = signing_list(look, list_id)
        if sheet.confirmed_at is not None:
            raise Conflict("Danh sách này đã được xác nhận.", code="list_confirmed")
        skipped = {str(one) for one in (request.get_json(silent=True) or {}).get("skip", [])[:200]}
        waiting = [one for one in sheet.lines if not one.made and str(one.task_id) not in skipped]
        plans = []
        for one in waiting[:AT_ONCE]:
            try:
                plans.append(plan_at_desk(look, one.document_id, one.sha256, _post(look, one)))
            except Refusal as refusal:
                left_out.append(
                    {"task": str(one.task_id), "code": one.code, "words": say(refusal.message, **refusal.params)}
                )
    for plan in plans:
        prepared = prepare_at_desk(plan, house().ports, now())
        with unit_of_work() as work:
            challenge = ask_at_desk(work, plan, prepared, list_id=list_id).challenge
        items.append({"challenge": challenge, "digest": base64.b64encode(prepared.digest).decode()})
    return jsonify(
        {
            "items": items,
            "left_out": left_out,
            "algorithm": "sha256",
            "certificate": plans[0].fingerprint if plans else "",
            "left": len(waiting) - len(plans) - len(left_out),
        }
    )


def _post(look: Reading, one: Listed) -> UUID | None:
    """The post by which the actor would sign this paper."""
    task = look.session.get(Task, one.task_id)
    posts = [post for post in current_actor().mandates if post.role in SIGNERS]
    return next((post.mandate_id for post in posts if task is not None and post.office_id == task.office_id), None)


@blueprint.post("/cong-viec/ky/<uuid:list_id>/chu-ky")
def answer_from_desk(list_id: UUID) -> Response:
    """What the token answered; each signature is held against the certificate before it is kept."""
    check_role(*SIGNERS)
    answers = (request.get_json(silent=True) or {}).get("signatures")
    if not isinstance(answers, list) or len(answers) > AT_ONCE:
        raise Invalid("Câu trả lời của chương trình ký không đúng khuôn mẫu.")
    made, refused = 0, []
    for answer in answers:
        try:
            challenge, signature = str(answer["challenge"]), base64.b64decode(answer["signature"], validate=True)
        except (TypeError, KeyError, ValueError, binascii.Error):
            raise Invalid("Câu trả lời của chương trình ký không đúng khuôn mẫu.") from None
        try:
            take_from_desk(unit_of_work, challenge, signature)
            made += 1
        except Refusal as refusal:
            refused.append(say(refusal.message, **refusal.params))
    return jsonify({"made": made, "refused": refused})
