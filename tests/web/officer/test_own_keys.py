"""The page of one's own key: unlocked there, locked there, and what is typed never comes back."""

from __future__ import annotations

import pytest

from cli.drills.keys import PASSPHRASE
from engine.journal import Entry
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


def test_a_session_that_ended_under_the_form_does_not_say_the_pin_again(ward, visit):
    an, holder = visit("an"), f"person:{ward.people['an']}"
    key = an.key("/khoa-ky")
    an.client.delete_cookie("motcua")
    answer = an.client.post("/khoa-ky/mo", data={"csrf_token": key, "holder": holder, "secret-pin": "canary-1"})
    assert "canary" not in an.words(answer)
    assert answer.status_code in {400, 401}
