"""The verification page tells all of it, and hands out a report anybody can check; machines ask the same."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import zipfile
from datetime import date
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.accounts.models import Mandate
from engine.dossiers.models import SigningConsent
from engine.journal import Entry
from tests.replacing import replaced
from tests.web.api.schema import faults
from web.application import create_application

pytestmark = pytest.mark.dialects("sqlite")  # what a signature is worth does not depend on the database


@pytest.fixture
def result(ward):
    (document,) = ward.documents(ward.dossier_at("hand_over"), "result")
    return document


def brought(stranger, content):
    sent = {"paper": [(BytesIO(content), "ket-qua.pdf")]}
    return stranger.post("/xac-minh", sent, content_type="multipart/form-data")


def test_the_page_tells_everything_and_its_report_is_signed(visit, ward, result, tmp_path: Path):
    stranger = visit("")
    answer = brought(stranger, ward.paper(result))
    words = stranger.words(answer)
    for told in ("người có thẩm quyền ký ban hành", "cơ quan, tổ chức đóng dấu", "theo dấu thời gian của", "OCSP"):
        assert told in words
    assert "MẪU, không có giá trị pháp lý; chứng thư gốc có trong danh sách tin cậy" in words
    report = unescape(re.search(r'name="report" value="([^"]+)"', answer.text)[1])

    packed = stranger.post("/xac-minh/bao-cao", {"report": report})
    assert packed.status_code == 200
    files = zipfile.ZipFile(io.BytesIO(packed.data))
    with ward.look() as look:
        acts = look.session.scalars(select(Entry).where(Entry.verb == "verification.reported")).all()
    assert [act.facts["sha256"] for act in acts] == [hashlib.sha256(files.read("report.json")).hexdigest()]
    told = json.loads(files.read("report.json"))
    assert told["file"]["sha256"] == result.sha256
    assert told["register"]["number"] == result.number
    assert told["result"]["valid"]
    assert told["software"].startswith("motcua ")
    assert told["trust_list"][0]["class"] == "sample"
    assert "Nguyễn Thị Hòa" not in files.read("report.json").decode(), "nothing of what the file says"
    words = files.read("report.txt").decode()
    assert "Every signature in the file is intact and trusted." in words
    assert f"Số: {result.number}" in words
    for one in told["evidence"]:
        assert hashlib.sha256(files.read(one["file"])).hexdigest() == one["sha256"]
    assert read_by_openssl(files, told["evidence"]) == {"certificate", "timestamp", "ocsp"}
    for name in ("report.json", "report.p7s"):
        (tmp_path / name).write_bytes(files.read(name))
    (tmp_path / "root.pem").write_bytes(b"".join(ward.house.ports.signatures.roots(ward.clock.now())))
    check = [
        "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "report.p7s", "-content", "report.json",
        "-purpose", "any", "-CAfile", "root.pem", "-out", "/dev/null",
        "-attime", str(int(ward.clock.now().timestamp())),
    ]  # fmt: skip
    done = subprocess.run(check, cwd=tmp_path, capture_output=True, timeout=30)
    assert done.returncode == 0, done.stderr
    (tmp_path / "report.json").write_bytes(files.read("report.json").replace(b'"valid": true', b'"valid": false', 1))
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, timeout=30).returncode != 0


def read_by_openssl(files: zipfile.ZipFile, evidence) -> set[str]:
    """The kinds of evidence of which another program reads the first piece."""
    commands = {
        "certificate": ("x509", "-inform", "DER", "-noout", "-text", "-in", "/dev/stdin"),
        "timestamp": ("ts", "-reply", "-token_in", "-text", "-in", "/dev/stdin"),
        "ocsp": ("ocsp", "-respin", "/dev/stdin", "-resp_text", "-noverify"),
    }
    first = {one["kind"]: files.read(one["file"]) for one in reversed(evidence)}
    return {
        kind
        for kind, der in first.items()
        if not subprocess.run(["openssl", *commands[kind]], input=der, capture_output=True, timeout=30).returncode
    }


@pytest.mark.parametrize("report", ["", "made-up", "e30.made.up", "x" * 500_000])
def test_a_report_this_site_did_not_write_is_not_signed(visit, report):
    assert visit("").post("/xac-minh/bao-cao", {"report": report}).status_code in (413, 422)


def test_machines_are_told_the_same(ward, result):
    app = create_application(ward.house, audiences=("signin", "api"), config={"RATELIMIT_ENABLED": False})
    client, content = app.test_client(), bytearray(ward.paper(result))
    found = client.post("/api/v1/verifications", data=bytes(content), content_type="application/pdf").get_json()
    assert found["stands"]
    assert faults(found, {"$ref": "#/components/schemas/Verification"}) == []
    assert [one["role"] for one in found["result"]["signatures"]] == ["leader", "agency"]
    assert found["result"]["signatures"][0]["revocation"]["state"] == "good"
    content[2000] ^= 1
    changed = client.post("/api/v1/verifications", data=bytes(content)).get_json()
    assert not changed["stands"]
    assert changed["register"] is None
    nothing = client.post("/api/v1/verifications", data=b"").get_json()
    assert nothing["result"]["code"] == "not_a_pdf"
    replaced(ward, result, "999/GP-UBND")
    gone = client.post("/api/v1/verifications", data=ward.paper(result)).get_json()
    assert faults(gone, {"$ref": "#/components/schemas/Verification"}) == []
    assert (gone["stands"], gone["result"]["valid"]) == (False, True)
    assert gone["register"]["instead"]["number"] == "999/GP-UBND"
    assert gone["register"]["signed_as"]["held"]


def test_the_page_of_a_replaced_paper_leads_to_the_one_in_its_place(visit, ward, result):
    replaced(ward, result, "999/GP-UBND")
    for page in (visit("").text(f"/v/{result.verify_code}"), brought(visit(""), ward.paper(result)).text):
        assert "Văn bản không còn giá trị" in page
        assert "15/QĐ-KT" in page
        assert re.search(r'href="[^"]*/v/NEWPAPER2345">số 999/GP-UBND</a>', page)
    assert "Ghi sai địa chỉ" not in visit("").text(f"/v/{result.verify_code}"), "a code alone tells no grounds"
    assert f"số {result.number}" in visit("").text("/v/NEWPAPER2345"), "the new one names the old one"


def test_a_signer_without_the_post_on_the_day_of_signing_is_told(visit, ward, result):
    (consent,) = ward.rows(SigningConsent, SigningConsent.document_id == result.id)
    with ward.work() as work:
        work.session.get_one(Mandate, consent.mandate_id).valid_from = date(2030, 1, 1)
    for page in (visit("").text(f"/v/{result.verify_code}"), brought(visit(""), ward.paper(result)).text):
        assert "Người ký không có thẩm quyền khi ký" in page
        assert "KHÔNG giữ chức vụ này" in page
