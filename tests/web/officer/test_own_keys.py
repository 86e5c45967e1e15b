"""The page of one's own key: unlocked there, locked there, and what is typed never comes back."""

from __future__ import annotations

import io
from datetime import timedelta

import pypdf
import pytest
from werkzeug.datastructures import FileStorage

from cli.drills.keys import PASSPHRASE
from engine.accounts.signing_images import SigningImage
from engine.journal import Entry
from engine.performing import tidy_files
from tests.unit.letters import images
from tests.usecases.test_signing_keys import bring, issued

pytestmark = pytest.mark.dialects("sqlite")


def test_a_leader_unlocks_and_locks_their_own_key(ward, visit):
    bring(ward, issued(ward), unit="bt-kthtdt")
    an, holder = visit("an"), f"person:{ward.people['an']}"
    assert "Đang khóa" in an.text("/khoa-ky")
    wrong = an.post("/khoa-ky/mo", {"holder": holder, "secret-passphrase": "canary-sai"})
    assert wrong.status_code == 422
    assert "sai mật khẩu" in an.words(wrong)
    assert "canary" not in an.words(wrong)
    assert an.post("/khoa-ky/mo", {"holder": holder, "secret-passphrase": PASSPHRASE}).status_code == 303
    assert "Đang mở" in an.text("/khoa-ky")
    assert ward.house.ports.signatures.keys.signer.unlocked() == [holder]
    assert an.post("/khoa-ky/khoa", {"holder": holder}).status_code == 303
    assert ward.house.ports.signatures.keys.signer.unlocked() == []
    told = [one.verb for one in ward.rows(Entry, Entry.verb.like("key.%"), by=Entry.seq)]
    assert told == ["key.added", "key.unlock_refused", "key.unlocked", "key.locked"]


def test_nobody_else_s_key_is_shown_or_touched(ward, visit):
    bring(ward, issued(ward), unit="bt-kthtdt")
    holder = f"person:{ward.people['an']}"
    khoa = visit("khoa")
    assert "Dương Thành Ân" not in khoa.text("/khoa-ky")
    for door in ("mo", "khoa"):
        assert khoa.post(f"/khoa-ky/{door}", {"holder": holder, "secret-passphrase": "x"}).status_code == 403
    assert "Phòng Kinh tế" in visit("mai").text("/khoa-ky")  # the clerk keeps that room's seal
    assert visit("nam").get("/khoa-ky").status_code == 403


def pictures(annotation):
    """The sizes in pixels of all pictures in what an annotation shows."""
    found, left = [], [annotation.get_object().get("/AP", {}).get("/N")]
    while left:
        form = left.pop().get_object() if left[-1] is not None else left.pop()
        if form is not None and form.get("/Subtype") == "/Image":
            found.append((form["/Width"], form["/Height"]))
        elif form is not None:
            left.extend(form.get("/Resources", {}).get("/XObject", {}).values())
    return found


def test_a_hand_and_a_seal_are_brought_shown_on_papers_and_taken_away_again(ward, visit):
    case_id = ward.dossier_at("approve")
    an, mai, mark, office = visit("an"), visit("mai"), f"person:{ward.people['an']}", "office:bt-kthtdt"

    def bring_image(somebody, holder, content, **fields):
        file = FileStorage(io.BytesIO(content), "anh.png")
        data = {"holder": holder, "image": file, **fields}
        return somebody.post("/khoa-ky/anh", data, content_type="multipart/form-data")

    refused = bring_image(an, mark, images.hand(images.RED))
    assert refused.status_code == 422
    assert "Chữ ký phải màu xanh" in an.words(refused)
    assert bring_image(visit("khoa"), mark, images.hand()).status_code == 403
    assert bring_image(an, mark, images.hand()).status_code == 303
    assert an.get(f"/khoa-ky/anh?holder={mark}").data.startswith(b"\x89PNG")
    assert visit("khoa").get(f"/khoa-ky/anh?holder={mark}").status_code == 404
    wide = bring_image(mai, office, images.seal(), across="340")
    assert wide.status_code == 422
    assert "Nhập đường kính dấu từ 25 đến 45 mm" in mai.words(wide)
    assert bring_image(mai, office, images.seal(), across="36").status_code == 303
    assert "Đường kính 36 mm" in mai.text("/khoa-ky")
    ward.do(case_id, "approve")
    ward.do(case_id, "register")
    paper = ward.documents(case_id, "result")[0]
    kept = [one.sha256 for one in ward.rows(SigningImage, by=SigningImage.given_at)]
    assert tidy_files(ward.house, older_than=timedelta(0)) >= 0
    assert all(ward.house.ports.storage.verify(one) for one in kept), "images in use are not tidied away"
    with ward.house.ports.storage.open(paper.sha256) as file:
        shown = [size for page in pypdf.PdfReader(file).pages for one in page["/Annots"] for size in pictures(one)]
    assert (500, 500) in shown, "the seal that was brought"
    assert len(shown) == 2
    hand, leader = paper.boxes["hand"], paper.boxes["leader"]
    assert leader["x1"] <= hand["x1"] < hand["x2"] <= leader["x2"]
    assert an.post("/khoa-ky/anh/bo", {"holder": mark}).status_code == 303
    assert an.get(f"/khoa-ky/anh?holder={mark}").status_code == 404
    told = [one.verb for one in ward.rows(Entry, Entry.verb.like("signing_image.%"), by=Entry.seq)]
    assert told == ["signing_image.given", "signing_image.given", "signing_image.ended"]


def test_a_session_that_ended_under_the_form_does_not_say_the_pin_again(ward, visit):
    an, holder = visit("an"), f"person:{ward.people['an']}"
    key = an.key("/khoa-ky")
    an.client.delete_cookie("motcua")
    answer = an.client.post("/khoa-ky/mo", data={"csrf_token": key, "holder": holder, "secret-pin": "canary-1"})
    assert "canary" not in an.words(answer)
    assert answer.status_code in {400, 401}
