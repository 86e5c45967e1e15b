"""Every query, found from the modules themselves, asked by people who must not learn anything from it.

A function that is new in `engine.queries` fails this test until somebody has said here how it hides or why it need not.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from engine.accounts.models import Mandate, Office
from engine.accounts.people import add_person
from engine.cases.models import Incident, Task
from engine.db import Base, new_id
from engine.dossiers.models import Attachment, Document, Rating
from engine.dossiers.scans import IntakeScan
from engine.errors import Refusal
from engine.queries import (
    condition,
    counter,
    feedback,
    files,
    filing,
    people,
    public_reports,
)
from engine.usecases.drafts import attach, open_draft, store_upload
from engine.usecases.feedback import ReportFiling, file_report
from engine.work import Reading
from tests.factories import HOUSEHOLD, Ward
from tests.house.hiding import ELSEWHERE, HARMLESS, HIDDEN, Facts
from tests.house.tree import HOUSE, told
from tests.unit.storage.files import pdf
from tests.usecases.conftest import database, offices, run_deferred, ward

__all__ = ["database", "offices", "run_deferred", "ward"]

pytestmark = pytest.mark.dialects("sqlite")  # tests/usecases/test_visibility.py asks the rule itself on both


WORDS = "Nắp cống vỡ trước cổng trường học, nguy hiểm."
OUTSIDERS = ("", "duc", "sg-clerk", "sg-specialist", "sg-head", "sg-leader", "tam", "phong", "quyen")
"""A stranger, another citizen, a whole other ward, a department nobody consulted, another room of the same ward."""


def public_queries() -> dict[str, Callable[..., Any]]:
    """Every public function of `engine.queries` under "module.function"."""
    found = {}
    for path in sorted((HOUSE / "engine/queries").glob("[a-z]*.py")):
        module = importlib.import_module(f"engine.queries.{path.stem}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name[0].islower() and function.__module__ == module.__name__:
                found[f"{path.stem}.{name}"] = function
    return found


def test_somebody_has_said_of_every_query_how_it_hides():
    said = {*HIDDEN, *HARMLESS, *ELSEWHERE}
    there = public_queries().keys()
    missing = [f"{name}: not said" for name in sorted(there - said)]
    gone = [f"{name}: is no longer there" for name in sorted(said - there)]
    rule = "Every query stands in HIDDEN with a case, or in HARMLESS or ELSEWHERE with its reason (hiding.py):"
    assert not missing + gone, told(missing + gone, rule)


@pytest.fixture
def saigon(ward: Ward) -> Ward:
    """A second ward beside the sample's, furnished the same way."""
    with ward.work() as work:
        city = ward.offices["hcm"]
        whole = _office("sg", "ward", "UBND phường Sài Gòn", city, ("committee",), "26740")
        centre = _office("sg-pvhcc", "centre", "TTPVHCC phường Sài Gòn", whole.id, ("one-stop",))
        room = _office("sg-kthtdt", "room", "Phòng Kinh tế phường Sài Gòn", whole.id, ("economy", "construction"))
        for office in (whole, centre, room):
            work.session.add(office)
            work.session.flush()
        posts = (("clerk", centre, "counter_clerk"), ("specialist", room, "specialist"))
        for name, office, role in (*posts, ("head", room, "unit_head"), ("leader", whole, "leader")):
            person = add_person(work.session, login=f"sg-{name}", kind="official", full_name=f"Người {name}")
            mandate = Mandate(id=new_id(), person_id=person.id, office_id=office.id, role=role)
            mandate.valid_from = date(2025, 7, 1)
            work.session.add(mandate)
            ward.people[f"sg-{name}"] = person.id
    return ward


def _office(code: str, kind: str, name: str, parent: UUID, functions: tuple[str, ...], ward_code: str = "") -> Office:
    return Office(
        id=new_id(), code=code, kind=kind, name=name, short_name=name, parent_id=parent, functions=list(functions),
        ward_code=ward_code,
    )  # fmt: skip


@pytest.fixture
def facts(saigon: Ward) -> Facts:
    """A dossier that is late at its head's desk, one to hand over, one paused, a draft, a report with a photo."""
    ward = saigon
    ward.dossier_at("hand_over", by="lan")
    ward.paused()
    with ward.work("hoa") as work:
        draft = open_draft(work, HOUSEHOLD)
        stored = store_upload(work.ports, BytesIO(pdf()), "ban-chup.pdf")
        upload = attach(work, field="minutes", stored=stored, draft_id=draft.id).id
        draft_id = draft.id
    case_id = ward.filed_online(by="hoa", submission_key="mine")
    ward.run_deferred()
    ward.do(case_id, "check")
    ward.do(case_id, "appraise")
    with ward.work() as work:
        sent = attach(work, field="minutes", stored=stored, case_id=case_id).id
        work.session.add(_incident(case_id, work.now))
        scan = _scan(case_id, ward.people["lan"], stored, work.now)
        work.session.add(scan)
        scan_id = scan.id
        work.session.add(Rating(case_id=case_id, score=2, criteria={}, words="Phải đi lại.", rated_at=work.now))
    report = _report(ward, stored)
    dossier = ward.dossier(case_id)
    assert dossier.promised_at is not None
    ward.wait_until(dossier.promised_at.replace(hour=23))
    task = ward.task(case_id, "approve")
    documents = ward.rows(Document, Document.case_id == case_id)
    photo = ward.rows(Attachment, Attachment.case_id == report.case_id)[0]
    done = ward.rows(Task, Task.case_id == case_id, Task.status == "done")
    secrets = {
        dossier.code, dossier.filing_code, dossier.owner_name, dossier.owner_phone, dossier.owner_identity,
        str(case_id), str(report.case_id), report.code, report.text, "0901234567", str(draft_id), str(upload),
        str(task), *(str(one.id) for one in documents), *(str(one.id) for one in done),
    }  # fmt: skip
    return Facts(
        case_id=case_id,
        code=dossier.code,
        task_id=task,
        done_task=done[0].id,
        document_id=documents[0].id,
        attachment_id=sent,
        draft_id=draft_id,
        upload_id=upload,
        scan_id=scan_id,
        report_id=report.case_id,
        photo_id=photo.id,
        report_code=report.code,
        key="mine",
        secrets=frozenset(secret for secret in secrets if secret),
    )


def _scan(case_id: UUID, clerk: UUID, stored: Any, now: Any) -> IntakeScan:
    return IntakeScan(
        id=new_id(), case_id=case_id, paper="minutes", person_id=clerk, handed=[], taken_at=now, state="signed",
        sha256=stored[0], size=stored[1], signed_at=now,
    )  # fmt: skip


def _incident(case_id: UUID, now: Any) -> Incident:
    return Incident(
        id=new_id(), case_id=case_id, element_id="approve", name="Ký", kind="call-failed", message="…", opened_at=now
    )


def _report(ward: Ward, photo: Any) -> Any:
    report = {
        "kind": "scene",
        "category": "",
        "text": "Nắp cống vỡ trước cổng trường học, nguy hiểm.",
        "place": "Hẻm 7",
    }
    with ward.work("hoa") as work:
        rules = feedback.desk(Reading(work.session, work.actor, work.now, work.ports)).rules
        report["category"] = next(one.key for one in rules.categories if "scene" in one.kinds)
        sender = {"name": "Nguyễn Thị Hòa", "phone": "0901234567"}
        filing_ = ReportFiling({"report": report, "sender": sender}, "web", "report-1", [photo])
        filed = file_report(work, filing_)
    ward.run_deferred()
    return filed


def answer(ward: Ward, facts: Facts, name: str, login: str) -> Any:
    """What a query tells somebody; None when it refuses."""
    with ward.look(login) as look:
        try:
            return HIDDEN[name].ask(look, facts)
        except Refusal:
            return None


def tells(value: Any) -> bool:
    """Whether an answer says that there is anything at all."""
    if isinstance(value, Mapping):
        return any(tells(one) for one in value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return any(tells(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return any(tells(getattr(value, one.name)) for one in fields(value) if one.name not in {"page", "pages"})
    return bool(value)


def words_of(value: Any) -> str:
    """Everything an answer holds, as text."""
    if isinstance(value, Mapping):
        return " ".join(f"{key} {words_of(one)}" for key, one in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return " ".join(words_of(one) for one in value)
    if isinstance(value, Base):
        return " ".join(str(one) for key, one in vars(value).items() if not key.startswith("_"))
    if is_dataclass(value) and not isinstance(value, type):
        return " ".join(words_of(getattr(value, one.name)) for one in fields(value))
    return str(value)


def test_outsiders_learn_nothing_and_insiders_something(saigon, facts):
    findings = []
    for name, case in HIDDEN.items():
        if not tells(answer(saigon, facts, name, case.insider)):
            findings.append(f"{name}: {case.insider} may see it and is told nothing, so the case proves nothing")
        for outsider in OUTSIDERS:
            found = answer(saigon, facts, name, outsider)
            if tells(found):
                said = next(
                    (secret for secret in facts.secrets if secret in words_of(found)), "that there is something"
                )
                findings.append(f"{name}: tells {outsider or 'a stranger'} {said}")
    assert not findings, told(findings, "A query hides what visible_to hides:")


def test_what_is_one_s_own_is_nobody_else_s(saigon, facts):
    for outsider in OUTSIDERS:
        with saigon.look(outsider) as look:
            assert not facts.secrets & set(words_of(filing.own_details(look)).split())
            if outsider:
                assert people.own_account(look).id == saigon.people[outsider]
            with pytest.raises(Refusal):
                files.document_for_tracker(look, facts.document_id, facts.report_id)


def test_a_number_is_looked_up_at_a_counter_only(saigon, facts):
    for login in ("", "duc", "nam", "sg-specialist", "tong", "thiet"):
        with saigon.look(login) as look:
            assert counter.owner_by_identity(look, "079185001234") is None, login
    with saigon.look("sg-clerk") as look:
        known = counter.owner_by_identity(look, "079185001234")
    assert known is not None
    assert known.dossiers == 0, "the account, but nothing of dossiers in another ward"


def test_a_stranger_sees_no_words_of_a_similar_report(saigon, facts):
    with saigon.look("") as look:
        found = public_reports.similar(look, text="Nắp cống vỡ trước cổng trường", place="Hẻm 7")
    assert found, "the case proves nothing"
    assert not any(one.text or one.code or one.place for one in found)


def test_the_tray_is_a_thing_of_the_sample_office(saigon, facts):
    with saigon.look("van") as look:
        assert condition.tray(look)
        assert condition.tray(_real(look)) == []


def test_a_real_office_offers_nobody_to_step_in_as(saigon):
    with saigon.look("") as look:
        assert people.sample_roles(look)
        assert people.sample_roles(_real(look)) == []


def _real(look: Reading) -> Reading:
    """The same look in an office that is no sample."""
    from dataclasses import replace

    return replace(look, ports=replace(look.ports, settings=replace(look.ports.settings, sample=False)))
