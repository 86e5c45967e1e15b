"""Laying down whom the house trusts: one person proposes by a document, another agrees, and from then on it holds.

Roots of certification authorities, time-stamping authorities with their addresses, and how strict the house is. The
sample authority's root is in no order: it belongs to the sample office itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from cryptography import x509
from sqlalchemy import select

from engine.accounts.policy import require_role
from engine.clock import legal_date
from engine.db import new_id
from engine.errors import N_, Conflict, FieldProblem, Forbidden, Invalid, NotFound
from engine.trust.models import TrustOrder
from engine.trust.orders import begins, timestamp_authorities, trust_list
from engine.trust.rules import checked_rules
from engine.work import Work
from signing.errors import SigningRefused
from signing.trust import PURPOSES, SAMPLE, fingerprint, read_root, trust_classes

CHAIN = "house"
PROPOSERS = ("operator",)
DECIDERS = ("operator", "procedure_controller", "leader", "centre_director")
"""Who may agree to what another proposed: a second operator, or whoever answers for an agency and its procedures."""
LONGEST = 200
MOST_NOTE = 1000
MOST_TSAS = 5
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_OPEN = N_("Việc này đã có người khác quyết định. Hãy tải lại trang.")


def propose_root(
    work: Work, content: bytes, *, kind: str, purposes: tuple[str, ...] = PURPOSES, **paper: Any
) -> TrustOrder:
    """Propose to trust a root (a file, PEM or DER) of a class from a day on; Invalid names every field in the way.

    `paper` is `valid_from`, `document`, `dated_on`, `verified` and `note`, as in every proposal.
    """
    problems, said = [], {}
    if kind not in trust_classes() or kind == SAMPLE:
        problems.append(FieldProblem("kind", "Chọn loại tổ chức chứng thực"))
    if not purposes or any(one not in PURPOSES for one in purposes):
        problems.append(FieldProblem("purposes", "Chọn ít nhất một mục đích tin cậy"))
    try:
        said = _said(read_root(content)) if content else {}
    except SigningRefused as refusal:
        problems.append(FieldProblem("certificate", _FILES[refusal.code]))
    if not content:
        problems.append(FieldProblem("certificate", "Chọn tệp chứng thư gốc"))
    return _propose(work, "root.add", {**said, "class": kind, "purposes": list(purposes)}, problems, paper)


def propose_end_of_root(work: Work, mark: str, *, reason: str, **paper: Any) -> TrustOrder:
    """Propose that a root (by the SHA-256 of its certificate, hex) be trusted no more from a day on."""
    known = [one for one in trust_list(work.session).entries if one.fingerprint == mark.replace(":", "").lower()]
    if not known:
        raise NotFound("Chứng thư gốc này không có trong danh sách tin cậy.")
    last = known[-1]
    day = paper.get("valid_from")
    if last.until is not None and day is not None and begins(day) >= last.until:
        raise Conflict("Chứng thư gốc này đã hết tin cậy từ trước ngày đó.", code="ended_already")
    problems = [] if reason.strip() else [FieldProblem("reason", "Nhập lý do")]
    said = {"fingerprint": last.fingerprint, "subject": _subject(last.certificate), "reason": reason.strip()[:LONGEST]}
    return _propose(work, "root.end", said, problems, paper)


def propose_tsa(work: Work, *, name: str, url: str, rank: str | int = 1, **paper: Any) -> TrustOrder:
    """Propose a time-stamping authority under a short name: where it is asked (RFC 3161), and in which order.

    A password never stands in the address; `./motcua trust secret NAME` keeps it beside the keys.
    """
    problems, parts = [], urlsplit(url.strip()) if _readable(url) else None
    if not _NAME.fullmatch(name.strip()):
        problems.append(FieldProblem("name", "Tên ngắn gồm chữ thường không dấu, số và gạch nối"))
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or len(url) > LONGEST:
        problems.append(FieldProblem("url", "Nhập địa chỉ bắt đầu bằng http:// hoặc https://"))
    elif parts.username is not None:
        problems.append(FieldProblem("url", "Không ghi tên và mật khẩu trong địa chỉ; dùng lệnh ./motcua trust secret"))
    if str(rank).strip() not in {str(one) for one in range(1, MOST_TSAS + 1)}:
        problems.append(FieldProblem("rank", "Nhập thứ tự từ 1 đến 5"))
    said = {"name": name.strip(), "url": url.strip(), "rank": str(rank).strip()}
    return _propose(work, "tsa.add", said, problems, paper)


def propose_end_of_tsa(work: Work, name: str, *, reason: str, **paper: Any) -> TrustOrder:
    """Propose that a time-stamping authority be asked no more from a day on."""
    if name not in {one.name for one in timestamp_authorities(work.session, date.max)}:
        raise NotFound("Không có tổ chức cấp dấu thời gian này.")
    problems = [] if reason.strip() else [FieldProblem("reason", "Nhập lý do")]
    return _propose(work, "tsa.end", {"name": name, "reason": reason.strip()[:LONGEST]}, problems, paper)


def propose_rules(work: Work, content: Mapping[str, Any], **paper: Any) -> TrustOrder:
    """Propose other rules of grace and drift from a day on."""
    problems: list[FieldProblem] = []
    rules: dict[str, int] = {}
    try:
        rules = checked_rules(content)
    except Invalid as refusal:
        problems = list(refusal.problems)
    return _propose(work, "rules", rules, problems, paper)


def decide_order(work: Work, order_id: UUID, *, agree: bool, answer: str = "") -> TrustOrder:
    """A second person agrees, and it holds from its day on; or refuses and says why. Never the one who proposed it."""
    require_role(work.actor, *DECIDERS)
    order = _open(work, order_id)
    if order.proposed_by == work.actor.id:
        raise Forbidden("Người đề nghị không tự duyệt đề nghị của mình: cần một người khác có thẩm quyền.")
    if not agree and not answer.strip():
        raise Invalid("Nhập lý do không đồng ý.", code="reason_missing")
    order.status = "done" if agree else "refused"
    order.decided_by, order.decided_at, order.answer = work.actor.id, work.now, answer.strip()[:MOST_NOTE]
    _record(work, order, "agreed" if agree else "refused")
    return order


def take_back_order(work: Work, order_id: UUID) -> None:
    """Whoever proposed it takes it back before anybody has decided."""
    require_role(work.actor, *PROPOSERS)
    order = _open(work, order_id)
    if order.proposed_by != work.actor.id:
        raise Forbidden("Chỉ người đề nghị mới rút lại được.")
    order.status, order.decided_at = "void", work.now
    _record(work, order, "taken_back")


def _propose(
    work: Work, kind: str, content: dict[str, Any], problems: list[FieldProblem], paper: Mapping[str, Any]
) -> TrustOrder:
    require_role(work.actor, *PROPOSERS)
    if work.actor.id is None:
        raise Forbidden("Việc này cần một người đứng tên.")
    valid_from, dated_on = paper.get("valid_from"), paper.get("dated_on")
    document = " ".join(str(paper.get("document", "")).split())
    if not document or len(document) > LONGEST:
        problems.append(FieldProblem("document", "Nhập số, ký hiệu văn bản"))
    if dated_on is None or dated_on > legal_date(work.now):
        problems.append(FieldProblem("dated_on", "Nhập ngày văn bản, không sau hôm nay"))
    if valid_from is None:
        problems.append(FieldProblem("valid_from", "Nhập ngày bắt đầu có hiệu lực"))
    if problems:
        raise Invalid("Đề nghị chưa hợp lệ.", problems)
    work.alone_with("trust_orders")
    _none_alike(work, kind, content)
    order = TrustOrder(
        id=new_id(),
        kind=kind,
        content=content,
        valid_from=valid_from,
        document=document,
        dated_on=dated_on,
        verified=bool(paper.get("verified")),
        note=str(paper.get("note", "")).strip()[:MOST_NOTE],
        status="open",
        proposed_by=work.actor.id,
        proposed_at=work.now,
    )
    work.session.add(order)
    _record(work, order, "proposed")
    return order


def _none_alike(work: Work, kind: str, content: Mapping[str, Any]) -> None:
    """Refuse what is proposed already, or a root that is on the list and has no end."""
    mark = content.get("fingerprint") or content.get("name")
    waiting = work.session.scalars(select(TrustOrder).where(TrustOrder.status == "open", TrustOrder.kind == kind))
    if any((one.content.get("fingerprint") or one.content.get("name")) == mark for one in waiting):
        raise Conflict("Đã có một đề nghị như thế đang chờ duyệt.", code="already_proposed")
    if kind == "root.add" and any(
        one.fingerprint == mark and one.until is None for one in trust_list(work.session).entries
    ):
        raise Conflict("Chứng thư gốc này đã có trong danh sách tin cậy.", code="already_trusted")


def _open(work: Work, order_id: UUID) -> TrustOrder:
    statement = select(TrustOrder).where(TrustOrder.id == order_id).with_for_update()
    order = work.session.scalar(statement.execution_options(populate_existing=True))
    if order is None:
        raise NotFound("Không có đề nghị này.")
    if order.status != "open":
        raise Conflict(_OPEN, code="overtaken")
    return order


def _record(work: Work, order: TrustOrder, verb: str) -> None:
    facts = {name: value for name, value in order.content.items() if name != "certificate"}
    told = {"order": str(order.id), "kind": order.kind, "content": facts, "valid_from": order.valid_from}
    paper = {"document": order.document, "dated_on": order.dated_on, "verified": order.verified}
    work.record_for_office(CHAIN, f"trust.{verb}", told | paper | ({"answer": order.answer} if order.answer else {}))


def _said(certificate: bytes) -> dict[str, Any]:
    """What a person compares before trusting: fingerprint, names, number, days."""
    parsed = x509.load_pem_x509_certificate(certificate)
    return {
        "certificate": certificate.decode(),
        "fingerprint": fingerprint(certificate),
        "subject": parsed.subject.rfc4514_string(),
        "issuer": parsed.issuer.rfc4514_string(),
        "serial": format(parsed.serial_number, "X"),
        "begins": parsed.not_valid_before_utc.isoformat(),
        "ends": parsed.not_valid_after_utc.isoformat(),
    }


def _subject(certificate: bytes) -> str:
    return x509.load_pem_x509_certificate(certificate).subject.rfc4514_string()


def _readable(url: str) -> bool:
    try:
        parts = urlsplit(url.strip())
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


_FILES = {
    "certificate_too_large": N_("Tệp chứng thư quá lớn."),
    "not_a_certificate": N_("Tệp không phải là chứng thư số (PEM hoặc DER)."),
    "several_certificates": N_("Tệp chứa nhiều chứng thư; mỗi lần chỉ thêm một chứng thư gốc."),
    "no_root": N_("Chứng thư này không phải của tổ chức chứng thực (CA), hoặc khóa quá ngắn để tin cậy."),
}
