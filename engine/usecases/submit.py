"""Filing: a dossier comes in online, at the counter, by post or from another system, and its process begins."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from engine.accounts.models import Office
from engine.accounts.policy import require_role, require_signed_in
from engine.bpmn import door
from engine.cases.models import Case
from engine.clock import legal_date, legal_time
from engine.db import canonical, new_id
from engine.dossiers.lists import enter
from engine.dossiers.models import CHANNELS, Attachment, Component, Dossier, RawFiling
from engine.dossiers.points import Brought
from engine.errors import Conflict, FieldProblem, Invalid, NotFound
from engine.procedures.models import PublishedBundle
from engine.procedures.places import resolve_places
from engine.procedures.published import OpenBundle, in_force, open_bundle
from engine.registers.series import next_code
from engine.usecases.advance import carry_on, deliver
from engine.usecases.drafts import own_draft
from engine.usecases.owner import owner_of, write_owner
from engine.usecases.running import lock_case, must_speak_for
from engine.work import Work
from forms.validation import validate
from processes.procedure import Component as Paper
from rules.feel import expression_of, feel


@dataclass(frozen=True)
class Filing:
    """What is handed in: the answers as they came (raw), where, by which channel, with which papers.

    `submission_key` is chosen when the form is first opened: the same key twice is one dossier.
    """

    procedure: str
    answers: Mapping[str, Any]
    channel: str
    office_id: UUID
    submission_key: str
    brought: Sequence[Brought] = ()
    draft_id: UUID | None = None
    external_code: str | None = None
    raw: bytes | None = None
    locale: str = "vi"
    applicant: Mapping[str, str] = field(default_factory=dict)


def submit_dossier(work: Work, filing: Filing) -> Dossier:
    """Take a filing in: the same submission or the same external code finds the dossier that is already there.

    Refuses (Invalid) answers that do not fit the form, naming each field.
    """
    _may_file(work, filing)
    keys = [f"filing:{filing.submission_key}"]
    keys += [f"external:{filing.channel}:{filing.external_code}"] if filing.external_code else []
    work.alone_with(*keys)
    known = _known(work, filing)
    if known is not None:
        if work.actor.kind == "citizen" and known.applicant_id != work.actor.id:
            raise Conflict("Mã nộp này đã được dùng. Hãy mở lại tờ khai để nộp.", code="key_taken")
        return known
    published = in_force(work.session, filing.procedure, legal_date(work.now))
    bundle = open_bundle(work.session, published.id)
    clean = _clean(work, bundle, filing)
    office = work.session.get(Office, filing.office_id)
    if office is None:
        raise NotFound("Không có nơi nộp này.")
    places = resolve_places(work.session, bundle.procedure.places, clean, filed=office, now=work.now)
    case = _open_case(work, published, places)
    dossier = _open_dossier(work, case, bundle, filing, clean, places)
    complete = _components(work, case, bundle, filing, clean)
    _take_attachments(work, case, filing)
    if filing.raw is not None and filing.external_code:
        work.session.add(
            RawFiling(
                id=new_id(),
                channel=filing.channel,
                external_code=filing.external_code,
                received_at=work.now,
                payload=filing.raw,
                case_id=case.id,
            )
        )
    work.record(
        case,
        "dossier.submitted",
        {"procedure": dossier.procedure, "channel": filing.channel, "bundle": published.digest},
        {"owner": dossier.owner_name, "answers": clean},
    )
    variables = _variables(work, case, dossier, bundle, clean, complete)
    definition = bundle.definition
    carry_on(work, case, door.start(definition, case.process_id, variables, now=work.now))
    return dossier


def _known(work: Work, filing: Filing) -> Dossier | None:
    by_key = work.session.scalar(select(Dossier).where(Dossier.submission_key == filing.submission_key))
    if by_key is not None or not filing.external_code:
        return by_key
    return work.session.scalar(
        select(Dossier).where(Dossier.channel == filing.channel, Dossier.external_code == filing.external_code)
    )


def _may_file(work: Work, filing: Filing) -> None:
    if filing.channel not in CHANNELS:
        raise Invalid("Không có kênh tiếp nhận “%(channel)s”.", channel=filing.channel)
    if filing.channel in {"counter", "post"}:
        require_role(work.actor, "counter_clerk", "postal_clerk", office_id=filing.office_id)
    elif filing.channel == "inbound":
        if work.actor.kind not in {"machine", "system"}:
            require_role(work.actor, "operator")
    else:
        require_signed_in(work.actor)


def _clean(work: Work, bundle: OpenBundle, filing: Filing) -> dict[str, Any]:
    checked = validate(bundle.application, filing.answers, now=work.now)
    if checked.errors:
        raise Invalid(
            "Có %(count)s chỗ cần sửa trước khi nộp.",
            [FieldProblem(error.path, error.message, dict(error.params)) for error in checked.errors],
            count=len(checked.errors),
        )
    return dict(checked.clean)


def _open_case(work: Work, published: PublishedBundle, places: Mapping[str, UUID]) -> Case:
    process_id = open_bundle(work.session, published.id).main_process
    case = Case(
        id=new_id(),
        kind="dossier",
        bundle_id=published.id,
        process_id=process_id,
        places={place: str(office) for place, office in places.items()},
        opened_at=work.now,
        last_act_at=work.now,
        sample=work.ports.settings.sample,
        trial=published.trial,
        journal_seq=0,
        journal_head=b"\0" * 32,
        tokens=b"",
        data=b"",
    )
    work.session.add(case)
    work.session.flush()
    return case


def _filing_code(work: Work, case: Case) -> str:
    """A code to track by before the dossier has one of its own: day and running number, marked as a filing."""
    return next_code(work, "city", "filing", "NOP", legal_date(work.now), width=5, trial=case.trial)


def _open_dossier(
    work: Work,
    case: Case,
    bundle: OpenBundle,
    filing: Filing,
    clean: Mapping[str, Any],
    places: Mapping[str, UUID],
) -> Dossier:
    delivery = clean.get("delivery")
    mode = str(delivery.get("method") or "") if isinstance(delivery, Mapping) else ""
    dossier = Dossier(
        case_id=case.id,
        filing_code=_filing_code(work, case),
        procedure=bundle.procedure.code,
        procedure_name=bundle.procedure.name.vi,
        channel=filing.channel,
        external_code=filing.external_code,
        submission_key=filing.submission_key,
        status=1,
        receiving_id=places["receiving"],
        handling_id=places["handling"],
        signing_id=places["signing"],
        returning_id=places["returning"],
        applicant_id=work.actor.id if work.actor.kind == "citizen" else None,
        applicant_name=filing.applicant.get("name", ""),
        applicant_identity=filing.applicant.get("identity", ""),
        applicant_phone=filing.applicant.get("phone", ""),
        applicant_email=filing.applicant.get("email", ""),
        locale=filing.locale,
        return_mode=mode or "counter",
        answers=dict(clean),
        submitted_at=work.now,
    )
    write_owner(dossier, owner_of(work, bundle, clean))
    dossier.fee = fee_of(work, bundle, dossier)
    work.session.add(dossier)
    work.session.flush()
    enter(work.session, dossier)
    return dossier


def _true(work: Work, expression: str, clean: Mapping[str, Any]) -> bool:
    if not expression:
        return False
    return feel().evaluate(expression_of(expression), {"form": dict(clean)}, now=work.now, strict=False) is True


def fee_of(work: Work, bundle: OpenBundle, dossier: Dossier) -> int:
    """The fee in đồng by the table in force today for this channel; exempt rows cost nothing."""
    day = legal_date(work.now)
    locality = work.session.get_one(Office, dossier.receiving_id).unit_code
    total = 0
    for row in bundle.procedure.fees:
        if not row.holds(day, channel=dossier.channel, locality=locality):
            continue
        if row.when and not _true(work, row.when, dossier.answers):
            continue
        if not _true(work, row.exempt, dossier.answers):
            total += row.amount * _times(work, row.times, dossier.answers)
    return total


def _times(work: Work, expression: str, clean: Mapping[str, Any]) -> int:
    if not expression:
        return 1
    found = feel().evaluate(expression_of(expression), {"form": dict(clean)}, now=work.now, strict=False)
    return max(0, int(found)) if isinstance(found, int | float | Decimal) else 0


def wanted(work: Work, paper: Paper, clean: Mapping[str, Any]) -> bool:
    """Whether a paper is asked for in this very case."""
    return _true(work, paper.condition, clean) if paper.condition else paper.required


def _components(work: Work, case: Case, bundle: OpenBundle, filing: Filing, clean: Mapping[str, Any]) -> bool:
    brought = {one.key: one for one in filing.brought}
    files = _files_by_field(work, filing)
    complete = True
    for position, paper in enumerate(bundle.procedure.components, start=1):
        asked, given = wanted(work, paper, clean), brought.get(paper.key)
        if not asked and given is None and paper.key not in files:
            continue
        present = given.present if given else paper.form == "eform" or paper.key in files
        if asked and not present:
            complete = False
        work.session.add(
            Component(
                id=new_id(),
                case_id=case.id,
                key=paper.key,
                position=position,
                name=paper.name.vi,
                form=paper.form,
                required=asked,
                present=present,
                originals=given.originals if given else int(paper.form == "eform"),
                certified=given.certified if given else 0,
                photocopies=given.photocopies if given else int(paper.key in files),
                from_register=given.from_register if given else False,
                remark=given.remark if given else "",
            )
        )
    return complete


def _files_by_field(work: Work, filing: Filing) -> set[str]:
    if filing.draft_id is None:
        return set()
    own_draft(work, filing.draft_id)
    fields = work.session.scalars(
        select(Attachment.field).where(Attachment.draft_id == filing.draft_id, Attachment.removed_at.is_(None))
    )
    return {field.rpartition(".")[2] for field in fields}


def _take_attachments(work: Work, case: Case, filing: Filing) -> None:
    if filing.draft_id is None:
        return
    work.session.execute(
        update(Attachment)
        .where(Attachment.draft_id == filing.draft_id, Attachment.removed_at.is_(None))
        .values(case_id=case.id, draft_id=None)
    )
    work.session.delete(own_draft(work, filing.draft_id))


def _variables(
    work: Work, case: Case, dossier: Dossier, bundle: OpenBundle, clean: Mapping[str, Any], complete: bool
) -> dict[str, Any]:
    case_key = next((c.key for c in bundle.procedure.limits.cases if _true(work, c.when, clean)), "")
    dossier.case_key = case_key
    places = {
        place: {"code": office.code, "name": office.name}
        for place, office_id in case.places.items()
        if (office := work.session.get(Office, UUID(office_id))) is not None
    }
    return {
        "dossier_id": str(case.id),
        "channel": dossier.channel,
        "components_complete": complete,
        "form": json.loads(canonical(clean)),
        "case_key": case_key,
        "limit_case": case_key,
        "received_at": legal_time(work.now).isoformat(timespec="seconds"),
        "fee": dossier.fee,
        "code": None,
        "promised_on": None,
        **places,
    }


def withdraw(work: Work, case_id: UUID, reason: str) -> None:
    """The owner takes the dossier back while nothing has been decided (status 7)."""
    case = lock_case(work, case_id)
    dossier = work.session.get_one(Dossier, case_id)
    must_speak_for(work, dossier)
    if dossier.decided_at is not None or not deliver(
        work, case, "dossier.withdrawn", str(case.id), {"withdrawal_reason": reason}
    ):
        raise Invalid("Hồ sơ đã có kết quả hoặc đã kết thúc nên không rút được nữa.")
    dossier.status_reason = reason
    work.record(case, "dossier.withdrawn", {}, {"reason": reason})
