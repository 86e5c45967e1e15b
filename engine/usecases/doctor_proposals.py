"""What takes two people: a corrected value, and the end of a case outside its drawing.

One proposes and says why, another with the right post agrees or refuses. Nothing of the case changes before that; what
is written in is what the second person was shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from engine.accounts.holders import HEADS, LEADERS, PROPOSERS
from engine.accounts.policy import require_role
from engine.bpmn import door, examining
from engine.bpmn.advance import NotWaiting
from engine.bpmn.examining import MISSING, put_at, value_at
from engine.cases.clocks import stop_clock
from engine.cases.mending import Proposal
from engine.cases.models import Call, Case, Clock, Incident, Subscription, Task, Timer
from engine.db import canonical, new_id
from engine.dossiers.models import Dossier
from engine.errors import N_, Conflict, Forbidden, Invalid, NotFound
from engine.procedures.published import OpenBundle
from engine.usecases.advance import carry_on
from engine.usecases.apologies_owed import close_apologies
from engine.usecases.fields import check_field
from engine.usecases.lapses import close_rounds
from engine.usecases.late_questions import ask_late
from engine.usecases.notices import tell_words
from engine.usecases.opening import refresh_subject
from engine.usecases.operations import OVERTAKEN
from engine.usecases.running import bundle_of, lock_case
from engine.usecases.tasktypes import STATUS, judge
from engine.work import Work

ENDERS = (*LEADERS, "procedure_controller")
PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*){0,9}")
LONGEST_WORDS = 1_000
LONGEST_VALUE = 4_000


def propose_value(work: Work, case_id: UUID, token: str, path: str, text: str, reason: str) -> Proposal:
    """Propose another value for one variable a stopped step speaks of; it is tried on paper before it is kept.

    `path` is the dotted path of the variable, `text` the value as typed: JSON where it is JSON, text otherwise; where
    the variable is a field of the procedure's forms, the field says what it takes. Invalid when the step would not go
    on with it, or the field does not take it.
    """
    case = _case_for(work, case_id, PROPOSERS)
    why = _words(reason, N_("Nhập lý do và giấy tờ làm căn cứ cho giá trị này."))
    _none_open(work, case)
    bundle = bundle_of(work, case)
    element = next((one for one in door.look(bundle.definition, case.state).incidents if one.token == token), None)
    if element is None:
        raise Conflict(OVERTAKEN, code="overtaken")
    seen = examining.seen_by(bundle.definition, case.state, token, now=work.now)
    value = _value(work, bundle, path, text, seen)
    _goes_on(work, case, bundle, token, path, value)
    proposal = Proposal(
        id=new_id(),
        case_id=case.id,
        kind="value",
        token=token,
        element_id=element.element_id,
        variable=path,
        value={"value": value},
        reason=why,
        proposed_by=_myself(work),
        proposed_at=work.now,
        status="open",
    )
    work.session.add(proposal)
    facts = {"proposal": str(proposal.id), "element": element.element_id, "variable": path}
    work.record(case, "value.proposed", facts, {"value": value, "reason": why})
    return proposal


def propose_end(work: Work, case_id: UUID, *, ground: str, reason: str, words: str) -> Proposal:
    """Propose to end a case outside its drawing: on a legal ground, with what the applicant is to be told of it."""
    case = _case_for(work, case_id, ENDERS)
    ground = _words(ground, N_("Nhập căn cứ pháp luật để kết thúc hồ sơ."))
    why = _words(reason, N_("Nhập lý do: vì sao không còn cách nào để hồ sơ đi tiếp."))
    words = _words(words, N_("Viết lời báo cho người nộp: việc gì xảy ra, họ làm gì tiếp, hỏi ai."))
    _none_open(work, case)
    proposal = Proposal(
        id=new_id(),
        case_id=case.id,
        kind="end",
        reason=why,
        ground=ground,
        words=words,
        proposed_by=_myself(work),
        proposed_at=work.now,
        status="open",
    )
    work.session.add(proposal)
    work.record(case, "end.proposed", {"proposal": str(proposal.id), "ground": ground}, {"reason": why, "words": words})
    return proposal


def decide(work: Work, proposal_id: UUID, *, agree: bool, answer: str = "") -> Proposal:
    """A second person agrees, and it is done at once; or refuses and says why. Never the one who proposed it."""
    known = work.session.get(Proposal, proposal_id)
    if known is None:
        raise NotFound("Không có đề nghị này.")
    roles = HEADS if known.kind == "value" else LEADERS
    case = _case_for(work, known.case_id, roles)
    proposal = work.session.get_one(Proposal, proposal_id, populate_existing=True)
    if proposal.status != "open":
        raise Conflict(OVERTAKEN, code="overtaken")
    if proposal.proposed_by == work.actor.id:
        raise Forbidden("Người đề nghị không tự duyệt đề nghị của mình: cần một người khác có thẩm quyền.")
    proposal.decided_by, proposal.decided_at = work.actor.id, work.now
    facts = {"proposal": str(proposal.id), "by": str(proposal.proposed_by)}
    if not agree:
        proposal.answer = _words(answer, N_("Nhập lý do không đồng ý."))
        proposal.status = "refused"
        work.record(case, f"{proposal.kind}.refused", facts, {"reason": proposal.answer})
        return proposal
    proposal.status = "done"
    if proposal.kind == "value":
        _write_value(work, case, proposal, facts)
    else:
        _end(work, case, proposal, facts)
    return proposal


def take_back(work: Work, proposal_id: UUID) -> None:
    """Whoever proposed it takes it back before anybody has decided."""
    known = work.session.get(Proposal, proposal_id)
    if known is None or known.proposed_by != work.actor.id:
        raise NotFound("Không có đề nghị này.")
    case = lock_case(work, known.case_id)
    proposal = work.session.get_one(Proposal, proposal_id, populate_existing=True)
    if proposal.status != "open":
        raise Conflict(OVERTAKEN, code="overtaken")
    proposal.status, proposal.decided_at = "void", work.now
    work.record(case, f"{proposal.kind}.taken_back", {"proposal": str(proposal.id)})


def _case_for(work: Work, case_id: UUID, roles: tuple[str, ...]) -> Case:
    """The case under its lock, for somebody with one of these posts in an office that has to do with it."""
    require_role(work.actor, *roles)
    case = lock_case(work, case_id)
    offices = {UUID(str(place)) for place in case.places.values() if place}
    if work.actor.kind != "system" and not offices & work.actor.oversight:
        raise NotFound("Không có hồ sơ này, hoặc hồ sơ không thuộc phạm vi của bạn.")
    if case.ended_at is not None:
        raise Conflict(OVERTAKEN, code="overtaken")
    return case


def _myself(work: Work) -> UUID:
    if work.actor.id is None:
        raise Forbidden("Việc này cần một người đứng tên.")
    return work.actor.id


def _words(text: str, missing: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise Invalid(missing, code="reason_missing")
    return words[:LONGEST_WORDS]


def _none_open(work: Work, case: Case) -> None:
    known = select(Proposal.id).where(Proposal.case_id == case.id, Proposal.status == "open").limit(1)
    if work.session.scalar(known) is not None:
        raise Conflict("Hồ sơ này đang có một đề nghị chờ duyệt.", code="already_proposed")


def _value(work: Work, bundle: OpenBundle, path: str, text: str, seen: Mapping[str, Any]) -> Any:
    if not PATH.fullmatch(path):
        raise Invalid("Tên giá trị không đúng dạng: %(name)s", name=path[:100])
    if len(text) > LONGEST_VALUE:
        raise Invalid("Giá trị dài quá %(most)s ký tự.", most=LONGEST_VALUE)
    try:
        value = json.loads(text)
        canonical(value)
    except ValueError:
        value = text
    return check_field(bundle, path, value, seen, now=work.now)


def _goes_on(work: Work, case: Case, bundle: OpenBundle, token: str, path: str, value: Any) -> dict[str, Any]:
    """{variable: whole new value} if the step would go on with it, tried on paper; Invalid if it would not."""
    try:
        seen = examining.seen_by(bundle.definition, case.state, token, now=work.now)
        new = put_at(seen, path, value)
        trouble = examining.trouble_after(bundle.definition, case.state, token, new, now=work.now)
    except NotWaiting:
        raise Conflict(OVERTAKEN, code="overtaken") from None
    if trouble is not None:
        raise Invalid("Với giá trị này bước vẫn không đi tiếp được: %(why)s", why=trouble.message)
    return new


def _write_value(work: Work, case: Case, proposal: Proposal, facts: Mapping[str, Any]) -> None:
    bundle, value = bundle_of(work, case), proposal.value.get("value")
    new = _goes_on(work, case, bundle, proposal.token, proposal.variable, value)
    seen = examining.seen_by(bundle.definition, case.state, proposal.token, now=work.now)
    before = value_at(seen, proposal.variable)
    work.record(
        case,
        "value.corrected",
        {**facts, "element": proposal.element_id, "variable": proposal.variable},
        {"before": None if before is MISSING else before, "after": value, "reason": proposal.reason},
    )
    carry_on(work, case, door.retry(bundle.definition, case.state, proposal.token, now=work.now, variables=new))


def _end(work: Work, case: Case, proposal: Proposal, facts: Mapping[str, Any]) -> None:
    """Close everything that is open of a case; its drawing is not asked, its saved state stays as it was."""
    mine = Task.case_id == case.id
    for task in work.session.scalars(select(Task).where(mine, Task.status == "open")):
        task.status, task.closed_at = "gone", work.now
        work.record(case, "task.gone", {"task": str(task.id), "element": task.element_id})
    work.session.execute(update(Timer).where(Timer.case_id == case.id, Timer.status == "waiting").values(status="done"))
    for row in work.session.scalars(select(Subscription).where(Subscription.case_id == case.id)):
        work.session.delete(row)
    work.session.execute(
        update(Call)
        .where(Call.case_id == case.id, Call.status.not_in(("done", "gone")))
        .values(status="gone", finished_at=work.now)
    )
    for term in work.session.scalars(select(Clock.term).where(Clock.case_id == case.id)).all():
        stop_clock(work, case, term)
    work.session.execute(
        update(Incident).where(Incident.case_id == case.id, Incident.resolved_at.is_(None)).values(resolved_at=work.now)
    )
    dossier = work.session.get(Dossier, case.id)
    if dossier is not None and dossier.decided_at is None:
        dossier.status, dossier.status_reason, dossier.decided_at = STATUS["stopped"], proposal.ground, work.now
        dossier.judged = judge(work, case)  # late stays late, however it ends
        close_rounds(work, case)
        close_apologies(work, case, "stopped")
        ask_late(work, case, dossier)
    refresh_subject(work, case)
    case.ended_at, case.end_element = work.now, None
    work.record(case, "case.ended", {**facts, "end": None, "ground": proposal.ground}, {"reason": proposal.reason})
    tell_words(work, case, "ended_by_office", proposal.words, reference=str(proposal.id))
