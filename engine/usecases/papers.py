"""Task types about papers and registers that a worker carries out: render, sign, seal, ask another authority."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.accounts.models import Mandate, Office, Person
from engine.accounts.people import agency_of
from engine.cases.models import Call, Case
from engine.dossiers.models import Document, SigningConsent
from engine.errors import NotFound
from engine.letters.pdf import render
from engine.letters.stamps import agency_stamp, person_stamp
from engine.letters.template import fill_template
from engine.ports import Ports
from engine.procedures.published import OpenBundle
from engine.usecases.calls import NotPossible, deferred
from engine.usecases.facts import facts_of, verify_code
from engine.usecases.running import bundle_of
from engine.work import Work
from processes.procedure import Letter
from signing.boxes import Box

PDF_LIMIT = 20 * 2**20


def long_date(day: date) -> str:
    """A date as papers print it: "ngày 05 tháng 02 năm 2026" (Decree 30/2020, Annex I, zero rule)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def _document_of(work: Work, case: Case, call: Call) -> Document:
    value = case.variables.get(call.headers.get("document", ""))
    document = work.session.get(Document, UUID(str(value))) if value else None
    if document is None or document.case_id != case.id:
        raise NotFound("Chưa có văn bản “%(name)s” trong hồ sơ.", name=call.headers.get("document", ""))
    return document


def _read(ports: Ports, sha256: str) -> bytes:
    with ports.storage.open(sha256) as handle:
        return handle.read()


def _keep_file(document: Document, stored: tuple[str, int]) -> None:
    document.sha256, document.size = stored


@dataclass(frozen=True)
class RenderPlan:
    """Everything a letter needs, read in one transaction."""

    key: str
    title: str
    template: str
    facts: dict[str, Any]
    layout: str
    sample: bool
    trial: bool
    place: str
    verify_code: str
    parts: dict[str, str]


@deferred("letter.render")
class RenderLetter:
    """Fill a letter of the bundle, print it, keep places free for number, date and signatures."""

    outside = False

    def plan(self, work: Work, case: Case, call: Call) -> RenderPlan:
        bundle = bundle_of(work, case)
        key = call.headers.get("letter", "")
        letter = bundle.procedure.letters.get(key)
        if letter is None:
            raise NotPossible(f"Thủ tục không có mẫu văn bản “{key}”.")
        facts = facts_of(work.session, case, bundle, work.ports.settings, now=work.now)
        code = verify_code(work.ports.settings, call.id)
        received = facts.get("dossier", {}).get("received_at")
        path = bundle.procedure.letter_file(key, received.date() if received else facts["today"])
        place = "receiving" if letter.signer == "counter_clerk" else "signing"
        signer = self._signatory(work, case, letter.signer, place)
        facts["letter"] = {
            "key": key,
            "title": letter.name.vi,
            "verify_code": code,
            "verify_url": f"{work.ports.settings.public_url}/v/{code}",
            "capacity": letter.capacity,
            "signer": signer,
        }
        return RenderPlan(
            key=key,
            title=letter.name.vi,
            template=bundle.bundle.files[path].decode("utf-8"),
            facts=facts,
            layout=letter.layout,
            sample=work.ports.settings.sample,
            trial=case.trial,
            place=place,
            verify_code=code,
            parts=self._parts(facts, letter, bundle, place),
        )

    def _parts(self, facts: Mapping[str, Any], letter: Letter, bundle: OpenBundle, place: str) -> dict[str, str]:
        """What the layout prints around the letter's own words (Decree 30/2020, Annex I)."""
        office = facts[place]
        signer = facts["letter"]["signer"]
        series = letter.series or (bundle.procedure.result.series if letter.key == "result" else None)
        parts = {
            "superior": office.get("superior", "").upper(),
            "agency": office.get("name", "").upper(),
            "place": office.get("place", ""),
            "signer": signer["name"],
            "title": signer["title"].upper() if letter.signer != "counter_clerk" else signer["title"],
            "capacity": signer["capacity"] or letter.capacity,
            "link": facts["letter"]["verify_url"],
            "code": facts.get("dossier", {}).get("code", ""),
        }
        if parts["capacity"] == parts["title"]:
            del parts["capacity"]
        if series is None:
            parts |= {"unsealed": "1", "date": long_date(facts["today"]), "number": parts["code"]}
        else:
            parts["symbol"] = series.pattern.replace("{number}", "").lstrip("/")
        return parts

    def _signatory(self, work: Work, case: Case, role: str, place: str) -> dict[str, str]:
        """Who will sign a letter of this role: whoever holds the post in the place it belongs to."""
        office_id = case.places.get(place)
        row = work.session.execute(
            select(Person.full_name, Mandate.title, Mandate.capacity)
            .join(Mandate, Mandate.person_id == Person.id)
            .where(Mandate.office_id == UUID(str(office_id)), Mandate.role == role)
            .order_by(Mandate.valid_from, Mandate.id)
        ).first()
        acting = work.actor.name if role == "counter_clerk" and work.actor.is_official else ""
        name, title, capacity = row if row else ("", "", "")
        return {"name": acting or name, "title": title, "capacity": capacity}

    def act(self, plan: RenderPlan, ports: Ports, now: datetime) -> tuple[str, int, dict[str, Any]]:
        html = fill_template(plan.template, plan.facts, now=now)
        letter = render(
            html,
            layout=plan.layout,
            sample=plan.sample,
            trial=plan.trial,
            now=now,
            parts=plan.parts,
            title=plan.title,
        )
        pdf = ports.signatures.prepare(letter.pdf, letter.boxes) if letter.boxes else letter.pdf
        stored = ports.storage.put(pdf, limit=PDF_LIMIT)
        return stored.sha256, stored.size, {name: asdict(box) for name, box in letter.boxes.items()}

    def keep(
        self, work: Work, case: Case, call: Call, plan: RenderPlan, outcome: tuple[str, int, dict[str, Any]]
    ) -> Mapping[str, Any]:
        sha256, size, boxes = outcome
        signing = case.places.get(plan.place)
        document = Document(
            id=call.id,
            case_id=case.id,
            letter=plan.key,
            title=plan.title,
            layout=plan.layout,
            office_id=UUID(str(signing)) if signing else None,
            status="draft",
            verify_code=plan.verify_code,
            sha256=sha256,
            draft_sha256=sha256,
            size=size,
            boxes=boxes,
            created_at=work.now,
        )
        work.session.add(document)
        work.session.flush()
        work.record(case, "document.rendered", {"document": str(document.id), "letter": document.letter})
        return {call.headers.get("document", "document"): str(document.id)}


@dataclass(frozen=True)
class SignPlan:
    """One signature: the bytes, whose key, what the stamp says."""

    sha256: str
    holder: str
    field: str
    stamp: dict[str, Any]
    reason: str
    box: Box | None
    consent_id: UUID | None
    values: dict[str, str]


def _box(document: Document, name: str) -> Box | None:
    box = document.boxes.get(name)
    return Box(**box) if box else None


@deferred("document.sign")
class SignDocument:
    """Use the signatory's key once, for exactly the bytes they consented to."""

    outside = False

    def plan(self, work: Work, case: Case, call: Call) -> SignPlan:
        document = _document_of(work, case, call)
        consent = work.session.scalar(
            select(SigningConsent)
            .where(SigningConsent.document_id == document.id, SigningConsent.used_at.is_(None))
            .order_by(SigningConsent.given_at.desc())
            .limit(1)
        )
        if consent is None or consent.sha256 != document.sha256:
            raise NotPossible("Chưa có người có thẩm quyền đồng ý ký đúng văn bản này.")
        person = work.session.get_one(Person, consent.person_id)
        mandate = work.session.get(Mandate, consent.mandate_id) if consent.mandate_id else None
        office = work.session.get(Office, mandate.office_id) if mandate else None
        return SignPlan(
            sha256=document.sha256,
            holder=f"person:{person.id}",
            field="leader",
            stamp={
                "name": person.full_name,
                "title": mandate.title if mandate else "",
                "office": office.name if office else "",
            },
            reason=f"Ký duyệt: {document.title}",
            box=_box(document, "leader"),
            consent_id=consent.id,
            values={},
        )

    def act(self, plan: SignPlan, ports: Ports, now: datetime) -> tuple[str, int]:
        stamp = (
            person_stamp(plan.stamp["name"], signed_at=now, box=plan.box, sample=ports.settings.sample)
            if plan.box
            else None
        )
        signed = ports.signatures.sign(
            _read(ports, plan.sha256), plan.holder, field=plan.field, stamp=stamp, reason=plan.reason, now=now
        )
        stored = ports.storage.put(signed, limit=PDF_LIMIT)
        return stored.sha256, stored.size

    def keep(self, work: Work, case: Case, call: Call, plan: SignPlan, outcome: tuple[str, int]) -> Mapping[str, Any]:
        document = _document_of(work, case, call)
        consent = work.session.get_one(SigningConsent, plan.consent_id)
        consent.used_at = work.now
        _keep_file(document, outcome)
        document.signed_at, document.signed_by, document.status = work.now, consent.person_id, "signed"
        work.record(
            case,
            "document.signed",
            {"document": str(document.id), "sha256": document.sha256, "by": str(consent.person_id)},
        )
        return {}


@deferred("document.seal")
class SealDocument:
    """Write number and date into their places, then the agency signs: nothing can change any more."""

    outside = False

    def plan(self, work: Work, case: Case, call: Call) -> SignPlan:
        document = _document_of(work, case, call)
        if document.signed_at is None:
            raise NotPossible("Không đóng dấu văn bản chưa có người có thẩm quyền ký.")
        office = work.session.get_one(Office, UUID(str(case.places["signing"])))
        values = {}
        if "number" in document.boxes:
            values["number"] = document.number
        if "date" in document.boxes and document.dated_on is not None:
            values["date"] = long_date(document.dated_on)
        return SignPlan(
            sha256=document.sha256,
            holder=f"office:{office.code}",
            field="agency",
            stamp={"office": office.name, "place": office.place or agency_of(work.session, office).place},
            reason=f"Đóng dấu: {document.title}",
            box=_box(document, "agency"),
            consent_id=None,
            values=values,
        )

    def act(self, plan: SignPlan, ports: Ports, now: datetime) -> tuple[str, int]:
        pdf = _read(ports, plan.sha256)
        if plan.values:
            pdf = ports.signatures.fill(pdf, plan.values)
        stamp = (
            agency_stamp(
                plan.stamp["office"],
                place=plan.stamp["place"],
                signed_at=now,
                box=plan.box,
                sample=ports.settings.sample,
            )
            if plan.box
            else None
        )
        sealed = ports.signatures.sign(pdf, plan.holder, field=plan.field, stamp=stamp, reason=plan.reason, now=now)
        stored = ports.storage.put(sealed, limit=PDF_LIMIT)
        return stored.sha256, stored.size

    def keep(self, work: Work, case: Case, call: Call, plan: SignPlan, outcome: tuple[str, int]) -> Mapping[str, Any]:
        document = _document_of(work, case, call)
        _keep_file(document, outcome)
        document.sealed_at, document.status = work.now, "sealed"
        work.record(case, "document.sealed", {"document": str(document.id), "sha256": document.sha256})
        return {}


@dataclass(frozen=True)
class Question:
    """What is asked of another authority's register."""

    register: str
    values: dict[str, Any]
    reference: str


@deferred("register.ask")
class AskRegister:
    """Ask a register of another authority; the answer becomes a variable of the case."""

    outside = True

    def plan(self, work: Work, case: Case, call: Call) -> Question:
        name = call.headers.get("register", "")
        if name not in work.ports.registers:
            raise NotPossible(f"Chưa kết nối cơ sở dữ liệu “{name}”.")
        values = {"dossier_id": str(case.id), "form": case.variables.get("form", {}), **call.inputs}
        return Question(name, values, reference=str(call.id))

    def act(self, plan: Question, ports: Ports, now: datetime) -> Mapping[str, Any]:
        return ports.registers[plan.register].ask(plan.values, reference=plan.reference, now=now)

    def keep(self, work: Work, case: Case, call: Call, plan: Question, outcome: Mapping[str, Any]) -> Mapping[str, Any]:
        work.record(case, "register.answered", {"register": plan.register}, {"answer": dict(outcome)})
        return {call.headers.get("resultVariable") or plan.register.replace("-", "_"): dict(outcome)}
