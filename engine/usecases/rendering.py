"""Printing a letter of the bundle, and printing its draft anew when somebody else is going to sign it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from engine.accounts.capacities import COLLECTIVE, COMMITTEES, Power, frozen, lines_of
from engine.accounts.holders import in_post
from engine.accounts.models import Mandate, Person
from engine.cases.models import Call, Case
from engine.clock import legal_date
from engine.dossiers.models import Document
from engine.errors import Conflict
from engine.letters.data import result_data
from engine.letters.errors import LetterError
from engine.letters.template import fill_template
from engine.ports import Ports
from engine.procedures.published import OpenBundle
from engine.usecases.calls import NotPossible, deferred
from engine.usecases.facts import facts_of, office_facts, verify_code
from engine.usecases.page_scans import Scan, contents, scans_for
from engine.usecases.running import bundle_of, lock_paper
from engine.usecases.variables import variable
from engine.work import Work
from processes.procedure import Letter, Register

if TYPE_CHECKING:
    from engine.letters.sheets import Sheet

PDF_LIMIT = 20 * 2**20
Printed = tuple[str, int, dict[str, Any]]
"""Digest, size and kept places of a printed letter."""


def long_date(day: date) -> str:
    """A date as papers print it: "ngày 05 tháng 02 năm 2026" (Decree 30/2020, Annex I, zero rule)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


@dataclass(frozen=True)
class Signatory:
    """Whose name stands under a letter, and with what power (title, KT., TL., TUQ. …) that person signs."""

    id: UUID | None
    name: str
    power: Power


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
    signatory: Signatory
    post: dict[str, Any]
    scans: tuple[Scan, ...] = ()
    """What becomes the pages before the letter."""


def signatory_of(work: Work, office_id: Any, role: str, *, person_id: UUID | None = None) -> Signatory:
    """Who signs letters of a role in an office today: the person asked for, else whoever has held the post longest."""
    rows = work.session.execute(
        select(Person.id, Person.full_name, Mandate)
        .join(Mandate, Mandate.person_id == Person.id)
        .where(
            Mandate.office_id == UUID(str(office_id)),
            Mandate.role == role,
            in_post(legal_date(work.now)),
            Person.active,
        )
        .order_by(Mandate.capacity != "", Mandate.valid_from, Mandate.id)
    ).all()
    chosen = next((row for row in rows if row[0] == person_id), rows[0] if rows and person_id is None else None)
    return Signatory(chosen[0], chosen[1], chosen[2].power) if chosen else Signatory(None, "", Power(""))


def plan_letter(
    work: Work, case: Case, key: str, document_id: UUID, *, asked_by: UUID | None, signer_id: UUID | None = None
) -> RenderPlan:
    """Read all a letter of the case's bundle needs; counter papers bear the clerk who asked for them."""
    bundle = bundle_of(work, case)
    letter = bundle.procedure.letters.get(key)
    if letter is None:
        raise NotPossible(f"Thủ tục không có mẫu văn bản “{key}”.")
    call = work.session.get(Call, document_id)  # a letter bears the number of the call that asked for it
    given = call.inputs if call is not None else None
    facts = facts_of(work.session, case, bundle, work.ports.settings, now=work.now, given=given)
    code = verify_code(work.ports.settings, document_id)
    received = facts.get("dossier", {}).get("received_at")
    path = bundle.procedure.letter_file(key, received.date() if received else facts["today"])
    at_desk = letter.signer == "counter_clerk"
    place, role = _desk(work, case, letter, call)
    wanted = signer_id or (asked_by if at_desk else None)
    signatory = signatory_of(work, case.places.get(place), role, person_id=wanted)
    if signatory.id is None and signer_id is None:
        signatory = signatory_of(work, case.places.get(place), role)
    office = office_facts(work.session, case.places.get(place))
    elsewhere = place not in ("receiving", "signing")
    collective = _for_the_committee(office) if elsewhere else letter.capacity
    lines = lines_of(signatory.power, office.get("kind", ""), collective)
    facts["letter"] = {
        "key": key,
        "title": letter.name.vi,
        "verify_code": code,
        "verify_url": f"{work.ports.settings.public_url}/v/{code}",
        "office": office,
        "capacity": lines.collective,
        "signer": {
            "name": signatory.name,
            "title": signatory.power.title,
            "capacity": signatory.power.capacity,
            "lines": list(lines.titles),
        },
        "register": register_facts(bundle.procedure.register_of(key), facts["today"]),
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
        parts=_parts(facts, letter, bundle, elsewhere=elsewhere),
        signatory=signatory,
        post=frozen(signatory.power, lines, office.get("name", "")) if signatory.id else {},
        scans=scans_for(work, case, letter),
    )


def register_facts(register: Register | None, day: date) -> dict[str, str]:
    """The prescribed register of a paper as letters name it; the book is that of a number dated on `day`."""
    return {"name": register.name, "book": register.book(day.year)} if register else {"name": "", "book": ""}


def _desk(work: Work, case: Case, letter: Letter, call: Call | None) -> tuple[str, str]:
    """Place and role of who signs: as the letter says, or as the step names them (`signer`: place.role)."""
    place = "receiving" if letter.signer == "counter_clerk" else "signing"
    path = call.headers.get("signer", "") if call is not None else ""
    named = str(variable(case, path, work.now, call.inputs) or "") if call is not None and path else ""
    found, _, role = named.partition(".")
    return (found, role) if role and case.places.get(found) else (place, letter.signer)


def _for_the_committee(office: Mapping[str, Any]) -> str:
    """In whose name the leader of another office than the deciding one signs (Decree 30/2020, Annex I)."""
    return COLLECTIVE if office.get("kind") in COMMITTEES else ""


def _parts(facts: Mapping[str, Any], letter: Letter, bundle: OpenBundle, *, elsewhere: bool) -> dict[str, str]:
    """What the layout prints around the letter's own words (Decree 30/2020, Annex I)."""
    office, signer = facts["letter"]["office"], facts["letter"]["signer"]
    series = letter.series or (bundle.procedure.result.series if letter.key == "result" else None)
    parts = {
        "superior": office.get("superior", "").upper(),
        "agency": office.get("name", "").upper(),
        "place": office.get("place", ""),
        "signer": signer["name"],
        "title": "\n".join(signer["lines"]) if letter.signer != "counter_clerk" else signer["title"],
        "capacity": facts["letter"]["capacity"],
        "link": facts["letter"]["verify_url"],
        "code": facts.get("dossier", {}).get("code", ""),
    }
    if series is None:
        parts |= {"unsealed": "1", "date": long_date(facts["today"]), "number": parts["code"]}
    else:
        symbol = series.pattern.replace("{number}", "").lstrip("/")
        # the book is that of the number's date, which may lie in another year than this draft
        book = facts["letter"]["register"]["book"]
        parts |= {"symbol": office.get("abbreviation", "") if elsewhere else symbol, "sealed": "1", "kept_book": book}
    return parts


def print_letter(plan: RenderPlan, ports: Ports, now: datetime) -> Printed:
    """Fill, set and print, with no transaction open; places for number, date and signatures are kept free."""
    from engine.letters.pdf import render  # the printing press weighs 40 MB: only who prints loads it

    sheets = _sheets(plan, ports)
    facts = plan.facts | {"letter": plan.facts["letter"] | {"pages": len(sheets)}}
    html = fill_template(plan.template, facts, now=now)
    letter = render(
        html,
        layout=plan.layout,
        sample=plan.sample,
        trial=plan.trial,
        now=now,
        parts=plan.parts,
        title=plan.title,
        data=result_data(plan.facts, html) if plan.key == "result" else None,
        sheets=sheets,
    )
    boxes = {} if plan.parts.get("unsealed") else letter.boxes
    pdf = ports.signatures.prepare(letter.pdf, boxes) if boxes else letter.pdf
    stored = ports.storage.put(pdf, limit=PDF_LIMIT)
    return stored.sha256, stored.size, {name: asdict(box) for name, box in boxes.items()}


def _sheets(plan: RenderPlan, ports: Ports) -> list[Sheet]:
    if not plan.scans:
        return []
    from engine.letters.sheets import sheets_of  # as above

    try:
        return sheets_of(contents(ports, plan.scans))
    except LetterError as refusal:
        raise NotPossible(str(refusal)) from refusal


@deferred("letter.render")
class RenderLetter:
    """Fill a letter of the bundle and print it as a draft."""

    outside = False

    def plan(self, work: Work, case: Case, call: Call) -> RenderPlan:
        return plan_letter(work, case, call.headers.get("letter", ""), call.id, asked_by=call.asked_by)

    def act(self, plan: RenderPlan, ports: Ports, now: datetime) -> Printed:
        return print_letter(plan, ports, now)

    def keep(self, work: Work, case: Case, call: Call, plan: RenderPlan, outcome: Printed) -> Mapping[str, Any]:
        sha256, size, boxes = outcome
        office = case.places.get(plan.place)
        document = Document(
            id=call.id,
            case_id=case.id,
            letter=plan.key,
            title=plan.title,
            layout=plan.layout,
            office_id=UUID(str(office)) if office else None,
            status="draft",
            signer_id=plan.signatory.id,
            post=plan.post,
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


def plan_redraft(work: Work, document_id: UUID, signer_id: UUID) -> RenderPlan:
    """Read what a draft needs to be printed again in another signatory's name; refuses a paper that is signed."""
    document, case = lock_paper(work, document_id)
    if document.status != "draft":
        raise Conflict("Văn bản đã được ký, không lập lại dự thảo được.")
    plan = plan_letter(work, case, document.letter, document.id, asked_by=None, signer_id=signer_id)
    if plan.signatory.id is None:
        raise Conflict("Người này không giữ chức vụ được ký văn bản.")
    return plan


def keep_redraft(work: Work, document_id: UUID, plan: RenderPlan, outcome: Printed) -> None:
    """The new print takes the place of the old draft, unless that was signed meanwhile."""
    document, case = lock_paper(work, document_id)
    if document.status != "draft":
        raise Conflict("Văn bản đã được ký, không lập lại dự thảo được.")
    document.sha256, document.size, document.boxes = outcome
    document.draft_sha256, document.signer_id, document.post = document.sha256, plan.signatory.id, plan.post
    work.record(case, "document.redrafted", {"document": str(document.id), "signer": str(plan.signatory.id)})
