"""The drawing board's pages and answers, without a browser: who comes in, what is said, what is refused."""

from __future__ import annotations

import html
import io
import json
import re
from datetime import timedelta

import pytest

from engine.procedures.models import PublishedBundle, WorkingCopy
from engine.procedures.published import files_of, pack, publish
from engine.usecases.designing import as_files, digest_of_text, save_file
from tests.factories import HOUSEHOLD
from tests.web.officer.visitor import hidden

pytestmark = pytest.mark.dialects("sqlite")  # pages; what lies below them is tested on both

EDITORS = ("process.bpmn", "forms/application.form", "letters/result.html", "procedure.toml", "lists/communes.json")


def pages(copy_id, version_id):
    return (
        "/thiet-ke/",
        f"/thiet-ke/thu-tuc/{HOUSEHOLD}",
        f"/thiet-ke/phien-ban/{version_id}",
        f"/thiet-ke/phien-ban/{version_id}/tep/process.bpmn",
        f"/thiet-ke/phien-ban/{version_id}/noi-dung/process.bpmn",
        f"/thiet-ke/phien-ban/{version_id}/goi.zip",
        f"/thiet-ke/ban/{copy_id}",
        f"/thiet-ke/ban/{copy_id}/tep/process.bpmn",
        f"/thiet-ke/ban/{copy_id}/noi-dung/process.bpmn",
        f"/thiet-ke/ban/{copy_id}/mau.json",
        f"/thiet-ke/ban/{copy_id}/goi.zip",
        f"/thiet-ke/ban/{copy_id}/xem-thu/forms/application.form",
        f"/thiet-ke/ban/{copy_id}/xem-thu/letters/result.html",
    )


def designers_only(copy_id):
    return (
        f"/thiet-ke/ban/{copy_id}/bo",
        f"/thiet-ke/ban/{copy_id}/cong-bo",
        f"/thiet-ke/ban/{copy_id}/bo-tep/forms/check.form",
    )


def acts(copy_id, version_id):
    return (
        f"/thiet-ke/phien-ban/{version_id}/sua",
        f"/thiet-ke/phien-ban/{version_id}/rut",
        f"/thiet-ke/ban/{copy_id}/tep/process.bpmn",
        f"/thiet-ke/ban/{copy_id}/bo",
        f"/thiet-ke/ban/{copy_id}/cong-bo",
        f"/thiet-ke/ban/{copy_id}/tai-len",
        f"/thiet-ke/ban/{copy_id}/tep-moi",
        f"/thiet-ke/ban/{copy_id}/bo-tep/forms/check.form",
    )


def send(visitor, path, content, was, page="/thiet-ke/"):
    headers = {"X-CSRFToken": visitor.key(page), "Accept": "application/json"}
    return visitor.client.post(path, json={"content": content, "was": was}, headers=headers)


@pytest.mark.parametrize(("login", "status"), [("", 401), ("hoa", 403), ("nam", 403)])
def test_strangers_and_others_stay_outside(visit, copy_id, version_id, login, status):
    visitor = visit(login)
    for path in (*pages(copy_id, version_id), *designers_only(copy_id)):
        assert visitor.get(path).status_code == status, path
    for path in acts(copy_id, version_id):
        assert visitor.post(path).status_code == status, path


def test_a_controller_looks_at_everything_and_changes_nothing(visit, copy_id, version_id):
    visitor = visit("kiem")
    for path in pages(copy_id, version_id):
        assert visitor.get(path).status_code == 200, path
    assert 'data-readonly="yes"' in visitor.text(f"/thiet-ke/ban/{copy_id}/tep/process.bpmn")
    for path in designers_only(copy_id):
        assert visitor.get(path).status_code == 403, path
    for path in acts(copy_id, version_id):
        assert visitor.post(path).status_code == 403, path


def test_without_the_sites_key_nothing_is_saved(visit, copy_id):
    answer = visit("thiet").client.post(f"/thiet-ke/ban/{copy_id}/tep/procedure.toml", json={"content": "", "was": ""})
    assert answer.status_code == 400


def test_only_the_drawing_tools_may_set_styles_and_nothing_may_run(visit, copy_id):
    visitor = visit("thiet")
    for path in EDITORS:
        policy = visitor.get(f"/thiet-ke/ban/{copy_id}/tep/{path}").headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "style-src 'self';" in policy
        assert ("style-src-attr 'unsafe-inline'" in policy) is path.endswith((".bpmn", ".form")), path
    assert "unsafe-inline" not in visitor.get("/thiet-ke/").headers["Content-Security-Policy"]


def test_a_save_answers_with_the_digest_and_an_overtaken_one_with_what_is_there(visit, copy_id):
    visitor, path = visit("thiet"), f"/thiet-ke/ban/{copy_id}/tep/letters/refusal.html"
    began = visitor.get(path.replace("/tep/", "/noi-dung/")).json
    first = send(visitor, path, began["content"] + "<p>1</p>", began["digest"])
    assert first.status_code == 200
    assert first.json["digest"] != began["digest"]
    second = send(visitor, path, began["content"] + "<p>2</p>", began["digest"])
    assert second.status_code == 409
    assert second.json["digest"] == first.json["digest"]
    assert "cửa sổ khác" in second.json["message"]
    for nonsense in ({}, [], {"content": 1, "was": ""}, {"content": "x"}):
        headers = {"X-CSRFToken": visitor.key("/thiet-ke/"), "Accept": "application/json"}
        assert visitor.client.post(path, json=nonsense, headers=headers).status_code == 422


def test_the_check_names_the_element_the_fault_and_what_to_do(visit, copy_id):
    visitor, path = visit("thiet"), f"/thiet-ke/ban/{copy_id}/tep/process.bpmn"
    began = visitor.get(path.replace("/tep/", "/noi-dung/")).json
    headers = {"X-CSRFToken": visitor.key("/thiet-ke/"), "Accept": "application/json"}
    well = visitor.client.post(f"/thiet-ke/ban/{copy_id}/kiem-tra", headers=headers).json
    assert (well["findings"], well["words"]) == ([], "Không có lỗi. Có thể công bố.")
    send(visitor, path, began["content"].replace('formId="check"', 'formId="nowhere"'), began["digest"])
    told = visitor.client.post(f"/thiet-ke/ban/{copy_id}/kiem-tra", headers=headers).json
    (finding,) = (one for one in told["findings"] if one["severity"] == "error")
    english = visitor.client.post(f"/thiet-ke/ban/{copy_id}/kiem-tra?lang=en", headers=headers).json
    (same,) = (one for one in english["findings"] if one["severity"] == "error")
    assert (same["code"], same["name"]) == (finding["code"], finding["name"])
    assert (same["message"], same["advice"]) == ("There is no form “nowhere”.", "Choose a form of the procedure.")
    assert (finding["file"], finding["element"], finding["name"]) == ("process.bpmn", "check", "Kiểm tra hồ sơ")
    assert finding["advice"]
    assert told["words"].startswith("1 lỗi cần sửa")


def test_templates_offer_our_task_types_with_words_without_marks(visit, copy_id):
    templates = {one["id"]: one for one in visit("thiet").get(f"/thiet-ke/ban/{copy_id}/mau.json").json}
    render = templates["motcua.letter.render"]
    assert "lap van ban" in render["keywords"]
    (letter,) = (one for one in render["properties"] if one.get("binding", {}).get("key") == "letter")
    assert {"value": "refusal", "name": "Thông báo không đủ điều kiện giải quyết"} in letter["choices"]
    (group,) = (one for one in templates["motcua.office-task"]["properties"] if one.get("id") == "group")
    assert {"value": "handling.specialist", "name": "Nơi giải quyết: Người thụ lý"} in group["choices"]


def publishing(visitor, copy_id, **typed):
    page = html.unescape(visitor.text(f"/thiet-ke/ban/{copy_id}/cong-bo"))
    fields = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', page))
    fields.pop("trial", None)
    return visitor.post(f"/thiet-ke/ban/{copy_id}/cong-bo", {**fields, "note": "Đổi chữ", **typed}, page="/thiet-ke/")


def test_publishing_asks_for_a_note_and_for_real_days_and_keeps_what_was_typed(visit, ward, copy_id):
    visitor = visit("thiet")
    answer = publishing(visitor, copy_id, note="", announced_number="77/QĐ-UBND", valid_to="31/02/2026")
    words = visitor.words(answer)
    assert answer.status_code == 422
    assert "<title>Lỗi:" in words
    assert 'href="#note"' in words
    assert 'href="#valid_to"' in words
    assert 'value="77/QĐ-UBND"' in words
    assert ward.row(WorkingCopy, copy_id)


def test_a_trial_is_published_only_when_its_designer_says_so(visit, ward, copy_id):
    visitor = visit("thiet")
    missing = {"announced_number": "", "announced_date": "", "announced_agency": ""}
    assert publishing(visitor, copy_id, **missing).status_code == 422
    assert publishing(visitor, copy_id, trial="yes", **missing).status_code == 303
    newest = ward.rows(PublishedBundle, PublishedBundle.procedure == HOUSEHOLD, by=PublishedBundle.version)[-1]
    assert (newest.trial, newest.origin) == (True, "office")
    assert "THỬ NGHIỆM" in visitor.text(f"/thiet-ke/thu-tuc/{HOUSEHOLD}")


def test_publishing_what_somebody_else_has_just_changed_is_a_conflict(visit, copy_id):
    visitor = visit("thiet")
    assert publishing(visitor, copy_id, revision="0").status_code == 409
    assert publishing(visitor, copy_id, revision="x").status_code in (422, 400)


def test_the_published_decisions_and_days_stand_in_the_bundle(visit, ward, copy_id):
    visitor = visit("thiet")
    assert publishing(visitor, copy_id, announced_number="88/QĐ-UBND", valid_from="01/03/2026").status_code == 303
    with ward.look() as look:
        newest = look.session.query(PublishedBundle).filter_by(procedure=HOUSEHOLD, version=2).one()
        assert (f"{newest.valid_from:%d/%m/%Y}", newest.trial) == ("01/03/2026", False)
    assert visitor.get(f"/thiet-ke/ban/{copy_id}").status_code == 404


def test_an_uploaded_bundle_replaces_the_copy_and_a_hostile_one_does_not(visit, ward, copy_id):
    visitor = visit("thiet")
    copy = ward.row(WorkingCopy, copy_id)
    files = as_files(copy.files)

    def upload(content, revision):
        data = {"archive": (io.BytesIO(content), "goi.zip"), "revision": str(revision)}
        data["csrf_token"] = visitor.key("/thiet-ke/")
        return visitor.client.post(f"/thiet-ke/ban/{copy_id}/tai-len", data=data)

    refused = upload(b"not a zip", copy.revision)
    assert refused.status_code == 422
    assert "Không mở được gói này" in visitor.words(refused)
    assert upload(pack({**files, "letters/refusal.html": b"<p>x</p>"}), copy.revision).status_code == 303
    assert "Đã sửa" in visitor.text(f"/thiet-ke/ban/{copy_id}")


@pytest.mark.parametrize("kind", ["form", "letter", "decision", "process"])
def test_a_new_file_opens_in_its_editor(visit, ward, copy_id, kind):
    visitor = visit("thiet")
    answer = visitor.post(f"/thiet-ke/ban/{copy_id}/tep-moi", {"kind": kind, "name": "tham_tra"})
    assert answer.status_code == 303
    assert visitor.get(answer.location).status_code == 200
    for bad in ("../x", "Ă", "", "a" * 60):
        answer = visitor.post(f"/thiet-ke/ban/{copy_id}/tep-moi", {"kind": kind, "name": bad})
        assert answer.status_code == 422, bad


def test_a_preview_shows_sample_answers_and_says_what_cannot_be_shown(visit, ward, copy_id):
    visitor = visit("thiet")
    page = visitor.text(f"/thiet-ke/ban/{copy_id}/xem-thu/forms/application.form")
    assert 'value="Nguyễn Thị Hòa"' in page
    paper = visitor.get(f"/thiet-ke/ban/{copy_id}/xem-thu/letters/result.html")
    assert (paper.mimetype, paper.data[:5]) == ("application/pdf", b"%PDF-")
    path = f"/thiet-ke/ban/{copy_id}/tep/letters/result.html"
    began = visitor.get(path.replace("/tep/", "/noi-dung/")).json
    send(visitor, path, began["content"] + "<p>{{ tien( }}</p>", began["digest"])
    broken = visitor.get(f"/thiet-ke/ban/{copy_id}/xem-thu/letters/result.html")
    assert broken.status_code == 422
    assert "Chưa dựng được văn bản" in visitor.words(broken)
    form = f"/thiet-ke/ban/{copy_id}/tep/forms/check.form"
    began = visitor.get(form.replace("/tep/", "/noi-dung/")).json
    send(visitor, form, json.dumps(began)[:-4], began["digest"])
    assert visitor.get(f"/thiet-ke/ban/{copy_id}/xem-thu/forms/check.form").status_code == 422


def test_english_pages_have_no_vietnamese_of_ours_left(visit, copy_id):
    page = visit("thiet").text(f"/thiet-ke/ban/{copy_id}/cong-bo?lang=en")
    assert "Publish" in page
    assert "Công bố phiên bản mới" not in page


def test_a_version_nothing_uses_is_withdrawn_after_a_page_that_says_what_follows(ward, visit, version_id):
    thiet = visit("thiet")
    address = f"/thiet-ke/phien-ban/{version_id}/rut"
    assert address in thiet.text(f"/thiet-ke/thu-tuc/{HOUSEHOLD}")
    assert "thủ tục này tạm ngừng nhận hồ sơ" in thiet.text(address)
    assert visit("kiem").get(address).status_code == 403
    assert thiet.post(address, {"reason": ""}).status_code == 422
    assert thiet.post(address, {"reason": "Công bố nhầm"}).status_code == 303
    page = thiet.text(f"/thiet-ke/thu-tuc/{HOUSEHOLD}")
    assert "Lý do rút: Công bố nhầm" in page
    assert address not in page
    assert thiet.post(address, {"reason": "lần nữa"}).status_code == 409


def test_a_version_with_dossiers_offers_no_withdrawal(ward, visit, version_id):
    ward.filed_at_counter()
    thiet = visit("thiet")
    address = f"/thiet-ke/phien-ban/{version_id}/rut"
    assert address not in thiet.text(f"/thiet-ke/thu-tuc/{HOUSEHOLD}")
    assert "không rút được nữa" in thiet.text(address)
    assert thiet.post(address, {"reason": "lý do"}).status_code == 409


def test_the_librarys_changes_are_taken_in_one_act_and_conflicts_decided_one_by_one(visit, ward, copy_id):
    """The office renamed a step; the library renamed the same one, and another."""
    visitor = visit("thiet")
    with ward.work("thiet") as work:
        copy = work.session.get_one(WorkingCopy, copy_id)
        text = copy.files["process.bpmn"]
        save_file(
            work, copy_id, "process.bpmn", text.replace("Thẩm định hồ sơ", "Thẩm định tại chỗ"),
            was=digest_of_text(text.encode()),
        )  # fmt: skip
    assert publishing(visitor, copy_id).status_code == 303
    ward.clock.advance(timedelta(days=1))
    with ward.work() as work:
        first = work.session.query(PublishedBundle).filter_by(procedure=HOUSEHOLD, version=1).one()
        drawing = text.replace("Thẩm định hồ sơ", "Thẩm định pháp lý").replace("Kiểm tra hồ sơ", "Kiểm tra thành phần")
        publish(work, files_of(first) | {"process.bpmn": drawing.encode()}, origin="library", library_digest="later")
    visitor = visit("thiet")  # the next morning
    page = visitor.text(f"/thiet-ke/thu-tuc/{HOUSEHOLD}")
    (path,) = set(re.findall(r"/thiet-ke/phien-ban/[^\"]+/thu-vien/[^\"]+", page))
    page = visitor.text(path)
    assert "Cả hai cùng sửa một chỗ (1)" in page
    assert "Thẩm định tại chỗ" in page
    assert "Thẩm định pháp lý" in page
    answer = visitor.post(path)
    assert answer.status_code == 303
    conflicts = visitor.text(answer.location)
    key, revision = (hidden(conflicts, name) for name in ("key", "revision"))
    told = {"key": key, "revision": revision, "choice": "library"}
    assert visitor.post(answer.location, told).status_code == 303
    assert visitor.post(answer.location, told).status_code == 409, "decided twice from an old page"
    assert "Không còn xung đột" in visitor.text(answer.location)
    (copy,) = ward.rows(WorkingCopy)
    assert "Thẩm định pháp lý" in copy.files["process.bpmn"]
    assert "Kiểm tra thành phần" in copy.files["process.bpmn"]
    assert visit("lan").post(path).status_code == 403
