"""./motcua due: the question as typed, the answer as printed."""

from __future__ import annotations

import argparse
import json

import pytest

from cli import due
from engine.deadlines.ledger import ledger_from_json, replay


def asked(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    due.add_arguments(parser)
    return parser.parse_args(words)


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    assert due.run(asked(*words, "--json")) == 0
    return json.loads(capsys.readouterr().out)


def test_a_question_is_answered_with_the_date_and_its_ledger(capsys):
    found = answer(capsys, "--received", "2026-04-22T09:00", "--limit", "3 working days")
    assert found["due"] == "2026-04-28T17:00:00+07:00"
    assert replay(ledger_from_json(found["ledger"])).isoformat() == found["due"]


def test_a_moment_may_come_with_an_offset_and_pauses_are_taken_as_given(capsys):
    words = ("--received", "2026-04-22T02:00:00Z", "--limit", "3 working days")
    shifted = answer(capsys, *words, "--pause", "2026-04-23T10:00/2026-04-28T10:00")
    assert (shifted["received"], shifted["due"]) == ("2026-04-22T09:00:00+07:00", "2026-05-04T17:00:00+07:00")
    again = answer(capsys, *words, "--pause", "2026-04-23T10:00/2026-04-28T10:00", "--restart")
    assert again["due"] == "2026-05-05T17:00:00+07:00"
    open_one = answer(capsys, *words, "--pause", "2026-04-23T10:00/")
    assert (open_one["due"], open_one["paused"], open_one["remaining"]) == (None, True, 2)


def test_the_answer_for_people_gives_reasons(capsys):
    assert due.run(asked("--received", "2026-11-23T15:00:01", "--limit", "same day")) == 0
    printed = capsys.readouterr().out
    assert "due 2026-11-25T17:00:00+07:00 (Wednesday)" in printed
    assert "Tiếp nhận sau giờ quy định" in printed


def test_a_date_beyond_the_announced_years_says_so(capsys):
    assert due.run(asked("--received", "2026-12-30T09:00", "--limit", "3 working days")) == 0
    assert "provisional" in capsys.readouterr().out
    assert answer(capsys, "--received", "2041-05-05", "--limit", "2 months")["provisional"] is True


@pytest.mark.parametrize(
    "words",
    [
        ("--received", "yesterday", "--limit", "3 working days"),
        ("--received", "2026-04-22T09:00", "--limit", "3 fortnights"),
        ("--received", "2026-04-22T09:00", "--limit", "99999999999 months"),
        ("--received", "2026-04-22T09:00", "--limit", "3 days", "--pause", "2026-04-25/2026-04-23"),
        ("--received", "2026-04-22T09:00", "--limit", "3 days", "--cut-off", "teatime"),
    ],
)
def test_a_question_nobody_understands_is_refused_in_one_line(capsys, words):
    assert due.run(asked(*words)) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("motcua due: ")


def test_a_unit_needs_an_installation_that_knows_it(capsys, tmp_path):
    words = ("--received", "2026-04-22T09:00", "--limit", "3 days", "--unit", "w", "--data", str(tmp_path / "none"))
    assert due.run(asked(*words)) == 2
    assert "no installation" in capsys.readouterr().err
