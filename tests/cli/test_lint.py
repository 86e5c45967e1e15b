"""./motcua lint as a designer and as a program use it: paths, profiles, languages, exit codes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.house.tree import HOUSE
from tests.unit.bpmn.drawings import drawing, end, flow, flows, gateway, start, user

GOOD = drawing(start(), user("a"), end(), flows("start a end"))["p.bpmn"]
FORGOTTEN = drawing(start(), gateway("g"), end("x"), end("y"), flows("start g", "g y"), flow("g", "x", "=ok"))["p.bpmn"]
LIBRARY = HOUSE / "processes" / "library"


def lint(*words: str | Path) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, str(HOUSE / "motcua"), "--prepared", "lint", *map(str, words)]
    return subprocess.run(command, cwd=HOUSE, capture_output=True, timeout=120)


def report(*words: str | Path) -> dict:
    return json.loads(lint(*words, "--json").stdout)


def test_a_good_drawing_is_valid_and_executable_and_the_shape_is_as_documented(tmp_path: Path) -> None:
    file = tmp_path / "hồ sơ.bpmn"
    file.write_bytes(GOOD)
    done = lint(file, "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    told = json.loads(done.stdout.decode("utf-8"))
    assert told == {
        "format": 1,
        "path": file.as_posix(),
        "valid": True,
        "executable": True,
        "errors": 0,
        "warnings": 0,
        "checked": [{"path": file.as_posix(), "profile": "bpmn", "valid": True, "executable": True, "errors": 0}],
        "findings": [],
    }


def test_a_finding_says_where_what_and_what_to_do_in_the_language_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "p.bpmn"
    file.write_bytes(FORGOTTEN)
    assert report(file)["findings"] == [
        {
            "file": file.as_posix(),
            "element": "g-y",
            "name": "",
            "code": "bpmn.missing-condition",
            "severity": "error",
            "message": "Nhánh ra từ cổng «g» không có điều kiện.",
            "advice": "Viết điều kiện FEEL hoặc chọn làm nhánh mặc định.",
            "profile": "bpmn",
            "about": "execution",
        }
    ]
    told = report(file, "--lang", "en")
    assert (told["valid"], told["executable"]) == (True, False)
    (finding,) = told["findings"]
    assert finding["message"] == "A way out of the gateway «g» has no condition."
    assert finding["advice"] == "Write a FEEL condition, or make it the default flow."
    text = lint(file, "--lang", "en")
    assert text.returncode == 1
    assert "g-y" in text.stdout.decode()
    assert "What to do: Write a FEEL condition" in text.stdout.decode()


def test_what_cannot_be_read_is_a_finding_not_a_crash(tmp_path: Path) -> None:
    junk = {"a.bpmn": b"\xff\xfenot a drawing", "b.bpmn": b"", "c.dmn": b"<x/>", "d.form": b"[]", "e.form": b"\xff"}
    for name, content in junk.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "procedure.toml").write_bytes(b"\xff")
    done = lint(tmp_path, "--json")
    assert (done.returncode, done.stderr) == (1, b"")
    told = json.loads(done.stdout)
    assert (told["valid"], told["executable"]) == (False, False)
    names = [Path(one["path"]).name for one in told["checked"]]
    assert names == ["a.bpmn", "b.bpmn", "bundle", "c.dmn", "d.form", "e.form"]
    assert all(one["errors"] == 1 and not one["executable"] for one in told["checked"])


def test_a_bundle_is_a_procedure_a_folder_holds_many_and_nothing_to_check_is_told(tmp_path: Path) -> None:
    shutil.copytree(LIBRARY / "hotline-report", tmp_path / "report")
    (tmp_path / "one.bpmn").write_bytes(GOOD)
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "two.bpmn").write_bytes(FORGOTTEN)
    told = [(Path(one["path"]).name, one["profile"], one["executable"]) for one in report(tmp_path)["checked"]]
    assert told == [("two.bpmn", "bpmn", False), ("one.bpmn", "bpmn", True), ("report", "procedure", True)]
    for nothing in (tmp_path / "missing.bpmn", HOUSE / "README.md"):
        done = lint(nothing)
        assert (done.returncode, done.stdout) == (2, b"")
        assert str(nothing).encode() in done.stderr


def test_the_profile_says_how_much_is_asked(tmp_path: Path) -> None:
    file = tmp_path / "p.bpmn"
    file.write_bytes(GOOD.replace(b'formId="f"', b""))
    assert report(file)["findings"] == []
    told = report(file, "--profile", "procedure")["findings"]
    assert [(one["code"], one["profile"]) for one in told] == [("bpmn.no-form", "procedure")]
    assert report(LIBRARY / "hotline-report", "--profile", "bpmn")["checked"][0]["profile"] == "bpmn"
