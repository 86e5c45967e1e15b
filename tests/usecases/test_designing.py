"""The drawing board: copies that two windows share, publishing, and an office's version beside a newer library."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.cases.models import Task
from engine.clock import legal_date
from engine.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from engine.journal import Entry
from engine.procedures.checking import check_files
from engine.procedures.models import PublishedBundle, WorkingCopy
from engine.procedures.published import in_force, pack, publish, unpack
from engine.queries.designing import copy_page, current_version, design_page, designs, follower_of
from engine.queries.differences import differences
from engine.sample.bundles import publish_library
from engine.usecases.bundle_archives import read_archive
from engine.usecases.designing import (
    add_file,
    as_files,
    content_of,
    digest_of_text,
    discard_copy,
    open_copy,
    publish_copy,
    remove_file,
    replace_files,
    save_file,
    withdraw_version,
)
from engine.usecases.settings_text import DecisionPaper, Legal, read_legal, write_legal
from tests.factories import HOUSEHOLD, PERMIT

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database
NEW_NAME = "Thẩm định tại hiện trường"


def version_in_force(ward, procedure=HOUSEHOLD):
    with ward.look() as look:
        return in_force(look.session, procedure, legal_date(ward.clock.now()))


@pytest.fixture
def copy(ward):
    with ward.work("thiet") as work:
        return open_copy(work, version_in_force(ward).id)


def file_of(ward, copy, path):
    return content_of(ward.row(WorkingCopy, copy.id).files, path).decode()


def save(ward, copy, path, text, was=None, by="thiet"):
    with ward.work(by) as work:
        return save_file(work, copy.id, path, text, was=was or digest_of_text(file_of(ward, copy, path).encode()))


def rename(ward, copy, name=NEW_NAME):
    return save(ward, copy, "process.bpmn", file_of(ward, copy, "process.bpmn").replace("Thẩm định hồ sơ", name))


def legal_of(ward, copy):
    return read_legal(file_of(ward, copy, "procedure.toml"))


def publish_it(ward, copy, *, note="Đổi tên bước", legal=None, revision=None):
    now = ward.row(WorkingCopy, copy.id)
    with ward.work("thiet") as work:
        return publish_copy(
            work, copy.id, revision=revision or now.revision, note=note, legal=legal or legal_of(ward, copy)
        )


def upgraded(files, addition="Bước do thư viện thêm"):
    """A later library bundle: the same procedure with a renamed step."""
    return {**files, "process.bpmn": files["process.bpmn"].replace("Kiểm tra hồ sơ".encode(), addition.encode())}


def ship_upgrade(ward, procedure=HOUSEHOLD, **settings):
    """What an upgrade of the installation publishes as the library's."""
    with ward.look() as look:
        rows = look.session.scalars(
            select(PublishedBundle).where(PublishedBundle.procedure == procedure, PublishedBundle.origin == "library")
        )
        files = upgraded(unpack(max(rows, key=lambda row: row.version).content))
    if settings:
        legal = read_legal(files["procedure.toml"].decode())
        told = {"announced": legal.announced, "internal_process": legal.internal_process,
                "valid_from": legal.valid_from, "valid_to": legal.valid_to}  # fmt: skip
        files["procedure.toml"] = write_legal(files["procedure.toml"].decode(), Legal(**(told | settings))).encode()
    ward.clock.advance(timedelta(days=1))
    with ward.work() as work:
        return publish(work, files, origin="library", library_digest=f"upgrade-{ward.clock.now():%d}")


def test_new_dossiers_take_the_offices_version_and_open_ones_keep_theirs(ward, copy):
    older = ward.filed_at_counter()
    rename(ward, copy)
    row = publish_it(ward, copy)
    assert (row.origin, row.trial, row.version) == ("office", False, 2)
    newer = ward.filed_at_counter()
    ward.run_deferred()
    names = {
        case_id: ward.rows(Task, Task.case_id == case_id, Task.element_id == "appraise")[0].name
        for case_id in (older, newer)
    }
    assert names == {older: "Thẩm định hồ sơ", newer: NEW_NAME}
    assert ward.faults() == []
    with ward.look("thiet") as look:
        with pytest.raises(NotFound):
            copy_page(look, copy.id)
        page = design_page(look, HOUSEHOLD)
    assert [(one.version, one.in_force, one.open) for one in page.versions] == [(2, True, 1), (1, False, 1)]
    assert page.versions[0].note == "Đổi tên bước"
    ward.do(older, "appraise")
    assert ward.open_steps(older) == ["approve"]


def test_an_upgrade_of_the_library_never_replaces_the_offices_own(ward, copy):
    rename(ward, copy)
    own = publish_it(ward, copy)
    with ward.look("thiet") as look:
        assert design_page(look, HOUSEHOLD).news == ()
    with ward.work() as work:
        publish_library(work)  # the same library once more: nothing new
    later = ship_upgrade(ward)
    assert later.version > own.version
    assert version_in_force(ward).id == own.id
    with ward.look("thiet") as look:
        (news,) = design_page(look, HOUSEHOLD).news
        assert (news.office.id, news.library.id, news.ancestor.version) == (own.id, later.id, 1)
        assert [(change.path, change.elements[0].name) for change in news.changes] == [
            ("process.bpmn", "Bước do thư viện thêm")
        ]
        assert {line.code: line.news for line in designs(look)}[HOUSEHOLD]


def test_an_upgrade_that_begins_later_does_not_outrank_the_offices_own(ward, copy):
    rename(ward, copy)
    own = publish_it(ward, copy)
    ship_upgrade(ward, valid_from=ward.clock.now().date())
    assert version_in_force(ward).id == own.id


def test_two_windows_on_one_file_never_overwrite_each_other(ward, copy):
    path = "letters/refusal.html"
    began = file_of(ward, copy, path)
    was = digest_of_text(began.encode())
    first = save(ward, copy, path, began + "<p>một</p>", was)
    with pytest.raises(Conflict) as refusal:
        save(ward, copy, path, began + "<p>hai</p>", was)
    assert refusal.value.code == "file_changed"
    assert file_of(ward, copy, path).endswith("<p>một</p>")
    again = save(ward, copy, path, began + "<p>một</p>", was)  # the same content once more is no conflict
    assert again.revision == first.revision
    second = save(ward, copy, path, began + "<p>hai</p>", first.digest)
    assert second.revision == first.revision + 1


def test_two_windows_on_different_files_do_not_disturb_each_other(ward, copy):
    one, other = "letters/refusal.html", "letters/result.html"
    digests = {path: digest_of_text(file_of(ward, copy, path).encode()) for path in (one, other)}
    save(ward, copy, one, file_of(ward, copy, one) + "<p>a</p>", digests[one])
    save(ward, copy, other, file_of(ward, copy, other) + "<p>b</p>", digests[other])
    assert file_of(ward, copy, one).endswith("<p>a</p>")
    assert file_of(ward, copy, other).endswith("<p>b</p>")


@ONE
def test_a_version_has_one_copy_for_all_designers(ward, copy):
    with ward.work("thiet") as work:
        assert open_copy(work, copy.base_id).id == copy.id


def test_only_what_was_shown_is_published_or_thrown_away(ward, copy):
    shown = copy.revision
    rename(ward, copy)
    with pytest.raises(Conflict):
        publish_it(ward, copy, revision=shown)
    with pytest.raises(Conflict), ward.work("thiet") as work:
        discard_copy(work, copy.id, revision=shown)
    with ward.work("thiet") as work:
        assert discard_copy(work, copy.id, revision=shown + 1) == HOUSEHOLD
    assert version_in_force(ward).version == 1
    assert ward.faults() == []


@ONE
def test_a_bundle_with_faults_is_not_published_and_stays_on_the_board(ward, copy):
    save(ward, copy, "process.bpmn", file_of(ward, copy, "process.bpmn").replace('formId="check"', 'formId="nowhere"'))
    with pytest.raises(Invalid, match="lỗi cần sửa"):
        publish_it(ward, copy)
    assert ward.row(WorkingCopy, copy.id)
    found = check_files(as_files(ward.row(WorkingCopy, copy.id).files))
    assert [(one.severity, one.file, one.element) for one in found if one.severity == "error"] == [
        ("error", "process.bpmn", "check")
    ]


@ONE
def test_files_that_are_no_bundle_are_findings_not_failures(ward, copy):
    for path, text in (("procedure.toml", "code = "), ("forms/check.form", "{"), ("process.bpmn", "<a>")):
        files = {**as_files(copy.files), path: text.encode()}
        (finding,) = check_files(files)
        assert (finding.severity, finding.file) == ("error", path)
        assert finding.advice
    strange = {**as_files(copy.files), "process.bpmn": b'<a xmlns="relative"/>'}
    assert [one.severity for one in check_files(strange)] == ["error"]
    with pytest.raises(Invalid), ward.work("thiet") as work:
        replace_files(work, copy.id, strange, revision=copy.revision)


@ONE
def test_without_both_decisions_it_is_a_trial_that_replaces_nothing(ward, copy):
    rename(ward, copy)
    legal = legal_of(ward, copy)
    row = publish_it(ward, copy, legal=Legal(DecisionPaper(), legal.internal_process, legal.valid_from, None))
    assert row.trial
    assert version_in_force(ward).version == 1


@ONE
def test_the_note_is_asked_for_and_the_code_stays(ward, copy):
    with pytest.raises(Invalid):
        publish_it(ward, copy, note="  ")
    save(ward, copy, "procedure.toml", file_of(ward, copy, "procedure.toml").replace('"1.001612"', '"9.999999"', 1))
    with pytest.raises(Invalid, match=r"1\.001612"):
        publish_it(ward, copy)


@ONE
@pytest.mark.parametrize("login", ["kiem", "nam", "hoa"])
def test_nobody_but_a_designer_changes_anything(ward, copy, login):
    acts = (
        lambda work: open_copy(work, copy.base_id),
        lambda work: save_file(work, copy.id, "procedure.toml", "", was=""),
        lambda work: add_file(work, copy.id, "forms/x.form", "{}"),
        lambda work: remove_file(work, copy.id, "forms/check.form", was=""),
        lambda work: replace_files(work, copy.id, {}, revision=1),
        lambda work: discard_copy(work, copy.id, revision=1),
        lambda work: publish_copy(work, copy.id, revision=1, note="x", legal=legal_of(ward, copy)),
    )
    for act in acts:
        with pytest.raises(Forbidden), ward.work(login) as work:
            act(work)


@ONE
def test_a_copy_for_other_days_is_compared_with_its_own_version(ward):
    with ward.look() as look:
        rows = look.session.scalars(select(PublishedBundle).where(PublishedBundle.procedure == PERMIT)).all()
        later = max(rows, key=lambda row: row.valid_from)
    assert later.valid_from > legal_date(ward.clock.now())
    with ward.work("thiet") as work:
        copy_id = open_copy(work, later.id).id
    with ward.look("thiet") as look:
        line, _files = current_version(look, copy_page(look, copy_id))
    assert line.id == later.id


@ONE
def test_files_come_and_go(ward, copy):
    with ward.work("thiet") as work:
        add_file(work, copy.id, "forms/them.form", json.dumps({"id": "them", "components": []}))
    with pytest.raises(Invalid), ward.work("thiet") as work:
        add_file(work, copy.id, "forms/them.form", "{}")
    with pytest.raises(Invalid), ward.work("thiet") as work:
        add_file(work, copy.id, "forms/them.exe", "")
    with pytest.raises(Invalid), ward.work("thiet") as work:
        remove_file(work, copy.id, "process.bpmn", was="")
    with pytest.raises(Conflict), ward.work("thiet") as work:
        remove_file(work, copy.id, "forms/them.form", was="")
    was = digest_of_text(file_of(ward, copy, "forms/them.form").encode())
    with ward.work("thiet") as work:
        remove_file(work, copy.id, "forms/them.form", was=was)
    assert "forms/them.form" not in ward.row(WorkingCopy, copy.id).files


def test_a_bundle_goes_out_as_zip_and_comes_back(ward, copy):
    files = as_files(copy.files)
    changed = {**files, "letters/refusal.html": files["letters/refusal.html"] + b"<p>x</p>"}
    with ward.work("thiet") as work:
        replace_files(work, copy.id, read_archive(pack(changed)), revision=copy.revision)
    kept = as_files(ward.row(WorkingCopy, copy.id).files)
    assert kept == changed
    assert [one.path for one in differences(files, kept)] == ["letters/refusal.html"]
    other = {**files, "procedure.toml": files["procedure.toml"].replace(b'"1.001612"', b'"1.001193"', 1)}
    with pytest.raises(Invalid), ward.work("thiet") as work:
        replace_files(work, copy.id, other, revision=copy.revision + 1)


def zipped(*entries, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def link_entry():
    info = zipfile.ZipInfo("letters/a.html")
    info.external_attr = 0o120777 << 16
    return info


SETTINGS = ("procedure.toml", b'code = "1"')


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", Invalid),
        (b"PK\x03\x04 not really", Invalid),
        (b"x" * (10 * 2**20 + 1), TooLarge),
        (zipped(SETTINGS, ("../../etc/passwd.toml", b"x")), Invalid),
        (zipped(SETTINGS, ("/etc/cron.toml", b"x")), Invalid),
        (zipped(SETTINGS, ("C:\\windows\\a.toml", b"x")), Invalid),
        (zipped(SETTINGS, ("letters/..\\..\\a.html", b"x")), Invalid),
        (zipped(SETTINGS, ("run.py", b"x")), Invalid),
        (zipped(SETTINGS, (link_entry(), b"/etc/passwd")), Invalid),
        (zipped(SETTINGS, ("bomb.json", b"0" * 60_000_000)), TooLarge),
        (zipped(SETTINGS, *((f"f{n}.json", b"0" * 4_900_000) for n in range(6))), TooLarge),
        (zipped(SETTINGS, *((f"f{n}.json", b"") for n in range(400))), TooLarge),
        (zipped(("letters/a.html", b"x")), Invalid),
    ],
)
def test_hostile_archives_are_refused_in_words(content, refusal):
    with pytest.raises(refusal) as refused:
        read_archive(content)
    assert refused.value.message.endswith((".", ")", "%(path)s"))


def test_an_archive_with_a_folder_around_it_is_taken():
    assert read_archive(zipped(("bo/procedure.toml", b"a"), ("bo/process.bpmn", b"b"), ("__MACOSX/x", b""))) == {
        "procedure.toml": b"a",
        "process.bpmn": b"b",
    }


def test_legal_papers_are_written_without_touching_anything_else():
    text = (
        'code = "1"\n# days\nvalid_from = 2025-07-01\n\n[announced]\nnumber = ""\nagency = ""\n\n[name]\nvi = "[a]"\n'
    )
    day = read_legal(text).valid_from
    legal = Legal(DecisionPaper('12/QĐ "x"', day, "UBND"), DecisionPaper("13/QĐ", day, "UBND"), None, day)
    written = write_legal(text, legal)
    assert read_legal(written) == legal
    assert "# days" in written
    assert '[name]\nvi = "[a]"' in written
    assert "valid_from" not in written.partition("[")[0]
    assert write_legal(written, legal) == written


def test_legal_papers_that_cannot_be_placed_safely_are_refused():
    with pytest.raises(Invalid):
        write_legal('announced = { number = "1" }\n', Legal(DecisionPaper("2"), DecisionPaper(), None, None))


def test_differences_name_elements_and_not_habits_of_writing():
    before = b'<d xmlns="urn:x"><task id="a" name="A"/><task id="b"/></d>'
    assert (
        differences(
            {"p.bpmn": before}, {"p.bpmn": b'<d  xmlns="urn:x"><task  name="A" id="a"></task><task id="b"/></d>'}
        )
        == ()
    )
    (change,) = differences(
        {"p.bpmn": before}, {"p.bpmn": b'<d xmlns="urn:x"><task id="a" name="B"/><task id="c"/></d>'}
    )
    told = {(one.id, one.kind): [(d.key, d.before, d.after) for d in one.details] for one in change.elements}
    assert told == {("a", "changed"): [("name", "A", "B")], ("b", "removed"): [], ("c", "added"): []}


def test_a_version_is_withdrawn_before_anything_uses_it_and_the_one_before_comes_back(ward, copy):
    before = version_in_force(ward)
    path = "forms/appraise.form" if "forms/appraise.form" in copy.files else "procedure.toml"
    save(ward, copy, path, file_of(ward, copy, path) + "\n")
    kept = ward.row(WorkingCopy, copy.id)
    legal_words = read_legal(file_of(ward, copy, "procedure.toml"))
    with ward.work("thiet") as work:
        own = publish_copy(work, copy.id, revision=kept.revision, note="Thử", legal=legal_words)
    assert version_in_force(ward).id == own.id
    for login in ("kiem", "an", "hoa", "van"):
        with pytest.raises(Forbidden), ward.work(login) as work:
            withdraw_version(work, own.id, "lý do")
    with pytest.raises(Invalid), ward.work("thiet") as work:
        withdraw_version(work, own.id, "  ")
    with ward.look("thiet") as look:
        assert follower_of(look, own.id)[1].id == before.id
    with ward.work("thiet") as work:
        withdraw_version(work, own.id, "Công bố nhầm")
    assert version_in_force(ward).id == before.id
    with pytest.raises(Conflict), ward.work("thiet") as work:
        withdraw_version(work, own.id, "lần nữa")
    (act,) = ward.rows(Entry, Entry.verb == "procedure.withdrawn", by=Entry.at)
    assert (act.chain, act.facts["version"], act.facts["reason"]) == ("office:hcm", own.version, "Công bố nhầm")
    assert ward.faults() == []


@ONE
def test_a_version_with_dossiers_is_not_withdrawn_and_the_library_brings_none_back(ward):
    used, unused = version_in_force(ward), version_in_force(ward, PERMIT)
    ward.filed_at_counter()
    with pytest.raises(Conflict) as refusal, ward.work("thiet") as work:
        withdraw_version(work, used.id, "lý do")
    assert refusal.value.code == "version_used"
    with ward.work("thiet") as work:
        withdraw_version(work, unused.id, "Luật chưa có hiệu lực")
    versions = len(ward.rows(PublishedBundle))
    with ward.work() as work:
        publish_library(work)
    assert len(ward.rows(PublishedBundle)) == versions
    assert ward.row(PublishedBundle, unused.id).withdrawn_at is not None
