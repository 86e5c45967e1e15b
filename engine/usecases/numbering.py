"""Giving a paper its number and date, and entering it in its book: the clerical book or a prescribed register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from engine.accounts.models import Office
from engine.bpmn.advance import Waiting
from engine.cases.models import Case
from engine.clock import legal_date
from engine.dossiers.models import Document, Dossier
from engine.errors import Invalid, NotFound
from engine.procedures.published import OpenBundle
from engine.registers.models import Number, RegisterEntry
from engine.registers.models import Series as Book
from engine.registers.series import TRIAL, printed, take_number
from engine.usecases.advance import inline
from engine.usecases.facts import facts_of, office_facts, person_facts
from engine.usecases.rendering import register_facts
from engine.usecases.running import bundle_of
from engine.usecases.variables import variable
from engine.work import Work
from processes.procedure import Register, Series
from rules.feel import expression_of, feel


def document_named(work: Work, case: Case, asked: Waiting) -> Document:
    """The document whose id stands in the variable that a service task names."""
    name = asked.headers.get("document", "")
    value = {**case.variables, **asked.inputs}.get(name)
    document = work.session.get(Document, UUID(str(value))) if value else None
    if document is None or document.case_id != case.id:
        raise NotFound("Chưa có văn bản “%(name)s” trong hồ sơ.", name=name)
    return document


def _series(bundle: OpenBundle, document: Document, name: str) -> Series:
    letter = bundle.procedure.letters.get(document.letter)
    series = letter.series if letter is not None else None
    if series is None or name == bundle.procedure.result.series.name:
        series = bundle.procedure.result.series if document.letter == "result" else series
    if series is None:
        raise Invalid("Văn bản “%(name)s” chưa có quy định về số.", name=document.title)
    return series


@inline("document.number")
def number(work: Work, case: Case, asked: Waiting) -> Mapping[str, Any]:
    """Give the document its number; its date is the day the number is taken (Decree 30/2020 art. 15)."""
    document = document_named(work, case, asked)
    if not document.number:
        give_number(work, case, document, name=asked.headers.get("series", ""), inputs=asked.inputs)
    return {}


def give_number(
    work: Work, case: Case, document: Document, *, name: str = "", inputs: Mapping[str, Any] | None = None
) -> Number | None:
    """Number, date and entry of a paper that has none, as its bundle says; the caller has locked the case.

    `name` is the series a drawing names, `inputs` what its step was given. None where a national register numbers the
    paper and the bundle prescribes no register here.
    """
    bundle = bundle_of(work, case)
    series, register = _series(bundle, document, name), bundle.procedure.register_of(document.letter)
    office = work.session.get_one(Office, document.office_id or UUID(str(case.places["signing"])))
    given, taken = "", None
    if series.source == "national":
        value = variable(case, series.value, work.now, inputs)
        if not value:
            raise Invalid("Cơ sở dữ liệu quốc gia chưa cho số của “%(name)s”.", name=document.title)
        given = (TRIAL if case.trial else "") + printed(series.pattern, value, legal_date(work.now).year)
        document.number, document.dated_on = given, legal_date(work.now)
    if not given or register is not None:
        own = str(office.id) == str(case.places["signing"])
        pattern = "{number}" if given else series.pattern if own else f"{{number}}/{office.abbreviation}"
        taken = take_number(
            work, office.code, series.name, pattern, document.id, trial=case.trial, yearly=bool(given) or series.yearly
        )
        document.number, document.dated_on = given or taken.text, taken.dated_on
        _enter(work, case, bundle, document, taken, register, given=given, inputs=inputs)
    # a number of a national register may be somebody's personal identification number
    facts: dict[str, Any] = {"document": str(document.id)}
    if taken is not None:
        facts["entry" if given else "number"] = taken.text
    work.record(case, "document.numbered", facts, {"number": given} if given else None)
    return taken


def _enter(
    work: Work,
    case: Case,
    bundle: OpenBundle,
    document: Document,
    taken: Number,
    register: Register | None,
    *,
    given: str,
    inputs: Mapping[str, Any] | None,
) -> None:
    """Write down what the book says of this number, as things are today: what changes later does not change it."""
    book = work.session.get_one(Book, taken.series_id)
    if register is not None:
        taken.book = register.book(taken.dated_on.year)
        headings = [[column.name.vi, column.name.en] for column in register.columns]
        book.title, book.prescribed = register.name, True
        book.headings = [*headings, *(one for one in book.headings if one not in headings)]
    elif not book.title and document.letter == "result":
        book.title = bundle.procedure.result.name.vi
    dossier = work.session.get(Dossier, case.id)
    work.session.add(
        RegisterEntry(
            number_id=taken.id,
            case_id=case.id,
            given=given,
            subject=dossier.title if dossier is not None else "",
            recipient=(dossier.applicant_name or dossier.owner_name) if dossier is not None else "",
            columns=_columns(work, case, bundle, document, register, inputs),
        )
    )


def _columns(
    work: Work,
    case: Case,
    bundle: OpenBundle,
    document: Document,
    register: Register | None,
    inputs: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """The register's own columns, by heading; Invalid names the column that cannot be calculated."""
    if register is None or not register.columns:
        return {}
    facts = facts_of(work.session, case, bundle, work.ports.settings, now=work.now, given=inputs)
    facts["letter"] = {
        "key": document.letter,
        "title": document.title,
        "number": document.number,
        "dated_on": document.dated_on,
        "office": office_facts(work.session, document.office_id),
        "signer": {
            "name": person_facts(work.session, document.signed_by).get("name", ""),
            "title": document.post.get("title", ""),
            "capacity": document.post.get("capacity", ""),
        },
        "register": register_facts(register, legal_date(work.now)),
    }
    asked = [(expression_of(column.value), facts) for column in register.columns]
    values = {}
    for column, outcome in zip(register.columns, feel().evaluate_all(asked, now=work.now), strict=True):
        if outcome.error is not None:
            raise Invalid("Cột “%(column)s” của sổ: %(error)s", column=column.name.vi, error=outcome.error)
        values[column.name.vi] = _written(outcome.value)
    return values


def _written(value: Any) -> str:
    """A value as a register holds it: words, days as 05/02/2026, nothing for null."""
    if isinstance(value, list):
        return ", ".join(_written(one) for one in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    return value.strftime("%d/%m/%Y") if hasattr(value, "strftime") else str(value)
