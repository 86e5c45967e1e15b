"""A report to the hotline is a bundle of its own kind, complete and laid out like the others."""

import pytest

from engine.bpmn import door
from engine.bpmn.lint import lint
from forms.definition import parse_form
from processes.bundle import Bundle, read_bundle
from processes.check import check_bundle
from processes.places import REPORT_PLACES
from processes.reading import BundleError
from processes.report import KINDS, WallLimit
from tests.unit.processes.specimens import LIBRARY, NOW, filled_in

REPORT = LIBRARY["hotline-report"]


def changed(old: str, new: str) -> Bundle:
    text = REPORT.files["procedure.toml"].decode()
    assert old in text
    return read_bundle({**REPORT.files, "procedure.toml": text.replace(old, new, 1).encode()})


def codes(bundle: Bundle) -> list[str]:
    return [finding.code for finding in check_bundle(bundle) if finding.severity == "error"]


def test_nothing_is_wrong_with_it_but_that_it_is_a_trial() -> None:
    assert [finding.code for finding in check_bundle(REPORT)] == ["bundle.trial"]
    assert lint(REPORT.models, profile="procedure", decisions=[], forms=list(REPORT.forms)) == []


def test_it_has_nothing_of_a_dossiers_papers() -> None:
    assert REPORT.procedure.kind == "report"
    assert not REPORT.procedure.letters
    assert not REPORT.named(".html")
    assert all(REPORT.procedure.places.rule(place) for place in REPORT_PLACES)


def test_limits_by_the_wall_clock_are_apart_from_working_time() -> None:
    rules = REPORT.procedure.report
    assert rules is not None
    assert rules.forward == WallLimit(5, "minutes")
    assert (rules.forward.iso, rules.urgent.iso, rules.rating.iso) == ("PT5M", "PT4H", "P15D")
    assert REPORT.procedure.limits.terms["answer"].unit == "working_days"


def test_every_kind_has_a_field_and_its_owner() -> None:
    rules = REPORT.procedure.report
    assert rules is not None
    assert all(rules.of_kind(kind) for kind in KINDS)
    assert {"conduct", "complaint"} <= set(rules.never_published)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('never_published = ["conduct", "complaint"]', 'never_published = ["complaint"]'),
        ('anonymous = ["scene"]', 'anonymous = ["scene", "conduct"]'),
        ('key = "trees"', 'key = "flowers"'),
        ('answer = { value = 5, unit = "working_days" }', 'reply = { value = 5, unit = "working_days" }'),
    ],
)
def test_a_report_that_would_show_or_lose_somebody_is_refused(old: str, new: str) -> None:
    assert "bundle.report" in codes(changed(old, new))


def test_an_owner_outside_the_vocabulary_is_refused_with_its_place() -> None:
    with pytest.raises(BundleError, match="unit"):
        changed('unit = "department:construction of city"', 'unit = "whoever"')


def test_the_samples_of_every_form_are_valid_answers() -> None:
    for form_id in REPORT.forms:
        assert filled_in(REPORT, form_id).errors == (), form_id
        assert parse_form(REPORT.forms[form_id]).id == form_id


def test_no_message_asks_anybody_to_follow_a_link() -> None:
    for notice in REPORT.procedure.notices.values():
        for text in (notice.sms, notice.subject, notice.email):
            assert "http" not in text.vi + text.en
            assert text.vi
            assert text.en


def test_five_minutes_without_an_operator_are_written_down_and_the_task_stays() -> None:
    definition = door.load(REPORT.models)
    start = {
        "report_id": "R1",
        "forward_limit": "PT5M",
        "urgent_limit": "PT4H",
        "rating_window": "P15D",
        "form": filled_in(REPORT).clean,
    }
    waiting = door.start(definition, "hotline_report", start, now=NOW)
    timer = next(one for one in waiting.waiting if one.kind == "timer")
    assert timer.due is not None
    assert (timer.due - NOW).total_seconds() == 300
    late = door.pass_time(definition, waiting.state, now=timer.due)
    assert {one.element_id for one in late.waiting} == {"classify", "note_late_forward"}
