"""Faults as they really happen to dossiers, planted in the sample ward for the case doctor to name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import delete, update

from engine.accounts.models import Mandate, Person
from engine.bpmn.saved import Saved
from engine.cases.models import Case, Clock, Subscription, Task
from engine.db import new_id
from engine.dossiers.models import RawFiling
from engine.errors import NotFound
from engine.journal import Entry
from engine.outbox import PAUSES, Job
from engine.ports import Unsure
from engine.procedures import published
from engine.procedures.published import in_force, pack, publish, unpack
from engine.storage.port import StorageFull
from engine.usecases.advance import DEFERRED, INLINE
from engine.usecases.tasks import complete_task
from tests.factories import ANSWERS, HOUSEHOLD, SINCE, Ward

ASKED = b'=appraisal.outcome = "request_supplement"'
MISSING = b"=form.business.employees &gt; 10"
ENDLESS = b"=count(for i in 1..9000000 return for j in 1..9000000 return i) &gt; 3"


def published_with(ward: Ward, *changes: tuple[str, bytes, bytes]) -> UUID:
    """An office's own version of the business registration, in which some bytes of some files are others."""
    with ward.work("thiet") as work:
        version = in_force(work.session, HOUSEHOLD, ward.clock.now().date())
        files = unpack(version.content)
        for path, old, new in changes:
            assert old in files[path], (path, old)
            files[path] = files[path].replace(old, new)
        check, published.check = published.check, lambda files: []  # a check of the drawing is not the point, and slow
        try:
            return publish(work, files, origin="office").id
        finally:
            published.check = check


def stopped_at_gateway(ward: Ward, condition: bytes = MISSING) -> UUID:
    """A dossier whose drawing asks at a gateway for something the appraiser's form never gave."""
    published_with(ward, ("process.bpmn", ASKED, condition))
    answers = ward.answers()
    answers["business"].pop("employees", None)
    case_id = ward.filed_at_counter(answers=answers)
    ward.run_deferred()
    ward.do(case_id, "appraise")
    return case_id


def runaway(ward: Ward) -> UUID:
    return stopped_at_gateway(ward, ENDLESS)


class Register:
    """A register of another authority that answers, fails or hangs up as told."""

    def __init__(self, *outcomes: Exception) -> None:
        self.outcomes = list(outcomes)

    def ask(self, question: Any, *, reference: str, now: Any) -> dict[str, str]:
        if self.outcomes:
            raise self.outcomes.pop(0)
        return {"number": "0312345678"}


def asking(ward: Ward, *outcomes: Exception) -> UUID:
    """A dossier whose question to the tax office meets these outcomes."""
    ward.house.ports.registers["tax-code"] = Register(*outcomes)
    case_id = ward.dossier_at("appraise")
    ward.do(case_id, "appraise")
    return case_id


def failed_call(ward: Ward) -> UUID:
    return given_up(ward, asking(ward, *[RuntimeError("cổng đóng")] * 8), "register.ask")


def unknown_call(ward: Ward) -> UUID:
    return asking(ward, Unsure("Đường truyền đứt sau khi gửi."))


def lost_call(ward: Ward) -> UUID:
    """The queue's table was put back from a copy that is older than the question."""
    case_id = ward.dossier_at("appraise")
    ward.clock.advance(timedelta(minutes=5))
    with ward.work("nam") as work:
        complete_task(work, ward.task(case_id, "appraise"), ANSWERS["appraise"])
    with ward.work() as work:
        work.session.execute(delete(Job).where(Job.status == "ready"))
    ward.clock.advance(timedelta(minutes=15))
    return case_id


def task_type_gone(ward: Ward) -> UUID:
    """The dossier came to a step whose task type this version of the house does not provide."""
    DEFERRED.discard("register.ask")
    try:
        case_id = ward.dossier_at("appraise")
        ward.do(case_id, "appraise")
    finally:
        DEFERRED.add("register.ask")  # the next version does
    return case_id


def refused_inside(ward: Ward) -> UUID:
    """A step that needs only the database was refused: the series of numbers was not there on that day."""
    real = INLINE["dossier.status"]

    def refuse(*_: Any) -> Any:
        raise NotFound("Chưa có dãy số %(series)s.", series="GCN")

    case_id = ward.dossier_at("hand_over")
    INLINE["dossier.status"] = refuse
    try:
        ward.do(case_id, "hand_over")
    finally:
        INLINE["dossier.status"] = real
    return case_id


def unheard_delivery(ward: Ward) -> UUID:
    """Another system sends a dossier again whose code is taken, with other words in it; they are refused and kept."""
    case_id = ward.filed_at_counter(by="system", channel="inbound", external_code="000.00.01-1")
    ward.run_deferred()
    with ward.work() as work:
        raw = RawFiling(id=new_id(), channel="inbound", external_code="000.00.01-1", payload=b"{}", status="refused")
        raw.received_at, raw.digest = work.now, "d" * 64
        raw.refusal = {"code": "external_code_used", "message": "Mã hồ sơ bên ngoài này đã được dùng."}
        work.session.add(raw)
    return case_id


def nobody_in_post(ward: Ward) -> UUID:
    """The only specialist's post ended yesterday and nobody was appointed."""
    case_id = ward.dossier_at("appraise")
    task = ward.row(Task, ward.task(case_id, "appraise"))
    with ward.work() as work:
        work.session.execute(
            update(Mandate)
            .where(Mandate.office_id == task.office_id, Mandate.role == "specialist")
            .values(valid_to=ward.clock.now().date() - timedelta(days=1))
        )
    return case_id


def account_closed(ward: Ward) -> UUID:
    """Whoever took the task has left; a colleague came the same day."""
    case_id = ward.dossier_at("appraise")
    task = ward.row(Task, ward.task(case_id, "appraise"))
    with ward.work() as work:
        work.session.execute(update(Task).where(Task.id == task.id).values(assignee_id=ward.people["nam"]))
        work.session.add(
            Mandate(
                id=new_id(), person_id=ward.people["mai"], office_id=task.office_id, role="specialist", valid_from=SINCE
            )
        )
        work.session.execute(update(Person).where(Person.id == ward.people["nam"]).values(active=False))
    return case_id


def row_lost(ward: Ward) -> UUID:
    """A task's row was deleted by hand: the saved state waits for it, no list shows it."""
    case_id = ward.dossier_at("appraise")
    with ward.work() as work:
        work.session.execute(delete(Task).where(Task.case_id == case_id, Task.status == "open"))
    return case_id


def row_left(ward: Ward) -> UUID:
    """A row says a case waits under a token its state does not know."""
    case_id = ward.dossier_at("appraise")
    with ward.work() as work:
        row = Subscription(id=new_id(), case_id=case_id, token="9999", element_id="gone", message="dossier.ended")
        row.kind, row.key = "message", str(case_id)
        work.session.add(row)
    return case_id


def sweep_missed(ward: Ward) -> UUID:
    """A mark of the dossier's term has come, and no sweep told it."""
    case_id = ward.dossier_at("appraise")
    clock = ward.clock_of(case_id)
    assert clock.next_at is not None
    ward.clock.set(clock.next_at + timedelta(hours=1))
    beating(ward)
    return case_id


def beating(ward: Ward) -> None:
    """The relay is alive and has asked for its sweep just now."""
    with ward.work() as work:
        work.defer("SweepDeadlines", {}, key=f"beat:{ward.clock.now().isoformat()}")


def workers_dead(ward: Ward) -> UUID:
    """Every worker is gone while a letter waits to be printed."""
    case_id = ward.filed_at_counter()
    ward.clock.advance(timedelta(hours=1))
    return case_id


def clock_stopped(ward: Ward) -> UUID:
    """Somebody stopped a term in the table; no act of the record says so."""
    case_id = ward.dossier_at("appraise")
    with ward.work() as work:
        work.session.execute(
            update(Clock).where(Clock.case_id == case_id).values(status="stopped", stopped_at=work.now, next_at=None)
        )
    return case_id


def key_lost(ward: Ward) -> UUID:
    """The leader consented, and the key was gone when the worker came to sign."""
    case_id = ward.dossier_at("approve")
    ward.clock.advance(timedelta(minutes=5))
    with ward.work("an") as work:
        complete_task(work, ward.task(case_id, "approve"), ANSWERS["approve"])
    for path in keys_of(ward, "an"):
        path.rename(path.with_name(f"away-{path.name}"))
    return given_up(ward, case_id, "document.sign")


def keys_of(ward: Ward, login: str) -> list[Any]:
    """The files of somebody's signing key."""
    folder = ward.house.settings.data / "keys" / "holders"
    mark = str(ward.people[login])
    return [path for path in folder.rglob("*") if path.is_file() and mark in path.name]


def state_cut(ward: Ward) -> UUID:
    """Half of the saved state is missing, as after a disk that was full."""
    case_id = ward.dossier_at("appraise")
    with ward.work() as work:
        case = work.session.get_one(Case, case_id)
        case.state = Saved(case.state.tokens[: len(case.state.tokens) // 2], case.state.data)
    return case_id


def version_damaged(ward: Ward) -> UUID:
    """Somebody who holds the database changed a form of a published version."""
    case_id = ward.dossier_at("appraise")
    with ward.look() as look:
        version = in_force(look.session, HOUSEHOLD, ward.clock.now().date())
    files = unpack(version.content)
    files["forms/check.form"] = files["forms/check.form"].replace(b"accept", b"refuse")
    drop = "DROP TRIGGER keep_published" + (" ON bundles" if ward.house.database.dialect.name == "postgresql" else "")
    with ward.house.database.begin() as connection:
        connection.execute(sa.text(drop))
        table = sa.table("bundles", sa.column("id", sa.Uuid), sa.column("content", sa.LargeBinary))
        connection.execute(sa.update(table).where(table.c.id == version.id).values(content=pack(files)))
    published._open.clear()
    return case_id


class Down:
    """A gateway that cannot be reached, until it can."""

    name = "sms"

    def __init__(self) -> None:
        self.error: Exception | None = Unsure("Cổng tin nhắn không trả lời; không biết tin đã đi hay chưa.")

    def send(self, **_: str) -> str:
        if self.error:
            raise self.error
        return "ok"


def message_lost(ward: Ward) -> UUID:
    ward.house.ports.channels["sms"] = Down()
    return ward.dossier_at("appraise")


class FullStore:
    """A store of files that takes nothing more until somebody has made room."""

    def __init__(self, real: Any) -> None:
        self.real, self.full = real, True

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def put(self, content: Any, **options: Any) -> Any:
        if self.full:
            raise StorageFull("the store is full")
        return self.real.put(content, **options)


def letter_unprinted(ward: Ward) -> UUID:
    """The result is to be printed and the store of files is full."""
    case_id = ward.dossier_at("appraise")
    ward.house.ports.storage = FullStore(ward.house.ports.storage)
    ward.do(case_id, "appraise")
    return given_up(ward, case_id, "letter.render")


def given_up(ward: Ward, case_id: UUID, task_type: str) -> UUID:
    """The workers have tried as often as they may: this was the last time."""
    if any(call.status == "waiting" for call in ward.calls(case_id, task_type)):
        with ward.work() as work:
            last = update(Job).where(Job.kind == "PerformCall", Job.status == "ready")
            work.session.execute(last.values(attempts=len(PAUSES), run_at=work.now))
        ward.run_deferred()
    return case_id


def record_changed(ward: Ward) -> UUID:
    case_id = ward.dossier_at("appraise")
    with ward.work() as work:
        work.session.execute(
            update(Entry).where(Entry.chain == f"case:{case_id}", Entry.seq == 2).values(actor="somebody else")
        )
    return case_id
