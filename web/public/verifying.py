"""Is this paper real? By its file, or by the code in its QR."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Literal

from flask import Response, current_app, render_template, request, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer

from engine.errors import N_, Conflict, Invalid
from engine.queries.known_papers import PaperFact, paper
from engine.queries.verifying import Statement, checked, known_paper, signed, statement
from engine.usecases.sealing import sealing_holder
from engine.usecases.verification_reports import note_report
from signing.errors import SigningRefused
from signing.evidence import Piece
from signing.verdicts import Verdict
from web.actor import now
from web.doors import house, reading, unit_of_work
from web.public.room import blueprint
from web.ui.limits import limiter

Tone = Literal["good", "unsure", "bad"]
REPORT_HOURS = 2
"""So long a finding that was shown may still be signed."""
MOST_REPORT = 400_000
MOST_EVIDENCE = 180_000
"""Bytes of evidence a page carries along; a longer list of revoked certificates is named by digest and address."""


@dataclass(frozen=True)
class Finding:
    """What is said of an uploaded file: `same` whether it is the very file behind the QR that was scanned.

    `report` is the report on it, ready to be signed, as only this site could have written it.
    """

    tone: Tone
    name: str
    verdict: Verdict
    paper: PaperFact | None
    same: bool | None = None
    report: str = ""


def _judge(content: bytes, name: str, expected: PaperFact | None) -> Finding:
    """The file's own signatures, and what the office's register knows of exactly these bytes."""
    with reading() as look:
        known = known_paper(look, content)
    found = checked(house().ports, content, known, now=now())
    verdict = found.verdict
    # The file somebody got before its level was raised is the office's own as well.
    same = None if expected is None else known is not None and known.sha256 == expected.sha256
    gone = known is not None and not known.stands and not known.trial
    plain = verdict.code == "unsigned" and known is not None
    if gone or same is False or not (verdict.valid or verdict.only_archives_fail or plain):
        tone: Tone = "bad"
    else:
        tone = "good" if known is not None and not verdict.only_archives_fail else "unsure"
    unsigned = statement(house().ports, found, now=now(), most=MOST_EVIDENCE)
    return Finding(tone, name, verdict, known, same, _carried(unsigned))


def _carried(one: Statement) -> str:
    """A report on its way through the reader's browser, as only this site could have written it."""
    along = [(piece.kind, b64encode(piece.der).decode()) for piece in one.evidence]
    return str(_sealer().dumps({"told": one.told.decode(), "evidence": along}))


def _brought_back(sealed: str) -> Statement:
    """The report as it was carried; raises `BadSignature` for what this site did not write, or too long ago."""
    said = _sealer().loads(sealed[:MOST_REPORT], max_age=REPORT_HOURS * 3600)
    return Statement(said["told"].encode(), tuple(Piece(kind, b64decode(der)) for kind, der in said["evidence"]))


def _sealer() -> URLSafeTimedSerializer:
    """Keeps a report from being changed between the page that showed it and the request to sign it."""
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="verification-report-2")


def _uploaded() -> tuple[bytes, str, list[tuple[str, str]]]:
    """The posted file, or what is wrong with it in words."""
    sent = request.files.get("paper")
    if sent is None or not sent.filename:
        return b"", "", [("#paper", _("Chọn tệp PDF cần kiểm tra"))]
    limit = house().settings.upload_limit
    content, name = sent.stream.read(limit + 1), sent.filename.replace("\\", "/").rpartition("/")[2][:120]
    if not content:
        return b"", name, [("#paper", _("Tệp rỗng. Hãy chọn lại tệp."))]
    if len(content) > limit:
        return b"", name, [("#paper", _("Tệp lớn hơn %(limit)s MB. Hãy chọn tệp nhỏ hơn.", limit=limit // 2**20))]
    if b"%PDF-" not in content[:1024]:
        return b"", name, [("#paper", _("Tệp này không phải PDF. Hãy chọn đúng tệp PDF đã nhận."))]
    return content, name, []


def _page(action: str, errors: list[tuple[str, str]], finding: Finding | None, **values: object) -> tuple[str, int]:
    page = render_template(
        "public/verify.html",
        action=action,
        errors=errors,
        finding=finding,
        limit=house().settings.upload_limit // 2**20,
        **values,
    )
    return page, 422 if errors else 200


def _answer(action: str, expected: PaperFact | None = None, **values: object) -> tuple[str, int]:
    content, name, errors = _uploaded()
    finding = None if errors else _judge(content, name, expected)
    return _page(action, errors, finding, **values)


@blueprint.get("/xac-minh")
def verify() -> tuple[str, int]:
    """Where a paper can be brought for checking."""
    return _page(url_for("public.verify"), [], None)


@blueprint.post("/xac-minh")
@limiter.limit("20 per minute; 200 per hour")
def check_paper() -> tuple[str, int]:
    """What the paper's signatures and the office's register say."""
    return _answer(url_for("public.verify"))


@blueprint.post("/xac-minh/bao-cao")
@limiter.limit("6 per minute; 40 per hour")
def verification_report() -> Response:
    """The report on a file that was just checked, signed with the agency's key and time-stamped: one ZIP."""
    try:
        unsigned = _brought_back(request.form.get("report", ""))
    except BadSignature:
        raise Invalid(N_("Kết quả kiểm tra đã cũ. Hãy tải tệp lên kiểm tra lại.")) from None
    with reading() as look:
        holder = sealing_holder(look)
    if not holder:
        raise Conflict(N_("Cơ quan chưa có khóa để ký báo cáo kiểm tra."))
    with unit_of_work() as work:
        note_report(work, unsigned.told, holder)
    try:
        packed = signed(house().ports, unsigned, holder, now=now())
    except SigningRefused as refusal:
        raise Conflict(N_("Hiện chưa ký được báo cáo kiểm tra. Hãy thử lại sau.")) from refusal
    answer = Response(packed, content_type="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="bao-cao-xac-minh.zip"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _scanned(code: str) -> PaperFact | None:
    with reading() as look:
        return paper(look, code=code)


@blueprint.get("/v/<code>")
@limiter.limit("60 per minute")
def scanned(code: str) -> tuple[str, int]:
    """What the office knows of the paper whose QR was scanned; the file can be uploaded to compare."""
    known = _scanned(code)
    page, _status = _page(url_for("public.scanned", code=code), [], None, scanned=True, known=known, code=code)
    return page, 200 if known else 404


@blueprint.post("/v/<code>")
@limiter.limit("20 per minute; 200 per hour")
def compare(code: str) -> tuple[str, int]:
    """Whether an uploaded file is the very paper behind this QR."""
    known = _scanned(code)
    return _answer(url_for("public.scanned", code=code), known, scanned=True, known=known, code=code)
