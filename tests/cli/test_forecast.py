"""./motcua forecast check: on a made-up office, on one with hardly any cases, on an installation, and on none."""

from __future__ import annotations

import argparse
import json

import pytest

from cli import forecast


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    parser = argparse.ArgumentParser()
    forecast.add_arguments(parser)
    assert forecast.run(parser.parse_args(["check", *words])) == 0
    return capsys.readouterr().out


def test_a_made_up_office_is_forecast_well(capsys):
    found = json.loads(said(capsys, "--generated", "900", "--months", "4", "--json"))
    assert found["enough"]
    assert found["months"] == sorted(found["months"])
    assert found["precision"] > found["precision_rule"]
    assert found["recall"] >= found["recall_rule"]
    assert found["brier"] < found["brier_usual"]
    assert sum(band["forecasts"] for band in found["bands"]) == found["forecasts"]


def test_an_office_with_few_cases_is_told_so_plainly(capsys):
    assert "TOO FEW CASES" in said(capsys, "--generated", "40")


def test_an_installation_without_dossiers_is_told_so_too(capsys, settings):
    printed = said(capsys, "--data", str(settings.data))
    assert "0 dossiers" in printed
    assert "TOO FEW CASES" in printed


@pytest.mark.parametrize("words", [("--months", "0"), ("--generated", "-3"), ("--generated", "999999999")])
def test_words_without_sense_are_refused(capsys, words):
    parser = argparse.ArgumentParser()
    forecast.add_arguments(parser)
    assert forecast.run(parser.parse_args(["check", *words])) == 2
    assert "months from 1 to 60" in capsys.readouterr().err


def test_a_folder_without_an_installation_is_said_to_be_none(capsys, tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    parser = argparse.ArgumentParser()
    forecast.add_arguments(parser)
    assert forecast.run(parser.parse_args(["check", "--data", str(tmp_path / "none")])) == 2
    assert "no installation" in capsys.readouterr().err


pytestmark = pytest.mark.dialects("sqlite")  # the commands are the point, not the database
