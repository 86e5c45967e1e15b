"""./motcua migrate: looking, asking, approving, doing and undoing at the terminal."""

from __future__ import annotations

import argparse
import json

import pytest

from cli import migrate
from engine.errors import Forbidden, Invalid
from tests.usecases.conftest import database, offices, run_deferred, ward
from tests.usecases.moving import published, version_of
from tests.usecases.test_moving import FORM

__all__ = ["database", "offices", "run_deferred", "ward"]
pytestmark = pytest.mark.dialects("sqlite")  # what is printed does not depend on the database


def words(*given: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    migrate.add_arguments(parser)
    return parser.parse_args(given)


def test_the_whole_way_at_the_terminal(ward, capsys):
    case_id = ward.dossier_at("appraise")
    target, old = published(ward, FORM), version_of(ward, case_id)
    code, look = ward.dossier(case_id).code, ("1.001612", "--from", "1", "--to", str(target))

    assert migrate._run(words(*look, "--lang", "en"), ward.house) == 0
    told = capsys.readouterr().out
    assert "1 open cases" in told
    assert f"moves (1): {code}" in told
    assert "name Thẩm định tại chỗ" in told

    with pytest.raises(Invalid, match="căn cứ pháp lý"):
        migrate._run(words(*look, "--request", "--by", "thiet"), ward.house)
    with pytest.raises(Invalid) as refused:
        migrate._run(words(*look, "--map", "ab", "--lang", "en"), ward.house)
    assert "OLD=NEW, not “ab”" in refused.value.params["words"]
    ground = ("--ground-number", "45/QĐ", "--ground-date", "2026-02-20", "--ground", "Điều 3")
    assert migrate._run(words(*look, "--request", *ground, "--by", "thiet", "--json"), ward.house) == 0
    order = json.loads(capsys.readouterr().out)
    assert (order["tally"]["moves"], order["cases"][0]["code"]) == (1, code)
    with pytest.raises(Forbidden):
        migrate._run(words("--approve", order["id"], "--by", "thiet"), ward.house)
    assert migrate._run(words("--approve", order["id"], "--by", "dung"), ward.house) == 0
    assert migrate._run(words("--run", order["id"], "--lang", "en"), ward.house) == 0
    assert "carried out" in capsys.readouterr().out
    assert version_of(ward, case_id) != old

    assert migrate._run(words("--undo", order["id"], "--case", code, "--reason", "x", "--by", "van"), ward.house) == 0
    assert version_of(ward, case_id) == old
    assert migrate._run(words("--status", order["id"], "--json"), ward.house) == 0
    assert json.loads(capsys.readouterr().out.split("\n{", 1)[-1].join(["{", ""]))["done"] == {"undone": 1}


def test_what_cannot_move_is_told_by_the_exit_code(ward, capsys):
    ward.filed_at_counter()  # its receipt is still to be printed
    target = published(ward, FORM)
    assert migrate._run(words("1.001612", "--from", "1", "--to", str(target)), ward.house) == 1
    assert "chưa chuyển được lúc này (1)" in capsys.readouterr().out
    assert migrate._run(words("1.001612", "--from", "1", "--to", str(target), "--map", "a=b"), ward.house) == 2
    for wrong in (("1.001612",), ("1.001612", "--from", "1", "--to", "2", "--map", "ab"), ("--undo", "0" * 32)):
        with pytest.raises(Invalid):
            migrate._run(words(*wrong), ward.house)
