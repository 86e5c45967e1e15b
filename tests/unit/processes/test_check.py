"""What the author of a bundle is told before it is published."""

import json

import pytest

from processes.bundle import Bundle, read_bundle
from processes.check import check_bundle
from processes.reading import BundleError
from tests.unit.processes.specimens import BUNDLES

BUSINESS = BUNDLES["household-business"]


def changed(path: str, old: str, new: str) -> Bundle:
    text = BUSINESS.files[path].decode()
    assert old in text
    return read_bundle({**BUSINESS.files, path: text.replace(old, new, 1).encode()})


def errors(bundle: Bundle) -> list[tuple[str, str]]:
    return [(one.code, one.element) for one in check_bundle(bundle) if one.severity == "error"]


@pytest.mark.parametrize(
    ("old", "new", "code", "element"),
    [
        ('formId="appraise"', 'formId="appraisal"', "bundle.task-form", "appraise"),
        ("handling.specialist", "handling.magician", "bundle.group", "appraise"),
        ("handling.specialist", "consulted.specialist", "bundle.place", "appraise"),
        ('type="dossier.accept"', 'type="dossier.acept"', "bundle.task-type", "accept"),
        ('key="status" value="decided"', 'key="status" value="finished"', "bundle.header", "status_decided"),
        ('key="letter" value="refusal"', 'key="letter" value="form99"', "bundle.letter", "draft_refusal"),
        ('key="notice" value="ready"', 'key="notice" value="hooray"', "bundle.notice", "notify_ready"),
        ('key="series" value="result"', 'key="series" value="mine"', "bundle.series", "number"),
        ('name="term" value="appraise"', 'name="term" value="soon"', "bundle.step-limit", "appraise"),
        ('key="term" value="acceptance"', 'key="term" value="tea"', "bundle.term", "start_acceptance"),
        (
            "check.outcome = &quot;refuse&quot;",
            "check.verdict = &quot;refuse&quot;",
            "bundle.feel-name",
            "flow_checked__status_reject",
        ),
        ('check.outcome = "refuse"', "check.outcome = ", "bundle.feel", "flow_checked__status_reject"),
    ],
)
def test_a_drawing_that_names_what_is_not_there_is_told_where(old: str, new: str, code: str, element: str) -> None:
    text = BUSINESS.files["process.bpmn"].decode()
    if old not in text:
        old, new = old.replace("&quot;", '"'), new.replace("&quot;", '"')
    assert (code, element) in errors(changed("process.bpmn", old, new))


def test_a_missing_header_and_one_too_many_are_told() -> None:
    found = errors(
        changed("process.bpmn", 'key="document" value="form01_document"', 'key="paper" value="form01_document"')
    )
    assert found.count(("bundle.header", "receipt")) == 2


def test_a_condition_may_ask_for_what_the_drawing_itself_names() -> None:
    asked = ('check.outcome = "refuse"', 'urgency = "refuse"')
    assert "bundle.feel-name" in [code for code, _ in errors(changed("process.bpmn", *asked))]
    named = '<bpmn:property id="property_urgency" name="urgency" /><bpmn:startEvent'
    drawing = changed("process.bpmn", *asked).files["process.bpmn"].decode().replace("<bpmn:startEvent", named, 1)
    bundle = read_bundle({**BUSINESS.files, "process.bpmn": drawing.encode()})
    assert "bundle.feel-name" not in [code for code, _ in errors(bundle)]


def test_a_letter_that_asks_for_an_answer_nobody_gives_is_told() -> None:
    bundle = changed("letters/result.html", "form.business.name", "form.business.title")
    messages = [one.message for one in check_bundle(bundle) if one.code == "bundle.feel-name"]
    assert len(messages) == 1
    assert "form.business.title" in messages[0]


def test_renaming_a_question_shows_everything_that_used_it() -> None:
    form = json.loads(BUSINESS.files["forms/application.form"])
    page = next(one for one in form["components"] if one.get("path") == "business")
    next(one for one in page["components"] if one.get("key") == "ward")["key"] = "commune"
    bundle = read_bundle({**BUSINESS.files, "forms/application.form": json.dumps(form).encode()})
    assert errors(bundle) == [("bundle.feel-name", "places.territory")]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('condition = "form.founding.kind = \\"household\\""', 'condition = "form.founding.kind = "', "bundle.feel"),
        ('name = "form.owner.full_name"', 'name = "form.owner.fullname"', "bundle.feel-name"),
        ('name = "form.owner.full_name"', 'name = "shout(form.owner.full_name)"', "bundle.feel-function"),
        ('file = "letters/result.html"', 'file = "letters/missing.html"', "bundle.letter"),
        ('value = "registration.number"', 'value = "tax.number"', "bundle.feel-name"),
    ],
)
def test_settings_that_do_not_fit_the_forms_are_told(old: str, new: str, code: str) -> None:
    assert code in [found for found, _ in errors(changed("procedure.toml", old, new))]


@pytest.mark.parametrize(
    ("old", "new", "element"),
    [
        ('pages_of = "original"', 'pages_of = "copy"', "letters.result.pages_of"),
        ('pages_of = "original"', 'pages_of = "request"', "letters.result.pages_of"),
        ("max_mb = 10", 'accepts = ["application/pdf", "image/vnd.dwg"]', "letters.result.pages_of"),
    ],
)
def test_a_letter_takes_pages_of_a_paper_that_is_asked_for_and_can_be_printed(old: str, new: str, element: str) -> None:
    files = BUNDLES["certified-copies"].files
    text = files["procedure.toml"].decode()
    assert old in text
    bundle = read_bundle({**files, "procedure.toml": text.replace(old, new, 1).encode()})
    assert ("bundle.pages", element) in errors(bundle)


def test_form_sets_must_follow_each_other_day_by_day() -> None:
    gap = changed("defaults.toml", "valid_from = 2025-09-15", "valid_from = 2025-09-16")
    assert errors(gap) == [("bundle.form-sets", "form_sets")]
    ended = changed("defaults.toml", "valid_from = 2025-09-15", "valid_from = 2025-09-15\nvalid_to = 2030-01-01")
    assert errors(ended) == [("bundle.form-sets", "form_sets")]


def test_a_bundle_without_a_drawing_or_an_application_is_told() -> None:
    files = {
        path: source
        for path, source in BUSINESS.files.items()
        if path not in ("process.bpmn", "forms/application.form")
    }
    codes = [code for code, _ in errors(read_bundle(files))]
    assert "bundle.drawing" in codes
    assert "bundle.application" in codes


def test_two_forms_with_one_id_are_told() -> None:
    twin = BUSINESS.files["forms/check.form"]
    assert ("bundle.form-id", "check") in errors(read_bundle({**BUSINESS.files, "forms/check2.form": twin}))


def test_a_file_no_editor_can_read_is_a_finding_not_a_crash() -> None:
    broken = read_bundle({**BUSINESS.files, "letters/result.html": b"<p>never closed"})
    assert ("bundle.letter", "") in errors(broken)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('pattern = "{number}/ĐKKD"', 'pattern = "{number}/{nam}"', "bundle.series-pattern"),
        ('name = "letters", pattern = "{number}/ĐKKD"', 'name = "dossier", pattern = "{number}"', "bundle.series-name"),
        ('name = "letters", pattern = "{number}/ĐKKD"', 'name = "result", pattern = "{number}"', "bundle.series-twice"),
        ('value = "registration.number"\n', "", "bundle.series-value"),
        ('book = "01/{year}"', 'book = "01/{nam}"', "bundle.series-pattern"),
        ('name.vi = "Địa chỉ trụ sở"', 'name.vi = "Tên hộ kinh doanh"', "bundle.register-column"),
        ('value = "upper case(form.business.name)"', 'value = "upper case("', "bundle.feel"),
        ('value = "upper case(form.business.name)"', 'value = "form.business.nam"', "bundle.feel-name"),
    ],
)
def test_a_series_or_register_that_cannot_work_is_refused(old: str, new: str, code: str) -> None:
    assert code in [found for found, _element in errors(changed("procedure.toml", old, new))]


def test_a_register_without_a_name_and_a_number_without_its_place_cannot_even_be_read() -> None:
    for old, new in (
        ('name = "Sổ cấp Giấy chứng nhận đăng ký hộ kinh doanh"', 'name = " "'),
        ('book = "01/{year}"', "pages = 200"),
        ('pattern = "{number}/ĐKKD"', 'pattern = "ĐKKD"'),
    ):
        with pytest.raises(BundleError):
            changed("procedure.toml", old, new)


def test_a_book_printed_as_plain_words_would_be_that_of_the_draft_s_year() -> None:
    plain, kept = "<p>Quyển {{ letter.register.book }}</p>", '<p data-part="book"><b>{{ letter.register.book }}</b></p>'
    for words, found in ((plain, ["letter.book"]), (kept, [])):
        bundle = changed("letters/result.html", '<p data-part="book">(đồng thời là mã số thuế)</p>', words)
        assert [code for code, _element in errors(bundle)] == found
