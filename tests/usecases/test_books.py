"""Books of numbers: nothing given twice, void numbers kept with their reason, registers as things were on their day."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pypdf
import pytest
from sqlalchemy import delete

from engine.clock import LEGAL_ZONE
from engine.dossiers.lists import DossierOffice
from engine.errors import Conflict, Forbidden, Invalid, Refusal
from engine.journal import Entry
from engine.queries.numbers import number_book, number_page
from engine.registers.checking import book_faults
from engine.registers.models import Number, RegisterEntry, Series
from engine.registers.series import take_number
from engine.usecases.calls import act, claim_call, complete_call
from engine.usecases.series_start import SeriesEntry, start_series
from engine.usecases.submit import withdraw
from engine.usecases.tasks import complete_task
from engine.usecases.voiding import void_number
from tests.factories import ANSWERS, BIRTH, legal
from tests.usecases.faults import published_with
from tests.usecases.test_filing import at_once

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database
REFUSED = {"appraisal": {"outcome": "propose_refusal", "reason": "Trùng tên."}}
VERIFIED = {"outcome": "propose_grant", "verified": ["birth", "parents", "residence", "name"], "confirmed": True}


@pytest.fixture
def numbered(ward):
    """A refusal on the clerk's desk, signed and numbered, not sealed; with it its number."""
    case_id = ward.dossier_at("appraise")
    ward.do(case_id, "appraise", REFUSED)
    ward.do(case_id, "approve")
    return case_id, ward.rows(Number)[0]


def void(ward, number_id, reason="Sai thể thức.", by="mai"):
    with ward.work(by) as work:
        return void_number(work, number_id, reason)


def filled(ward, document):
    """What was written into the places of a paper."""
    fields = pypdf.PdfReader(io.BytesIO(ward.paper(document))).get_fields()
    return {name: field.get("/V") for name, field in fields.items()}


def test_a_void_number_stays_with_its_reason_and_the_paper_takes_the_next(ward, numbered):
    case_id, first = numbered
    ward.clock.advance(timedelta(minutes=5))
    void(ward, first.id)
    kept, second = ward.rows(Number, by=Number.value)
    assert (kept.void_reason, kept.voided_by, kept.voided_at) == ("Sai thể thức.", ward.people["mai"], ward.clock.now())
    assert (kept.text, second.text) == ("01/TB-ĐKKD", "02/TB-ĐKKD")
    assert [one.verb for one in ward.acts(case_id)][-2:] == ["number.voided", "document.numbered"]
    ward.do(case_id, "register")
    (paper,) = ward.documents(case_id, "refusal")
    assert (paper.number, paper.status, filled(ward, paper)["number"]) == (second.text, "issued", second.text)
    assert ward.faults() == []


@ONE
def test_only_the_clerk_voids_says_why_and_not_what_bears_the_seal(ward, numbered):
    case_id, number = numbered
    for reason in ("", "  ", "x" * 501):
        with pytest.raises(Invalid) as refusal:
            void(ward, number.id, reason)
        assert [one.path for one in refusal.value.problems] == ["reason"]
    for login in ("an", "lan", "dung"):
        with pytest.raises(Forbidden):
            void(ward, number.id, by=login)
    assert ward.rows(Number)[0].voided_at is None
    ward.do(case_id, "register")
    with pytest.raises(Conflict) as refusal:
        void(ward, number.id)
    assert refusal.value.code == "sealed"


def test_clicked_twice_one_number_is_void_and_one_given(ward, numbered):
    _case_id, number = numbered
    outcomes = at_once(2, lambda _: void(ward, number.id))
    assert sum(isinstance(one, Refusal) for one in outcomes) == 1
    assert [one.voided_at is not None for one in ward.rows(Number, by=Number.value)] == [True, False]


@ONE
def test_while_the_paper_is_being_sealed_its_number_stands(ward, numbered):
    case_id, number = numbered
    with ward.work("mai") as work:
        complete_task(work, ward.task(case_id, "register"), ANSWERS["register"])
    void(ward, number.id)  # the job has not begun: it will read the next number
    (seal,) = ward.calls(case_id, "document.seal")
    with ward.work() as work:
        plan = claim_call(work, seal.id)
    second = ward.rows(Number, by=Number.value)[1]
    with pytest.raises(Conflict) as refusal:
        void(ward, second.id)
    assert refusal.value.code == "being_sealed"
    sealed = act(plan, ward.house.ports, ward.clock.now())
    with ward.work() as work:
        complete_call(work, plan, sealed)
    (paper,) = ward.documents(case_id, "refusal")
    assert filled(ward, paper)["number"] == paper.number == second.text


@ONE
def test_a_dossier_taken_back_voids_the_number_of_what_was_never_sealed(ward, numbered):
    case_id, number = numbered
    with ward.work("lan") as work:
        withdraw(work, case_id, "Đổi ý.")
    ward.run_deferred()
    assert "rút hồ sơ" in ward.row(Number, number.id).void_reason
    assert [one.status for one in ward.documents(case_id, "refusal")] == ["void"]
    assert len(ward.rows(Number)) == 1


@ONE
def test_drafted_in_december_and_numbered_in_january_it_stands_in_the_new_book(ward):
    ward.clock.set(datetime(2026, 12, 31, 9, tzinfo=LEGAL_ZONE))
    case_id = ward.filed_at_counter(procedure=BIRTH)
    ward.run_deferred()
    ward.do(case_id, "appraise", {"appraisal": VERIFIED}, by="quyen")
    ward.clock.set(datetime(2027, 1, 4, 8, tzinfo=LEGAL_ZONE))
    ward.do(case_id, "approve", by="dung")
    ward.do(case_id, "register")
    (paper,) = ward.documents(case_id, "result")
    assert {name: filled(ward, paper)[name] for name in ("number", "book")} == {"number": "01", "book": "01/2027"}
    assert paper.dated_on == date(2027, 1, 4)
    (series,) = ward.rows(Series, Series.name == "births")
    assert (series.period, series.title, series.prescribed) == ("2027", "Sổ đăng ký khai sinh", True)
    (number,) = ward.rows(Number, Number.series_id == series.id)
    assert (number.text, number.book) == ("01", "01/2027")
    (entry,) = ward.rows(RegisterEntry, RegisterEntry.number_id == number.id, by=RegisterEntry.number_id)
    answers = ward.dossier(case_id).answers
    assert entry.columns["Họ, chữ đệm, tên người được khai sinh"] == answers["child"]["full_name"].upper()
    assert entry.columns["Số định danh cá nhân"].startswith("079")
    assert [heading[0] for heading in series.headings] == list(dict.fromkeys(one[0] for one in series.headings))


@ONE
def test_a_certificate_numbered_by_the_national_register_has_its_entry_here(ward):
    case_id = ward.dossier_at("hand_over")
    (paper,) = ward.documents(case_id, "result")
    (number,) = ward.rows(Number, Number.document_id == paper.id)
    entry = ward.row(RegisterEntry, number.id)
    assert (number.text, number.book, entry.given) == ("01", "01/2026", paper.number)
    numbering = next(one for one in ward.acts(case_id) if one.verb == "document.numbered")
    assert paper.number not in str(numbering.facts), "it may be somebody's personal identification number"

    def found():
        with ward.look("an") as look:
            return [
                line.value for line in number_page(look, number_book(look, number.series_id), text=paper.number).lines
            ]

    assert found() == [1]
    with ward.work() as work:
        work.session.execute(delete(DossierOffice).where(DossierOffice.case_id == case_id))
    assert found() == [], "whoever may not read the dossier does not learn that the number stands here"
    assert who_signed(ward, paper) == [("leader", "Dương Thành Ân"), ("agency", ROOM)]


ROOM, COMMITTEE = "Phòng Kinh tế, Hạ tầng và Đô thị phường Bến Thành", "Ủy ban nhân dân phường Bến Thành"


def who_signed(ward, paper):
    """The fields of a paper's signatures, each with whose it is."""
    verdict = ward.house.ports.signatures.verify(ward.paper(paper), now=ward.clock.now())
    return [(one.field, one.signer) for one in verdict.signatures]


@ONE
def test_who_signs_seals_and_keeps_the_register_is_the_bundle_s_word(ward):
    """The head of the room as it is shipped (above); told otherwise, the ward's leader with the committee's seal."""
    published_with(
        ward,
        ("procedure.toml", b'signing = "same as handling"', b'signing = "committee of commune"'),
        ("procedure.toml", b'signer = "unit_head"', b'signer = "leader"'),
        ("process.bpmn", b'candidateGroups="signing.unit_head"', b'candidateGroups="signing.leader"'),
        ("process.bpmn", b'key="as" value="head"', b'key="as" value="leader"'),
    )
    case_id = ward.filed_at_counter()
    ward.run_deferred()
    ward.do(case_id, "appraise")
    ward.do(case_id, "approve", by="dung")
    ward.do(case_id, "register")
    (paper,) = ward.documents(case_id, "result")
    assert who_signed(ward, paper) == [("leader", "Nguyễn Tiến Dũng"), ("agency", COMMITTEE)]
    (book,) = ward.rows(Series, Series.prescribed)
    assert (book.office, book.last) == ("bt", 1)


@ONE
def test_a_clock_set_back_over_new_year_gives_out_no_number_of_the_old_year(ward):
    def take(now):
        ward.clock.set(now)
        with ward.work() as work:
            return take_number(work, "bt", "letters", "{number}", uuid4()).text

    assert take(legal(4, month=1).replace(year=2027)) == "01"
    with pytest.raises(Conflict, match="04/01/2027"):
        take(legal(31, month=12))
    assert [one.period for one in ward.rows(Series, Series.name == "letters", Series.last > 0)] == ["2027"]


@ONE
def test_a_series_that_never_begins_anew_counts_on(ward):
    texts = []
    for year in (2026, 2027):
        ward.clock.set(legal(4).replace(year=year))
        with ward.work() as work:
            texts.append(take_number(work, "bt", "seals", "{number}", uuid4(), yearly=False).text)
    assert texts == ["01", "02"]


@ONE
def test_a_spoiled_paper_goes_back_and_the_new_one_takes_the_next_number(ward, numbered):
    case_id, number = numbered
    with pytest.raises(Invalid):
        ward.do(case_id, "register", {"registering": {"redraw": True}})
    ward.do(case_id, "register", {"registering": {"redraw": True, "reason": "Sai tên hộ."}})
    assert ward.open_steps(case_id) == ["appraise"]
    kept = ward.row(Number, number.id)
    assert (kept.void_reason, kept.voided_by) == ("Sai tên hộ.", ward.people["mai"])
    assert [one.status for one in ward.documents(case_id, "refusal")] == ["void"]
    ward.do(case_id, "appraise", REFUSED)
    ward.do(case_id, "approve")
    ward.do(case_id, "register")
    spoiled, paper = ward.documents(case_id, "refusal")
    assert (spoiled.number, paper.number) == ("01/TB-ĐKKD", "02/TB-ĐKKD")
    assert (spoiled.sealed_at, paper.status) == (None, "issued")
    assert ward.incidents(case_id) == []


LETTERS = SeriesEntry("bt", "letters", 2026, 57, "Biên bản khóa sổ số 03/BB-UBND")


def started(ward, **changes):
    with ward.work() as work:
        return start_series(work, replace(LETTERS, **changes))


def next_letter(ward):
    with ward.work() as work:
        return take_number(work, "bt", "letters", "{number}/UBND", uuid4()).text


def faults(ward):
    with ward.look() as look:
        return book_faults(look.session)


def test_an_office_that_moves_in_goes_on_after_its_last_number(ward):
    assert [started(ward), started(ward), next_letter(ward)] == [True, False, "58/UBND"]
    assert started(ward, last=80, ground="Sổ giấy khi mất điện")
    assert [next_letter(ward), faults(ward)] == ["81/UBND", []]
    acts = ward.rows(Entry, Entry.verb == "series.started", by=Entry.seq)
    assert [(one.chain, one.facts["after"], one.facts["last"]) for one in acts] == [
        ("office:bt", 0, 57),
        ("office:bt", 58, 80),
    ]


@ONE
def test_a_start_is_only_upwards_for_this_year_and_with_its_ground(ward):
    for _ in range(5):
        next_letter(ward)
    wrong = ({"last": 5}, {"last": 10**6}, {"year": 2025}, {"year": 2027}, {"name": "leters"}, {"office": "x"})
    for changes in (*wrong, {"ground": " "}):
        with pytest.raises(Invalid):
            started(ward, **changes)
    assert next_letter(ward) == "06/UBND"


@ONE
def test_a_gap_or_a_double_in_a_book_is_found(ward):
    next_letter(ward)
    assert faults(ward) == []
    (number,) = ward.rows(Number)
    with ward.work() as work:
        work.session.get_one(Number, number.id).value = 2
    assert faults(ward) == ["bt/letters: 01/UBND lies outside its book"]
    with ward.work() as work:
        work.session.get_one(Series, number.series_id).last = 2
    assert faults(ward) == ["bt/letters/2026: 1 numbers stand where the book has come to 2"]
