"""What holds for every dossier, limit, calendar and interruption."""

from datetime import date, datetime, timedelta
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.clock import LEGAL_ZONE
from engine.deadlines.ledger import from_json, replay, to_json
from engine.deadlines.limits import Interruption, Limit
from engine.deadlines.reckoning import due, reckon
from engine.deadlines.standing import mark
from tests.unit.deadlines.calendars import HOURS, VN, plain

dice = Random(11)
EXACT = settings(max_examples=100, derandomize=True, deadline=None)

moments = st.datetimes(datetime(2025, 12, 1), datetime(2026, 12, 31)).map(lambda at: at.replace(tzinfo=LEGAL_ZONE))
limits = st.one_of(
    st.builds(Limit, st.integers(1, 40), st.sampled_from(["working_days", "days", "hours"])),
    st.just(Limit(1, "same_day")),
)
day_limits = limits.filter(lambda limit: limit.unit in ("working_days", "days"))
lengths = st.timedeltas(timedelta(0), timedelta(days=20))
days_off = st.sampled_from(
    [tuple(date.fromordinal(dice.randint(739586, 740040)) for _ in range(size)) for size in (0, 1, 3, 8, 14, 25)]
)
"""Days off of some calendars between December 2025 and February 2027; a calendar is laid out once."""


@st.composite
def interruptions(draw, start, modes=("shift", "restart"), most=4):
    waits = []
    for _ in range(draw(st.integers(0, most))):
        begin = start + draw(lengths)
        waits.append(
            Interruption(begin, begin + draw(lengths), "supplement", "thử nghiệm", draw(st.sampled_from(modes)))
        )
    return waits


@st.composite
def dossiers(draw):
    start = draw(moments)
    return draw(limits), start, draw(interruptions(start))


@EXACT
@given(dossiers(), days_off)
def test_the_ledger_gives_the_date_back_and_its_counted_time_is_the_limit(dossier, off):
    limit, start, waits = dossier
    calendar = plain(*off)
    reckoning = reckon(limit, start, calendar, waits)
    assert replay(reckoning.ledger, limit) == reckoning.due_at == due(limit, start, calendar, waits)
    assert from_json(to_json(reckoning)) == reckoning
    assert reckoning.ledger[0].start == reckoning.start
    assert calendar.is_working(reckoning.due_on)
    assert reckoning.due_at >= reckoning.start


@EXACT
@given(dossiers())
def test_an_open_interruption_keeps_what_is_left_of_the_limit(dossier):
    limit, start, waits = dossier
    whole = limit.value * (3600 if limit.unit == "hours" else 1)
    open_one = Interruption(start, None, "supplement", "thử nghiệm")
    reckoning = reckon(limit, start, VN, [open_one, *waits])
    assert reckoning.paused
    assert reckoning.remaining == whole
    later = reckon(limit, start, VN, [*waits, Interruption(start + timedelta(days=3), None, "stop", "thử nghiệm")])
    if later.paused:
        counted = sum(span.amount for span in later.ledger if span.kind == "counted")
        assert counted + later.remaining == whole
        assert replay(later.ledger) is None


@EXACT
@given(limits, moments, moments)
def test_who_comes_later_is_not_due_earlier(limit, one, other):
    first, second = sorted((one, other))
    assert due(limit, first, VN) <= due(limit, second, VN)


@EXACT
@given(dossiers(), days_off, st.dates(date(2025, 12, 1), date(2027, 2, 28)))
def test_a_new_day_off_never_brings_a_date_earlier(dossier, off, new):
    limit, start, waits = dossier
    assert due(limit, start, plain(*off), waits) <= due(limit, start, plain(*off, new), waits)


@EXACT
@given(st.integers(1, 20), st.integers(1, 20), moments)
def test_working_days_add_up(first, second, start):
    halfway = due(Limit(first, "working_days"), start, VN)
    assert due(Limit(first + second, "working_days"), start, VN) == due(Limit(second, "working_days"), halfway, VN)


@EXACT
@given(st.integers(1, 40), moments, st.integers(0, 39), st.integers(1, 15), st.integers(7, 16))
def test_a_pause_of_n_working_days_moves_the_date_by_n(days, start, after, waited, hour):
    assume(after <= days)
    limit = Limit(days, "working_days")
    plain_due = due(limit, start, VN).date()
    received = reckon(limit, start, VN).effective_on
    asked = VN.add(received, after) if after else received
    begin = datetime(asked.year, asked.month, asked.day, hour, tzinfo=LEGAL_ZONE)
    answered = VN.add(asked, waited)
    end = datetime(answered.year, answered.month, answered.day, hour, tzinfo=LEGAL_ZONE)
    wait = Interruption(begin, end, "supplement", "thử nghiệm")
    assert due(limit, start, VN, [wait]).date() == VN.add(plain_due, waited)


@EXACT
@given(day_limits, moments, st.data())
def test_a_restart_leaves_exactly_the_whole_limit_after_the_answer(limit, start, data):
    wait = data.draw(interruptions(start, ("restart",), most=1).filter(bool))[0]
    assume(VN.falls_on(wait.start) <= due(limit, start, VN).date())
    assert due(limit, start, VN, [wait]) == due(limit, wait.end, VN)


@EXACT
@given(limits, moments, st.data())
def test_waiting_never_brings_the_date_earlier_and_order_does_not_matter(limit, start, data):
    waits = data.draw(interruptions(start, ("shift",)))
    shifted = due(limit, start, VN, waits)
    assert shifted >= due(limit, start, VN)
    assert due(limit, start, VN, waits[::-1]) == shifted
    assert due(limit, start, VN, [*waits, *waits]) == shifted


@EXACT
@given(st.integers(1, 15), st.dates(date(2026, 1, 1), date(2026, 12, 1)))
def test_hours_and_days_agree_from_the_opening_on(days, day):
    day = VN.on_or_after(day)
    opening = VN.opening(day)
    eve = datetime.combine(VN.before(day), HOURS[-1][1], LEGAL_ZONE)
    by_hours = due(Limit(8 * days, "hours"), opening, VN)
    assert by_hours == due(Limit(days, "working_days"), eve, VN)


@EXACT
@given(dossiers(), st.integers(1, 99))
def test_marks_lie_in_order_between_reception_and_the_due_moment(dossier, percent):
    limit, start, waits = dossier
    reckoning = reckon(limit, start, VN, waits)
    assert reckoning.start <= mark(reckoning, VN, percent) <= mark(reckoning, VN, percent + 1) <= reckoning.due_at


@EXACT
@given(st.integers(1, 60), moments)
def test_prefix_sums_agree_with_counting_day_by_day(days, start):
    day = reckon(Limit(days, "working_days"), start, VN).effective_on
    left = days
    while left:
        day += timedelta(days=1)
        left -= VN.is_working(day)
    assert due(Limit(days, "working_days"), start, VN).date() == day
