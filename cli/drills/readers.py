"""Other people's programs read a signed paper: poppler, MuPDF, qpdf, OpenSSL and pyHanko as it comes."""

from __future__ import annotations

import asyncio
import io
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from signing.keys import as_asn1
from signing.parts import parts

SOON = timedelta(minutes=1)


def read_by_others(
    pdf: bytes, folder: Path, roots: tuple[bytes, ...], now: datetime
) -> Iterator[tuple[str, bool, str]]:
    """What each program makes of the first signature of a paper: (program, whether it holds for it, its words).

    `roots` (PEM) are whom it trusts; `folder` is written to; `now` is when the paper was signed.
    """
    path, trusted = folder / "paper.pdf", folder / "root.pem"
    path.write_bytes(pdf)
    trusted.write_bytes(b"".join(roots))
    words = _told("pdfsig", "-nocert", path)[1]
    yield "pdfsig", words.count("Signature is Valid.") >= 1 and "Mismatch" not in words, words
    words = _told("mutool", "sign", "-v", path)[1]
    # MuPDF knows no store of proofs and calls it an edit; the signature itself it finds right.
    whole = "document is unchanged since signing" in words or "signature is valid but there have been edits" in words
    yield "mutool", whole, words
    code, words = _told("qpdf", "--check", path)
    yield "qpdf", code == 0 and "WARNING" not in words, words
    one = parts(pdf)[0]
    (folder / "signature.der").write_bytes(one.der)
    (folder / "content.bin").write_bytes(one.covered)
    code, words = _told(
        "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", folder / "signature.der", "-content",
        folder / "content.bin", "-purpose", "any", "-cades", "-out", "/dev/null", "-CAfile", trusted,
        "-attime", str(int((now + SOON).timestamp())),
    )  # fmt: skip
    yield "openssl", code == 0, words
    holds, words = asyncio.run(_pyhanko(pdf, roots, now + SOON))
    yield "pyHanko", holds, words


async def _pyhanko(pdf: bytes, roots: tuple[bytes, ...], moment: datetime) -> tuple[bool, str]:
    """By its own rules, with nothing of the house but the roots."""
    whom = ValidationContext(trust_roots=[as_asn1(one) for one in roots], moment=moment, allow_fetching=False)
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures[0]
    status = await async_validate_pdf_signature(signature, signer_validation_context=whom, ts_validation_context=whom)
    return status.bottom_line, status.summary()


def _told(*command: str | Path) -> tuple[int, str]:
    done = subprocess.run([str(one) for one in command], capture_output=True, timeout=60)
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")
