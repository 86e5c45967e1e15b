"""What every query of the engine hides and from whom, or why it need not: the lists the visibility tests go by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine.accounts.models import Person
from engine.accounts.warning_rules import WARNINGS
from engine.procedures.models import PublishedBundle
from engine.queries import (
    authority_rules,
    calendars,
    condition,
    control,
    counter,
    designing,
    desk,
    doctor,
    doctor_lists,
    doctor_trust,
    dossiers,
    feedback,
    files,
    filing,
    finding,
    operations,
    opinions,
    oversight,
    owed,
    people,
    preview,
    public_reports,
    ratings,
    scans,
    signing,
    standings,
    supplements,
    tasks,
    transfers,
    trust,
    withdrawals,
    worklist,
)
from engine.work import Reading
from tests.factories import HOUSEHOLD


@dataclass(frozen=True)
class Facts:
    """What lies in the ward, and the words nobody else may ever read in an answer."""

    case_id: UUID
    code: str
    task_id: UUID
    done_task: UUID
    document_id: UUID
    attachment_id: UUID
    draft_id: UUID
    upload_id: UUID
    scan_id: UUID
    report_id: UUID
    photo_id: UUID
    report_code: str
    key: str
    secrets: frozenset[str]


Asked = Callable[[Reading, Facts], Any]


@dataclass(frozen=True)
class Hidden:
    """A query that answers `insider` with something of the ward and everybody else with nothing of it."""

    insider: str
    ask: Asked


HIDDEN: Mapping[str, Hidden] = {
    "authority_rules.rule_lines": Hidden("van", lambda look, its: authority_rules.rule_lines(look, WARNINGS)),
    "authority_rules.authorities": Hidden("van", lambda look, its: authority_rules.authorities(look)),
    "calendars.calendars": Hidden("van", lambda look, its: calendars.calendars(look)),
    "calendars.calendar_page": Hidden("van", lambda look, its: calendars.calendar_page(look, "vn")),
    "calendars.offices_without_own": Hidden("van", lambda look, its: calendars.offices_without_own(look)),
    "control.control_sheet": Hidden("nam", lambda look, its: control.control_sheet(look, its.case_id)),
    "dossiers.dossier_page": Hidden("hoa", lambda look, its: dossiers.dossier_page(look, its.case_id)),
    "dossiers.find_by_code": Hidden("nam", lambda look, its: dossiers.find_by_code(look, its.code)),
    "dossiers.track": Hidden("hoa", lambda look, its: dossiers.track(look, its.code, _second(look))),
    "dossiers.history": Hidden("an", lambda look, its: dossiers.history(look, its.case_id)),
    "dossiers.notices_of": Hidden("lan", lambda look, its: dossiers.notices_of(look, its.case_id)),
    "dossiers.dossiers": Hidden("nam", lambda look, its: dossiers.dossiers(look)),
    "desk.search": Hidden("nam", lambda look, its: desk.search(look, finding.Criteria())),
    "finding.find": Hidden("nam", lambda look, its: finding.find(look, finding.Criteria(text=its.code), size=9)),
    "desk.every_found": Hidden("nam", lambda look, its: desk.every_found(look, finding.Criteria(text=its.code))),
    "desk.choices": Hidden("nam", lambda look, its: desk.choices(look)),
    "signing.papers_to_sign": Hidden("an", lambda look, its: signing.papers_to_sign(look)),
    "worklist.steps_of": Hidden("an", lambda look, its: worklist.steps_of(look, "office")),
    "worklist.worklist": Hidden("an", lambda look, its: worklist.worklist(look, view="office")),
    "worklist.counts": Hidden("an", lambda look, its: worklist.counts(look)),
    "worklist.next_task": Hidden("an", lambda look, its: worklist.next_task(look)),
    "worklist.colleagues_for": Hidden("an", lambda look, its: worklist.colleagues_for(look, its.task_id)),
    "tasks.task_for": Hidden("an", lambda look, its: tasks.task_for(look, its.task_id)),
    "tasks.task_sheet": Hidden("an", lambda look, its: tasks.task_sheet(look, its.task_id)),
    "tasks.task_page": Hidden("an", lambda look, its: tasks.task_page(look, its.task_id)),
    "opinions.opinions": Hidden("an", lambda look, its: opinions.opinions(look, its.case_id)),
    "opinions.forms_of_tasks": Hidden("an", lambda look, its: opinions.forms_of_tasks(look, its.case_id)),
    "opinions.said_inside": Hidden("an", lambda look, its: opinions.said_inside(look, its.case_id)),
    "opinions.own_open_tasks": Hidden("an", lambda look, its: opinions.own_open_tasks(look, its.case_id)),
    "preview.preview": Hidden("an", lambda look, its: preview.preview(look, its.task_id, _approved())),
    "standings.standings": Hidden("an", lambda look, its: standings.standings(look, [its.case_id])),
    "oversight.pressing": Hidden("an", lambda look, its: oversight.pressing(look)),
    "oversight.pressing_count": Hidden("an", lambda look, its: oversight.pressing_count(look)),
    "owed.owed_letters": Hidden("an", lambda look, its: owed.owed_letters(look)),
    "owed.owed_page": Hidden("an", lambda look, its: owed.owed_page(look)),
    "oversight.standstills": Hidden("an", lambda look, its: oversight.standstills(look)),
    "transfers.transfer_page": Hidden("an", lambda look, its: transfers.transfer_page(look, its.case_id)),
    "withdrawals.acting_page": Hidden(
        "an", lambda look, its: withdrawals.acting_page(look, its.case_id, its.document_id)
    ),
    "supplements.supplement_rules": Hidden("an", lambda look, its: supplements.supplement_rules(look, its.case_id)),
    "files.attachment": Hidden("nam", lambda look, its: files.attachment(look, its.attachment_id)),
    "scans.scans_of": Hidden("nam", lambda look, its: scans.scans_of(look, its.case_id)),
    "scans.signed_scan_file": Hidden("nam", lambda look, its: scans.signed_scan_file(look, its.case_id, its.scan_id)),
    "files.document": Hidden("nam", lambda look, its: files.document(look, its.document_id)),
    "filing.own_drafts": Hidden("hoa", lambda look, its: filing.own_drafts(look)),
    "filing.own_draft": Hidden("hoa", lambda look, its: filing.own_draft(look, HOUSEHOLD)),
    "filing.kept_files": Hidden("hoa", lambda look, its: filing.kept_files(look, its.draft_id)),
    "filing.own_upload": Hidden("hoa", lambda look, its: filing.own_upload(look, its.upload_id)),
    "filing.filed_with": Hidden("hoa", lambda look, its: filing.filed_with(look, its.key)),
    "counter.today": Hidden("lan", lambda look, its: counter.today(look)),
    "counter.ready_results": Hidden("lan", lambda look, its: counter.ready_results(look)),
    "counter.awaited_supplements": Hidden("lan", lambda look, its: counter.awaited_supplements(look)),
    "counter.check_task_of": Hidden("an", lambda look, its: counter.check_task_of(look, its.case_id)),
    "feedback.report_page": Hidden("hoa", lambda look, its: feedback.report_page(look, its.report_id)),
    "feedback.report_file": Hidden("hoa", lambda look, its: feedback.report_file(look, its.report_id, its.photo_id)),
    "feedback.reports": Hidden("tong", lambda look, its: feedback.reports(look)),
    "feedback.waiting_for_me": Hidden("tong", lambda look, its: feedback.waiting_for_me(look)),
    "feedback.waiting_count": Hidden("tong", lambda look, its: feedback.waiting_count(look)),
    "feedback.dossier_state": Hidden("tong", lambda look, its: feedback.dossier_state(look, its.code)),
    "public_reports.own_report": Hidden("hoa", lambda look, its: public_reports.own_report(look, its.report_id)),
    "public_reports.track_report": Hidden(
        "hoa", lambda look, its: public_reports.track_report(look, its.report_code, _second(look))
    ),
    "condition.condition": Hidden("van", lambda look, its: condition.condition(look)),
    "doctor.diagnose": Hidden("an", lambda look, its: doctor.diagnose(look, its.case_id)),
    "doctor.find_case": Hidden("an", lambda look, its: doctor.find_case(look, its.code)),
    "doctor.recheck": Hidden("an", lambda look, its: doctor.recheck(look, its.case_id, "")),
    "doctor_lists.offices_for": Hidden("dung", lambda look, its: doctor_lists.offices_for(look, its.task_id)),
    "doctor_lists.standing_cases": Hidden("an", lambda look, its: doctor_lists.standing_cases(look)),
    "doctor_trust.trust_findings": Hidden("van", lambda look, its: doctor_trust.trust_findings(look)),
    "trust.certificates_page": Hidden("van", lambda look, its: trust.certificates_page(look)),
    "operations.stuck": Hidden("van", lambda look, its: operations.stuck(look, "incident")),
    "ratings.satisfaction": Hidden("dung", lambda look, its: ratings.satisfaction(look)),
    "ratings.own_rating": Hidden("hoa", lambda look, its: ratings.own_rating(look, its.case_id)),
    "people.accounts": Hidden("van", lambda look, its: people.accounts(look)),
    "people.account": Hidden("van", lambda look, its: people.account(look, _official(look))),
    "designing.designs": Hidden("thiet", lambda look, its: designing.designs(look)),
    "designing.design_page": Hidden("thiet", lambda look, its: designing.design_page(look, HOUSEHOLD)),
    "designing.follower_of": Hidden("thiet", lambda look, its: designing.follower_of(look, _version(look))),
    "designing.version_page": Hidden("thiet", lambda look, its: designing.version_page(look, _version(look))),
}
"""How each query is asked: somebody who may learns something, the outsiders learn nothing."""

GIVEN = (
    "differences.differences", "doctor_findings.day", "doctor_findings.moment", "doctor_findings.names",
    "doctor_findings.quoted", "doctor_steps.damaged_bundle", "doctor_mending.kind_of", "doctor_mending.seen_of",
    "doctor_mending.who_mends", "doctor_steps.unreadable_state", "filing.asked_papers", "operations.cause_of",
    "operations.discreet", "operations.masked", "finding.asked_besides", "keyset.place_of", "progress.ledger_line",
    "standings.against", "standings.plain", "supplements.open_points", "supplements.rounds_of", "tasks.may_act",
    "evidence.holds_head",
    "evidence.judge", "history.compared", "history.evidence_of", "history.kept_line", "history_check.read_kept",
    "verifying.checked", "verifying.findings", "verifying.signed", "verifying.statement", "verifying.register_text",
    "known_words.register_rows",
)  # fmt: skip
CUT = (
    "keyset.as_page", "keyset.counted", "keyset.cut", "keyset.merged", "keyset.page_of", "paging.paged",
)  # fmt: skip
HARMLESS: Mapping[str, str] = {
    "scans.scan_rules": "what is asked of scans at the reader's own counter, or what the house ships",
    **dict.fromkeys(GIVEN, "reads only what it is given"),
    **dict.fromkeys(CUT, "cuts what its callers, each asked above, have conditioned"),
    "calendars.calendar_by_code": "days off and opening hours are public",
    "calendars.version_content": "days off and opening hours are public",
    "catalogue.procedures": "public texts",
    "coming.coming_versions": "what law is published ahead is public",
    "catalogue.procedure_page": "public texts",
    "catalogue.receiving_offices": "public addresses",
    "catalogue.bundle_versions": "which versions of a procedure were published",
    "condition.check_journal": "called by the worker; answers with chains and numbers",
    "condition.health": "three words for whoever watches the machine",
    "condition.heartbeat": "one moment",
    "condition.last_check": "numbers of acts and chains",
    "condition.newest_migration": "reads no row",
    "condition.queue": "how many jobs there are",
    "counter.counters_of": "the actor's own posts",
    "drawer.own_offices": "the actor's own posts",
    "logbook.book_offices": "names of the offices the actor oversees",
    "numbers.number_offices": "names of the offices the actor oversees",
    "numbers_remarks.remarks_of": "speaks of numbers of a book that was opened for the reader",
    "printed.on_paper": "prints what it is given",
    "printed_numbers.numbers_pdf": "prints a book that was opened for the reader",
    "printed_numbers.start_words": "reads only what it is given",
    "printed.book_pdf": "prints a book that was opened for the reader",
    "printed.mode_words": "reads only what it is given",
    "printed.note_words": "reads only what it is given",
    "printed.slip_pdf": "prints a slip that was opened for the reader",
    "slips.waiting_slips": "one number, of the actor's own posts",
    "counter.own_counters": "the actor's own posts",
    "designing.current_version": "goes on from a copy that copy_page has opened",
    "merging.copy_beside_library": "goes on from a copy that copy_page has opened",
    "doctor_lists.last_watch": "one moment",
    "doctor_findings.eyes_of": "is itself the rule",
    "doctor_beside.beside_findings": "goes on from a case that doctor.diagnose has opened for the reader",
    "doctor_house.house_findings": "goes on from a case that doctor.diagnose has opened for the reader",
    "doctor_mending.ending": "reads no row",
    "doctor_mending.mending": "goes on from a case that doctor.diagnose has opened for the reader",
    "doctor_mending.to_version": "which version there is",
    "doctor_steps.step_findings": "goes on from a case that doctor.diagnose has opened for the reader",
    "doctor_suspects.suspects": "called by the watchdog; answers with ids",
    "doctor_suspects.watched_cases": "called by the watchdog; answers with ids",
    "doctor_waits.wait_findings": "goes on from a case that doctor.diagnose has opened for the reader",
    "feedback.desk": "the published rules of reports",
    "feedback.may_read": "is itself the rule",
    "feedback.offices": "public names",
    "files.document_for_tracker": "code and second fact were proved just before; asked for below",
    "known_papers.paper": "whoever holds the paper's QR code or its bytes holds the paper",
    "filing.own_details": "the actor's own account; asked for below",
    "filing.popular": "how many were filed of each procedure",
    "heads.grown_from": "numbers and hashes of chains, for a backup",
    "heads.heads_of": "numbers and hashes of chains, for a backup",
    "moving_desk.gone_steps": "steps of published drawings",
    "moving_desk.names_of": "published names",
    "moving_desk.other_versions": "how many cases run under each published version",
    "moving_desk.titles": "published names",
    "moving_desk.waiting_count": "one number",
    "moved.moved_promises": "goes on from a page that was opened for the reader",
    "operations.how_many_stuck": "one number",
    "trust.certain_drift": "reads no row",
    "trust.clock_state": "one word for whoever watches the machine",
    "trust.clocks": "seconds by which the clock is off; called by pages that asked who may",
    "trust.open_orders": "one number",
    "trust.readings_since": "one moment",
    "trust.stamps_today": "addresses of authorities; called by pages that asked who may, and by the clock's watch",
    "finding.filed_lately": "a condition of what desk.choices, asked above, reads",
    "finding.ranges_of": "where finding.find, asked above, looks; each range is the actor's own or sieved by the rule",
    "keyset.named": "names of offices and officials, for lines the caller has",
    "lateness.is_late": "is a condition, not an answer",
    "lateness.surely_late_before": "reads no row",
    "people.actor_of": "the way in itself",
    "progress.effect_of_answering": "goes on from a page that was opened for the reader",
    "progress.progress": "goes on from a page that was opened for the reader",
    "public_reports.open_now": "one number",
    "public_reports.published": "what was masked and published",
    "calendar_counting.calendars_after": "days off and opening hours are public",
    "calendar_counting.moved_terms": "goes on from a change that calendar_changes.change_page has opened",
    "whatif.answer_of": "reads only what it is given, and names of offices",
    "whatif.units_of": "reads only what it is given, and names of offices",
    "whatif.pressing": "reads only what it is given",
    "whatif_changes.limit_words": "reads only what it is given",
    "whatif_changes.week_text": "reads only what it is given",
    "whatif_desks.procedures_to_ask": "public names; asks who may first",
    "whatif_reading.read_change": "reads only what it is given",
    "whatif_reading.read_changes": "reads only what it is given",
    "whatif_reading.read_day": "reads only what it is given",
    "whatif_reading.read_days": "reads only what it is given",
    "whatif_reading.read_new_limit": "reads only what it is given",
    "whatif_reading.read_week": "reads only what it is given",
    "whatif_reading.read_who": "reads only what it is given",
    "whatif_runs.kept_line": "reads only what it is given",
    "whatif_runs.kept_stretch": "reads only what it is given",
    "whatif_runs.read_line": "reads only what it is given",
    "whatif_counting.over": "reads only what it is given",
    "whatif_plan.leads": "is a condition, not an answer",
    "whatif_plan.plan": "reads only what it is given",
    "whatif_plan.queue_of": "called by a question that has asked who may; answers are counted by its scope",
    "whatif_plan.staff_of": "called by a question that has asked who may; answers with ids",
    "whatif_plan.who_is_away": "called by a question that has asked who may; answers with ids",
    "whatif_question.office_names": "public names",
    "whatif_question.scope_of": "is itself the rule",
    "forecasts.remaining": "the usual time of a step, of no dossier in particular",
    "oversight.holders_of": "goes on from lines the reader was given",
    "supplements.own_term": "goes on from a page that was opened for the reader",
    "transfers.hand_overs": "goes on from a page that was opened for the reader",
    "transfers.may_transfer": "goes on from a page that was opened for the reader",
    "trials.counts": "is a condition, not an answer",
    "withdrawals.newest_list": "is published for everybody",
    "withdrawals.to_act_on": "goes on from a page that was opened for the reader",
    "visible.case_visible_to": "is itself the rule",
    "visible.reports_visible_to": "is itself the rule",
    "visible.visible_to": "is itself the rule",
    "told.classes": "reads no row",
    "told.month_of": "reads no row",
    "told.period_of": "reads no row",
    "told.share": "reads only what it is given",
    "units.agency_of": "reads only what it is given",
    "units.all_units": "public names",
    "units.shown_by": "names of offices the actor oversees",
    "weekly.monday_of": "reads no row",
    "warnings.unseen_count": "how many warnings of the actor's own",
    "warnings.own_choice": "the actor's own choice, and the rules of their offices",
    "worklist.labels_of": "published English names of steps, for cases of which the caller has a line",
}
"""Functions that need hide nothing, with why."""

ELSEWHERE: Mapping[str, str] = {
    "history.sealed_day": "public: digests alone, no dossier can be told from them",
    "history.sealed_days": "public: digests alone",
    "history.all_seals": "public: digests alone, to keep elsewhere",
    "history.sealed_part": "goes by the chain of a dossier the caller may follow (history.history_of)",
    "history.history_of": "tests/web/public/test_history.py: only with the second fact of the tracking page",
    "history_check.check_seals": "the terminal and the operator's check; answers with chains and numbers",
    "history_check.unsealed": "the same as history_check.check_seals",
    "history_check.against": "the terminal; answers with what the kept file names",
    "capacity.others_drafts": "goes by a task the caller has found already (tasks.task_page), by the reader's own post",
    "copies.copying_page": "tests/web/officer/test_copying.py: officials who may see the dossier; needs a sealed paper",
    "copies.copy_fact": "reads a paper the asker already holds; looks nothing up",
    "capacity.signing_capacity": "reads a paper the asker already holds; looks nothing up",
    "verifying.known_paper": "goes by the whole file, which the asker holds",
    "signing.signing_list": "tests/web/officer/test_batch.py: a list is its owner's alone",
    "own_keys.own_keys": "tests/web/officer/test_own_keys.py: one's own key and those of the seals one keeps",
    "own_keys.own_images": "goes by own_keys.own_keys",
    "own_keys.own_image": "goes by own_keys.own_images; tests/web/officer/test_own_keys.py",
    "own_keys.all_keys": "the operator's whole list; for anybody else the same as own_keys.own_keys",
    "apologies.told_counter": "tests/usecases/test_apology.py: the counter is told in writing, and nobody else",
    "calendar_changes.change_page": "tests/usecases: only whoever looks after calendars changes them",
    "calendar_changes.every_moved": "the same gate as calendar_changes.change_page",
    "calendar_changes.preview": "the same gate as calendar_changes.change_page",
    "condition.tray": "test_the_tray_is_a_thing_of_the_sample_office",
    "counter.owner_by_identity": "test_a_number_is_looked_up_at_a_counter_only",
    "drawer.drawer": "tests/web/books: only those who give and take papers in that office",
    "drawer.last_close": "the same gate as drawer.drawer",
    "numbers.number_books": "tests/web/books/test_numbers.py: only of offices the reader oversees",
    "numbers.number_book": "tests/web/books/test_numbers.py: only of offices the reader oversees",
    "numbers.number_page": "goes through numbers.number_book",
    "numbers.numbers_from": "goes through numbers.number_book",
    "numbers.number_line": "goes through numbers.number_book",
    "logbook.book_lines": "goes through logbook.book_of",
    "logbook.book_of": "tests/web/books: only of offices the reader oversees",
    "logbook.book_page": "goes through logbook.book_of",
    "logbook.line_before": "goes through logbook.book_of",
    "month.running_month": "tests/usecases/test_figures: only of offices the reader oversees",
    "slips.missing_papers": "tests/web/books: only of offices the reader oversees",
    "slips.slip": "tests/usecases/test_custody: neither strangers nor other offices",
    "slips.slips": "the same gate as drawer.drawer",
    "coming.ending_bases": "test_whoever_neither_designs_nor_leads_is_not_shown_what_ends",
    "forecasts.foreseen": "tests/web/officer/test_foreseen.py: no citizen, no other unit",
    "forecasts.may_be_late": "tests/web/officer/test_foreseen.py: no citizen, no other unit",
    "forecasts.may_be_late_count": "the same condition as forecasts.may_be_late",
    "merging.three_way_page": "test_only_designers_take_and_only_what_belongs_together",
    "designing.copy_page": "tests/usecases: a copy needs a designer, and VIEWERS is asked first",
    "doctor_lists.proposals_of": "tests/usecases/test_watchdog.py: the second person sees it, the operator nothing",
    "moving.batch_page": "tests/usecases/test_moving.py: test_nobody_else_learns_of_a_move",
    "moving.batches": "tests/usecases/test_moving.py: test_nobody_else_learns_of_a_move",
    "moving.dry_run": "tests/usecases/test_moving.py: test_nobody_else_learns_of_a_move",
    "moving.move_of": "tests/usecases/test_moving.py: test_nobody_else_learns_of_a_move",
    "trust.trust_page": "tests/usecases/test_trust.py: only whoever proposes and whoever may agree",
    "operations.stuck_item": "the same gate as operations.stuck, asked first",
    "people.own_account": "test_what_is_one_s_own_is_nobody_else_s",
    "people.sample_roles": "test_a_real_office_offers_nobody_to_step_in_as",
    "warnings.own_warnings": "tests/web/officer/test_warnings.py: another unit's people see none",
    "warnings.legal_notices": "tests/web/officer/test_warnings.py: another centre, an operator, an officer",
    "late_questions.own_question": "tests/web/officer/test_told.py: its applicant alone",
    "late_questions.to_ask": "tests/usecases/test_late_dates.py: the counters of the dossier alone",
    "told.four_classes": "the same condition as told.told_figures",
    "told.told_figures": "tests/web/officer/test_told.py: only of offices the reader oversees, answers not by a unit",
    "told_list.told_dates": "tests/web/officer/test_told.py: only of offices the reader oversees",
    "weekly.weekly": "tests/usecases/test_figures: only of offices the reader oversees",
    "whatif.how_many": "tests/usecases/test_whatif.py: only of the offices the reader oversees",
    "whatif.lines_of": "tests/usecases/test_whatif.py: only of the offices the reader oversees",
    "whatif_desks.absences": "tests/usecases/test_whatif.py: only of the offices the reader oversees",
    "whatif_desks.office_plan": "tests/usecases/test_whatif.py: only of the offices the reader oversees",
    "whatif_desks.offices_to_ask": "tests/usecases/test_whatif.py: only of the offices the reader oversees",
    "whatif_desks.people_to_record": "tests/usecases/test_whatif.py: only of the offices the reader oversees",
    "whatif_runs.every_line": "tests/web/whatif: an answer is its asker's",
    "whatif_runs.run_lines": "tests/web/whatif: an answer is its asker's",
    "whatif_runs.run_of": "tests/web/whatif: an answer is its asker's",
    "whatif.whatif": "tests/usecases/test_whatif.py: only of the offices the reader oversees",
    "public_reports.similar": "test_a_stranger_sees_no_words_of_a_similar_report",
}
"""Functions that show something to everybody, or to nobody, under a condition a test of its own puts to the proof."""


def _second(look: Reading) -> str:
    """What somebody knows as the second fact: Hòa her own number, everybody else a wrong one."""
    return "4567" if look.actor.name == "Nguyễn Thị Hòa" else "0000"


def _approved() -> dict[str, Any]:
    return {"approval": {"outcome": "approve"}}


def _version(look: Reading) -> UUID:
    return look.session.query(PublishedBundle.id).filter(PublishedBundle.procedure == HOUSEHOLD).scalar()


def _official(look: Reading) -> UUID:
    return look.session.query(Person.id).filter(Person.login == "nam").scalar()
