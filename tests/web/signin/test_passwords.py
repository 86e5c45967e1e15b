"""A one-time password opens one page; passwords are changed, sessions end, and nobody does it for somebody else."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from engine.accounts.models import Person
from engine.usecases.accounts import close_account, give_one_time_password
from tests.usecases.test_accounts import GOOD
from tests.web.citizen.office import key_of
from web.application import create_application
from web.ui.limits import limiter

pytestmark = pytest.mark.dialects("sqlite")  # what a page says does not depend on the database

CHANGE = "/tai-khoan/mat-khau"


def one_time(ward, login="nam"):
    with ward.work("van") as work:
        password = give_one_time_password(work, ward.people[login])
    ward.clock.advance(timedelta(seconds=1))
    return password


def post(client, path, page="/tai-khoan/mat-khau", **data):
    return client.post(path, data={"csrf_token": key_of(client.get(page).text), **data})


def words(answer):
    return html.unescape(answer.get_data(as_text=True))


def test_a_one_time_password_opens_nothing_but_the_page_where_it_is_changed(ward, enter):
    case_id = ward.dossier_at("appraise")
    task_id = ward.task(case_id, "appraise")
    password = one_time(ward)
    client = enter("nam", password)
    for path in ("/", "/cong-viec", f"/cong-viec/{task_id}", f"/ho-so/{case_id}", "/tai-khoan", "/signin", "/privacy"):
        answer = client.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["Location"].startswith(CHANGE), path
    page = client.get(CHANGE)
    assert "do người khác cấp" in words(page)
    assert "/cong-viec" not in page.text, "no menu leads elsewhere"
    assert post(client, f"/cong-viec/{task_id}/nhan").headers["Location"].startswith(CHANGE)
    assert ward.open_steps(case_id) == ["appraise"]
    answer = post(client, CHANGE, current=password, new=GOOD, next="/cong-viec?tab=mine")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cong-viec?tab=mine")
    assert client.get("/cong-viec").status_code == 200, "this session goes on"
    assert enter("nam", GOOD).get("/cong-viec").status_code == 200


def test_other_sessions_end_when_the_password_changes(ward, enter):
    password = one_time(ward)
    elsewhere, here = enter("nam", password), enter("nam", password)
    ward.clock.advance(timedelta(milliseconds=1))
    assert post(here, CHANGE, current=password, new=GOOD).status_code == 303
    assert here.get("/cong-viec").status_code == 200
    assert elsewhere.get("/cong-viec").status_code == 401


def test_a_password_is_changed_at_any_time_and_refused_in_words(ward, enter):
    password = one_time(ward)
    client = enter("nam", password)
    assert post(client, CHANGE, current=password, new=GOOD).status_code == 303
    ward.clock.advance(timedelta(minutes=5))
    assert "Trần" in words(client.get("/tai-khoan")) or "Nam" in words(client.get("/tai-khoan"))
    for sent, said in (
        ({}, "Nhập mật khẩu hiện tại"),
        ({"current": GOOD}, "Nhập mật khẩu mới"),
        ({"current": "sai rồi nhé", "new": "một hai ba bốn năm"}, "Mật khẩu hiện tại không đúng"),
        ({"current": GOOD, "new": GOOD}, "phải khác mật khẩu đang dùng"),
        ({"current": GOOD, "new": "matkhau12345"}, "dễ đoán"),
        ({"current": GOOD, "new": "ngắn"}, "ít nhất 12 ký tự"),
    ):
        answer = post(client, CHANGE, **sent)
        assert answer.status_code == 422
        assert said in words(answer)
        assert GOOD not in words(answer), "what was typed as a password is never sent back"
    assert post(client, CHANGE, current=GOOD, new="một hai ba bốn năm").status_code == 303


def test_what_is_typed_can_be_shown_without_a_script(ward, enter):
    client = enter("nam", one_time(ward))
    hidden = client.get(CHANGE).text
    assert len(re.findall(r'type="password"', hidden)) == 2
    link = html.unescape(re.search(r'href="([^"]*hien=1[^"]*)"', hidden)[1])
    shown = client.get(link).text
    assert 'type="password"' not in shown
    assert 'autocomplete="new-password"' in shown
    assert "onpaste" not in shown
    assert "hien=1" in html.unescape(client.get("/signin", follow_redirects=False).headers["Location"] + link)


def test_strangers_other_sites_and_a_thousand_guesses_change_nothing(ward, enter):
    password = one_time(ward)
    client, stranger = enter("nam", password), enter("nam", password)
    with stranger.session_transaction() as session:
        session.clear()
    assert stranger.get(CHANGE).status_code == 401
    assert post(stranger, CHANGE, page="/privacy", current=password, new=GOOD).status_code == 401
    assert client.post(CHANGE, data={"current": password, "new": GOOD}).status_code == 400
    assert ward.row(Person, ward.people["nam"]).must_change
    guarded = create_application(ward.house)
    client = guarded.test_client()
    limiter.reset()
    sent = {"csrf_token": key_of(client.get("/signin").text), "login": "nam", "password": password}
    assert client.post("/signin", data=sent).status_code == 303
    found = [post(client, CHANGE, current="sai", new=GOOD).status_code for _ in range(11)]
    limiter.reset()
    assert found == [422] * 10 + [429]


def test_next_leads_nowhere_else(ward, enter):
    password = one_time(ward)
    client = enter("nam", password)
    answer = post(client, CHANGE, current=password, new=GOOD, next="//evil.example/x")
    assert answer.headers["Location"].startswith("/")
    assert "evil" not in answer.headers["Location"]


def test_a_role_of_the_sample_stepped_into_is_not_held_back(ward, site):
    one_time(ward)
    client = site.test_client()
    person = str(ward.people["nam"])
    assert post(client, "/signin/sample", page="/signin", person=person).status_code == 303
    assert client.get("/cong-viec").status_code == 200


def test_an_operator_gives_a_password_once_and_closes_an_account_at_once(ward, site, enter):
    van = site.test_client()
    post(van, "/signin/sample", page="/signin", person=str(ward.people["van"]))
    account = f"/van-hanh/tai-khoan/{ward.people['nam']}"
    assert "Trần Văn" in words(van.get("/van-hanh/tai-khoan?tim=nam")) or "nam" in words(van.get(account))
    answer = post(van, f"{account}/mat-khau", page=account)
    assert answer.headers["Cache-Control"] == "no-store"
    password = re.search(r'class="one-time code">([^<]+)<', answer.text)[1]
    assert password not in van.get(account).text, "shown this once"
    ward.clock.advance(timedelta(seconds=1))
    nam = enter("nam", password)
    assert nam.get(CHANGE).status_code == 200
    assert post(van, f"{account}/khoa", page=account).status_code == 422
    assert post(van, f"{account}/khoa", page=account, reason="Nghỉ việc").status_code == 303
    assert nam.get(CHANGE).status_code == 401
    assert "Đã khóa" in words(van.get(account))
    assert post(van, f"{account}/mo", page=account, reason="Trở lại").status_code == 303
    own = f"/van-hanh/tai-khoan/{ward.people['van']}"
    assert "Cấp mật khẩu dùng một lần" not in words(van.get(own))
    assert post(van, f"{own}/khoa", page=own, reason="x").status_code == 403
    assert post(van, f"/van-hanh/tai-khoan/{ward.people['hoa']}/mat-khau", page=own).status_code == 404
    an = site.test_client()
    post(an, "/signin/sample", page="/signin", person=str(ward.people["an"]))
    for path in (account, "/van-hanh/tai-khoan"):
        assert an.get(path).status_code == 403
    assert post(an, f"{account}/mat-khau", page="/privacy").status_code == 403


def test_a_closed_account_signs_in_no_more_and_is_not_told_apart_from_a_wrong_password(ward, site):
    password = one_time(ward)
    with ward.work("van") as work:
        close_account(work, ward.people["nam"], "Nghỉ việc")
    client = site.test_client()
    said = [
        words(post(client, "/signin", page="/signin", login=login, password=password)) for login in ("nam", "khong-co")
    ]
    assert all("không đúng" in one for one in said)
