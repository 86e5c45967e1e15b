"""./motcua verify: words in two languages, JSON, exit codes; whatever is brought, no stack trace."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from cli import sign, verify


def run(module: object, *words: str) -> int:
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)  # type: ignore[attr-defined]
    code: int = module.run(parser.parse_args(words))  # type: ignore[attr-defined]
    return code


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample result at B-LTA, its root beside it."""
    path = tmp_path_factory.mktemp("sample") / "result.pdf"
    assert run(sign, "--sample", "-o", str(path)) == 0
    return path


def test_a_good_paper_is_told_in_words_and_as_data(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roots = ("--roots", str(sample.with_suffix(".root.pem")))
    assert run(verify, str(sample), *roots) == 0
    words = capsys.readouterr().out
    assert "Mọi chữ ký số trong tệp đều đúng và được tin cậy." in words
    assert "B-LTA: kiểm tra được lâu dài" in words
    assert run(verify, str(sample), *roots, "--lang", "en") == 0
    assert "Role: leader, approving" in capsys.readouterr().out
    assert run(verify, str(sample), *roots, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["stands"]
    assert told["result"]["signatures"][0]["revocation"]["origin"] == "file"


def test_an_altered_unsigned_or_broken_file_is_told_and_answers_one(
    sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roots = ("--roots", str(sample.with_suffix(".root.pem")))
    altered = bytearray(sample.read_bytes())
    altered[3000] ^= 1
    path = tmp_path / "brought.pdf"
    for content in (bytes(altered), b"", b"%PDF-1.7", b"\0" * 100):
        path.write_bytes(content)
        assert run(verify, str(path), *roots, "--lang", "en") == 1
        told = capsys.readouterr()
        assert told.out
        assert not told.err


def test_what_cannot_be_read_answers_two(sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roots = str(sample.with_suffix(".root.pem"))
    assert run(verify, str(tmp_path / "missing.pdf"), "--roots", roots) == 2
    assert run(verify, str(tmp_path), "--roots", roots) == 2
    assert run(verify, str(sample), "--roots", str(sample)) == 2
    assert run(verify, str(sample), "--roots", roots, "--report", str(tmp_path / "r.zip")) == 2
    assert "Báo cáo có chữ ký" in capsys.readouterr().err
