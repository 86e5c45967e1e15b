"""Other people's programs read what this house signed: poppler, MuPDF, qpdf, OpenSSL."""

from __future__ import annotations

import io
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.ageing import SHIPPED, read_ageing
from signing.levels import raised

from .conftest import NOW, Office, Paper

LATER = NOW + timedelta(minutes=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, office: Office, paper: Paper) -> Path:
    """The paper sealed, raised, and with one changed byte, and the root, as files."""
    found = tmp_path_factory.mktemp("read")
    high = raised(
        paper.sealed, revocation=office.authority, timestamper=office.authority.timestamper(LATER),
        authorities=office.authority.roots, ageing=read_ageing(SHIPPED.parent), now=LATER,
    ).pdf  # fmt: skip
    broken = bytearray(high)
    broken[400] ^= 1
    for name, content in (("sealed", paper.sealed), ("raised", high), ("broken", bytes(broken))):
        (found / f"{name}.pdf").write_bytes(content)
    (found / "root.pem").write_bytes(b"".join(office.authority.roots))
    return found


def told(*command: str | Path) -> tuple[int, str]:
    done = subprocess.run([str(one) for one in command], capture_output=True, timeout=30)
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")


@pytest.mark.parametrize("name", ["sealed", "raised"])
def test_qpdf_finds_nothing_wrong_with_the_file(folder: Path, name: str) -> None:
    code, words = told("qpdf", "--check", folder / f"{name}.pdf")
    assert code == 0, words
    assert "No syntax or stream encoding errors found" in words
    assert "WARNING" not in words


@pytest.mark.parametrize("name", ["sealed", "raised"])
def test_poppler_finds_both_signatures_valid(folder: Path, name: str) -> None:
    _, words = told("pdfsig", "-nocert", folder / f"{name}.pdf")
    assert words.count("Signature Validation: Signature is Valid.") == 2
    assert words.count("ETSI.CAdES.detached") == 2


def test_poppler_and_mupdf_see_a_changed_byte(folder: Path) -> None:
    _, words = told("pdfsig", "-nocert", folder / "broken.pdf")
    assert words.count("Signature Validation: Digest Mismatch.") == 2
    _, words = told("mutool", "sign", "-v", folder / "broken.pdf")
    assert "signature is valid" not in words.lower().replace("the signature", "signature")


def test_mupdf_finds_both_digests_right(folder: Path) -> None:
    _, words = told("mutool", "sign", "-v", folder / "sealed.pdf")
    assert words.count("The document is unchanged since signing") >= 1, words


def signatures(pdf: Path) -> list[EmbeddedPdfSignature]:
    return list(PdfFileReader(io.BytesIO(pdf.read_bytes())).embedded_regular_signatures)


def test_openssl_checks_each_signature_and_each_time_stamp(folder: Path) -> None:
    pdf = folder / "raised.pdf"
    at = ("-CAfile", folder / "root.pem", "-attime", str(int(NOW.timestamp()) + 60))
    for number, one in enumerate(signatures(pdf)):
        content = pdf.read_bytes()
        start, first, rest, length = (int(part) for part in one.byte_range)
        (folder / f"{number}.der").write_bytes(one.pkcs7_content)
        (folder / f"{number}.bin").write_bytes(content[start : start + first] + content[rest : rest + length])
        code, words = told(
            "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", folder / f"{number}.der", "-content",
            folder / f"{number}.bin", "-purpose", "any", "-cades", "-out", "/dev/null", *at,
        )  # fmt: skip
        assert code == 0, words
        token = next(extract_tst_data_iter(one.signer_info, signed=False))
        (folder / f"{number}.tst").write_bytes(
            cms.ContentInfo({"content_type": "signed_data", "content": token}).dump()
        )
        (folder / f"{number}.sig").write_bytes(one.signer_info["signature"].native)
        code, words = told(
            "openssl", "ts", "-verify", "-data", folder / f"{number}.sig", "-in", folder / f"{number}.tst",
            "-token_in", *at,
        )  # fmt: skip
        assert code == 0, words


def test_openssl_checks_the_archive_time_stamp_over_everything(folder: Path) -> None:
    content = (folder / "raised.pdf").read_bytes()
    (archive,) = PdfFileReader(io.BytesIO(content)).embedded_timestamp_signatures
    start, first, rest, length = (int(part) for part in archive.byte_range)
    assert rest + length == len(content)
    (folder / "archive.bin").write_bytes(content[start : start + first] + content[rest : rest + length])
    (folder / "archive.tst").write_bytes(archive.pkcs7_content.rstrip(b"\0") or b"")
    code, words = told(
        "openssl", "ts", "-verify", "-data", folder / "archive.bin", "-in", folder / "archive.tst", "-token_in",
        "-CAfile", folder / "root.pem", "-attime", str(int(LATER.timestamp()) + 60),
    )  # fmt: skip
    assert code == 0, words
