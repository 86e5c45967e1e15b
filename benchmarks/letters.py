"""How many letters one core prints and signs, against the libraries as they come, in turns within one run.

Printing: this house's `render` against WeasyPrint's documented one-call door (`HTML(...).write_pdf(stylesheets=...)`)
with the same page, style sheets and fonts, read each time as that door does. Signing: this house's two steps with time
stamps (B-T) against pyHanko's documented one-call door (`PdfSigner.sign_pdf` with a signer that loads its RSA-3072 key
from its file each time) without (B-B), both showing the same stamp in the same field; and against the same door with
the key already loaded. By processor time of this process.
"""

from __future__ import annotations

import io
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.stamp import StaticStampStyle
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from engine.letters.compose import SAMPLE, compose
from engine.letters.pdf import Letter
from engine.letters.resources import FONTS, PIECES, ROOM
from engine.letters.stamps import person_stamp
from engine.sample.paper import LEADER, OFFICE, PAGE, print_sample, sample_desk
from signing import authority_certificates as certificates
from signing.authority import SampleAuthority
from signing.desk import SampleDesk
from signing.documents import prepare, sign
from signing.keys import KeyInMemory

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PASSPHRASE = b"of the measurement"
TARGET = 0.2
"""Signing here ÷ signing with the library as it comes, at most."""


@dataclass(frozen=True)
class Figures:
    """Processor milliseconds of one letter each way (the middle of all rounds)."""

    printed: float
    printed_stock: float
    signed_rsa: float
    signed_ec: float
    signed_stock: float
    signed_loaded: float
    whole: float
    raised: float

    @property
    def signing(self) -> float:
        return self.signed_rsa / self.signed_stock

    @property
    def printing(self) -> float:
        return self.printed / self.printed_stock


def measure(folder: Path, *, rounds: int) -> Figures:
    """All ways in turns, so that a slow moment of the machine falls on all of them. `folder` is empty."""
    letter = print_sample(NOW)
    prepared = prepare(letter.pdf, letter.boxes)
    stamp = person_stamp(LEADER, signed_at=NOW, box=letter.boxes["leader"], sample=True)
    (folder / "stamp.pdf").write_bytes(stamp)
    authority = SampleAuthority.create(folder / "authority", secret="a secret of the measurement", now=NOW)
    short, long = authority.issue(LEADER, OFFICE, "", "", now=NOW), _rsa_key(authority)
    (folder / "key.p12").write_bytes(_key_file(long))
    loaded = _stock_signer(folder)
    desk = sample_desk(folder / "desk", "a secret of the measurement", NOW)
    ways: dict[str, Callable[[], object]] = {
        "printed": lambda: print_sample(NOW),
        "printed_stock": _stock_page(),
        "signed_rsa": lambda: _sign(prepared, long, stamp, authority),
        "signed_ec": lambda: _sign(prepared, short, stamp, authority),
        "signed_stock": lambda: _stock_sign(prepared, folder),
        "signed_loaded": lambda: _stock_sign(prepared, folder, loaded),
        "whole": lambda: _whole(desk, letter, stamp),
    }
    sealed = _whole(desk, letter, stamp)
    ways["raised"] = lambda: desk.raised(sealed, now=NOW)
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            before = time.process_time()
            way()
            if number:  # the first round warms everything up
                taken[name].append((time.process_time() - before) * 1000)
    return Figures(**{name: statistics.median(times) for name, times in taken.items()})


def _sign(pdf: bytes, key: KeyInMemory, stamp: bytes, authority: SampleAuthority) -> bytes:
    return sign(
        pdf, key, field="leader", stamp=stamp, reason="Ký duyệt", location="TP. Hồ Chí Minh", now=NOW,
        timestamper=authority.timestamper(NOW),
    )  # fmt: skip


def _whole(desk: SampleDesk, letter: Letter, stamp: bytes) -> bytes:
    """All a printed letter goes through: places kept, signed, numbered and dated, sealed."""
    pdf = desk.prepare(letter.pdf, letter.boxes)
    pdf = desk.sign(pdf, "person:mau", field="leader", stamp=stamp, reason="Ký duyệt", now=NOW)
    pdf = desk.fill(pdf, {"number": "01/GP-UBND", "date": "ngày 23 tháng 11 năm 2026"})
    return desk.sign(pdf, "office:mau", field="agency", stamp=stamp, reason="Đóng dấu", now=NOW)


def _stock_page() -> Callable[[], bytes]:
    page = compose(PAGE, "decree30", mark=SAMPLE, title="Giấy phép xây dựng", created=NOW.isoformat())

    def write() -> bytes:
        fonts = FontConfiguration()
        sheets = [CSS(string=text, font_config=fonts) for text in (faces, layout)]
        pdf: bytes = HTML(string=page).write_pdf(stylesheets=sheets, font_config=fonts, pdf_variant="pdf/a-3b")
        return pdf

    faces = "".join(
        f"@font-face {{ font-family: 'House {piece}'; font-weight: {weight}; font-style: {slope};"
        f" src: url('{(FONTS / f'tinos-{piece}-{weight}-{slope}.woff2').as_uri()}') format('woff2') }}"
        for piece in PIECES
        for weight in (400, 700)
        for slope in ("normal", "italic")
    )
    layout = (ROOM / "layouts" / "common.css").read_text(encoding="utf-8")
    return write


def _stock_signer(folder: Path) -> signers.SimpleSigner:
    return signers.SimpleSigner.load_pkcs12(str(folder / "key.p12"), passphrase=PASSPHRASE)


def _stock_sign(pdf: bytes, folder: Path, loaded: signers.SimpleSigner | None = None) -> bytes:
    metadata = signers.PdfSignatureMetadata(
        field_name="leader", subfilter=fields.SigSeedSubFilter.PADES, reason="Ký duyệt", location="TP. Hồ Chí Minh",
        certify=True, docmdp_permissions=fields.MDPPerm.FILL_FORMS,
    )  # fmt: skip
    signer = loaded or _stock_signer(folder)
    style = StaticStampStyle.from_pdf_file(str(folder / "stamp.pdf"), border_width=0, background_opacity=1.0)
    written = signers.PdfSigner(metadata, signer=signer, stamp_style=style).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf))
    )
    content: bytes = written.getvalue()
    return content


def _rsa_key(authority: SampleAuthority) -> KeyInMemory:
    private = rsa.generate_private_key(65537, 3072)
    above = authority._root
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        builder = certificates.begun(certificates.subject(LEADER, OFFICE, ""), above, private, NOW, years=5)
    builder = builder.add_extension(certificates.usage(content_commitment=True), critical=True)
    return certificates.issued(builder, private, above, "")


def _key_file(key: KeyInMemory) -> bytes:
    return pkcs12.serialize_key_and_certificates(
        b"key", key.private_key, key.parsed, None, serialization.BestAvailableEncryption(PASSPHRASE)
    )
