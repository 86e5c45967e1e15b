"""What every page of the shell promises: headers, languages, keys, refusals in words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask, Response, jsonify
from flask.testing import FlaskClient

from engine.errors import Conflict
from tests.web.ui.two_people import CLERK, Composed, TwoPeople
from web.actor import check_role, form_key_sent, require_signed_in
from web.ui.navigation import LINE, Link, parted
from web.ui.security import cacheable, relaxed_policy


def key_of(client: FlaskClient, path: str = "/signin") -> str:
    page = client.get(path).get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def step_in(client: FlaskClient, person: UUID = CLERK) -> None:
    data = {"csrf_token": key_of(client), "person": str(person)}
    assert client.post("/signin/sample", data=data).status_code == 303


def signed_in(client: FlaskClient) -> bool:
    """Whether the bar of the office layout shows the clerk."""
    page = client.get("/_styleguide/office").get_data(as_text=True)
    return 'class="office-header__name" href="/tai-khoan">Lê Thị Hằng<' in page


PAGES = ["/_styleguide/", "/_styleguide/office", "/_styleguide/home", "/_styleguide/tracking", "/signin", "/privacy"]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_inline_and_nothing_from_elsewhere(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"].startswith(
        "default-src 'none'; script-src 'self'; style-src 'self'"
    )
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", page)
    assert not re.search(r'(?:src|href|action)="https?://', page)


def test_built_files_may_be_kept_for_a_year(client: FlaskClient) -> None:
    page = client.get("/signin").get_data(as_text=True)
    sheet = re.search(r'href="(/static/dist/theme-[^"]+\.css)"', page)
    assert sheet
    assert client.get(sheet[1]).headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_secure_transport_is_promised_only_where_it_is_used(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/signin").headers
    assert "Strict-Transport-Security" in client.get("/signin", base_url="https://localhost").headers


def test_a_route_may_widen_styles_but_never_scripts(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/draw", view_func=relaxed_policy(style_src_attr=("'unsafe-inline'",))(lambda: "drawing"))
    policy = client.get("/draw").headers["Content-Security-Policy"]
    assert "style-src-attr 'unsafe-inline'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in client.get("/signin").headers["Content-Security-Policy"]
    with pytest.raises(ValueError, match="never relaxed"):
        relaxed_policy(script_src=("'unsafe-eval'",))


def test_only_pages_that_say_so_are_kept(app: Flask, client: FlaskClient) -> None:
    def read() -> str:
        return "for everybody"

    app.add_url_rule("/open", view_func=cacheable(300)(read))
    assert client.get("/open").headers["Cache-Control"] == "private, max-age=300"


def test_vietnamese_first_english_on_request_and_remembered(client: FlaskClient) -> None:
    page = client.get("/_styleguide/home").get_data(as_text=True)
    assert '<html lang="vi"' in page
    assert "Bạn cần làm thủ tục gì?" in page
    page = client.get("/_styleguide/home?lang=en&q=1").get_data(as_text=True)
    assert '<html lang="en"' in page
    assert "What do you need to do?" in page
    assert 'href="/_styleguide/home?q=1&amp;lang=vi"' in page
    assert "What do you need to do?" in client.get("/_styleguide/home").get_data(as_text=True)
    assert "Sign in" in client.get("/signin").get_data(as_text=True)


def test_the_browser_s_language_counts_when_nothing_was_chosen(client: FlaskClient) -> None:
    page = client.get("/signin", headers={"Accept-Language": "en-GB,en;q=0.8"}).get_data(as_text=True)
    assert '<html lang="en"' in page
    page = client.get("/signin", headers={"Accept-Language": "fr"}).get_data(as_text=True)
    assert '<html lang="vi"' in page


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "Yêu cầu chưa đúng"),
        (401, "Bạn cần đăng nhập"),
        (403, "Bạn không có quyền"),
        (404, "Không tìm thấy trang"),
        (405, "Không làm được theo cách này"),
        (409, "Việc này đã có người làm"),
        (413, "Tệp quá lớn"),
        (429, "Bạn thử quá nhiều lần"),
        (503, "Tạm thời chưa dùng được"),
    ],
)
def test_every_failure_says_what_happened_and_what_to_do(client: FlaskClient, status: int, words: str) -> None:
    answer = client.get(f"/_styleguide/failure/{status}")
    assert answer.status_code == status
    assert f'<h1 class="govuk-heading-l">{words}' in answer.get_data(as_text=True)


def test_a_refused_form_names_each_field(client: FlaskClient) -> None:
    answer = client.get("/_styleguide/failure/422")
    assert answer.status_code == 422
    assert "Nhập họ và tên chủ hồ sơ" in answer.get_data(as_text=True)
    told = client.get("/_styleguide/failure/422", headers={"Accept": "application/json"}).get_json()
    assert told["problems"] == [{"path": "owner.name", "message": "Nhập họ và tên chủ hồ sơ"}]
    assert told["code"] == "invalid"


def test_an_unforeseen_error_gets_a_number_that_is_also_in_the_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/_styleguide/failure/500")
    assert answer.status_code == 500
    number = re.search(r"[0-9A-F]{4}-[0-9A-F]{4}", answer.get_data(as_text=True))
    assert number
    assert f"incident {number[0]}" in caplog.text
    assert "on purpose" not in answer.get_data(as_text=True)
    assert "on purpose" in caplog.text


def test_the_engine_s_words_are_filled_and_translated(app: Flask, client: FlaskClient) -> None:
    def collide() -> str:
        raise Conflict("Bạn cần đăng nhập để xem trang này.")

    app.add_url_rule("/collide", view_func=collide)
    answer = client.get("/collide?lang=en")
    assert answer.status_code == 409
    assert "You need to sign in to see this page." in answer.get_data(as_text=True)


def test_signing_in_and_out(client: FlaskClient) -> None:
    data = {"csrf_token": key_of(client), "login": "hang", "password": "mat-khau", "next": "/_styleguide/office"}
    answer = client.post("/signin", data=data)
    assert (answer.status_code, answer.location) == (303, "/_styleguide/office")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert signed_in(client)
    assert client.post("/signout", data={"csrf_token": key_of(client, "/_styleguide/office")}).status_code == 303
    assert not signed_in(client)


def test_a_wrong_password_says_so_beside_the_field_and_in_the_title(client: FlaskClient) -> None:
    answer = client.post("/signin", data={"csrf_token": key_of(client), "login": "hang", "password": "sai"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "<title>Lỗi: Đăng nhập" in page
    assert page.count("Tên đăng nhập hoặc mật khẩu không đúng") == 2
    assert 'value="hang"' in page


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"])
def test_signing_in_never_leads_off_the_site(client: FlaskClient, elsewhere: str) -> None:
    data = {"csrf_token": key_of(client), "login": "an", "password": "mat-khau", "next": elsewhere}
    assert client.post("/signin", data=data).location == "/"


def test_an_office_that_is_no_sample_has_no_open_doors(composed: Composed, people: TwoPeople) -> None:
    from dataclasses import replace

    from web.application import create_application

    composed.settings = replace(composed.settings, sample=False)
    client = create_application(composed, people=people, audiences=("pages", "styleguide", "signin")).test_client()
    page = client.get("/signin").get_data(as_text=True)
    assert "Lê Thị Hằng" not in page
    assert "HỆ THỐNG MẪU" not in page
    assert client.post("/signin/sample", data={"csrf_token": key_of(client), "person": str(CLERK)}).status_code == 404
    assert client.get("/_styleguide/").status_code == 404


def test_a_session_ends_after_an_idle_hour_and_after_twelve_hours_at_most(
    client: FlaskClient, composed: Composed
) -> None:
    step_in(client)
    for _ in range(14):
        composed.clock.advance(timedelta(minutes=50))
        assert signed_in(client)
    composed.clock.advance(timedelta(minutes=50))
    assert not signed_in(client)
    step_in(client)
    composed.clock.advance(timedelta(minutes=61))
    assert not signed_in(client)


def test_a_closed_account_is_nobody_at_once(client: FlaskClient, people: TwoPeople) -> None:
    step_in(client)
    people.closed.add(CLERK)
    assert not signed_in(client)


def test_strangers_are_sent_to_sign_in_and_the_wrong_role_is_refused(app: Flask, client: FlaskClient) -> None:
    def leaders_only() -> str:
        check_role("leader")
        return "for leaders"

    app.add_url_rule("/leaders", view_func=leaders_only)
    app.add_url_rule("/anybody", view_func=require_signed_in(lambda: "for anybody"))
    answer = client.get("/anybody?page=2")
    assert answer.status_code == 401
    assert "/signin?next=/anybody?page%3D2" in answer.get_data(as_text=True)
    assert client.get("/leaders").status_code == 401
    step_in(client)
    assert client.get("/anybody").get_data(as_text=True) == "for anybody"
    assert client.get("/leaders").status_code == 403


def test_a_form_without_its_key_is_refused_but_what_was_typed_is_kept(client: FlaskClient) -> None:
    typed = {"csrf_token": "old", "login": "an", "password": "mat-khau"}
    answer = client.post("/signin", data=typed, headers={"Origin": "http://localhost"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "Trang đã mở quá lâu" in page
    assert 'name="login" value="an"' in page
    assert "mat-khau" not in page
    foreign = client.post("/signin", data=typed, headers={"Origin": "https://evil.example"})
    assert 'name="login"' not in foreign.get_data(as_text=True)


def test_a_form_s_own_key_stays_when_the_page_comes_back(app: Flask, client: FlaskClient) -> None:
    def take() -> Response:
        return jsonify(str(form_key_sent()))

    app.add_url_rule("/take", view_func=take, methods=["POST"])
    page = client.get("/_styleguide/").get_data(as_text=True)
    first = re.search(r'name="form_key" value="([^"]+)"', page)
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert first
    assert csrf
    sent = {"csrf_token": csrf[1], "form_key": first[1]}
    assert client.post("/take", data=sent).get_json() == first[1]
    assert client.get("/_styleguide/").get_data(as_text=True).count(first[1]) == 0


def test_guessing_passwords_is_slowed_down(composed: Composed, people: TwoPeople) -> None:
    from web.application import create_application

    client = create_application(composed, people=people, audiences=("pages", "signin")).test_client()
    wrong = {"csrf_token": key_of(client), "login": "hang", "password": "sai"}
    answers = [client.post("/signin", data=wrong).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_the_drawing_tools_get_the_whole_window(app: Flask, client: FlaskClient) -> None:
    from flask import render_template_string

    source = (
        '{% extends "ui/designer.html" %}{% block title %}Quy trình{% endblock %}'
        "{% block tools %}<button>Xuất bản</button>{% endblock %}{% block content %}<p>Bản vẽ</p>{% endblock %}"
    )
    app.add_url_rule("/tool", view_func=lambda: render_template_string(source))
    page = client.get("/tool").get_data(as_text=True)
    assert '<main class="designer-main" id="main-content"' in page
    assert page.count("Bản vẽ") == 1
    assert "Xuất bản" in page
    assert "site-footer" not in page


def test_menus_show_what_a_person_may_open(app: Flask, client: FlaskClient) -> None:
    from web.ui.navigation import Entry, register

    app.add_url_rule("/desk", "desk", view_func=lambda: "")
    app.add_url_rule("/sign", "sign", view_func=lambda: "")
    clerks, leaders = frozenset({"counter_clerk"}), frozenset({"leader"})
    register(
        app,
        [
            Entry("office", "desk", "Tiếp nhận", roles=clerks, count=lambda actor: 7),
            Entry("office", "sign", "Trình ký", roles=leaders),
            Entry("office", "styleguide.office", "Việc của tôi"),
        ],
    )
    page = client.get("/_styleguide/office").get_data(as_text=True)
    assert "Tiếp nhận</a>" not in page
    step_in(client)
    page = client.get("/_styleguide/office").get_data(as_text=True)
    assert 'href="/desk">Tiếp nhận <span class="count">7</span>' in page
    assert 'href="/sign"' not in page
    assert 'href="/_styleguide/office" aria-current="page"' in page


def test_a_long_menu_keeps_what_is_seldom_needed_behind_one_word() -> None:
    links = [Link(f"/{number}", str(number), current=False, seldom=number > 6) for number in range(LINE + 2)]
    line, behind = parted(links)
    assert [link.text for link in behind] == ["7", "8", "9"]
    here = [replace(link, current=link.text == "8") for link in links]
    assert [link.text for link in parted(here)[0]] == ["0", "1", "2", "3", "4", "5", "6", "8"]
    assert parted(links[:LINE]) == (links[:LINE], [])
    assert line + behind == links


def test_a_failure_is_told_even_when_accounts_cannot_be_read(client: FlaskClient, people: TwoPeople) -> None:
    step_in(client)

    def away(*_args: object, **_values: object) -> None:
        raise ConnectionError("the database is away")

    people.actor_of = away  # type: ignore[method-assign,assignment]
    answer = client.get("/_styleguide/office")
    assert answer.status_code == 500
    assert "Mã sự cố" in answer.get_data(as_text=True)
