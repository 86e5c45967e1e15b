"""What an operator finds, does and is told; nobody else comes in, and no citizen's data come out."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text, update

from engine.accounts.models import ApiClient, Person
from engine.dossiers.models import Dossier, RawFiling
from engine.notifications.models import Notice
from engine.outbox import Job
from engine.ports import Unsure
from engine.sample.clients import sample_key
from tests.factories import HOUSEHOLD
from web.application import create_application
from web.ui.catalogues import ROOT

pytestmark = pytest.mark.dialects("sqlite")  # what a page says does not depend on the database


class Silent:
    """A gateway that takes the message and never says whether."""

    name = "sms"

    def send(self, **_: str) -> str:
        raise Unsure("Cổng tin nhắn không trả lời; không biết tin đã đi hay chưa.")


@pytest.fixture
def lost_message(ward):
    """A text message of which nobody knows whether it went out."""
    tray, ward.house.ports.channels["sms"] = ward.house.ports.channels["sms"], Silent()
    ward.dossier_at("appraise")
    ward.house.ports.channels["sms"] = tray
    return ward.rows(Notice, Notice.status == "unknown")[0]


@pytest.fixture
def refused_filing(ward, visit):
    """A delivery of the sample portal whose office does not exist."""
    key = {"Authorization": f"Bearer {sample_key(ward.house.settings)}"}
    sent = {
        "channel": "inbound",
        "external_code": "G22.99-1",
        "procedure": HOUSEHOLD,
        "office": "bt-pvhcc",
        "answers": json.loads(json.dumps(ward.answers(), default=str)),
    }
    with ward.work() as work:
        work.session.execute(update(ApiClient).values(channels=["post"]))
    assert visit().post("/api/v1/dossiers", json=sent, headers=key).status_code == 403
    return ward.rows(RawFiling)[0]


def test_strangers_and_others_stay_outside(ward, visit):
    paths = ["/van-hanh", f"/van-hanh/viec/{uuid4()}"]
    for path in paths:
        assert visit().get(path).status_code == 401
        for login in ("hoa", "lan", "an"):
            assert visit(login).get(path).status_code == 403
    acts = [f"/van-hanh/{place}/{uuid4()}/{act}" for place in ("viec", "buoc", "thong-bao") for act in ("lam-lai",)]
    for path in [*acts, f"/van-hanh/viec/{uuid4()}/da-xu-ly", "/van-hanh/nhat-ky/kiem-tra"]:
        assert visit().post(path).status_code == 401
        assert visit("lan").post(path).status_code == 403
    assert visit("van").get(f"/van-hanh/khac/{uuid4()}").status_code == 404
    assert visit("van").get(f"/van-hanh/viec/{uuid4()}").status_code == 404


def test_every_act_is_guarded_against_other_sites(ward):
    app = create_application(ward.house, audiences=("pages", "signin", "operator"), config={"RATELIMIT_ENABLED": False})
    assert app.test_client().post("/van-hanh/nhat-ky/kiem-tra").status_code == 400


def test_the_page_shows_codes_and_never_people(ward, visit, lost_message):
    page = visit("van").get("/van-hanh").text
    assert "H29.26743-260302-0001" in page
    assert "Tin nhắn, không rõ đã đi hay chưa" in page
    dossier = ward.rows(Dossier, by=Dossier.case_id)[0]
    item = visit("van").get(f"/van-hanh/thong-bao/{lost_message.id}").text
    for secret in (dossier.owner_name, dossier.owner_phone, dossier.owner_identity, lost_message.recipient):
        assert secret not in page
        assert secret not in item
    assert lost_message.body[:30] not in item


def test_an_unknown_message_is_sent_again_after_looking(ward, visit, lost_message):
    client, path = visit("van"), f"/van-hanh/thong-bao/{lost_message.id}"
    refused = client.post(f"{path}/lam-lai")
    assert refused.status_code == 422
    assert "Hãy xác nhận bạn đã hỏi bên ngoài" in refused.text
    assert ward.row(Notice, lost_message.id).status == "unknown"
    done = client.post(f"{path}/lam-lai", data={"looked": "yes"})
    assert (done.status_code, done.headers["Location"]) == (303, "/van-hanh")
    assert "chưa phải là đã tới người nhận" in client.get("/van-hanh").text
    ward.run_deferred()
    assert ward.row(Notice, lost_message.id).status == "delivered"
    assert client.post(f"{path}/lam-lai", data={"looked": "yes"}).status_code == 409
    assert client.get(path).status_code == 404


def test_settling_needs_a_reason_and_keeps_what_was_typed(ward, visit, lost_message):
    client, path = visit("van"), f"/van-hanh/thong-bao/{lost_message.id}/da-xu-ly"
    assert "Nhập lý do" in client.post(path, data={"reason": " "}).text
    assert client.post(path, data={"reason": "Đã gọi điện báo"}).status_code == 303
    assert ward.row(Notice, lost_message.id).status == "settled"


def test_a_refused_delivery_is_taken_in_again_once_its_cause_is_gone(ward, visit, refused_filing):
    client = visit("van")
    page = client.get("/van-hanh").text
    assert "G22.99-1" in page
    path = f"/van-hanh/ho-so-den/{refused_filing.id}/lam-lai"
    client.post(path)
    assert "vẫn bị từ chối" in client.get("/van-hanh").text
    with ward.work() as work:
        work.session.execute(update(ApiClient).values(channels=["inbound"]))
    assert client.post(path).status_code == 303
    assert "Dữ liệu đã được nhận" in client.get("/van-hanh").text
    raw = ward.row(RawFiling, refused_filing.id)
    assert (raw.status, ward.dossier(raw.case_id).external_code) == ("taken", "G22.99-1")
    assert client.post(path).status_code == 409
    assert ward.faults() == []


def test_the_journal_is_checked_and_its_result_shown(ward, visit, lost_message):
    client = visit("van")
    assert "Chưa kiểm tra lần nào" in client.get("/van-hanh").text
    client.post("/van-hanh/nhat-ky/kiem-tra")
    assert "Đang kiểm tra" in client.get("/van-hanh").text
    ward.run_deferred()
    assert "Nhật ký nguyên vẹn" in client.get("/van-hanh").text
    with ward.work() as work:
        work.session.execute(text("UPDATE journal_entries SET actor = 'x' WHERE verb = 'dossier.submitted'"))
    client.post("/van-hanh/nhat-ky/kiem-tra")
    ward.run_deferred()
    page = client.get("/van-hanh").text
    assert "Nhật ký sai ở 1 chỗ" in page
    assert "Đã bị sửa sau khi ghi" in page


def test_a_certificate_is_spoken_of_before_it_ends_and_only_of_those_who_work_here(ward, visit):
    ends = ward.house.ports.signatures.ending(before=ward.clock.now() + timedelta(days=3650))
    nearest = min(ends.values())
    assert "chưa có cái mới" not in visit("van").get("/van-hanh").text
    ward.clock.set(nearest - timedelta(days=29))
    text = visit("van").get("/van-hanh").text
    assert "(còn 29 ngày), chưa có cái mới" in text
    assert "Xin cấp chứng thư mới rồi cài vào hệ thống" in visit("van").get("/vi-sao").text
    assert "chưa có cái mới" not in visit("nam").get("/vi-sao").text
    signers = [one for one in ends if one.startswith("person:")]
    assert signers
    person = ward.row(Person, UUID(signers[0].removeprefix("person:")))
    assert person.full_name in text
    with ward.work() as work:
        work.session.get_one(Person, person.id).active = False
    assert f"Chứng thư số của {person.full_name} " not in visit("van").get("/van-hanh").text


def test_the_sample_key_works_as_shown(ward, visit):
    assert f"Bearer {sample_key(ward.house.settings)}" in visit("van").get("/van-hanh").text


def test_the_tray_shows_what_would_arrive_newest_first(ward, visit):
    ward.dossier_at("appraise")
    page = visit().get("/dev/outbox").text
    notice = ward.rows(Notice, Notice.channel == "sms")[0]
    assert notice.body[:20] in page
    assert "sms__bubble" in page
    assert "mail__subject" in page
    only = visit().get(f"/dev/outbox?to={notice.recipient}&channel=sms").text
    assert "mail__subject" not in only
    assert "Không có tin nào" in visit().get("/dev/outbox?to=nobody").text
    assert visit().get("/dev/outbox?page=999999999999&channel=pigeon").status_code == 200


def test_a_real_office_has_no_tray_and_shows_no_key(ward, visit, monkeypatch):
    object.__setattr__(ward.house.settings, "sample", False)
    assert visit().get("/dev/outbox").status_code == 404
    assert sample_key(ward.house.settings) not in visit("van").get("/van-hanh").text


def test_health_says_what_is_wrong_and_nothing_more(ward, visit):
    silent = visit().get("/healthz")
    assert (silent.status_code, silent.get_json()["relay"]) == (503, "silent")
    with ward.work() as work:
        work.defer("SweepDeadlines", {}, key="schedule:deadlines:now")
    well = visit().get("/healthz")
    assert (well.status_code, well.get_json()["status"]) == (200, "ok")
    assert set(well.get_json()) == {"status", "database", "migrations", "relay", "oldest_due_seconds", "clock"}
    with ward.work() as work:
        work.defer("TidyOutbox", {})
        work.session.flush()
        work.session.execute(update(Job).values(run_at=ward.clock.now() - timedelta(minutes=30)))
    assert visit().get("/healthz").get_json()["relay"] == "behind"
    with ward.work() as work:
        work.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    behind = visit().get("/healthz")
    assert (behind.status_code, behind.get_json()["migrations"]) == (503, "behind")


def test_the_pages_do_not_load_the_printing_press():
    heavy = "{'weasyprint', 'pyhanko', 'celery', 'holidays'}"
    program = "import sys, web.application as w; [w.audience_module(a) for a in w.AUDIENCES]; "
    program += f"print({heavy} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
