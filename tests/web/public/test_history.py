"""The head on a receipt leads to a page that says whether the history still contains it; seals are public files."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from sqlalchemy import delete, select

from engine.history import Seal
from engine.journal import Entry
from engine.performing import seal_history
from engine.queries.evidence import judge
from engine.queries.history_check import read_kept
from engine.shortheads import read_short_head, short_head
from engine.usecases.facts import facts_of
from engine.usecases.running import bundle_of

pytestmark = pytest.mark.dialects("sqlite")  # what pages say does not depend on the database


@pytest.fixture
def accepted(ward):
    return ward.dossier_at("appraise")


def scanned(ward, case_id) -> str:
    """The address in the QR of a letter printed now."""
    with ward.work() as work:
        case = ward.case(case_id)
        facts = facts_of(work.session, case, bundle_of(work, case), work.ports.settings, now=work.now)
    address = urlsplit(facts["dossier"]["track_url"])
    assert parse_qs(address.query)["dau"] == [facts["dossier"]["head"]]
    return f"{address.path}?{address.query}"


def opened(stranger, ward, case_id, **more):
    dossier = ward.dossier(case_id)
    return stranger.post("/tra-cuu", {"code": dossier.code, "second": dossier.owner_phone[-4:], **more})


def test_the_receipt_and_its_message_bear_a_head_the_history_contains(ward, accepted):
    (notice,) = [one for one in ward.notices(accepted) if one.event == "accepted" and one.channel == "sms"]
    head = read_short_head(notice.body.rpartition("Mã đối chiếu: ")[2].rstrip("."))
    act = next(one for one in ward.acts(accepted) if one.seq == head.seq)
    assert head.fits(act.digest)


def test_a_scanned_receipt_is_compared_once_the_second_fact_is_given(visit, ward, accepted):
    stranger, address = visit(""), scanned(ward, accepted)
    ward.do(accepted, "appraise")
    page = stranger.text(address)
    head = parse_qs(urlsplit(address).query)["dau"][0]
    assert f'name="dau" value="{head}"' in page
    answer = opened(stranger, ward, accepted, dau=head)
    assert answer.location.endswith(f"/lich-su?dau={head}")
    told = stranger.text(answer.location)
    assert "Khớp: lịch sử chứa đúng mã bạn giữ" in told
    assert "phần trước không đổi" in told
    assert stranger.get(address).location.endswith(f"/lich-su?dau={head}"), "once proved, at once"


def test_a_head_of_another_history_alarms_and_says_what_to_do(visit, ward, accepted):
    stranger = visit("")
    opened(stranger, ward, accepted)
    path = f"/tra-cuu/{ward.dossier(accepted).code}/lich-su"
    foreign = short_head(3, b"\7" * 32)
    told = stranger.text(f"{path}?dau={foreign}")
    assert "KHÔNG KHỚP" in told
    assert "không đưa bản duy nhất cho ai" in told
    mistyped = stranger.text(f"{path}?dau={quote(foreign[:-1])}")
    assert "Mã gõ chưa đúng" in mistyped
    assert "KHÔNG KHỚP: lịch sử hồ sơ" not in mistyped


def test_a_history_that_was_cut_off_says_so(visit, ward, accepted):
    stranger = visit("")
    opened(stranger, ward, accepted)
    path = f"/tra-cuu/{ward.dossier(accepted).code}/lich-su"
    assert "còn nguyên." in stranger.text(path)
    with ward.work() as work:
        work.session.execute(delete(Entry).where(Entry.chain == f"case:{accepted}", Entry.seq > 3))
    assert "Lịch sử hồ sơ này không còn nguyên" in stranger.text(path)


def test_evidence_goes_only_to_whoever_knows_the_dossier_and_holds(visit, ward, accepted):
    code = ward.dossier(accepted).code
    ward.clock.advance(timedelta(days=1))
    seal_history(ward.house)
    stranger = visit("")
    assert stranger.get(f"/tra-cuu/{code}/lich-su.json").status_code == 404
    assert stranger.get(f"/tra-cuu/{code}/lich-su?dau=7-X").location == f"/tra-cuu?code={code}&dau=7-X"
    opened(stranger, ward, accepted)
    judged = judge(stranger.text(f"/tra-cuu/{code}/lich-su.json"), ward.house.ports.signatures, now=ward.clock.now())
    assert (judged.broken, judged.sealed) == ("", ward.case(accepted).journal_seq)
    assert "attachment" in stranger.get(f"/tra-cuu/{code}/lich-su.json?tai=1").headers["Content-Disposition"]


def test_seals_are_published_as_they_were_signed(visit, ward, accepted):
    stranger = visit("")
    assert "Chưa có niêm phong nào" in stranger.text("/niem-phong")
    ward.clock.advance(timedelta(days=1))
    seal_history(ward.house)
    with ward.look() as look:
        seal = look.session.scalars(select(Seal).order_by(Seal.day.desc())).first()
    page = stranger.text("/niem-phong")
    assert seal.root.hex() in page
    assert "Người ký:" in page
    assert stranger.get(f"/niem-phong/{seal.day}.json").data == seal.statement
    assert stranger.get(f"/niem-phong/{seal.day}.p7s").data == seal.signature
    kept = read_kept(stranger.get("/niem-phong/tat-ca.jsonl").data.decode())
    assert kept.seals[str(seal.day)] == (seal.statement, seal.signature)
    assert json.loads(seal.statement)["house"] == ward.house.settings.public_url
    for wrong in ("2020-01-01.json", "2020-99-01.p7s", "x.json", f"{seal.day}.exe"):
        assert stranger.get(f"/niem-phong/{wrong}").status_code == 404
    assert stranger.get("/niem-phong?truoc=nonsense").status_code == 200
    assert "Chưa có niêm phong nào" in stranger.text(f"/niem-phong?truoc={seal.day}")
