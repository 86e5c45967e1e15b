"""Every way a letter of apology went in a simulated year, and what must hold of each letter on its way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from engine.cases.clocks import DOSSIER
from engine.cases.models import Call, Case, Clock, Task, Transfer
from engine.clock import legal_date
from engine.dossiers.models import Apology, Document, Dossier
from engine.notifications.models import Notice
from engine.queries.apologies import MOST, told_counter
from engine.usecases.apologies import DATES
from engine.work import Actor, Reading

BECAUSE = {
    "forecast": "foreseen by the forecast",
    "term": "asked for by the term",
    "error": "about an error",
    "loss": "about a loss",
    "damage": "about damage",
}
CLOSED = {
    "decided": "withdrawn: done in time",
    "withdrawn": "withdrawn: its dossier was",
    "paused": "withdrawn: the term stands still",
    "calendar": "withdrawn: the date moved",
    "exempt": "exempted with reason and approver",
}
LIMITS = {"same_day": "sent under a same-day limit", "hours": "sent under a limit in hours"}
SENT = ("sent before the date", "sent on the date", "sent after the date")
WAYS = (
    *BECAUSE.values(), "one level up", *SENT, *LIMITS.values(), "with a new date", "a second date on its ground",
    "one level up without a date", "unsigned notice first, then signed", "unsigned notice, still owed",
    "the officer keeps the date", *CLOSED.values(), "the counter has read it", "the counter has not",
    "after a hand-over to another unit",
)  # fmt: skip
"""What may become of a letter, as it is counted; one letter counts at several."""


def ways(look: Reading) -> dict[str, int]:
    """How many letters went each way; one that nobody took stands there with 0."""
    found: Counter[str] = Counter()
    limits = dict(look.session.execute(select(Clock.case_id, Clock.limit_unit).where(Clock.term == DOSSIER)).all())
    handed = dict(look.session.execute(select(Transfer.case_id, Transfer.moved_at)).all())
    for letter in look.session.scalars(select(Apology)):
        found.update(_ways_of(letter, limits.get(letter.case_id, "")))
        moved_at = handed.get(letter.case_id)
        found["after a hand-over to another unit"] += moved_at is not None and letter.opened_at >= moved_at
    return {way: found[way] for way in WAYS}


def _ways_of(letter: Apology, unit: str) -> Iterator[str]:
    yield BECAUSE[letter.because]
    if letter.closed_because in CLOSED:
        yield CLOSED[letter.closed_because]
    if letter.kept_at is not None:
        yield "the officer keeps the date"
    if letter.notice_sent_at is not None and letter.sent_at is not None:
        yield "unsigned notice first, then signed"
    if letter.notice_sent_at is not None and letter.sent_at is None and letter.closed_at is None:
        yield "unsigned notice, still owed"
    if letter.level == "superior":
        yield "one level up"
    if letter.counter_told_at is not None:
        yield "the counter has read it" if letter.counter_seen_at is not None else "the counter has not"
    if letter.sent_at is None:
        return
    if letter.because in DATES:
        sent_on = legal_date(letter.sent_at)
        yield SENT[0 if sent_on < letter.promised_on else 1 if sent_on == letter.promised_on else 2]
    if unit in LIMITS:
        yield LIMITS[unit]
    if letter.level == "superior":
        yield "a second date on its ground" if letter.new_date is not None else "one level up without a date"
    elif letter.new_date is not None:
        yield "with a new date"


def letter_faults(look: Reading, codes: Mapping[UUID, str], counter: Actor, office_id: UUID) -> Iterator[str]:
    """What does not hold of a letter: nobody's desk, no paper, an exemption nobody approved, a date without a ground.

    It looks at the dossiers one counter has received; `counter` is somebody there.
    """
    desks, unread = _desks(look), {line.id for line in told_counter(replace(look, actor=counter))}
    papers = {one.id: one for one in look.session.scalars(select(Document))}
    told = set(look.session.execute(select(Notice.case_id, Notice.created_at).where(Notice.event == "late")).all())
    dated: Counter[UUID] = Counter()
    here = select(Apology).join(Dossier, Dossier.case_id == Apology.case_id).where(Dossier.receiving_id == office_id)
    for letter in look.session.scalars(here.order_by(Apology.case_id, Apology.round)):
        dated[letter.case_id] += letter.sent_at is not None and letter.new_date is not None and letter.level == "unit"
        faults = [
            *_open_ones(look, letter, desks[letter.case_id]),
            *_exemption(letter),
            *_out(letter, papers),
        ]
        if letter.sent_at is not None and (letter.case_id, letter.sent_at) not in told:
            faults.append("sent, and no message went with it")
        if dated[letter.case_id] > 1:
            faults.append("a second new date was given without going one level up")
        waits = letter.counter_told_at is not None and letter.counter_seen_at is None
        if waits and len(unread) < MOST and letter.id not in unread:
            faults.append("the counter was told and does not find it on its list")
        for fault in faults:
            yield f"dossier {codes[letter.case_id]}, letter {letter.round} ({letter.because}): {fault}"


def _desks(look: Reading) -> defaultdict[UUID, set[int]]:
    """The rounds whose letter lies on somebody's desk or in a worker's hands, by case."""
    found: defaultdict[UUID, set[int]] = defaultdict(set)
    tasks = select(Task.case_id, Task.inputs).where(Task.status == "open", Task.element_id.like("apology%"))
    calls = select(Call.case_id, Call.inputs).where(
        Call.status.in_(("waiting", "attempting", "unknown", "failed")), Call.element_id.like("apology%")
    )
    for case_id, inputs in (*look.session.execute(tasks), *look.session.execute(calls)):
        found[case_id].add(int((inputs.get("apology_case") or {}).get("round") or 0))
    return found


def _open_ones(look: Reading, letter: Apology, desks: set[int]) -> Iterator[str]:
    owed = letter.sent_at is None and letter.closed_at is None
    kept = letter.kept_at is not None and letter.promised_on >= legal_date(look.now)
    if owed and not kept and letter.round not in desks:
        if look.session.get_one(Case, letter.case_id).ended_at is None:
            yield "owed, and it lies on nobody's desk"
        else:
            yield "owed, and its dossier is over"
    if not owed and letter.round in desks and letter.counter_told_at is None and letter.closed_at is not None:
        yield "not owed any more, and it still lies on a desk"
    late = letter.notice_by is not None and letter.notice_by < look.now
    if owed and not kept and late and letter.notice_sent_at is None:
        yield "nobody signed by the hour set, and no unsigned notice went out"


def _exemption(letter: Apology) -> Iterator[str]:
    if letter.exempt_at is None:
        return
    if not letter.exempt_ground or not letter.exempt_reason:
        yield "exempted without a ground or a reason"
    if letter.exempted_by is None or letter.exempted_by == letter.exempt_asked_by:
        yield "exempted by nobody, or by whoever asked for it"


def _out(letter: Apology, papers: Mapping[UUID, Document]) -> Iterator[str]:
    """What must hold of a letter that was sent."""
    if letter.sent_at is None:
        return
    paper = papers.get(letter.document_id) if letter.document_id is not None else None
    if paper is None or paper.signed_at is None or not paper.number:
        yield "sent without a signed and numbered paper"
    if letter.counter_told_at is None:
        yield "sent, and the counter was not told in writing"
    if not letter.reason:
        yield "sent without a reason"
    if letter.new_date is None:
        return
    if letter.because not in DATES:
        yield "about something else than the date, and it gives a new one"
    if letter.new_date <= letter.promised_on:
        yield "the new date does not lie behind the old one"
    if letter.level == "superior" and not letter.date_ground:
        yield "a second new date without its legal ground"
