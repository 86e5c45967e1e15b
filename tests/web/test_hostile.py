"""Requests nobody sends by honest means: each is answered in words, none breaks the house."""

from __future__ import annotations

import json
import socket
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from engine.sample.clients import sample_key
from engine.usecases.drafts import attach, open_draft, store_upload
from tests.factories import HOUSEHOLD, PERMIT, Ward
from tests.unit.storage.files import pdf
from tests.usecases.conftest import database, offices, run_deferred, ward
from tests.web.citizen.office import key_of
from web.application import create_application

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database

__all__ = ["database", "offices", "run_deferred", "ward"]

NUL, SURROGATE = "Hòa\x00'; --", "Hòa \udcff"


@pytest.fixture
def site(ward: Ward):
    return create_application(ward.house, config={"RATELIMIT_ENABLED": False})


@pytest.fixture
def someone(site, ward):
    """Gives a browser in which somebody is signed in."""

    def enter(login: str) -> FlaskClient:
        client = site.test_client()
        if login:
            sent = {"csrf_token": key_of(client.get("/signin").text), "person": str(ward.people[login])}
            assert client.post("/signin/sample", data=sent).status_code == 303
        return client

    return enter


def in_words(answer, *statuses: int) -> bool:
    """Whether an answer is one of these and says something to a person or a machine."""
    assert answer.status_code in statuses, (answer.status_code, answer.text[:300])
    return bool(answer.text.strip()) or 300 <= answer.status_code < 400


def post(client: FlaskClient, address: str, values: dict[str, Any], **more: Any) -> Any:
    key = key_of(client.get("/accessibility").text)
    return client.post(address, data={"csrf_token": key, **values}, **more)


@pytest.mark.parametrize("text", [NUL, SURROGATE, "\x00", "\ud800", "\ufffe\uffff", "a" * 100_000])
def test_letters_no_database_keeps_are_refused_or_left_out(ward, someone, text):
    stranger, citizen, clerk, nam = someone(""), someone("hoa"), someone("lan"), someone("nam")
    raw = text.encode("utf-8", "surrogatepass")
    asked = {"q": raw}
    for address in ("/thu-tuc", "/ho-so", "/tim", "/cong-viec", "/tiep-nhan/tra-ket-qua", "/tiep-nhan/bo-sung"):
        for client in (stranger, clerk, nam):
            in_words(client.get(address, query_string=asked), 200, 303, 302, 400, 401, 403, 404, 414, 422)
    for address, values in (
        ("/tra-cuu", {"code": raw, "second": raw}),
        ("/xac-minh", {"code": raw}),
        ("/signin", {"login": raw, "password": raw}),
        ("/signin/sample", {"person": raw}),
    ):
        in_words(post(stranger, address, values), 200, 303, 400, 404, 413, 422)
    begun = post(citizen, f"/nop-ho-so/{HOUSEHOLD}", {"office": str(ward.offices["bt-pvhcc"])})
    assert begun.status_code == 303
    pages = ("owner", "business")
    named = {"owner.full_name": raw, "owner.address": raw, "business.name": raw, "owner.birth_date-day": raw}
    for page in pages:
        in_words(post(citizen, f"/nop-ho-so/{HOUSEHOLD}/trang/{page}", named), 200, 303, 400, 404, 413, 422)
        in_words(
            post(citizen, f"/nop-ho-so/{HOUSEHOLD}/trang/{page}/luu", named), 200, 204, 303, 400, 404, 409, 413, 422
        )
    values = {**named, "applicant-name": raw, "find": "1", "sought": raw}
    in_words(post(clerk, f"/tiep-nhan/moi/{HOUSEHOLD}", values), 200, 303, 400, 413, 422)
    del values["find"]
    in_words(post(clerk, f"/tiep-nhan/moi/{HOUSEHOLD}", values), 200, 303, 400, 413, 422)


@ONE
@pytest.mark.parametrize(
    "address", ["/thu-tuc/a%00b", "/tra-cuu/%ff%fe", "/v/%00", "/v/" + "A" * 20_000, "/nop-ho-so/%00"]
)
def test_addresses_of_nothing(ward, someone, address):
    for login in ("", "hoa", "nam"):
        in_words(someone(login).get(address), 303, 400, 401, 403, 404, 414)


def test_notes_of_an_officer_with_a_nul_are_kept_or_refused(ward, someone):
    case_id = ward.dossier_at("appraise")
    task = ward.task(case_id, "appraise")
    nam = someone("nam")
    for values in (
        {"appraisal.note": NUL},
        {"appraisal.note": SURROGATE.encode("utf-8", "surrogatepass")},
        {"appraisal.outcome": NUL, "appraisal.reason": NUL},
    ):
        for act in ("", "/luu", "/bieu-mau"):
            in_words(post(nam, f"/cong-viec/{task}{act}", values), 200, 204, 303, 400, 422)


@ONE
def test_a_flood_of_fields_and_a_huge_field_are_refused(ward, someone):
    citizen = someone("hoa")
    begun = post(citizen, f"/nop-ho-so/{HOUSEHOLD}", {"office": str(ward.offices["bt-pvhcc"])})
    assert begun.status_code == 303
    address = f"/nop-ho-so/{HOUSEHOLD}/trang/owner"
    many = "&".join(f"a{n}=1" for n in range(20_000))
    for login in ("", "hoa"):
        client = someone(login)
        answer = client.post(address, data=many, content_type="application/x-www-form-urlencoded")
        in_words(answer, 400, 401, 413)
        in_words(post(client, address, {"owner.full_name": "a" * 10 * 2**20}), 400, 401, 413)
        in_words(post(client, address, {f"owner.{n}": BytesIO(b"1") for n in range(2000)}), 400, 401, 404, 413, 422)
    rows = {f"business.lines.{n}.name": "x" for n in range(900)}
    in_words(post(citizen, f"/nop-ho-so/{HOUSEHOLD}/trang/business", rows), 200, 303, 400, 404, 413, 422)
    deep = {
        "owner" + ".a" * 2000: "x",
        "owner[" * 500: "x",
        "business.lines.999999999.name": "x",
        ".": "x",
        "a..b": "x",
    }
    in_words(post(citizen, address, deep), 200, 303, 400, 404, 413, 422)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe\x00", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"a":' * 50_000, "application/json"),
        (b'"\\ud800"', "application/json"),
        (b"1e999999", "application/json"),
        (b'{"channel":"inbound","channel":"x"}', "application/json"),
        (b"NaN", "application/json"),
        (b"9" * 10_000, "application/json"),
        (b"", "application/json"),
        (b"a=b", "application/x-www-form-urlencoded"),
        (b"x", "multipart/form-data"),
        (b"x", "text/\xc4\x91"),
        (b"{}", ""),
    ],
)
@ONE
def test_the_door_for_machines_refuses_rubbish_in_words(ward, site, body, kind):
    key = {"Authorization": f"Bearer {sample_key(ward.house.settings)}"}
    answer = site.test_client().post("/api/v1/dossiers", data=body, content_type=kind, headers=key)
    assert answer.mimetype == "application/problem+json"
    assert in_words(answer, 400, 413, 415, 422)
    assert json.loads(answer.text)["detail"]


@pytest.mark.parametrize("text", [NUL, "\ud800", "a" * 100_000])
def test_the_door_for_machines_refuses_letters_no_database_keeps(ward, site, text):
    key = {"Authorization": f"Bearer {sample_key(ward.house.settings)}"}
    filing = {"channel": "inbound", "external_code": text, "procedure": HOUSEHOLD, "office": "bt-pvhcc"}
    answers = json.loads(json.dumps(ward.answers(), default=str))
    answers["owner"]["full_name"] = text
    filings = [{**filing, "answers": answers}, {**filing, "external_code": f"x-{len(text)}", "answers": answers}]
    for values in (
        *filings,
        {**filing, "procedure": text},
        {**filing, "office": text},
        {**filing, "answers": {text: 1}},
    ):
        answer = site.test_client().post("/api/v1/dossiers", json=values, headers=key)
        assert in_words(answer, 400, 413, 422)
    for bad in (b"Bearer \xff\xfe", b"Bearer a\x00b", b"Bearer " + b"k" * 60_000, b"Basic ===="):
        sent = {"Authorization": bad.decode("latin-1")}
        assert in_words(site.test_client().get("/api/v1/dossiers/x", headers=sent), 401)


@ONE
def test_a_multipart_body_that_is_none_is_refused(ward, someone):
    citizen = someone("hoa")
    begun = post(citizen, f"/nop-ho-so/{PERMIT}", {"office": str(ward.offices["bt-pvhcc"])})
    assert begun.status_code == 303
    key = key_of(citizen.get("/accessibility").text)
    sent = {"X-CSRFToken": key}
    papers = ward.bundle(PERMIT).procedure.components
    key_of_paper = next(one.key for one in papers if one.form != "eform" and one.required and not one.condition)
    address = f"/nop-ho-so/{PERMIT}/giay-to/{key_of_paper}"
    for body, kind in (
        (b"--x\r\n", "multipart/form-data"),
        (
            b"--x\r\nContent-Disposition: form-data; name=file; filename=a.pdf\r\n\r\n%PDF",
            "multipart/form-data; boundary=x",
        ),
        (b"\x00" * 1000, "multipart/form-data; boundary="),
        (b"--x", "multipart/form-data; boundary=" + "x" * 5000),
        (b"{}", "application/json"),
    ):
        in_words(citizen.post(address, data=body, content_type=kind, headers=sent), 400, 413, 415, 422)
    for name in ("../../etc/passwd", "a\x00.pdf", "\u202efdp.exe", "x" * 5000 + ".pdf", "", "CON", "a\r\nb.pdf"):
        file = (BytesIO(pdf()), name)
        in_words(post(citizen, address, {"file": file}, content_type="multipart/form-data"), 303, 400, 413, 422)


@ONE
def test_an_upload_that_breaks_off_leaves_the_house_standing(ward, site, serve):
    address = serve(site)
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(
            b"POST /xac-minh HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            b"Content-Length: 100000\r\n\r\n"
            b"--x\r\nContent-Disposition: form-data; name=file; filename=a.pdf\r\n\r\n%PDF"
        )
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(b"GET /accessibility HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b" 200 " in line.recv(100)


@ONE
def test_parts_and_heads_of_a_file_and_its_vietnamese_name(ward, someone):
    name = "Giấy chứng nhận “Hộ Đức”; số=1, bản%20chụp.pdf"
    content = pdf()
    with ward.work("hoa") as work:
        draft = open_draft(work, HOUSEHOLD)
        stored = store_upload(work.ports, BytesIO(content), name)
        file = attach(work, field="minutes", stored=stored, draft_id=draft.id).id
    citizen = someone("hoa")
    address = f"/nop-ho-so/{HOUSEHOLD}/tep/{file}"
    whole = citizen.get(address)
    assert whole.data == content
    disposition = whole.headers["Content-Disposition"]
    assert disposition.isascii(), "RFC 6266: other letters stand in filename* alone (RFC 8187)"
    assert "Giấy chứng nhận" in unquote(disposition.partition("filename*=UTF-8''")[2].partition(";")[0])
    head = citizen.head(address)
    assert head.status_code == 200
    assert head.data == b""
    for part in (
        "bytes=0-9",
        "bytes=-5",
        "bytes=999999999-",
        "bytes=9-1",
        "bytes=" + "0-1," * 5000,
        "rubbish",
        "bytes=a-b",
    ):
        answer = citizen.get(address, headers={"Range": part})
        assert answer.status_code in {200, 206, 416}, part
    for header in ({"If-Modified-Since": "rubbish"}, {"If-None-Match": '"' * 9}, {"Accept": "\xff" * 500}):
        assert citizen.get(address, headers=header).status_code in {200, 304}


@pytest.mark.dialects("sqlite")
def test_strange_headers_and_long_addresses(ward, someone):
    for login in ("", "nam"):
        client = someone(login)
        for headers in (
            {"Accept-Language": "\xff" * 5000},
            {"Accept-Language": "vi;q=rubbish,;,;=;"},
            {"Accept": "*/*;q=2, text/" + "x" * 20_000},
            {"Cookie": "motcua=" + "x" * 8000},
            {"Cookie": 'motcua="\x01\x02'},
            {"X-Forwarded-For": "rubbish, " * 1000},
            {"Referer": "http://[::1"},
            {"Origin": "null"},
            {"If-Range": "rubbish"},
            {"HX-Request": "true", "HX-Target": "<script>"},
        ):
            in_words(client.get("/thu-tuc", headers=headers), 200, 400)
            in_words(client.post("/tra-cuu", data={"code": "x"}, headers=headers), 400)
        in_words(client.get("/thu-tuc?" + "q=x&" * 20_000), 200, 400, 414)
        in_words(client.get("/" + "a/" * 5000), 404, 414)
        in_words(
            client.get("/ho-so?trang=999999999999999999999&page=-1&since=9999-99-99&office=x&status=x"), 200, 400, 401
        )
        for method in ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"):
            assert client.open("/thu-tuc", method=method).status_code in {400, 405}
