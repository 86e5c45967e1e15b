"""./motcua verify beside an office's own register: what replaced a paper by which decision; a report one can check."""

from __future__ import annotations

import argparse
import json
import zipfile
from pathlib import Path

import pytest

from cli import sign, verify
from engine.accounts.models import Office
from tests.replacing import replaced
from tests.usecases.conftest import SECRET, database, offices, run_deferred, ward

__all__ = ["database", "offices", "run_deferred", "ward"]

pytestmark = pytest.mark.dialects("sqlite")


@pytest.fixture
def motcua(ward, monkeypatch, capsys):
    """Types ./motcua verify on the ward's own machine: (exit code, what it wrote)."""
    monkeypatch.setenv("MOTCUA_SECRET", SECRET)
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def type_(*words: str) -> tuple[int, str]:
        code = verify.run(_typed(verify, *words, "--data", str(ward.house.settings.data)))
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return code, told.out + told.err

    return type_


def altered(report: Path, name: str, change) -> Path:
    """The report with one of its files exchanged."""
    path = report.with_name("altered.zip")
    with zipfile.ZipFile(report) as old, zipfile.ZipFile(path, "w") as new:
        for one in old.infolist():
            content = old.read(one)
            new.writestr(one.filename, change(content) if one.filename.startswith(name) else content)
    return path


def test_the_register_is_asked_and_the_report_of_it_can_be_checked(ward, motcua, tmp_path: Path) -> None:
    (result,) = ward.documents(ward.dossier_at("hand_over"), "result")
    file, report = tmp_path / "ket-qua.pdf", tmp_path / "bao-cao.zip"
    file.write_bytes(ward.paper(result))
    code, told = motcua(str(file))
    assert code == 0, told
    for words in ("Trong sổ của cơ quan:", "Còn giá trị", "Tư cách ký: ", "Người ký đang giữ chức vụ này vào ngày ký"):
        assert words in told
    replaced(ward, result, "999/GP-UBND")
    (office,) = (one.name for one in ward.rows(Office, Office.id == result.office_id))

    code, told = motcua(str(file), "--lang", "en")
    assert code == 1
    assert "Every signature in the file is intact and trusted." in told
    assert "By the office's register this paper must NOT be relied on." in told
    assert f"Replaced: Decision 15/QĐ-KT of 02/03/2026, {office}: Ghi sai địa chỉ." in told
    assert "number 999/GP-UBND" in told
    assert "/v/NEWPAPER2345" in told
    code, told = motcua(str(file), "--json", "--report", str(report))
    said = json.loads(told)
    assert (code, said["stands"], said["register_asked"]) == (1, False, True)
    assert said["register"]["instead"]["number"] == said["register"]["acts"][0]["instead"]["number"] == "999/GP-UBND"

    code, told = motcua(str(report))
    assert code == 0, told
    assert "Báo cáo kiểm tra còn nguyên như khi ký" in told
    assert "999/GP-UBND" in told
    code, told = motcua(str(report), "--json")
    evidence = json.loads(told)["report"]["evidence"]
    assert {one["kind"] for one in evidence} == {"certificate", "timestamp", "ocsp"}
    assert all(one["file"] for one in evidence)
    for name, change, words in (
        ("report.json", lambda content: content.replace(b"999/GP", b"998/GP"), "Báo cáo đã bị sửa sau khi ký."),
        ("evidence/ocsp", lambda content: content + b"\0", "Bằng chứng kèm báo cáo bị thiếu hoặc bị tráo"),
        ("report.txt", lambda content: content.replace(b"15/Q", b"16/Q"), "report.txt"),
        ("report.p7s", lambda content: content[:50], "hỏng"),
    ):
        code, told = motcua(str(altered(report, name, change)))
        assert (code, words in told) == (1, True), told
    whole = report.read_bytes()
    for broken in (b"PK\3\4" + b"report.json" * 9, whole[: len(whole) // 2], whole[:200] + b"\0" * 50 + whole[250:]):
        report.write_bytes(broken)
        code, told = motcua(str(report), "--lang", "en")
        assert (code, "no report of a verification, or damaged" in told) == (1, True), told


def test_elsewhere_nobody_is_trusted_and_no_register_is_asked(tmp_path: Path, capsys) -> None:
    assert sign.run(_typed(sign, "--sample", "-o", str(tmp_path / "result.pdf"))) == 0
    capsys.readouterr()
    assert verify.run(_typed(verify, str(tmp_path / "result.pdf"), "--data", str(tmp_path / "nobody"))) == 1
    told = capsys.readouterr()
    assert "Chưa hỏi sổ của cơ quan nào." in told.out
    assert "tổ chức không được tin cậy" in told.out
    assert "không có danh sách tin cậy" in told.err


def _typed(verb, *words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    verb.add_arguments(parser)
    return parser.parse_args(words)
