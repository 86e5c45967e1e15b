"""Signing with the token in the leader's PC: digests out, signatures back, each used once by the leader's own act."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator

import httpx
import pytest

from engine.dossiers.models import SigningConsent
from engine.dossiers.signing import DeskSignature
from engine.usecases.keys import add_key, find_holder
from engine.usecases.signing_desk import GOOD_FOR
from signing.desk_helper import DeskSimulator
from signing.stores.bringing import of_desk
from tests.factories import ANSWERS
from tests.web.officer.test_batch import confirmed

pytestmark = pytest.mark.dialects("sqlite")
SITE = "http://localhost"


@pytest.fixture
def helper(ward) -> Iterator[DeskSimulator]:
    """The head's key lies in a token of their PC from now on."""
    with ward.work() as work:
        holder = find_holder(work.session, login="an")
        key = ward.house.ports.signatures.authority.issue(
            holder.name, "Phòng Kinh tế, Hạ tầng và Đô thị phường Bến Thành", "TRƯỞNG PHÒNG", "", now=work.now
        )
        add_key(work, holder, of_desk(key.certificate + b"".join(key.chain), unit="bt-kthtdt"))
    running = DeskSimulator(key, (SITE,), lambda origin, digest, papers: papers < 100)
    running.in_background()
    yield running
    running.shutdown()
    running.server_close()


def ask(helper: DeskSimulator, door: str, question: dict, *, status: int = 200, **headers: str) -> dict:
    answer = httpx.post(f"{helper.address}/motcua/v1/{door}", json=question, headers={"Origin": SITE, **headers})
    assert answer.status_code == status, answer.text
    return answer.json()


def post_json(an, address: str, told: dict):
    return an.client.post(address, json=told, headers={"X-CSRFToken": an.key("/privacy")})


def signed_at_desk(helper: DeskSimulator, prepared: dict, **changes: object) -> dict:
    """What the page's script asks the helper for a slice of papers."""
    question = {
        "challenge": ask(helper, "challenge", {})["challenge"],
        "certificate": prepared["certificate"],
        "algorithm": prepared["algorithm"],
        "list": {"digest": "0" * 64, "papers": 2},
        "digests": [one["digest"] for one in prepared["items"]],
        **changes,
    }
    made = ask(helper, "sign", question)["signatures"]
    return {
        "signatures": [
            {"challenge": one["challenge"], "signature": signature}
            for one, signature in zip(prepared["items"], made, strict=True)
        ]
    }


def test_only_digests_leave_and_the_leader_s_act_uses_each_signature_once(ward, visit, helper):
    cases = [ward.dossier_at("approve") for _ in range(2)]
    tasks = [ward.task(case_id, "approve") for case_id in cases]
    drafts = [ward.documents(case_id, "result")[0] for case_id in cases]
    an = visit("an")
    answer = an.post("/cong-viec/ky-nhieu", [("task", str(one)) for one in tasks])
    at_desk = an.get(answer.location).location
    page = an.get(at_desk)
    assert "connect-src 'self' http://127.0.0.1:17170;" in page.headers["Content-Security-Policy"]
    assert "127.0.0.1" not in an.get("/cong-viec/cho-ky").headers["Content-Security-Policy"]
    assert "desk-signing" in an.words(page)

    base = at_desk.removesuffix("/thiet-bi")
    prepared = post_json(an, f"{base}/chuan-bi", {}).get_json()
    assert [len(base64.b64decode(one["digest"])) for one in prepared["items"]] == [32, 32]
    answers = signed_at_desk(helper, prepared)
    assert helper.signed == [base64.b64decode(one["digest"]) for one in prepared["items"]]
    for _ in range(2):  # the browser sends the same answer twice
        assert post_json(an, f"{base}/chu-ky", answers).get_json() == {"made": 2, "refused": []}
    assert [one.sha256 for one in ward.rows(DeskSignature)] == [one.sha256 for one in drafts]
    assert all(ward.documents(case_id, "result")[0].signed_at is None for case_id in cases)
    assert post_json(an, f"{base}/chuan-bi", {}).get_json()["items"] == []

    for _ in range(2):
        confirmed(an, base, an.words(page))
    ward.run_deferred()
    assert "Đã ký 2 trên 2 văn bản" in an.text(base)
    consents, made = ward.rows(SigningConsent), ward.rows(DeskSignature)
    assert sorted(one.id for one in consents) == sorted(one.consent_id for one in made)
    signed = ward.documents(cases[0], "result")[0]
    assert signed.sha256 in {one.signed_sha256 for one in made}
    assert ward.house.ports.signatures.verify(ward.paper(signed), now=ward.clock.now()).valid
    assert len(helper.signed) == 2


def test_without_the_token_s_signature_nothing_is_approved(ward, visit, helper):
    case_id = ward.dossier_at("approve")
    an = visit("an")
    base = an.post("/cong-viec/ky-nhieu", {"task": str(ward.task(case_id, "approve"))}).location
    confirmed(an, base, an.text(f"{base}/thiet-bi"))
    ward.run_deferred()
    assert "Khóa ký của bạn nằm trong thiết bị" in an.text(base)
    assert not ward.rows(SigningConsent)
    assert ward.open_steps(case_id) == ["approve"]


def test_another_key_s_signature_another_s_word_and_an_old_word_are_refused(ward, visit, helper):
    task_id = ward.task(ward.dossier_at("approve"), "approve")
    an = visit("an")
    base = an.post("/cong-viec/ky-nhieu", {"task": str(task_id)}).location
    prepared = post_json(an, f"{base}/chuan-bi", {}).get_json()
    word, (good,) = prepared["items"][0]["challenge"], signed_at_desk(helper, prepared)["signatures"]
    other = ward.house.ports.signatures.authority.issue("Ai đó", "Ở đâu đó", "", "", now=ward.clock.now())
    forged = {"challenge": word, "signature": base64.b64encode(other.raw_signature(b"x", "sha256")).decode()}
    for answer in (forged, {"challenge": "0" * 64, "signature": good["signature"]}):
        told = post_json(an, f"{base}/chu-ky", {"signatures": [answer]}).get_json()
        assert told["made"] == 0
        assert told["refused"]
    for nonsense in ({}, {"signatures": "x"}, {"signatures": [{"challenge": word, "signature": "%%"}]}):
        assert post_json(an, f"{base}/chu-ky", nonsense).status_code == 422
    khoa = visit("khoa")
    assert khoa.get(f"{base}/thiet-bi").status_code in {303, 404}
    told = post_json(khoa, f"{base}/chu-ky", {"signatures": [good]}).get_json()
    assert told["made"] == 0
    ward.clock.set(ward.clock.now() + GOOD_FOR * 1.1)
    assert "quá mười phút" in post_json(an, f"{base}/chu-ky", {"signatures": [good]}).get_json()["refused"][0]
    assert not any(one.signed_at for one in ward.rows(DeskSignature))


def test_a_paper_changed_after_the_token_signed_it_is_not_signed(ward, visit, helper):
    from engine.dossiers.models import Document

    case_id = ward.dossier_at("approve")
    an = visit("an")
    base = an.post("/cong-viec/ky-nhieu", {"task": str(ward.task(case_id, "approve"))}).location
    prepared = post_json(an, f"{base}/chuan-bi", {}).get_json()
    post_json(an, f"{base}/chu-ky", signed_at_desk(helper, prepared))
    with ward.work() as work:
        draft = ward.documents(case_id, "result")[0]
        work.session.get_one(Document, draft.id).sha256 = ward.documents(case_id, "form01")[0].sha256
    confirmed(an, base, an.text(f"{base}/thiet-bi"))
    ward.run_deferred()
    assert "Đã thay đổi, chưa ký" in an.text(base)
    assert not ward.rows(SigningConsent)


def test_a_single_paper_is_sent_to_the_list_where_the_key_lies_at_the_desk(ward, helper):
    from engine.errors import Unavailable
    from engine.usecases.tasks import complete_task

    task_id = ward.task(ward.dossier_at("approve"), "approve")
    with pytest.raises(Unavailable, match="Xem và ký các việc đã chọn"), ward.work("an") as work:
        complete_task(work, task_id, ANSWERS["approve"])


def test_the_helper_hears_one_site_at_its_own_address_once_a_challenge(helper):
    ask(helper, "hello", {})
    ask(helper, "hello", {}, status=403, Origin="https://evil.example")
    ask(helper, "hello", {}, status=403, Host="motcua.evil.example")
    assert (
        httpx.options(f"{helper.address}/motcua/v1/sign", headers={"Origin": "https://evil.example"}).status_code == 403
    )
    allowed = httpx.options(f"{helper.address}/motcua/v1/sign", headers={"Origin": SITE})
    assert allowed.headers["Access-Control-Allow-Origin"] == SITE
    assert httpx.get(f"{helper.address}/motcua/v1/hello", headers={"Origin": SITE}).status_code == 405
    (told,) = ask(helper, "certificates", {})["certificates"]
    assert told["fingerprint"] == helper.fingerprint
    ask(helper, "keys", {}, status=404)

    digest = base64.b64encode(bytes(32)).decode()
    good = {
        "certificate": helper.fingerprint, "algorithm": "sha256", "digests": [digest],
        "list": {"digest": "1" * 64, "papers": 1},
    }  # fmt: skip
    word = ask(helper, "challenge", {})["challenge"]
    assert ask(helper, "sign", {**good, "challenge": word})["signatures"]
    assert ask(helper, "sign", {**good, "challenge": word}, status=409)["error"] == "unknown_challenge"

    def refused(changes: dict, status: int, error: str) -> None:
        challenge = ask(helper, "challenge", {})["challenge"]
        assert ask(helper, "sign", {**good, "challenge": challenge, **changes}, status=status)["error"] == error

    refused({"certificate": "0" * 64}, 404, "unknown_certificate")
    refused({"algorithm": "md5"}, 400, "bad_request")
    refused({"digests": [base64.b64encode(b"short").decode()]}, 400, "bad_request")
    refused({"digests": []}, 400, "bad_request")
    refused({"list": {"digest": "2" * 64, "papers": 150}}, 403, "not_agreed")
    refused({"digests": [digest] * 2, "list": {"digest": "3" * 64, "papers": 1}}, 403, "not_agreed")
    plain = httpx.post(f"{helper.address}/motcua/v1/hello", content=json.dumps({}), headers={"Origin": SITE})
    assert plain.status_code == 400  # a form of another site cannot send JSON without being asked for first
    assert re.fullmatch(r"[0-9a-f]{64}", helper.fingerprint)
