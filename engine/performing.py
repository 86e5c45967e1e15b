"""Carrying out what the outbox asks: claim and commit, act with no transaction open, complete and commit."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from engine.accounts.signing_images import SigningImage
from engine.cases.mending import Watch
from engine.cases.models import Case, Incident
from engine.composition import House
from engine.dossiers.models import Attachment, Document
from engine.dossiers.scans import IntakeScan
from engine.dossiers.signing import DeskSignature
from engine.errors import Conflict, Refusal
from engine.letters.errors import LetterError
from engine.ports import Unsure
from engine.queries.doctor import diagnose
from engine.queries.doctor_suspects import suspects, watched_cases
from engine.queries.operations import cause_of
from engine.usecases import copies, forecasting, sealing
from engine.usecases.absences import clear_task, desk_of, finish_clearing
from engine.usecases.apologies_owed import due_letters, letters_unsigned
from engine.usecases.calls import NotPossible, act, claim_call, complete_call, fail_call, leave_unknown, stranded_calls
from engine.usecases.certificates import Look, keep_looks, tell_of_certificates
from engine.usecases.copies import fail_copy, keep_copy, plan_copy
from engine.usecases.deadlines import due_clocks, due_timers, miss_moment, pass_moment, reach_deadline
from engine.usecases.doctor_watch import ROUND, WATCHED, Trouble, end_round, keep_troubles
from engine.usecases.levels import keep_raised, plan_raise, put_off, raise_paper
from engine.usecases.notices import begin_attempt, send, settle_attempt
from engine.usecases.recounting import finish_change, recount_slice
from engine.usecases.rendering import keep_redraft, plan_redraft, print_letter
from engine.usecases.scan_signing import NOT_SIGNED, keep_signed_scan, leave_unsigned, plan_scan, signed_scan
from engine.usecases.signing_once import forget_what_is_kept
from engine.usecases.warnings import due_steps, warn_of_step
from engine.usecases.warnings_mail import due_people, send_warnings
from engine.work import SYSTEM, Work
from signing.errors import SigningRefused

log = logging.getLogger("motcua.performing")


UNFIT = frozenset({"certificate_revoked", "certificate_unknown", "certificate_expired", "root_not_trusted"})
"""Why a certificate signs nothing however often it is tried; a time stamp that does not come is waited for."""


class NotSentYet(Exception):
    """The channel certainly did not take the notice; it is tried again after a pause."""


def perform_call(house: House, call_id: UUID, *, last_attempt: bool = False) -> None:
    """Carry out one service task; asked twice, it acts once. Raises what the attempt raised."""
    try:
        with house.unit_of_work(actor=SYSTEM) as work:
            plan = claim_call(work, call_id)
        if plan is None:
            return
        outcome = act(plan, house.ports, work.now)
        with house.unit_of_work(actor=SYSTEM) as work:
            complete_call(work, plan, outcome)
    except Unsure as doubt:
        with house.unit_of_work(actor=SYSTEM) as work:
            leave_unknown(work, call_id, str(doubt))
    except NotPossible as reason:
        with house.unit_of_work(actor=SYSTEM) as work:
            fail_call(work, call_id, str(reason), final=True)
    except SigningRefused as refusal:
        final = refusal.code in UNFIT
        with house.unit_of_work(actor=SYSTEM) as work:
            fail_call(work, call_id, refusal.message, final=final or last_attempt)
        if not final:
            raise
    except Exception as error:
        with house.unit_of_work(actor=SYSTEM) as work:
            fail_call(work, call_id, _why(error), final=last_attempt)
        raise


def _why(error: Exception) -> str:
    """What is kept of a failed attempt: the signing room already speaks to people, all else is technical."""
    return error.message if isinstance(error, SigningRefused) else f"{type(error).__name__}: {error}"


def redraft(house: House, document_id: UUID, signer_id: UUID) -> None:
    """Print a draft anew in another signatory's name; a paper signed meanwhile stays as it is."""
    try:
        with house.unit_of_work(actor=SYSTEM) as work:
            plan = plan_redraft(work, document_id, signer_id)
        outcome = print_letter(plan, house.ports, work.now)
        with house.unit_of_work(actor=SYSTEM) as work:
            keep_redraft(work, document_id, plan, outcome)
    except Conflict:
        return


def raise_document(house: House, paper_id: UUID, kind: str = "document") -> None:
    """Raise a paper's level or renew its archive time stamp; what cannot be had now is tried again later."""
    with house.reading(actor=SYSTEM) as look:
        plan = plan_raise(look, paper_id, kind)
    if plan is None:
        return
    try:
        file = raise_paper(plan, house.ports, look.now)
    except SigningRefused as refusal:
        with house.unit_of_work(actor=SYSTEM) as work:
            put_off(work, plan, refusal.code)
        return
    with house.unit_of_work(actor=SYSTEM) as work:
        keep_raised(work, plan, file)


def sign_scan(house: House, scan_id: UUID, *, last_attempt: bool = False) -> None:
    """Make one PDF of what a clerk scanned and sign it; what must not be signed stays as it was, and says why.

    After the `last_attempt` of a job that fails for reasons nobody foresaw the scan says so as well.
    """
    try:
        with house.reading(actor=SYSTEM) as look:
            plan = plan_scan(look, scan_id)
        if plan is None:
            return
        file = signed_scan(plan, house.ports, look.now)
    except NOT_SIGNED as why:
        with house.unit_of_work(actor=SYSTEM) as work:
            leave_unsigned(work, scan_id, why)
        return
    except Exception as fault:
        if last_attempt:
            with house.unit_of_work(actor=SYSTEM) as work:
                leave_unsigned(work, scan_id, fault)
        raise
    with house.unit_of_work(actor=SYSTEM) as work:
        keep_signed_scan(work, plan, file)


def make_copy(house: House, copy_id: UUID, *, last_attempt: bool = False) -> None:
    """Make and seal one electronic copy of a paper; what will never come gives its number up and says why."""
    try:
        with house.reading(actor=SYSTEM) as look:
            plan = plan_copy(look, copy_id)
        if plan is None:
            return
        file = copies.make_copy(plan, house.ports, look.now)
    except Exception as why:
        never = isinstance(why, copies.GivenUp | LetterError) or (isinstance(why, SigningRefused) and why.code in UNFIT)
        if not (never or last_attempt):
            raise
        # It stands in the book and on pages: technical words, which may quote anybody, stay with the failed job.
        told = str(why) if isinstance(why, copies.GivenUp | LetterError | Refusal) else cause_of(_why(why))[0]
        with house.unit_of_work(actor=SYSTEM) as work:
            fail_copy(work, copy_id, told)
        if not never:
            raise
        return
    with house.unit_of_work(actor=SYSTEM) as work:
        keep_copy(work, plan, file)


def send_notice(house: House, notice_id: UUID) -> None:
    """Write the attempt down, send, write down how it ended."""
    with house.unit_of_work(actor=SYSTEM) as work:
        attempt = begin_attempt(work, notice_id)
    if attempt is None:
        return
    outcome, detail = send(house.ports.channels[attempt.channel], attempt)
    with house.unit_of_work(actor=SYSTEM) as work:
        verdict = settle_attempt(work, notice_id, outcome, detail)
    if verdict == "again":
        raise NotSentYet(detail)


def look_at_certificates(house: House) -> int:
    """Ask of every certificate the house signs with whether it still holds, keep it, tell who must know; how many."""
    looks = []
    for state in house.ports.signatures.keys.states():
        issuer = state.chain[0] if state.chain else state.certificate
        answer = house.ports.trust.evidence_for(state.certificate, issuer, now=house.clock.now())
        looks.append(Look(state, answer))
    with house.unit_of_work(actor=SYSTEM) as work:
        tell_of_certificates(work, keep_looks(work, looks))
    return len(looks)


def sweep(house: House, *, now: datetime | None = None) -> int:
    """Bring every term and timer whose moment has come to its case; how many cases were touched."""
    with house.reading(actor=SYSTEM, now=now) as look:
        clocks, cases, letters = due_clocks(look), due_timers(look), due_letters(look)
        calls, steps = stranded_calls(look), due_steps(look)
    for call_id, error in calls:
        with house.unit_of_work(actor=SYSTEM, now=now) as work:
            fail_call(work, call_id, error, final=True)
    for clock_id in clocks:
        _each(house, now, reach_deadline, clock_id)
    for case_id in cases:
        _each(house, now, pass_moment, case_id)
    for case_id in letters:
        _each(house, now, letters_unsigned, case_id)
    for task_id in steps:
        _each(house, now, warn_of_step, task_id)
    return len(clocks) + len(cases) + len(letters) + len(calls) + len(steps)


def send_due_warnings(house: House, *, now: datetime | None = None) -> int:
    """One message for everybody whose warnings are to go out by e-mail now; how many were written."""
    with house.reading(actor=SYSTEM, now=now) as look:
        people = due_people(look)
    written = 0
    for person_id in people:
        try:
            with house.unit_of_work(actor=SYSTEM, now=now) as work:
                written += send_warnings(work, person_id) is not None
        except Exception:
            log.exception("the warnings of %s could not be put into a message", person_id)
    return written


def _each(house: House, now: datetime | None, reach: Callable[[Work, UUID], object], subject: UUID) -> None:
    """One moment of one case; what goes wrong there is shown there and keeps no other case waiting."""
    try:
        with house.unit_of_work(actor=SYSTEM, now=now) as work:
            reach(work, subject)
    except Exception as error:
        log.exception("a moment of %s could not be told", subject)
        with house.unit_of_work(actor=SYSTEM, now=now) as work:
            miss_moment(work, subject, f"{type(error).__name__}: {error}")


def tidy_files(house: House, *, older_than: timedelta = timedelta(hours=24)) -> int:
    """Remove stored files no row names and that are older than a day, and what cut-off uploads left; how many.

    What is prepared for a signature still under way is needed too; what the signer remembers of others it forgets.
    """
    with house.reading(actor=SYSTEM) as look:
        named = forget_what_is_kept(look)
        named |= set(look.session.scalars(select(Attachment.sha256).where(Attachment.removed_at.is_(None))))
        for column in (Document.sha256, Document.draft_sha256, IntakeScan.sha256, SigningImage.sha256):
            named |= set(look.session.scalars(select(column)))
        named |= set(
            look.session.scalars(select(DeskSignature.signed_sha256).where(DeskSignature.consent_id.is_not(None)))
        )
    orphans = house.ports.storage.orphans(named, now=look.now, older_than=older_than)
    for sha256 in orphans:
        house.ports.storage.delete(sha256)
    return len(orphans) + house.ports.storage.sweep(now=look.now, older_than=older_than)


def watch(house: House, *, now: datetime | None = None) -> tuple[int, int]:
    """One round of the watchdog: troubles become incidents, healed ones are closed; (opened, healed)."""
    with house.reading(actor=SYSTEM, now=now) as look:
        before = look.session.get(Watch, ROUND)
        since, cursor = (before.looked_at, before.cursor) if before is not None else (None, "")
        cases, following = suspects(look, since=since, cursor=cursor, watched=WATCHED)
        cases = list(dict.fromkeys([*cases, *watched_cases(look, WATCHED)]))
    opened = healed = 0
    for case_id in cases:
        try:
            more, fewer = _watch_case(house, case_id, now)
        except Exception:
            log.exception("the watchdog could not look at case %s", case_id)
        else:
            opened, healed = opened + more, healed + fewer
    with house.unit_of_work(actor=SYSTEM, now=now) as work:
        end_round(work, following, opened=opened, healed=healed)
    return opened, healed


def _watch_case(house: House, case_id: UUID, now: datetime | None) -> tuple[int, int]:
    with house.reading(actor=SYSTEM, now=now) as look:
        seen = look.session.get_one(Case, case_id).journal_seq
        known = select(Incident.kind, Incident.token).where(
            Incident.case_id == case_id, Incident.kind.in_(WATCHED), Incident.resolved_at.is_(None)
        )
        rows = {(kind, token) for kind, token in look.session.execute(known)}
        found = [
            Trouble(one.kind, one.subject, one.element_id, one.name, one.what)
            for one in diagnose(look, case_id).wrong
            if one.kind in WATCHED
        ]
    if {(one.kind, one.subject) for one in found} == rows:
        return 0, 0
    with house.unit_of_work(actor=SYSTEM, now=now) as work:
        return keep_troubles(work, case_id, seen, found)


FORECAST_SLICES = 80
"""So many slices of dossiers are forecast in one job; the next one goes on."""


def forecast(house: House, *, now: datetime | None = None) -> bool:
    """Forecast anew what has changed, draft the letters that follow from it; whether another job has to go on."""
    with house.reading(actor=SYSTEM, now=now) as look:
        steps, new_day = forecasting.steps_taken(look), forecasting.is_new_day(look)
    slices = [steps.case_ids[at : at + forecasting.SLICE] for at in range(0, len(steps.case_ids), forecasting.SLICE)]
    for some in slices:
        _forecast(house, some, now)
    left, last, counted = FORECAST_SLICES, None, len(steps.case_ids)
    while left and new_day:
        with house.reading(actor=SYSTEM, now=now) as look:
            unknown = forecasting.without_row(look, last)
        new_day, left = bool(unknown), left - 1
        _forecast(house, unknown, now)
        last, counted = unknown[-1] if unknown else None, counted + len(unknown)
    while left:
        with house.reading(actor=SYSTEM, now=now) as look:
            due = forecasting.due_again(look)
        if not due:
            break
        left, counted = left - 1, counted + len(due)
        _forecast(house, due, now)
    with house.unit_of_work(actor=SYSTEM, now=now) as work:
        forecasting.end_round(work, steps.cursor, searched=not new_day, counted=counted)
    return steps.more or not left


def _forecast(house: House, case_ids: Sequence[UUID], now: datetime | None) -> None:
    """One slice; a dossier that cannot be counted is set aside for a day and keeps no other waiting."""
    drafts: list[UUID] = []
    if not case_ids:
        return
    try:
        with house.unit_of_work(actor=SYSTEM, now=now) as work:
            drafts = forecasting.refresh(work, case_ids)
    except Exception:
        log.exception("a slice of forecasts could not be counted")
        for case_id in case_ids if len(case_ids) > 1 else ():
            _forecast(house, [case_id], now)
        if len(case_ids) == 1:
            with house.unit_of_work(actor=SYSTEM, now=now) as work:
                forecasting.set_aside(work, case_ids[0])
    for case_id in drafts:
        try:
            with house.unit_of_work(actor=SYSTEM, now=now) as work:
                forecasting.foresee(work, case_id)
        except Exception:
            log.exception("no letter could be drafted ahead for %s", case_id)


def clear_desk(house: House, absence_id: UUID) -> None:
    """Hand over or back every task of somebody who is away, one a transaction; what is done already stays done."""
    with house.reading(actor=SYSTEM) as look:
        tasks = desk_of(look, absence_id)
    for task_id in tasks:
        with house.unit_of_work(actor=SYSTEM) as work:
            clear_task(work, absence_id, task_id)
    with house.unit_of_work(actor=SYSTEM) as work:
        finish_clearing(work, absence_id)


def recount(house: House, change_id: UUID, missed: set[UUID], *, slices: int) -> bool:
    """Count so many slices of terms anew; False once the change is closed. `missed` gathers what was not counted."""
    for _ in range(slices):
        if not recount_slice(lambda: house.unit_of_work(actor=SYSTEM), change_id, missed):
            with house.unit_of_work(actor=SYSTEM) as work:
                finish_change(work, change_id, missed=len(missed))
            return False
    return True


def seal_history(house: House) -> int:
    """Seal every day that is over, the oldest first, then have seals signed that are not; how many days were sealed.

    Killed at any moment it goes on where it was. Raises what signing raised: the seal stands, and is signed later.
    """
    sealed = 0
    while True:
        with house.reading(actor=SYSTEM) as look:
            day = sealing.day_to_seal(look)
            if day is None:
                break
            for heads in sealing.newest_heads(look, day):
                with house.unit_of_work(actor=SYSTEM) as work:
                    sealing.append_heads(work, day, heads)
        with house.unit_of_work(actor=SYSTEM) as work:
            sealed += sealing.close_day(work, day) is not None
    with house.reading(actor=SYSTEM) as look:
        waiting = sealing.unsigned(look)
    for one in waiting:
        now = house.clock.now()
        signature = house.ports.signatures.sign_statement(one.statement, one.holder, now=now)
        with house.unit_of_work(actor=SYSTEM) as work:
            sealing.keep_signature(work, one, signature, signed_at=now)
    return sealed
