"""What people do with their tasks: take, give back, hand to a colleague, save for later, complete."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.accounts.absences import absence_on
from engine.accounts.models import Mandate, Person
from engine.accounts.policy import require_signed_in
from engine.bpmn import door
from engine.cases.models import Call, Case, Task, TaskNote
from engine.clock import legal_date
from engine.db import new_id
from engine.dossiers.models import Document, SigningConsent
from engine.dossiers.redrafts import drafts_of_others, names_another
from engine.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from engine.usecases.advance import carry_on
from engine.usecases.page_scans import must_have_scans
from engine.usecases.running import bundle_of, lock_task
from engine.usecases.signing_desk import desk_signature_for
from engine.usecases.signing_keys import check_leader_key, check_unlocked
from engine.work import Work
from forms.validation import validate

SIGNING_ROLES = {"head": {"unit_head", "leader"}, "leader": {"leader"}}
"""Who may give consent for a signature that a diagram asks "as" head of a room or leader of the agency."""


CHECKS: dict[str, Callable[[Work, Case, Mapping[str, Any]], None]] = {}
"""By kind of case: refuses (Invalid) answers the next step could not be carried out with, while the form is open."""


def may_work_on(work: Work, task: Task) -> bool:
    """Whether the actor holds the task's role in its office today, or it has none and was given to them by name."""
    if work.actor.kind == "system":
        return True
    if task.office_id is not None and task.role:
        return work.actor.holds(task.role, task.office_id)
    return task.assignee_id is not None and task.assignee_id == work.actor.id


def _take_hold(work: Work, task_id: UUID) -> tuple[Case, Task]:
    require_signed_in(work.actor)
    held = lock_task(work, task_id)
    if held is None:
        raise NotFound("Không có việc này.")
    case, task = held
    if not may_work_on(work, task):
        raise Forbidden("Việc này thuộc đơn vị hoặc vai trò khác.")
    return case, task


def _must_be_open(task: Task) -> None:
    if task.status != "open":
        raise Conflict(
            "Việc “%(name)s” đã được xử lý hoặc không còn nữa. Nội dung bạn vừa nhập được giữ lại thành ghi chú.",
            code="task_gone",
            name=task.name,
        )


def claim(work: Work, task_id: UUID) -> Task:
    """Take a task of the common list; it is a conflict when a colleague already has it."""
    case, task = _take_hold(work, task_id)
    _must_be_open(task)
    if task.assignee_id not in {None, work.actor.id}:
        raise Conflict("Đồng nghiệp khác đã nhận việc này.", code="already_claimed")
    if task.assignee_id is None:
        task.assignee_id, task.claimed_at = work.actor.id, work.now
        work.record(case, "task.claimed", {"task": str(task.id)})
    return task


def release(work: Work, task_id: UUID) -> Task:
    """Put a task back on the common list."""
    case, task = _take_hold(work, task_id)
    _must_be_open(task)
    if task.assignee_id != work.actor.id and not _is_head(work, task):
        raise Forbidden("Chỉ người đang giữ việc hoặc lãnh đạo phòng trả được về danh sách chung.")
    task.assignee_id, task.claimed_at = None, None
    work.record(case, "task.released", {"task": str(task.id)})
    return task


def assign(work: Work, task_id: UUID, person_id: UUID) -> Task:
    """A head gives a task of the room to somebody who holds its role there."""
    require_signed_in(work.actor)
    held = lock_task(work, task_id)
    if held is None:
        raise NotFound("Không có việc này.")
    case, task = held
    if not _is_head(work, task):
        raise Forbidden("Chỉ lãnh đạo của đơn vị phân công được việc này.")
    _must_be_open(task)
    today = legal_date(work.now)
    fit = work.session.scalar(
        select(Mandate.id).where(
            Mandate.person_id == person_id,
            Mandate.office_id == task.office_id,
            Mandate.role == task.role,
            Mandate.valid_from <= today,
            (Mandate.valid_to.is_(None)) | (Mandate.valid_to >= today),
        )
    )
    if fit is None or work.session.get_one(Person, person_id).active is False:
        raise Invalid("Người này không giữ vai trò phù hợp ở đơn vị.")
    absence = absence_on(work.session, person_id, today)
    if absence is not None:
        raise Invalid("Người này vắng đến hết ngày %(day)s.", day=f"{absence.last_on:%d/%m/%Y}")
    task.assignee_id, task.claimed_at = person_id, work.now
    work.record(case, "task.assigned", {"task": str(task.id), "to": str(person_id)})
    return task


def _is_head(work: Work, task: Task) -> bool:
    return task.office_id is not None and any(
        work.actor.holds(role, task.office_id) for role in ("unit_head", "leader", "centre_director")
    )


def save_note(work: Work, task_id: UUID, answers: Mapping[str, Any], reason: str = "") -> None:
    """Keep what somebody typed into a task, whatever becomes of the task itself."""
    require_signed_in(work.actor)
    task = work.session.get(Task, task_id)
    if task is None or not may_work_on(work, task):
        raise NotFound("Không có việc này.")
    note = work.session.scalar(select(TaskNote).where(TaskNote.task_id == task_id, TaskNote.person_id == work.actor.id))
    if note is None:
        note = TaskNote(id=new_id(), task_id=task_id, person_id=work.actor.id)
        work.session.add(note)
    note.answers, note.written_at, note.reason = dict(answers), work.now, reason


def complete_task(work: Work, task_id: UUID, answers: Mapping[str, Any], *, shown: str | None = None) -> Task:
    """Close one task and take its case as far as the diagram allows.

    `answers` come as typed; hidden and read-only rules are applied again here. A second completion is a conflict.
    `shown` is the SHA-256 (hex) of the paper the actor was shown, "" when there was none: where the act leads straight
    to a signature or a seal on other bytes it is refused (Conflict, `document_changed`) and nothing is written. A page
    always says what it showed; without it (None) the paper is taken as it stands.
    """
    case, task = _take_hold(work, task_id)
    _must_be_open(task)
    if task.assignee_id not in {None, work.actor.id} and work.actor.kind != "system":
        raise Conflict("Đồng nghiệp khác đang giữ việc này.", code="already_claimed")
    bundle = bundle_of(work, case)
    variables: dict[str, Any] = {}
    if task.form_id:
        checked = validate(bundle.form(task.form_id), answers, context=task_context(case, task), now=work.now)
        if checked.errors:
            raise Invalid(
                "Có %(count)s chỗ cần sửa.",
                [FieldProblem(error.path, error.message, dict(error.params)) for error in checked.errors],
                count=len(checked.errors),
            )
        variables = dict(checked.clean)
    if case.kind in CHECKS:
        CHECKS[case.kind](work, case, variables)
    work.session.change(
        task,
        status="done",
        closed_at=work.now,
        closed_by=work.actor.id,
        assignee_id=task.assignee_id or work.actor.id,
        outcome=outcome_of(variables),
    )
    work.record(
        case,
        "task.completed",
        {"task": str(task.id), "element": task.element_id, "outcome": task.outcome},
        {"answers": variables} if variables else None,
    )
    carry_on(
        work,
        case,
        door.complete(bundle.definition, case.state, task.token, variables, now=work.now),
        finished=task.token,
    )
    if shown is not None and work.asked & {"document.sign", "document.seal"}:
        _refuse_other_bytes(work, case, shown)
    if "letter.render" in work.asked:
        must_have_scans(work, case)
    if "document.sign" in work.asked:
        _give_consent(work, case, task)
    return task


def task_context(case: Case, task: Task) -> dict[str, Any]:
    """What a task's form may speak of: the case's variables and the task's own inputs."""
    return {**case.variables, **task.inputs}


def outcome_of(variables: Mapping[str, Any]) -> str:
    """The decision in a task's answers, wherever its form keeps it."""
    for value in (variables, *(v for v in variables.values() if isinstance(v, Mapping))):
        if isinstance(value.get("outcome"), str):
            return str(value["outcome"])
    return ""


def _papers_asked_for(work: Work, case: Case, *types: str) -> list[tuple[Call, Document | None]]:
    """What this very act asks to be signed or sealed, each with its paper as it lies in the store now."""
    asked = work.session.scalars(
        select(Call).where(Call.case_id == case.id, Call.type.in_(types), Call.status == "waiting")
    )
    found = []
    for call in asked:
        if work.actor.id is not None and call.asked_by == work.actor.id and call.asked_at == work.now:
            value = {**case.variables, **call.inputs}.get(call.headers.get("document", ""))
            found.append((call, work.session.get(Document, UUID(str(value))) if value else None))
    return found


def _refuse_other_bytes(work: Work, case: Case, shown: str) -> None:
    for _call, document in _papers_asked_for(work, case, "document.sign", "document.seal"):
        if document is not None and document.sha256 != shown:
            raise Conflict(
                "Văn bản “%(title)s” đã thay đổi từ khi bạn xem. Chưa có gì được ký. Hãy xem lại bản mới rồi xác nhận.",
                code="document_changed",
                title=document.title,
            )


def _give_consent(work: Work, case: Case, task: Task) -> None:
    """If this act led straight to a signature, it is the signatory's consent to that very document, once."""
    for call, document in _papers_asked_for(work, case, "document.sign"):
        allowed = SIGNING_ROLES.get(call.headers.get("as", "leader"), set())
        posts = (m for m in work.actor.mandates if m.role in allowed and m.office_id == task.office_id)
        # Of two posts the one a draft in their name is printed with (`post_for`).
        post = min(posts, key=lambda m: (m.role != task.role, m.capacity != ""), default=None)
        if post is None or document is None or task.role not in allowed:
            continue
        person = work.session.get_one(Person, work.actor.id)
        mandate = work.session.get(Mandate, post.mandate_id) if post.mandate_id else None
        if document.signer_id not in (None, person.id) or (mandate is not None and names_another(document, mandate)):
            raise Conflict(
                "Dự thảo “%(title)s” đang đề người khác hoặc thẩm quyền khác ký. Hãy chọn “Lập lại dự thảo với tên "
                "tôi” trước khi ký.",
                code="another_signatory",
                title=document.title,
            )
        key = check_leader_key(work.session, work.ports, person, mandate, paper=document.title, now=work.now)
        made = desk_signature_for(work, document) if key.kind == "desk" else None
        if made is None:
            check_unlocked(key)
        consent = SigningConsent(
            id=new_id(),
            document_id=document.id,
            sha256=document.sha256,
            person_id=person.id,
            mandate_id=post.mandate_id,
            task_id=task.id,
            given_at=work.now,
        )
        work.session.add(consent)
        if made is not None:
            work.session.flush()
            made.consent_id = consent.id
        work.record(
            case,
            "signature.consented",
            {"document": str(document.id), "sha256": document.sha256, "certificate": key.serial},
        )


def ask_for_redraft(work: Work, task_id: UUID) -> list[UUID]:
    """Whoever is about to sign has the drafts of this task printed anew in their own name; (documents asked for)."""
    case, task = _take_hold(work, task_id)
    _must_be_open(task)
    drafts = drafts_of_others(work.session, work.actor.id, task, legal_date(work.now))
    for draft in drafts:
        work.defer("RedraftDocument", {"document": str(draft.id), "signer": str(work.actor.id)})
    if drafts:
        work.record(case, "document.redraft_asked", {"documents": [str(draft.id) for draft in drafts]})
    return [draft.id for draft in drafts]
