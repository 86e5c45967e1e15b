"""A dossier handed in by another system: once, checked, and looked at again by nobody but that system."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest

from engine.accounts.models import ApiClient
from engine.dossiers.models import Attachment, Component, Dossier, RawFiling
from engine.sample.clients import sample_key
from tests.unit.storage.files import pdf
from tests.web.api.schema import DOCUMENT, check, faults

ADDRESS = "/api/v1/dossiers"
once = pytest.mark.dialects("sqlite")  # what a page says does not depend on the database


def problem(response, status, code):
    check(response, "/dossiers", "post")
    body = response.get_json()
    assert (response.status_code, body["status"], body["code"]) == (status, status, code), body
    assert response.mimetype == "application/problem+json"
    return body


def other_portal(ward, channels=("inbound",), active=True):
    import hashlib

    with ward.work() as work:
        work.session.add(
            ApiClient(
                id=uuid4(),
                name=f"Bưu điện {uuid4()}",
                key_hash=hashlib.sha256(b"another key").hexdigest(),
                channels=list(channels),
                active=active,
                created_at=work.now,
            )
        )
    return {"Authorization": "Bearer another key"}


def test_a_dossier_comes_in_and_the_same_again_is_the_same_dossier(client, ward, key, filing):
    first = client.post(ADDRESS, json=filing(), headers=key)
    assert first.status_code == 201, first.text
    check(first, "/dossiers", "post")
    body = first.get_json()
    assert body["status"] == {"national_code": 1, "name": "Mới đăng ký", "reason": ""}
    assert (body["channel"], body["external_code"]) == ("inbound", "G22.99-260302-000017")
    assert first.headers["Location"].endswith(f"/api/v1/dossiers/{body['filing_code']}")

    ward.clock.advance(timedelta(minutes=5))
    again = client.post(ADDRESS, data=json.dumps(filing(), indent=3), headers=key, content_type="application/json")
    assert again.status_code == 200
    check(again, "/dossiers", "post")
    assert again.get_json() == body
    dossiers = ward.rows(Dossier, by=Dossier.case_id)
    assert len(dossiers) == 1
    assert dossiers[0].channel == "inbound"
    raws = ward.rows(RawFiling, by=RawFiling.received_at)
    assert [(raw.status, raw.case_id) for raw in raws] == [("taken", dossiers[0].case_id)] * 2
    assert json.loads(raws[0].payload) == filing()
    assert ward.open_steps(dossiers[0].case_id) == ["check"]
    assert ward.faults() == []


def test_deliveries_that_meet_in_the_door_are_one_dossier(client, ward, key, filing):
    bodies = [json.dumps(filing(), indent=number) for number in (None, 1, 2, None)]

    def deliver(body):
        fresh = client.application.test_client()
        return fresh.post(ADDRESS, data=body, headers=key, content_type="application/json").status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(deliver, bodies)) == [200, 200, 200, 201]
    assert len(ward.rows(Dossier, by=Dossier.case_id)) == 1
    assert [raw.status for raw in ward.rows(RawFiling)] == ["taken"] * 3
    assert ward.faults() == []


@once
def test_what_it_said_first_is_not_overwritten_in_silence(client, ward, key, filing):
    client.post(ADDRESS, json=filing(), headers=key)
    changed = filing()
    changed["answers"]["owner"]["full_name"] = "Lê Văn Khác"
    answer = client.post(ADDRESS, json=changed, headers=key)
    assert "NOP-" in problem(answer, 409, "external_code_used")["detail"]
    assert [raw.status for raw in ward.rows(RawFiling, by=RawFiling.received_at)] == ["taken", "refused"]


@once
def test_a_refused_filing_is_kept_and_named_field_by_field(client, ward, key, filing):
    wrong = filing()
    wrong["answers"]["owner"]["phone"] = "không có"
    body = problem(client.post(ADDRESS, json=wrong, headers=key), 422, "invalid")
    assert ("answers.owner.phone", "#/answers/owner/phone") in [(one["path"], one["pointer"]) for one in body["errors"]]
    assert all(one["detail"] for one in body["errors"])
    raw = ward.rows(RawFiling)[0]
    assert (raw.status, raw.external_code, raw.case_id) == ("refused", "G22.99-260302-000017", None)
    assert json.loads(raw.payload) == wrong
    assert "không có" not in json.dumps(raw.refusal, ensure_ascii=False)
    assert ward.rows(Dossier, by=Dossier.case_id) == []

    assert client.post(ADDRESS, json=filing(), headers=key).status_code == 201


@once
def test_english_words_for_an_english_reader(client, key, filing):
    headers = key | {"Accept-Language": "en"}
    body = problem(client.post(ADDRESS, json=filing(office="nowhere"), headers=headers), 422, "invalid")
    assert body["errors"] == [{"path": "office", "pointer": "#/office", "detail": "No one-stop counter has this code."}]


@once
@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"", None),
        (b"[]", None),
        (b'{"channel": NaN}', None),
        (b'{"channel": "in\\u0000bound"}', None),
        (b"[" * 100_000, None),
        (b"\xff\xfe{}", None),
        (b"{}", "channel"),
        (b'{"channel": 5}', "channel"),
        (b'{"external_code": "\\u202e"}', "external_code"),
        (b'{"answers": []}', "answers"),
        (b'{"files": [{"component": "minutes", "name": "a.pdf", "content": "@@@"}]}', "files.0.content"),
        (b'{"components": [{"key": "minutes", "originals": -1}]}', "components.0.originals"),
        (b'{"components": {}}', "components"),
        (b'{"surprise": 1}', "surprise"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(client, ward, key, body, path):
    answer = problem(client.post(ADDRESS, data=body, headers=key, content_type="application/json"), 422, "invalid")
    if path:
        assert path in [one["path"] for one in answer["errors"]]
    assert [raw.payload for raw in ward.rows(RawFiling)] == [body]


@once
def test_files_come_in_as_base64_or_as_parts(client, ward, key, filing):
    content = pdf()
    inside = {"component": "minutes", "name": "Biên bản.pdf", "content": base64.b64encode(content).decode()}
    answer = client.post(ADDRESS, json=filing(components=[], files=[inside]), headers=key)
    assert answer.status_code == 201, answer.text
    parts = {
        "dossier": json.dumps(filing(components=[], external_code="parts")),
        "minutes": (BytesIO(content), "Biên bản.pdf"),
    }
    answer = client.post(ADDRESS, data=parts, headers=key)
    assert answer.status_code == 201, answer.text
    kept = ward.rows(Attachment)
    assert [(one.field, one.name, one.size) for one in kept] == [("minutes", "Biên bản.pdf", len(content))] * 2
    assert len({one.sha256 for one in kept}) == 1
    assert {one.uploaded_by.split(":")[0] for one in kept} == {"machine"}
    assert [one.present for one in ward.rows(Component, Component.key == "minutes")] == [True, True]


@once
def test_files_that_are_not_what_they_say_are_refused(client, ward, key, filing):
    files = [
        {"component": "minutes", "name": "x.pdf", "content": base64.b64encode(b"MZ not a pdf").decode()},
        {"component": "minutes", "name": "../../etc/passwd.pdf", "content": base64.b64encode(pdf()).decode()},
        {"component": "minutes", "name": "empty.pdf", "content": ""},
    ]
    body = problem(client.post(ADDRESS, json=filing(files=files), headers=key), 422, "invalid")
    assert [one["path"] for one in body["errors"]] == ["files.0", "files.1", "files.2"]
    body = problem(
        client.post(ADDRESS, json=filing(files=[files[0] | {"component": "passport"}]), headers=key), 422, "invalid"
    )
    assert [one["path"] for one in body["errors"]] == ["files.0.component"]
    assert ward.rows(Dossier, by=Dossier.case_id) == []


@once
def test_too_much_at_once(client, ward, key):
    size = ward.house.settings.upload_limit + 3 * 2**20
    problem(client.post(ADDRESS, data=b" " * size, headers=key, content_type="application/json"), 413, "too_large")
    assert ward.rows(RawFiling) == []


@once
def test_nobody_comes_in_without_a_key_in_use(client, ward, filing):
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}):
        answer = client.post(ADDRESS, json=filing(), headers=headers)
        assert problem(answer, 401, "key_unknown" if "wrong" in str(headers) else "key_missing")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    revoked = other_portal(ward, active=False)
    problem(client.post(ADDRESS, json=filing(), headers=revoked), 401, "key_unknown")
    assert ward.rows(RawFiling) == []


@once
def test_a_client_keeps_to_its_channels(client, ward, filing):
    post_office = other_portal(ward, channels=("post",))
    problem(client.post(ADDRESS, json=filing(), headers=post_office), 403, "channel_not_allowed")


@once
def test_a_signed_in_person_is_no_machine(client, ward, filing):
    with client.session_transaction() as session:
        moment = int(ward.clock.now().timestamp())
        session.update(person=str(ward.people["lan"]), signed_in=moment, seen=moment)
    assert client.post(ADDRESS, json=filing()).status_code == 401


@once
def test_one_system_never_learns_of_the_dossiers_of_another(client, ward, key, filing):
    mine = client.post(ADDRESS, json=filing(), headers=key).get_json()["filing_code"]
    stranger = other_portal(ward)
    answer = client.get(f"{ADDRESS}/{mine}", headers=stranger)
    check(answer, "/dossiers/{code}")
    assert answer.status_code == 404
    taken = problem(client.post(ADDRESS, json=filing(), headers=stranger), 409, "external_code_taken")
    assert mine not in taken["detail"]
    assert client.get(f"{ADDRESS}/{mine}", headers=key).status_code == 200
    counter = ward.dossier(ward.filed_at_counter()).code
    assert client.get(f"{ADDRESS}/{counter}", headers=key).status_code == 404


@once
def test_the_sender_follows_its_dossier_to_the_signed_result(client, ward, key, filing):
    client.post(ADDRESS, json=filing(), headers=key)
    case_id = ward.rows(Dossier, by=Dossier.case_id)[0].case_id
    ward.do(case_id, "check")
    code = ward.dossier(case_id).code

    accepted = client.get(f"{ADDRESS}/{code}", headers=key)
    check(accepted, "/dossiers/{code}")
    body = accepted.get_json()
    assert (body["code"], body["promised_on"]) == (code, "2026-03-05")
    assert [one["kind"] for one in body["documents"]] == ["form01"]

    ward.do(case_id, "appraise", {"appraisal": ward.asking()})
    asked = client.get(f"{ADDRESS}/{code}", headers=key)
    check(asked, "/dossiers/{code}")
    assert asked.get_json()["status"]["national_code"] == 5
    assert asked.get_json()["supplement"]["items"] == ["Biên bản họp"]

    paper = body["documents"][0]
    path = paper["href"].removeprefix(ward.house.settings.public_url)
    answer = client.get(path, headers=key)
    assert answer.mimetype == "application/pdf"
    assert len(answer.data) == paper["size"]
    assert client.get(path).status_code == 401
    assert client.get(path, headers=other_portal(ward)).status_code == 404


@once
def test_a_draft_of_the_office_is_not_given_away(client, ward, key, filing):
    client.post(ADDRESS, json=filing(), headers=key)
    case_id = ward.rows(Dossier, by=Dossier.case_id)[0].case_id
    ward.do(case_id, "check")
    ward.do(case_id, "appraise")
    draft = next(one for one in ward.documents(case_id) if one.issued_at is None)
    code = ward.dossier(case_id).code
    assert client.get(f"{ADDRESS}/{code}/documents/{draft.id}", headers=key).status_code == 404


@once
def test_the_catalogue_says_what_a_sender_needs(client, key, filing):
    lines = client.get("/api/v1/procedures?q=ho kinh doanh")
    check(lines, "/procedures")
    assert [one["code"] for one in lines.get_json()["procedures"]] == ["1.001612"]
    one = client.get("/api/v1/procedures/1.001612")
    check(one, "/procedures/{code}")
    body = one.get_json()
    assert "bt-pvhcc" in [office["code"] for office in body["offices"]]
    assert body["form"]["type"] == "default"
    missing = client.get("/api/v1/procedures/9.9")
    check(missing, "/procedures/{code}")
    assert faults(filing(), {"$ref": "#/components/schemas/Filing"}) == []


@once
def test_every_address_is_described_and_every_description_has_its_address(client):
    served = {
        (rule.rule.removeprefix("/api/v1").replace("<uuid:", "<").replace("<", "{").replace(">", "}"), method.lower())
        for rule in client.application.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    described = {
        (path, method) for path, item in DOCUMENT["paths"].items() for method in item if method in {"get", "post"}
    }
    assert served == described
    answer = client.get("/api/v1/openapi.json").get_json()
    assert answer["openapi"].startswith("3.1")
    assert answer["servers"] == [{"url": "http://127.0.0.1:8080/api/v1"}]


@once
def test_too_many_deliveries_are_slowed_down(ward, key, filing):
    from web.application import create_application

    limited = create_application(ward.house, audiences=("api",), config={"RATELIMIT_ENABLED": True}).test_client()
    answers = [limited.post(ADDRESS, data=b"{}", headers={"Authorization": f"Bearer {n}"}) for n in range(32)]
    assert [answer.status_code for answer in answers][-1] == 429
    body = problem(answers[-1], 429, "too_many_requests")
    assert answers[-1].headers["Retry-After"] == "60"
    assert sample_key(ward.house.settings) not in json.dumps(body)
