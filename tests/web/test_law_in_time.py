"""Law in time: published ahead, counted down, withdrawn before its day; and told in good time when a basis ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.accounts.models import Person
from engine.clock import LEGAL_ZONE
from engine.errors import Forbidden, NotFound
from engine.journal import Entry
from engine.notifications.models import Notice
from engine.procedures.effect import endings
from engine.procedures.models import PublishedBundle
from engine.procedures.published import in_force, open_bundle, publish
from engine.queries.coming import coming_versions, ending_bases
from engine.usecases.designing import withdraw_version
from engine.usecases.law_warnings import warn_of_endings
from engine.usecases.settings_text import read_legal, write_legal
from tests.factories import BIRTH, HOUSEHOLD, PERMIT
from tests.usecases.conftest import database, offices, run_deferred, ward
from tests.web.officer.visitor import Visitor
from web.application import create_application

__all__ = ["database", "offices", "run_deferred", "ward"]

pytestmark = pytest.mark.dialects("sqlite")  # rules of dates
LAW = "Luật Hộ tịch số 60/2014/QH13"


def at(year, month, day, hour=9):
    return datetime(year, month, day, hour, tzinfo=LEGAL_ZONE)


def seen(ward, query, login="thiet"):
    with ward.look(login) as look:
        return query(look)


def ends(ward):
    return [(one.procedure, one.kind, one.title, one.last_day, one.days) for one in seen(ward, ending_bases)]


def published_ahead(ward, procedure=BIRTH, *, begins=date(2027, 3, 1), change=lambda settings: settings):
    """The version of the next law, published by the office before it begins."""
    with ward.work() as work:
        version = in_force(work.session, procedure, ward.clock.now().date())
        files = dict(open_bundle(work.session, version.id).bundle.files)
        text = files["procedure.toml"].decode()
        legal = read_legal(text)
        text = change(write_legal(text, type(legal)(legal.announced, legal.internal_process, begins, None)))
        return publish(work, {**files, "procedure.toml": text.encode()}, origin="office", note="Luật mới")


def without_the_old_law(settings):
    head, _, tail = settings.partition('[[legal_basis]]\ntitle = "Luật Hộ tịch')
    return head + tail.partition("\n\n")[2]


def test_a_version_published_ahead_is_counted_down_and_takes_over_on_its_day(ward):
    (one,) = seen(ward, coming_versions, "")
    assert (one.procedure, one.valid_from, one.days, one.replaces) == (PERMIT, date(2026, 7, 1), 121, 1)
    filed_before = ward.filed_at_counter(procedure=PERMIT)
    ward.clock.set(at(2026, 6, 30, 16))
    last = ward.filed_at_counter(procedure=PERMIT)
    assert seen(ward, coming_versions)[0].days == 1
    ward.clock.set(at(2026, 7, 1, 8))
    assert seen(ward, coming_versions) == ()
    first = ward.filed_at_counter(procedure=PERMIT)
    ruled = {
        case_id: ward.row(PublishedBundle, ward.case(case_id).bundle_id).valid_from
        for case_id in (filed_before, last, first)
    }
    assert ruled == {filed_before: date(2025, 7, 1), last: date(2025, 7, 1), first: date(2026, 7, 1)}


def test_withdrawn_before_its_day_it_never_begins_and_the_journal_says_why(ward):
    (one,) = seen(ward, coming_versions)
    with ward.work("thiet") as work:
        withdraw_version(work, one.id, "Quốc hội lùi ngày có hiệu lực")
    assert seen(ward, coming_versions) == ()
    (act,) = ward.rows(Entry, Entry.verb == "procedure.withdrawn", by=Entry.at)
    assert act.facts["reason"] == "Quốc hội lùi ngày có hiệu lực"
    ward.clock.set(at(2026, 7, 1, 8))
    with pytest.raises(NotFound, match="không áp dụng vào ngày 01/07/2026"):
        ward.filed_at_counter(procedure=PERMIT)


def test_a_trial_or_a_version_another_outranks_is_no_coming_law(ward):
    """Only what will really govern is announced: an upgrade of the library does not displace the office's own."""
    ward.clock.set(at(2026, 7, 2))
    own = published_ahead(ward, begins=date(2027, 3, 1))
    with ward.work() as work:
        files = dict(open_bundle(work.session, own.id).bundle.files)
        publish(work, {**files, "letters/extra.html": b"<p>x</p>"}, origin="library", library_digest="later")
    assert [(one.procedure, one.version) for one in seen(ward, coming_versions)] == [(BIRTH, own.version)]


def test_a_basis_is_warned_of_thirty_days_before_it_ends_unless_something_follows(ward):
    ward.clock.set(at(2027, 1, 28))
    assert ends(ward) == []
    ward.clock.set(at(2027, 1, 29))
    day = date(2027, 2, 28)
    assert ends(ward) == [(BIRTH, "version", "", day, 30), (BIRTH, "basis", LAW, day, 30)]
    published_ahead(ward, begins=date(2027, 3, 1))
    assert ends(ward) == [(BIRTH, "basis", LAW, day, 30)], "the new version still stands on the old law"
    ward.clock.set(at(2027, 1, 30))
    published_ahead(ward, begins=date(2027, 3, 1), change=without_the_old_law)
    assert ends(ward) == []


def test_a_text_that_begins_the_day_after_in_the_same_settings_is_the_successor(ward):
    ward.clock.set(at(2027, 2, 10))
    named = '\n[[legal_basis]]\ntitle = "Luật Hộ tịch số 03/2026/QH16"\nvalid_from = 2027-03-01\nverified = false\n'
    published_ahead(ward, begins=date(2027, 2, 1), change=lambda text: text + named)
    assert ends(ward) == []


def test_what_ended_without_a_follower_stays_on_the_list_and_history_is_not_on_it(ward):
    ward.clock.set(at(2026, 7, 10))
    assert ends(ward) == [], "the permit's new version names its texts anew"
    ward.clock.set(at(2027, 2, 1))
    published_ahead(ward, begins=date(2027, 2, 1))
    ward.clock.set(at(2027, 3, 5))
    assert ends(ward) == [(BIRTH, "basis", LAW, date(2027, 2, 28), -5)]
    published_ahead(
        ward,
        HOUSEHOLD,
        begins=date(2027, 3, 1),
        change=lambda text: text + '\n[[legal_basis]]\ntitle = "Cũ"\nvalid_to = 2025-01-01\nverified = true\n',
    )
    assert [one[0] for one in ends(ward)] == [BIRTH]


def test_designers_and_leaders_are_written_to_once(ward):
    ward.clock.set(at(2027, 1, 29))
    with ward.work() as work:
        designer = work.session.scalars(select(Person).where(Person.login == "thiet")).one()
        designer.locale, address = "en", designer.email
    told = []
    for _day in range(3):
        ward.clock.advance(timedelta(days=1))
        for _again in range(2):
            with ward.work() as work:
                told.append(warn_of_endings(work))
    notices = ward.rows(Notice, Notice.event == "law.ending")
    assert told[0] == len(notices) > 0
    assert told[1:] == [0] * (len(told) - 1)
    assert len({(one.key, one.recipient) for one in notices}) == len(notices)
    assert any(LAW in one.body and "28/02/2027" in one.body for one in notices)
    english = [one for one in notices if one.recipient == address]
    assert {one.locale for one in english} == {"en"}
    assert all("ends after 28/02/2027" in one.subject and "days are left" in one.body for one in english)
    assert all("hết hiệu lực" in one.subject for one in notices if one not in english)
    assert {one.case_id for one in notices} == {None}
    assert len(ward.rows(Entry, Entry.verb == "law.ending", by=Entry.at)) == 2
    ward.run_deferred()
    assert {one.status for one in ward.rows(Notice, Notice.event == "law.ending")} == {"delivered"}


def test_whoever_neither_designs_nor_leads_is_not_shown_what_ends(ward):
    with pytest.raises(Forbidden):
        seen(ward, ending_bases, "lan")


def test_designer_counter_leader_and_the_public_page_count_down_and_the_first_two_leaders_see_what_ends(ward):
    site = create_application(ward.house, config={"RATELIMIT_ENABLED": False})
    places = [("thiet", "/thiet-ke/"), ("thiet", f"/thiet-ke/thu-tuc/{PERMIT}"), ("lan", "/tiep-nhan")]
    places += [("dung", "/theo-doi"), ("", f"/thu-tuc/{PERMIT}")]
    for login, path in places:
        page = Visitor(site, ward, login).text(path)
        assert "Từ ngày 01/07/2026 áp dụng quy định mới (còn 121 ngày)" in page, path
    (one,) = seen(ward, coming_versions)
    assert "Không còn phiên bản nào cho hồ sơ nhận từ ngày 01/07/2026" in Visitor(site, ward, "thiet").text(
        f"/thiet-ke/phien-ban/{one.id}/rut"
    )
    ward.clock.set(at(2027, 2, 20))
    for login, path in (("thiet", "/thiet-ke/"), ("thiet", f"/thiet-ke/thu-tuc/{BIRTH}"), ("dung", "/theo-doi")):
        page = Visitor(site, ward, login).text(path)
        assert LAW in page, path
        assert "đến hết ngày 28/02/2027" in page, path
        assert "còn 8 ngày" in page, path
    assert LAW not in Visitor(site, ward, "lan").text("/tiep-nhan")
    assert seen(ward, lambda look: endings(look.session, date(2027, 2, 20)))
