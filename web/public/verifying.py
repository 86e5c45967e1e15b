"""Is this paper real? By its file, or by the code in its QR."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from flask import render_template, request, url_for
from flask_babel import gettext as _

from engine.queries.files import PaperFact, paper
from signing.verdicts import Verdict
from web.actor import now
from web.doors import house, reading
from web.public.room import blueprint
from web.ui.limits import limiter

Tone = Literal["good", "unsure", "bad"]


@dataclass(frozen=True)
class Finding:
    """What is said of an uploaded file: `same` whether it is the very file behind the QR that was scanned."""

    tone: Tone
    name: str
    verdict: Verdict
    paper: PaperFact | None
    same: bool | None = None


def _judge(content: bytes, name: str, expected: PaperFact | None) -> Finding:
    """The file's own signatures, and what the office's register knows of exactly these bytes."""
    digest = hashlib.sha256(content).hexdigest()
    with reading() as look:
        known = paper(look, sha256=digest)
    verdict: Verdict = house().ports.signatures.verify(content, now=now())
    # The file somebody got before its level was raised is the office's own as well.
    same = None if expected is None else known is not None and known.sha256 == expected.sha256
    void = known is not None and known.voided_at is not None
    plain = verdict.code == "unsigned" and known is not None
    if void or same is False or not (verdict.valid or plain):
        tone: Tone = "bad"
    else:
        tone = "good" if known is not None else "unsure"
    return Finding(tone, name, verdict, known, same)


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
