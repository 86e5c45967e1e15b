"""A leader signs a list: shown once with its digest, confirmed once, each paper with an outcome of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.accounts.people import actor_of
from engine.accounts.policy import require_person, require_role
from engine.cases.models import Case, Task
from engine.db import new_id
from engine.dossiers.models import SigningConsent
from engine.dossiers.signing import ListedPaper, SigningList
from engine.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, TooLarge
from engine.procedures.published import open_bundle
from engine.usecases.signing_keys import check_unlocked, person_holder
from engine.usecases.tasks import complete_task
from engine.work import Actor, Work
from forms.definition import Form
from forms.paths import set_at

MOST = 200
"""Papers in one list."""
SLICE = 25
"""Papers signed by one job before it asks for the rest, so that other work gets its turn."""
AGREEMENT = "approve"
SIGNERS = ("unit_head", "leader")


@dataclass(frozen=True)
class Shown:
    """One paper as a page showed it: the task that decides upon it and the bytes (SHA-256, hex)."""

    task_id: UUID
    document_id: UUID
    code: str
    sha256: str


def agreement(form: Form) -> dict[str, Any] | None:
    """The answers that say yes and nothing else: "approve" in the form's decision; None where it has none."""
    for page in form.pages:
        base = page.group.keys if page.group else ()
        for component in page.components:
            values = component.source.get("values") or ()
            wanted = any(isinstance(one, dict) and one.get("value") == AGREEMENT for one in values)
            if component.keys and component.keys[-1] == "outcome" and wanted:
                answers: dict[str, Any] = {}
                set_at(answers, (*base, *component.keys), AGREEMENT)
                return answers
    return None


def digest_of(papers: Iterable[tuple[str, str]]) -> str:
    """SHA-256 (hex) over the list as shown: for each paper its order, code and digest, a line each, UTF-8."""
    lines = (f"{order}\t{code}\t{sha256}\n" for order, (code, sha256) in enumerate(papers, start=1))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def make_list(work: Work, papers: Sequence[Shown]) -> SigningList:
    """Write down what is being shown, in its order; nothing is signed by that."""
    require_role(work.actor, *SIGNERS)
    papers = list({one.task_id: one for one in papers}.values())
    if not papers:
        raise Invalid("Danh sách không có văn bản nào ký được.")
    if len(papers) > MOST:
        raise TooLarge("Mỗi danh sách ký có nhiều nhất %(most)s văn bản.", most=MOST)
    made = SigningList(
        id=new_id(),
        person_id=work.actor.id,
        digest=digest_of((one.code, one.sha256) for one in papers),
        count=len(papers),
        made_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    for order, one in enumerate(papers, start=1):
        work.session.add(
            ListedPaper(
                id=new_id(),
                list_id=made.id,
                ordinal=order,
                task_id=one.task_id,
                document_id=one.document_id,
                code=one.code,
                sha256=one.sha256,
            )
        )
    return made


def confirm_list(work: Work, list_id: UUID, digest: str) -> SigningList:
    """The one confirmation: the key may be used once for each paper exactly as shown. A second one changes nothing."""
    found = own_list(work, list_id, lock=True)
    if found.confirmed_at is not None:
        return found
    require_role(work.actor, *SIGNERS)
    if digest != found.digest:
        raise Conflict(
            "Danh sách đã khác danh sách được hiện. Chưa có gì được ký. Hãy mở lại danh sách rồi xác nhận.",
            code="list_changed",
        )
    key = work.ports.signatures.state(person_holder(found.person_id))
    if key is not None:  # whoever has none is told so paper by paper, in the words of each
        check_unlocked(key)
    found.confirmed_at = work.now
    work.defer("SignList", {"list": str(found.id)}, key=f"list:{found.id}:0")
    work.record_for_office(
        next((post.office_code for post in work.actor.mandates if post.role in SIGNERS), "system"),
        "signing_list.confirmed",
        {"list": str(found.id), "papers": found.count, "digest": found.digest},
    )
    return found


def own_list(work: Work, list_id: UUID, *, lock: bool = False) -> SigningList:
    """A list of the actor's own; nobody else learns that there is one."""
    wanted = select(SigningList).where(SigningList.id == list_id).execution_options(populate_existing=True)
    found = work.session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None or found.person_id != work.actor.id:
        raise NotFound("Không có danh sách ký này.")
    require_person(work.actor, found.person_id)
    return found


def sign_slice(unit_of_work: Callable[[Actor], AbstractContextManager[Work]], system: Actor, list_id: UUID) -> bool:
    """Carry the holder's confirmation to the next papers, each in its own transaction; whether any are left.

    Cut off anywhere, the next attempt goes on with what has no outcome yet. A paper that has one is left alone.
    """
    with unit_of_work(system) as work:
        found = work.session.get(SigningList, list_id)
        if found is None or found.confirmed_at is None or found.ended_at is not None:
            return False
        signer = actor_of(work.session, found.person_id, now=work.now)
        waiting = _waiting(work, list_id)
    for paper_id in waiting[:SLICE]:
        _sign_one(unit_of_work, system, signer, paper_id)
    if len(waiting) > SLICE:
        with unit_of_work(system) as work:
            work.defer("SignList", {"list": str(list_id)}, key=f"list:{list_id}:{waiting[SLICE]}")
        return True
    with unit_of_work(system) as work:
        done = work.session.get_one(SigningList, list_id)
        if done.ended_at is None and not _waiting(work, list_id):
            done.ended_at = work.now
    return False


def _waiting(work: Work, list_id: UUID) -> list[UUID]:
    wanted = select(ListedPaper.id).where(ListedPaper.list_id == list_id, ListedPaper.status == "shown")
    return list(work.session.scalars(wanted.order_by(ListedPaper.ordinal)))


def _sign_one(
    unit_of_work: Callable[[Actor], AbstractContextManager[Work]], system: Actor, signer: Actor | None, paper_id: UUID
) -> None:
    try:
        if signer is None:
            raise Forbidden("Tài khoản của người ký đã đóng nên khóa ký không được dùng.", code="account_closed")
        with unit_of_work(signer) as work:
            paper = _locked(work, paper_id)
            if paper.status != "shown":
                return
            complete_task(work, paper.task_id, _yes(work, paper.task_id), shown=paper.sha256)
            _require_consent(work, paper)
            paper.status, paper.settled_at = "agreed", work.now
    except Refusal as refusal:
        with unit_of_work(system) as work:
            paper = _locked(work, paper_id)
            if paper.status == "shown":
                _settle(work, paper, refusal)


def _yes(work: Work, task_id: UUID) -> Mapping[str, Any]:
    task = work.session.get(Task, task_id)
    case = work.session.get(Case, task.case_id) if task is not None else None
    if task is None or case is None or not task.form_id:
        return {}
    return agreement(open_bundle(work.session, case.bundle_id).form(task.form_id)) or {}


def _require_consent(work: Work, paper: ListedPaper) -> None:
    """The act must have led to the signature that was confirmed; taken back with everything where it did not."""
    if _consent(work, paper, work.actor.id) is None:
        raise Conflict(
            "Bước này không còn dẫn thẳng tới ký văn bản đã xem; hãy mở riêng việc này.", code="no_signature"
        )


def _consent(work: Work, paper: ListedPaper, person_id: UUID | None) -> UUID | None:
    return work.session.scalar(
        select(SigningConsent.id).where(
            SigningConsent.document_id == paper.document_id,
            SigningConsent.sha256 == paper.sha256,
            SigningConsent.person_id == person_id,
            SigningConsent.task_id == paper.task_id,
        )
    )


def _settle(work: Work, paper: ListedPaper, refusal: Refusal) -> None:
    person_id = work.session.get_one(SigningList, paper.list_id).person_id
    if _consent(work, paper, person_id) is not None:  # signed by the same person a moment ago, in another window
        paper.status = "agreed"
    else:
        paper.status = "changed" if refusal.code == "document_changed" else "refused"
        paper.words, paper.params = refusal.message, {name: str(value) for name, value in refusal.params.items()}
    paper.settled_at = work.now


def _locked(work: Work, paper_id: UUID) -> ListedPaper:
    wanted = select(ListedPaper).where(ListedPaper.id == paper_id).execution_options(populate_existing=True)
    return work.session.scalars(wanted.with_for_update()).one()
