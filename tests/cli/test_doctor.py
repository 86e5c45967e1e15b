"""./motcua doctor: what it says, what it does, and with which exit code."""

from __future__ import annotations

import argparse
import io
import json

import pytest

from cli import doctor
from engine.usecases.setting_up import give_password
from engine.work import SYSTEM
from tests.usecases import faults
from tests.usecases.conftest import SECRET, database, offices, run_deferred, ward

__all__ = ["database", "offices", "run_deferred", "ward"]

pytestmark = pytest.mark.dialects("sqlite")


@pytest.fixture
def motcua(ward, monkeypatch, capsys):
    """Types a command on the ward's own machine: (exit code, what it wrote, what it complained of)."""
    monkeypatch.setenv("MOTCUA_SECRET", SECRET)
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def type_(*words: str):
        parser = argparse.ArgumentParser()
        doctor.add_arguments(parser)
        code = doctor.run(parser.parse_args([*words, "--data", str(ward.house.settings.data)]))
        told = capsys.readouterr()
        return code, told.out, told.err

    return type_


def test_a_standing_case_is_named_mended_and_looked_at_again(ward, motcua):
    case_id = faults.unknown_call(ward)
    code = ward.dossier(case_id).code
    listed, text, _ = motcua("--lang", "en")
    assert (listed, code in text) == (1, True)
    wrong, text, _ = motcua(code)
    assert wrong == 1
    assert "Không rõ bước" in text
    assert "Nguyễn Thị Hòa" not in text
    wrong, text, _ = motcua(code, "--json", "--lang", "en")
    told = json.loads(text)
    assert (wrong, told["format"], told["verdict"]) == (1, 1, "stands")
    key = next(one["key"] for one in told["findings"] if one["kind"] == "call-unknown")
    assert motcua(code, "--do", "retry", "--by", "van", "--on", key)[0] == 1, "nobody asked the other side"
    refused, _, complaint = motcua(code, "--do", "retry", "--by", "nam", "--on", key, "--asked")
    assert (refused, "không có quyền" in complaint) == (1, True)
    assert ward.calls(case_id, "register.ask")[0].status == "unknown"
    done, text, _ = motcua(code, "--do", "retry", "--by", "van", "--on", key, "--asked", "--json")
    assert json.loads(text)["recheck"]["words"].startswith("Đã giao lại")
    assert done == 0
    assert ward.calls(case_id, "register.ask")[0].status == "waiting"


def test_in_a_real_office_whoever_is_named_gives_their_password(ward, motcua, monkeypatch):
    code = ward.dossier(ward.dossier_at("appraise")).code
    with ward.house.unit_of_work(actor=SYSTEM) as work:
        give_password(work, "van", "chín con cá vàng", one_time=False)
    monkeypatch.setenv("MOTCUA_SAMPLE", "0")
    monkeypatch.setattr("sys.stdin", io.StringIO("mười con cá\nchín con cá vàng\n"))
    refused, told, complaint = motcua(code, "--by", "van", "--lang", "en")
    assert (refused, told) == (2, "")
    assert "password" in complaint
    assert code in motcua(code, "--by", "van")[1]


def test_what_there_is_not_has_an_exit_code_of_its_own(ward, motcua):
    case_id = ward.dossier_at("appraise")
    code = ward.dossier(case_id).code
    assert motcua("H29.26743-260302-7777")[0] == 2
    assert motcua(code, "--by", "nobody")[0] == 2
    assert motcua(code, "--do", "retry", "--on", "call-failed:1", "--by", "van")[0] == 2
    assert motcua(code, "--by", "hoa")[0] == 2, "a citizen is no official"
    assert "Phạm" not in motcua("--by", "tam")[1]
