"""The shipped library moves on while the office has its own version: three ways, put together by element."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from engine.errors import Conflict, Forbidden, Invalid
from engine.journal import Entry
from engine.procedures.checking import check
from engine.procedures.models import PublishedBundle, WorkingCopy
from engine.procedures.published import files_of, in_force, publish
from engine.queries.designing import copy_page, design_page
from engine.queries.merging import copy_beside_library, three_way_page
from engine.usecases.designing import as_files, open_copy, publish_copy, save_file
from engine.usecases.merging import decide, take_library
from engine.usecases.settings_text import read_legal
from processes.bundle import digest_of
from processes.merging import choose, merge, touches
from tests.factories import HOUSEHOLD
from tests.unit.processes.specimens import LIBRARY
from tests.usecases.test_designing import digest_of_text

pytestmark = pytest.mark.dialects("sqlite")  # about versions, not about the database
STEP, STEP_ID = "Thẩm định hồ sơ", "appraise"
LIMIT = "default = { value = 3,"


def changed(files, path, *pairs):
    text = files[path].decode()
    for before, after in pairs:
        assert before in text, before
        text = text.replace(before, after)
    return {**files, path: text.encode()}


def of_the_library(files):
    """A later library: a renamed check, one more question, other fees, a new paper, a letter in other words."""
    files = changed(files, "process.bpmn", ('name="Kiểm tra hồ sơ"', 'name="Kiểm tra thành phần"'))
    fee = '\n[[fees]]\nkey = "copy"\nname.vi = "Lệ phí bản sao"\nname.en = "Fee for copies"\namount = 5000\ndue = "filing"\nverified = false\n'  # noqa: E501
    files = changed(
        files,
        "procedure.toml",
        ("max_rounds = 3", "max_rounds = 2"),
        ('\n[[components]]\nkey = "application"', fee + '\n[[components]]\nkey = "application"'),
    )
    return changed(files, "letters/result.html", ("<p", "<p> </p><p"))


def of_the_office(files):
    """What this office did: a step in its own words, a shorter limit, its own paper's note."""
    files = changed(files, "process.bpmn", (f'name="{STEP}"', 'name="Thẩm định tại chỗ"'))
    return changed(files, "procedure.toml", (LIMIT, LIMIT.replace("3", "2")))


@pytest.fixture
def parted(ward):
    """(the office's own version, a later one of the library that also renamed the office's step)."""
    with ward.work() as work:
        first = in_force(work.session, HOUSEHOLD, date(2026, 3, 2))
        files = files_of(first)
        own = publish(work, of_the_office(files), origin="office", library_digest=first.library_digest)
    ward.clock.advance(timedelta(days=1))
    with ward.work() as work:
        upgrade = changed(of_the_library(files), "process.bpmn", (f'name="{STEP}"', 'name="Thẩm định tính pháp lý"'))
        library = publish(work, upgrade, origin="library", library_digest="later")
    return own, library


def seen(ward, query, login="thiet"):
    with ward.look(login) as look:
        return query(look)


def put_in(ward, parted, by="thiet"):
    with ward.work(by) as work:
        return take_library(work, *(one.id for one in parted)).id


def beside(ward, copy_id):
    return seen(ward, lambda look: copy_beside_library(look, copy_page(look, copy_id), own_files(ward, copy_id)))


def own_files(ward, copy_id):
    return as_files(ward.row(WorkingCopy, copy_id).files)


def test_the_three_ways_are_told_by_element(ward, parted):
    page = seen(ward, lambda look: three_way_page(look, *(one.id for one in parted)))
    assert (page.office.version, page.library.version, page.parted.version) == (2, 3, 1)
    assert {one.key for one in page.by("office")} == {"procedure.toml#limits"}
    (clash,) = page.by("both")
    assert (clash.path, clash.id) == ("process.bpmn", STEP_ID)
    assert [said["name"] for said in (clash.base, clash.library, clash.office)] == [
        STEP, "Thẩm định tính pháp lý", "Thẩm định tại chỗ",
    ]  # fmt: skip
    taken = {one.key for one in page.by("library")}
    assert taken == {
        "process.bpmn#check",
        "procedure.toml#fees.copy",
        "procedure.toml#supplement",
        "letters/result.html#",
    }


def test_one_act_takes_what_does_not_conflict_and_leaves_the_rest_as_the_office_has_it(ward, parted):
    copy_id = put_in(ward, parted)
    files = own_files(ward, copy_id)
    drawing, settings = files["process.bpmn"].decode(), files["procedure.toml"].decode()
    assert 'name="Kiểm tra thành phần"' in drawing
    assert 'name="Thẩm định tại chỗ"' in drawing
    assert 'key = "copy"' in settings
    assert LIMIT.replace("3", "2") in settings
    assert files["letters/result.html"] == files_of(parted[1])["letters/result.html"]
    assert [one for one in check(files) if one.severity == "error"] == []
    assert [one.key for one in beside(ward, copy_id).undecided] == [f"process.bpmn#{STEP_ID}"]
    (act,) = ward.rows(Entry, Entry.verb == "design.library_taken", by=Entry.at)
    assert (act.facts["taken"], act.facts["conflicts"]) == (4, 1)
    assert put_in(ward, parted) == copy_id, "asked again, there is nothing more to take"
    assert own_files(ward, copy_id) == files


@pytest.mark.parametrize(("choice", "name"), [("library", "Thẩm định tính pháp lý"), ("office", "Thẩm định tại chỗ")])
def test_a_conflict_is_decided_one_way_and_the_version_then_stands_on_the_later_library(ward, parted, choice, name):
    copy_id = put_in(ward, parted)
    revision = ward.row(WorkingCopy, copy_id).revision
    with ward.work("thiet") as work:
        decide(work, copy_id, f"process.bpmn#{STEP_ID}", choice, revision=revision)
    assert f'name="{name}"' in own_files(ward, copy_id)["process.bpmn"].decode()
    assert beside(ward, copy_id).undecided == ()
    with ward.work("thiet") as work, pytest.raises(Conflict):
        decide(work, copy_id, f"process.bpmn#{STEP_ID}", choice, revision=revision)
    assert publish_now(ward, copy_id).library_digest == "later"
    assert seen(ward, lambda look: design_page(look, HOUSEHOLD)).news == ()


def publish_now(ward, copy_id):
    copy = ward.row(WorkingCopy, copy_id)
    legal = read_legal(own_files(ward, copy_id)["procedure.toml"].decode())
    with ward.work("thiet") as work:
        return publish_copy(work, copy_id, revision=copy.revision, note="Theo thư viện", legal=legal)


def test_published_with_a_conflict_left_open_the_library_is_still_news(ward, parted):
    assert publish_now(ward, put_in(ward, parted)).library_digest == parted[0].library_digest
    assert len(seen(ward, lambda look: design_page(look, HOUSEHOLD)).news) == 1


def test_what_hangs_on_an_element_the_library_took_away_is_a_conflict():
    """The office drew a flow to a step that the library removes: nothing is left hanging in the air."""
    base = dict(LIBRARY["household-business"].files)
    path = "shared/apology.bpmn"
    removed = base[path].decode()
    start = removed.index('    <bpmn:serviceTask id="apology_notice"')
    library = {**base, path: _without_notice(removed).encode()}
    extra = '<bpmn:textAnnotation id="remark"><bpmn:text>Gọi điện trước</bpmn:text></bpmn:textAnnotation><bpmn:association id="ties" sourceRef="remark" targetRef="apology_notice" />'  # noqa: E501
    office = {**base, path: (removed[:start] + extra + removed[start:]).encode()}
    conflicts = {one.id for one in touches(base, library, office) if one.by == "both"}
    ways = {"flow_apology_issue__apology_notice", "flow_apology_notice__apology_counter_paper"}
    assert conflicts == {"apology_notice"} | ways
    merged = merge(base, library, office)
    assert b'id="apology_notice"' in merged[path]
    assert [one for one in check(merged) if one.severity == "error"] == []
    for _decided in range(3):
        left = [one for one in touches(base, library, merged) if one.by != "office"]
        merged = choose(base, library, merged, left[0].key)
    assert {one.by for one in touches(base, library, merged)} <= {"office"}, "decided one by one, nothing is forgotten"
    assert b'id="apology_notice"' not in merged[path]


def _without_notice(text):
    def cut(text, begin, end):
        at = text.index(begin)
        return text[:at] + text[text.index(end, at) + len(end) :]

    text = cut(text, '    <bpmn:serviceTask id="apology_notice"', "</bpmn:serviceTask>\n")
    text = cut(text, '    <bpmn:sequenceFlow id="flow_apology_notice__apology_counter_paper"', "/>\n")
    text = text.replace("flow_apology_notice__apology_counter_paper", "flow_apology_issue__apology_notice")
    text = text.replace(
        'sourceRef="apology_issue" targetRef="apology_notice"',
        'sourceRef="apology_issue" targetRef="apology_counter_paper"',
    )
    shape = text.index('bpmnElement="apology_notice"')
    begin = text.rindex("<bpmndi:BPMNShape", 0, shape)
    text = text[:begin] + text[text.index("</bpmndi:BPMNShape>", shape) + len("</bpmndi:BPMNShape>") :]
    edges = [at for at in range(len(text)) if text.startswith("<bpmndi:BPMNEdge", at)]
    twice = [at for at in edges if 'bpmnElement="flow_apology_issue__apology_notice"' in text[at : at + 200]]
    return text[: twice[-1]] + text[text.index("</bpmndi:BPMNEdge>", twice[-1]) + len("</bpmndi:BPMNEdge>") :]


def test_two_real_versions_of_a_procedure_are_put_together_without_a_word_lost():
    """The permit of 2025 as an office changed it, upgraded to the permit of 2026."""
    base, library = (dict(LIBRARY[f"construction-permit-{year}"].files) for year in (2025, 2026))
    office = changed(base, "procedure.toml", ("marks = [50, 80, 100]", "marks = [60, 100]"))
    office = changed(office, "forms/inspect.form", ('"label": "', '"label": "Tại chỗ: '))
    office = changed(office, "process.bpmn", ('name="Thẩm định hồ sơ"', 'name="Thẩm định"'))
    found = touches(base, library, office)
    assert {one.key for one in found if one.by == "both"} == {"procedure.toml#limits"}
    merged = merge(base, library, office)
    assert [one for one in check(merged) if one.severity == "error"] == []
    assert {one.by for one in touches(base, library, merged)} == {"office", "both"}
    whole = merge(base, library, base)
    assert touches(base, library, whole) == (), "an office that changed nothing gets the library's version"
    assert digest_of(whole) == digest_of({**base, **library})


def test_questions_come_go_and_change_in_a_form_the_office_worded_itself():
    """The library adds one question after another, takes one out, renames one; the office renamed a fourth."""
    base = dict(LIBRARY["household-business"].files)
    path = "forms/appraise.form"

    def form(change):
        document = json.loads(base[path])
        (group,) = document["components"]
        asked = {one.get("key"): one for one in group["components"]}
        change(asked, group["components"])
        return {**base, path: json.dumps(document).encode()}

    def theirs(asked, row):
        asked["outcome"]["label"] = "Đề xuất của người thụ lý"
        row.remove(asked["note"])
        visited = {"type": "textfield", "key": "visited", "label": "Ngày kiểm tra tại chỗ", "id": "f_visited"}
        row.insert(row.index(asked["outcome"]) + 1, visited)

    def ours(asked, row):
        asked["verified"]["label"] = "Đã đối chiếu tại phường"
        row.append(row.pop(row.index(asked["outcome"])))

    library, office = form(theirs), form(ours)
    found = {one.id: one.by for one in touches(base, library, office)}
    assert found == {
        "appraisal.outcome": "library",
        "appraisal.visited": "library",
        "appraisal.note": "library",
        "appraisal.verified": "office",
    }
    (group,) = json.loads(merge(base, library, office)[path])["components"]
    told = [(one.get("key"), one["label"]) for one in group["components"]]
    assert [one for one in told if one[0] not in {None, "late_request"}] == [
        ("verified", "Đã đối chiếu tại phường"),
        ("reason", "Lý do"),
        ("outcome", "Đề xuất của người thụ lý"),
        ("visited", "Ngày kiểm tra tại chỗ"),
    ]


def test_layout_alone_and_files_that_cannot_be_read_are_taken_or_kept_whole():
    base = dict(LIBRARY["household-business"].files)
    moved = changed(base, "process.bpmn", ('<dc:Bounds x="302" y="', '<dc:Bounds x="303" y="'))
    assert [(one.by, one.id) for one in touches(base, moved, base)] == [("library", "")]
    assert merge(base, moved, base)["process.bpmn"] == moved["process.bpmn"]
    broken = {**base, "forms/appraise.form": b"{", "procedure.toml": b"= 1"}
    upgrade = changed(base, "forms/appraise.form", ("Đề xuất", "Kiến nghị"))
    assert [(one.path, one.by) for one in touches(base, upgrade, broken)] == [
        ("forms/appraise.form", "both"),
        ("procedure.toml", "office"),
    ]
    assert merge(base, upgrade, broken)["forms/appraise.form"] == b"{"


def test_only_designers_take_and_only_what_belongs_together(ward, parted):
    own, library = parted
    with pytest.raises(Forbidden):
        put_in(ward, parted, by="lan")
    with pytest.raises(Forbidden):
        seen(ward, lambda look: three_way_page(look, own.id, library.id), "lan")
    with ward.work("thiet") as work, pytest.raises(Invalid, match="chung gốc"):
        take_library(work, library.id, library.id)
    with ward.work() as work:
        other = in_force(work.session, "1.001193", date(2026, 3, 2))
    with ward.work("thiet") as work, pytest.raises(Invalid, match="chung gốc"):
        take_library(work, own.id, other.id)


def test_two_designers_at_once_the_second_is_told(ward, parted):
    copy_id = put_in(ward, parted)
    revision = ward.row(WorkingCopy, copy_id).revision
    text = own_files(ward, copy_id)["letters/refusal.html"].decode()
    with ward.work("thiet") as work:
        save_file(work, copy_id, "letters/refusal.html", text + "<p>x</p>", was=digest_of_text(text.encode()))
    with ward.work("thiet") as work, pytest.raises(Conflict):
        decide(work, copy_id, f"process.bpmn#{STEP_ID}", "library", revision=revision)
    assert [one.key for one in beside(ward, copy_id).undecided] == [f"process.bpmn#{STEP_ID}"]
    with ward.work("thiet") as work:
        assert open_copy(work, parted[0].id).id == copy_id
    assert len(ward.rows(PublishedBundle, PublishedBundle.procedure == HOUSEHOLD)) == 3
