"""Asking for what is missing, and taking what is brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from engine.cases.clocks import SUPPLEMENT, start_clock, stop_clock
from engine.cases.models import Case
from engine.clock import legal_date
from engine.db import new_id
from engine.deadlines.limits import Limit
from engine.dossiers.allowance import must_be_allowed
from engine.dossiers.lists import rename
from engine.dossiers.models import Attachment, Component, Dossier, SupplementRequest
from engine.dossiers.points import Brought, Point, keyed, points_of
from engine.errors import Conflict, FieldProblem, Invalid
from engine.usecases.advance import deliver
from engine.usecases.notices import tell
from engine.usecases.opening import refresh_subject
from engine.usecases.owner import owner_of, write_owner
from engine.usecases.running import bundle_of, lock_case, must_speak_for
from engine.work import Work
from forms.validation import validate
from processes.procedure import Component as Paper


def open_request(
    work: Work, case: Case, dossier: Dossier, *, reason: str, given: Mapping[str, Any]
) -> SupplementRequest:
    """One more round: what is missing and why, and until when the applicant may answer.

    Unlawful when the rules of the bundle do not allow one more, or not without the head's approval.
    """
    standing = open_round(work, case)
    if standing is not None:
        return standing
    procedure = bundle_of(work, case).procedure
    if dossier.accepted_at is not None:
        must_be_allowed(work, case, procedure.supplement, pausing=False)
    rounds = work.session.scalar(select(func.count()).where(SupplementRequest.case_id == case.id)) or 0
    request = SupplementRequest(
        id=new_id(),
        case_id=case.id,
        round=rounds + 1,
        stage="appraisal" if dossier.accepted_at else "reception",
        reason=reason,
        items=keyed(_items(given), rounds + 1, procedure.components),
        requested_at=work.now,
        requested_by=work.actor.id,
        answer={},
        draft={},
    )
    work.session.add(request)
    term = procedure.supplement.applicant_term
    give_time(work, case, request, Limit(max(term.value, 1), term.unit))
    return request


def give_time(work: Work, case: Case, request: SupplementRequest, term: Limit) -> None:
    """The applicant has this long from now on to answer; the term is a clock of its own with its ledger."""
    stop_clock(work, case, SUPPLEMENT)
    clock = start_clock(work, case, SUPPLEMENT, term, started_at=work.now)
    request.answer_by, request.lapsed_at = clock.due_on, None
    work.session.flush()


def _items(given: Mapping[str, Any]) -> list[dict[str, str]]:
    """The list of what is missing, whichever way the task's form wrote it: rows with a name and a remark, or names."""
    items = []
    for row in given.get("items") or ():
        if isinstance(row, Mapping):
            name = str(row.get("name") or row.get("component") or row.get("paper") or "")
            remark = str(row.get("remark") or row.get("reason") or row.get("guidance") or row.get("note") or "")
            key, form = str(row.get("key") or row.get("component") or ""), str(row.get("form") or "")
            items.append({"key": key, "name": name, "form": form, "remark": remark})
        else:
            items.append({"key": str(row), "name": str(row), "form": "", "remark": ""})
    return items


def open_round(work: Work, case: Case) -> SupplementRequest | None:
    """The round that still waits for its answer."""
    return work.session.scalar(
        select(SupplementRequest).where(
            SupplementRequest.case_id == case.id,
            SupplementRequest.answered_at.is_(None),
            SupplementRequest.closed_at.is_(None),
        )
    )


def answer_supplement(
    work: Work,
    case_id: UUID,
    *,
    answers: Mapping[str, Any],
    via: str,
    brought: Sequence[Brought] = (),
    note: str = "",
    partly: bool = False,
) -> SupplementRequest:
    """The applicant, or the counter for them, has answered: the diagram goes on, the clock by the law in force.

    `answers` are corrected form values, merged page by page into the dossier's own; `brought` what was handed over at
    the counter; files were attached before, each to its point. Refused (Invalid) when nothing at all came
    ("nothing_brought"), and when points stay open that nobody said may stay open ("incomplete"; `partly` says so).
    What was received and what is left stands in the round's `answer`; the officer accepts it or asks again.
    """
    case = lock_case(work, case_id)
    dossier = work.session.get_one(Dossier, case_id)
    must_speak_for(work, dossier)
    request = open_round(work, case)
    if request is None:
        raise _no_longer(work, case)
    components = list(
        work.session.scalars(select(Component).where(Component.case_id == case_id).order_by(Component.position))
    )
    changed = _correct(work, case, dossier, answers)
    papers = bundle_of(work, case).procedure.components
    points = points_of(request, components, papers)
    received = _received(work, request, points, brought)
    left = _left(points, received, corrected=bool(changed), note=note, partly=partly)
    late = request.answer_by is not None and legal_date(work.now) > request.answer_by
    request.answered_at, request.answered_via = work.now, via
    if dossier.accepted_at is None:
        dossier.status, dossier.status_reason = 1, ""
    request.draft = {}
    request.answer = {
        "note": note,
        "changed": changed,
        "received": list(received.values()),
        "left": [{"key": point.key, "name": point.name} for point in left],
        "late": late,
    }
    work.session.execute(
        update(Attachment)
        .where(Attachment.draft_id == request.id, Attachment.removed_at.is_(None))
        .values(case_id=case.id, draft_id=None, round=request.round)
    )
    _tick(work, case, components, papers, points, received)
    work.record(
        case,
        "supplement.answered",
        {"round": request.round, "via": via, "received": sorted(received), "left": [one.key for one in left]}
        | ({"late": True} if late else {}),
        {"answers": dict(answers), "note": note} if answers or note else None,
    )
    stop_clock(work, case, SUPPLEMENT)
    if not deliver(work, case, "supplement.answered", str(case.id), {"form": dossier.answers, "supplement_note": note}):
        raise Conflict("Quy trình không còn chờ bổ sung.", code="not_waiting")
    if request.lapsed_at is not None:
        deliver(work, case, "supplement.spared", str(case.id), {})
    tell(work, case, "supplement_received", reference=str(request.round))
    return request


def _no_longer(work: Work, case: Case) -> Conflict:
    closed = work.session.scalar(
        select(SupplementRequest.id).where(
            SupplementRequest.case_id == case.id,
            SupplementRequest.closed_at.is_not(None),
            SupplementRequest.answered_at.is_(None),
        )
    )
    if closed is None:
        return Conflict("Yêu cầu bổ sung này đã được trả lời.", code="already_answered")
    return Conflict(
        "Hạn bổ sung đã hết và cơ quan đang kết thúc hồ sơ này, nên không nhận bổ sung nữa.", code="no_longer_awaited"
    )


def _correct(work: Work, case: Case, dossier: Dossier, answers: Mapping[str, Any]) -> list[str]:
    """Write corrected answers into the dossier; which of them are really other than before."""
    if not answers:
        return []
    checked = validate(bundle_of(work, case).application, {**dossier.answers, **answers}, now=work.now)
    if checked.errors:
        raise Invalid(
            "Có %(count)s chỗ cần sửa.",
            [FieldProblem(error.path, error.message, dict(error.params)) for error in checked.errors],
            count=len(checked.errors),
        )
    before, after = dossier.answers, dict(checked.clean)
    dossier.answers = after
    known = dossier.owner_search_key
    write_owner(dossier, owner_of(work, bundle_of(work, case), dossier.answers))
    if dossier.owner_search_key != known:
        rename(work.session, dossier)
    refresh_subject(work, case)
    return sorted(key for key in after.keys() | before.keys() if after.get(key) != before.get(key))


def _received(
    work: Work, request: SupplementRequest, points: Sequence[Point], brought: Sequence[Brought]
) -> dict[str, dict[str, Any]]:
    """What came for each point: counts of paper and of files; a paper the counter found unfit did not come."""
    fields = work.session.scalars(
        select(Attachment.field).where(Attachment.draft_id == request.id, Attachment.removed_at.is_(None))
    )
    files: dict[str, int] = {}
    for field in fields:
        key = field.rpartition(".")[2]
        files[key] = files.get(key, 0) + 1
    handed = {one.key: one for one in brought}
    found = {}
    for point in points:
        if point.form == "eform":  # corrected on the form, never handed over
            continue
        one, count = handed.get(point.key), files.get(point.key, 0)
        if (one is not None and not one.present) or not (count or (one is not None and one.anything)):
            continue
        one = one or Brought(point.key, photocopies=1)
        found[point.key] = {
            "key": point.key,
            "name": point.name,
            "originals": one.originals,
            "certified": one.certified,
            "photocopies": one.photocopies or int(not one.anything),
            "from_register": one.from_register,
            "files": count,
            "remark": one.remark,
        }
    return found


def _left(
    points: Sequence[Point], received: Mapping[str, Any], *, corrected: bool, note: str, partly: bool
) -> list[Point]:
    """The points nobody answered; refuses an answer with nothing in it, and one whose gaps were not owned up to."""
    asked = [point for point in points if point.asked]
    explained = bool(note) and not any(point.is_paper or point.form == "eform" for point in asked)
    if not received and not corrected and not explained:
        raise Invalid(
            "Chưa có giấy tờ hay thông tin nào được bổ sung. Hãy nộp giấy tờ được yêu cầu hoặc sửa thông tin đã khai.",
            code="nothing_brought",
        )
    left = [one for one in asked if not one.is_met(received, corrected=corrected, explained=bool(note))]
    if left and not partly:
        raise Invalid(
            "Còn thiếu: %(names)s. Hãy bổ sung cho đủ, hoặc xác nhận gửi phần đã có.",
            code="incomplete",
            names="; ".join(point.name for point in left),
        )
    return left


def _tick(
    work: Work,
    case: Case,
    components: Sequence[Component],
    papers: Sequence[Paper],
    points: Sequence[Point],
    received: Mapping[str, Mapping[str, Any]],
) -> None:
    """Write what was received into the list of the dossier's papers; a paper it did not know yet becomes a line."""
    lines = {one.key: one for one in components}
    known = {paper.key: (number, paper) for number, paper in enumerate(papers, start=1)}
    last = max([len(papers), *(one.position for one in components)])
    for point in points:
        got = received.get(point.key)
        if got is None:
            continue
        line = lines.get(point.key)
        if line is None:
            number, paper = known.get(point.key, (0, None))
            last += 0 if paper else 1
            line = Component(
                id=new_id(),
                case_id=case.id,
                key=point.key,
                position=number or last,
                name=paper.name.vi if paper else point.name,
                form=paper.form if paper else point.form,
                required=True,
                originals=0,
                certified=0,
                photocopies=0,
                from_register=False,
                remark="",
            )
            work.session.add(line)
        line.present = True
        for kind in ("originals", "certified", "photocopies"):
            setattr(line, kind, max(getattr(line, kind), got[kind]))
        line.from_register = line.from_register or bool(got["from_register"])
        line.remark = got["remark"] or line.remark
