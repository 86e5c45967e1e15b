"""./motcua sign: a sample result on its whole way without an installation; refusals in words."""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import pypdf
import pytest

from cli import sign
from engine.clock import SystemClock
from signing.verify import verify


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    sign.add_arguments(parser)
    return sign.run(parser.parse_args(words))


def test_a_sample_result_is_printed_signed_and_raised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "result.pdf"
    assert run("--sample", "-o", str(output)) == 0
    assert "B-LTA" in capsys.readouterr().out
    pdf, root = output.read_bytes(), output.with_suffix(".root.pem").read_bytes()
    verdict = verify(pdf, roots=[root], now=SystemClock().now())
    assert verdict.valid
    assert [(one.field, one.level) for one in verdict.signatures] == [("leader", "B-LTA"), ("agency", "B-LTA")]
    fields = pypdf.PdfReader(io.BytesIO(pdf)).get_form_text_fields()
    assert fields["number"] == "01/GP-UBND"
    assert b"application#2fjson" in pdf, "the data lies inside"


@pytest.mark.parametrize("words", [(), ("a.pdf",), ("a.pdf", "--as", "person:an"), ("a.pdf", "-o", "b.pdf")])
def test_half_a_command_says_what_is_missing(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*words) == 1
    assert "FILE.pdf --as" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "missing.pdf"
    assert run(str(missing), "--as", "person:an", "-o", str(tmp_path / "out.pdf")) == 1
    assert "missing.pdf" in capsys.readouterr().err


def test_the_file_itself_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    same = tmp_path / "same.pdf"
    same.write_bytes(b"%PDF-1.7")
    assert run(str(same), "--as", "person:an", "-o", str(same)) == 1
    assert same.read_bytes() == b"%PDF-1.7"
    assert "tệp gốc" in capsys.readouterr().err
