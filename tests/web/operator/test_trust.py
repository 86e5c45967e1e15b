"""The pages on certificates and trust, and what strangers may ask the sample authority."""

from __future__ import annotations

import io
import subprocess
from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from engine.performing import look_at_certificates
from engine.trust.models import TrustOrder
from signing.authority import SampleAuthority
from web.application import create_application

pytestmark = pytest.mark.dialects("sqlite")  # what a page says does not depend on the database
DER = serialization.Encoding.DER
PAPER = {
    "document": "Công văn 12/CV-BCY",
    **{"dated_on-day": "2", "dated_on-month": "2", "dated_on-year": "2026"},
    **{"valid_from-day": "2", "valid_from-month": "3", "valid_from-year": "2026"},
}
FORMS = "/van-hanh/tin-cay/de-nghi"


def test_others_stay_outside(ward, visit):
    for path in ("/van-hanh/chung-thu", f"{FORMS}/chung-thu-goc"):
        assert visit().get(path).status_code == 401
        for login in ("hoa", "nam", "kiem"):
            assert visit(login).get(path).status_code == 403
    assert visit("nam").get("/van-hanh/tin-cay").status_code == 403
    assert visit("kiem").get("/van-hanh/tin-cay").status_code == 200
    for path in (f"/van-hanh/tin-cay/{uuid4()}/quyet-dinh", "/van-hanh/chung-thu/kiem-tra", f"{FORMS}/muc-kiem-tra"):
        assert visit("nam").post(path).status_code == 403
    assert visit("van").get(f"{FORMS}/khac").status_code == 404


def test_a_root_goes_from_its_file_to_the_list_by_two_people(ward, visit, tmp_path):
    (root,) = SampleAuthority.create(tmp_path, secret="a secret for tests only", now=ward.clock.now()).roots
    operator, other = visit("van"), visit("kiem")
    wrong = operator.post(f"{FORMS}/chung-thu-goc", data={"document": "Số 1"})
    assert wrong.status_code == 422
    assert "Chọn tệp chứng thư gốc" in wrong.text
    sent = {"certificate": (io.BytesIO(root), "goc.pem"), "kind": "public_service", "purposes": "signing", **PAPER}
    assert operator.post(f"{FORMS}/chung-thu-goc", data=sent).status_code == 303
    (order,) = ward.rows(TrustOrder)
    command = ["openssl", "x509", "-noout", "-fingerprint", "-sha256"]
    told = subprocess.run(command, input=root, capture_output=True, check=True).stdout.decode().strip()
    mark = told.partition("=")[2]
    for client in (operator, other):
        assert mark in client.get("/van-hanh/tin-cay").text
    decide = f"/van-hanh/tin-cay/{order.id}/quyet-dinh"
    assert operator.post(decide, data={"decision": "agree", "compared": "yes"}).status_code == 403
    assert "đối chiếu với văn bản" in other.post(decide, data={"decision": "agree"}).text
    assert other.post(decide, data={"decision": "agree", "compared": "yes"}).status_code == 303
    assert other.post(decide, data={"decision": "refuse", "answer": "x"}).status_code == 409
    page = operator.get("/van-hanh/tin-cay").text
    assert "Chữ ký số chuyên dùng công vụ" in page
    assert "Đề nghị thôi tin cậy" in page
    again = operator.post(
        f"{FORMS}/chung-thu-goc",
        data={"certificate": (io.BytesIO(root), "goc.pem"), "kind": "public", "purposes": "signing", **PAPER},
    )
    assert again.status_code == 409
    mark = order.content["fingerprint"]
    form = operator.get(f"{FORMS}/thoi-chung-thu-goc?cua={mark}")
    assert "Ngày đầu tiên không còn tin cậy" in form.text
    assert (
        operator.post(f"{FORMS}/thoi-chung-thu-goc", data={"cua": mark, "reason": "Hết dùng", **PAPER}).status_code
        == 303
    )
    end = ward.rows(TrustOrder, TrustOrder.kind == "root.end")[0]
    assert operator.post(f"/van-hanh/tin-cay/{end.id}/rut").status_code == 303
    assert ward.row(TrustOrder, end.id).status == "void"


def test_the_page_says_what_a_setting_about_time_stamps_is_worth_beside_the_orders(ward, visit):
    operator, settings = visit("van"), ward.house.settings

    def said() -> str:
        text = operator.get("/van-hanh/tin-cay").text
        assert "secret" not in text
        return text

    assert "MOTCUA_TSA_URL" not in said()
    object.__setattr__(settings, "tsa_url", "https://ubnd:secret@tsa.example.vn/cu")
    assert "dòng MOTCUA_TSA_URL của cấu hình không có tác dụng" in said()
    object.__setattr__(settings, "sample", False)
    assert "Tổ chức ở https://tsa.example.vn/cu" in said()
    tsa = {"name": "tsa-1", "url": "https://tsa.example.vn/moi", "rank": "1", **PAPER}
    assert operator.post(f"{FORMS}/dau-thoi-gian", data=tsa).status_code == 303
    decide = f"/van-hanh/tin-cay/{ward.rows(TrustOrder)[0].id}/quyet-dinh"
    assert visit("kiem").post(decide, data={"decision": "agree", "compared": "yes"}).status_code == 303
    assert "MOTCUA_TSA_URL không được dùng" in said()
    assert "MOTCUA_TSA_URL (https://tsa.example.vn/cu) trái với văn bản" in operator.get("/van-hanh").text
    object.__setattr__(settings, "tsa_url", "https://tsa.example.vn/moi")
    assert "trùng địa chỉ đã duyệt" in said()


def test_time_stamps_and_rules_are_proposed_on_a_page(ward, visit):
    operator = visit("van")
    tsa = {"name": "tsa-1", "url": "https://tsa.example.vn/", "rank": "1", **PAPER}
    assert operator.post(f"{FORMS}/dau-thoi-gian", data=tsa).status_code == 303
    rules = {"grace_hours": "12", "drift_warn_seconds": "3", "drift_stop_seconds": "30", **PAPER}
    assert operator.post(f"{FORMS}/muc-kiem-tra", data=rules).status_code == 303
    for order in ward.rows(TrustOrder):
        data = {"decision": "agree", "compared": "yes"}
        assert visit("dung").post(f"/van-hanh/tin-cay/{order.id}/quyet-dinh", data=data).status_code == 303
    page = operator.get("/van-hanh/tin-cay").text
    assert "https://tsa.example.vn/" in page
    text = operator.get("/van-hanh/chung-thu").text
    assert "Cảnh báo từ 3 giây, không ký nữa từ 30 giây." in text
    assert "Chưa hỏi lần nào" in text


def test_certificates_are_shown_with_what_is_wrong_with_them_first(ward, visit):
    operator, desk = visit("van"), ward.house.ports.signatures
    assert "Chưa kiểm tra lần nào" in operator.get("/van-hanh/chung-thu").text
    look_at_certificates(ward.house)
    assert "Mọi chứng thư đều còn hiệu lực" in operator.get("/van-hanh/chung-thu").text
    state = desk.keys.state(f"person:{ward.people['an']}")
    desk.authority.revoke(state.serial, ward.clock.now(), "keyCompromise")
    for _time in range(2):
        assert operator.post("/van-hanh/chung-thu/kiem-tra").status_code == 303
    ward.run_deferred()
    page = operator.get("/van-hanh/chung-thu").text
    assert "1 chứng thư cần xem" in page
    assert "lộ khóa" in page
    assert page.index(state.serial) < page.index("chứng thư còn hiệu lực")


def test_a_suspicious_third_party_checks_the_sample_authority_with_openssl(ward, tmp_path):
    app = create_application(ward.house, audiences=("pages", "public"), config={"RATELIMIT_ENABLED": False})
    stranger, desk = app.test_client(), ward.house.ports.signatures
    state = desk.keys.state(f"person:{ward.people['an']}")
    leaf = x509.load_pem_x509_certificate(state.certificate)
    access = leaf.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    base = ward.house.settings.public_url
    addresses = [str(one.access_location.value).removeprefix(base) for one in access]
    assert addresses == ["/pki/ocsp", "/pki/root.cer"]
    (tmp_path / "leaf.pem").write_bytes(state.certificate)
    (tmp_path / "root.pem").write_bytes(
        x509.load_der_x509_certificate(stranger.get("/pki/root.cer").data).public_bytes(serialization.Encoding.PEM)
    )
    issuer = x509.load_pem_x509_certificate((tmp_path / "root.pem").read_bytes())
    asked = ocsp.OCSPRequestBuilder().add_certificate(leaf, issuer, hashes.SHA1()).build().public_bytes(DER)

    def status() -> ocsp.OCSPCertStatus:
        answer = stranger.post("/pki/ocsp", data=asked, content_type="application/ocsp-request")
        assert answer.content_type == "application/ocsp-response"
        return ocsp.load_der_ocsp_response(answer.data).certificate_status

    assert status() == ocsp.OCSPCertStatus.GOOD
    desk.authority.revoke(state.serial, ward.clock.now(), "superseded")
    ward.clock.advance(timedelta(minutes=1))
    assert status() == ocsp.OCSPCertStatus.REVOKED
    (tmp_path / "list.crl").write_bytes(stranger.get("/pki/root.crl").data)
    convert = [
        "openssl",
        "crl",
        "-inform",
        "DER",
        "-in",
        str(tmp_path / "list.crl"),
        "-out",
        str(tmp_path / "list.pem"),
    ]
    subprocess.run(convert, check=True)
    command = [
        "openssl",
        "verify",
        "-attime",
        str(int(ward.clock.now().timestamp())),
        "-CAfile",
        str(tmp_path / "root.pem"),
    ]
    command += ["-crl_check", "-CRLfile", str(tmp_path / "list.pem"), str(tmp_path / "leaf.pem")]
    judged = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "certificate revoked" in judged.stderr
    for path in ("/pki/issuing.cer", "/pki/other.crl"):
        assert stranger.get(path).status_code == 404
    for nonsense in (b"", b"x" * 5_000):
        answer = ocsp.load_der_ocsp_response(stranger.post("/pki/ocsp", data=nonsense).data)
        assert answer.response_status == ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    by_address = stranger.get("/pki/ocsp/" + _in_an_address(asked))
    assert ocsp.load_der_ocsp_response(by_address.data).certificate_status == ocsp.OCSPCertStatus.REVOKED


def _in_an_address(asked: bytes) -> str:
    import base64
    from urllib.parse import quote

    return quote(base64.b64encode(asked).decode(), safe="")
