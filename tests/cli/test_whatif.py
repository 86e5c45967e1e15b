"""./motcua whatif: the changes as typed, the answer as printed."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from cli import whatif
from cli.models.report import speaker
from engine.clock import legal_date
from engine.errors import Invalid
from engine.queries.whatif_changes import AwayChange, DayChange, HoursChange, LimitChange
from tests.factories import Ward, legal
from tests.usecases.conftest import database, offices, run_deferred, ward

__all__ = ["database", "offices", "run_deferred", "ward"]
pytestmark = pytest.mark.dialects("sqlite")  # what is printed does not depend on the database

NOW = legal(2)


def test_changes_are_read_as_typed_several_with_and_between():
    words = ("holiday", "2026-12-24..26/12/2026", "and", "workday", "2026-11-24", "--unit", "bt")
    first, last = date(2026, 12, 24), date(2026, 12, 26)
    assert whatif.changes_of(words, NOW) == (
        DayChange(first, last),
        DayChange(date(2026, 11, 24), date(2026, 11, 24), worked=True, unit="bt"),
    )
    limit = ("limit", "1.013225", "13 days", "--case", "new", "và", "limit", "1.001612", "2 ngày làm việc", "--law")
    assert whatif.changes_of(limit, NOW) == (
        LimitChange("1.013225", 13, "days", case_key="new"),
        LimitChange("1.001612", 2, "working_days", law=True),
    )
    away = ("away", "bt-kthtdt", "--officers", "2", "--from", "2026-03-02", "--to", "2026-03-06")
    hours = ("hours", "bt", "Mon-Fri 07:30-11:30,13:00-16:30")
    absent, opened = whatif.changes_of((*away, "+", *hours), NOW)
    assert absent == AwayChange("bt-kthtdt", date(2026, 3, 2), date(2026, 3, 6), officers=2)
    assert opened == HoursChange(
        "bt", {str(day): [["07:30", "11:30"], ["13:00", "16:30"]] for day in range(1, 6)}, NOW.date()
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "thay đổi"),
        (("and",), "thay đổi"),
        (("holiday", "tomorrow"), "không phải một ngày"),
        (("limit", "1.001612", "two days"), "không phải một thời hạn"),
        (("limit", "1.001612", "99999999 days"), "không phải một thời hạn"),
        (("hours", "bt", "Mon-Fri morning"), "không phải giờ làm việc"),
        (("holiday", "2026-12-26..2026-12-24"), "Ngày cuối"),
    ],
)
def test_what_is_not_understood_is_said(words, said):
    with pytest.raises(Invalid, match=said):
        whatif.changes_of(words, NOW)


def test_a_word_no_change_begins_with_is_refused_with_how_to_ask(capsys):
    with pytest.raises(SystemExit) as left:
        whatif.changes_of(("sunshine", "2026-12-24"), NOW)
    assert left.value.code == 2
    assert "holiday" in capsys.readouterr().err


def asked(ward: Ward, *words: str, language: str = "vi") -> int:
    given, rest = whatif._common().parse_known_args(words)
    return whatif.answer(ward.house, given, rest, speaker(language))


def test_the_answer_for_people_and_for_machines(ward, capsys, tmp_path: Path):
    case_id = ward.dossier_at("appraise")
    today = legal_date(ward.clock.now())
    days = ("--from", today.isoformat(), "--to", (today + timedelta(days=4)).isoformat())
    away = ("away", "bt-kthtdt", "--people", "nam", *days)
    off = ("holiday", today.isoformat())
    file = tmp_path / "late.csv"
    assert asked(ward, *away, "and", *off, "--json", "--csv", str(file)) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["total"]["open"] == 1
    assert [one["open"] for one in said["units"]] == [1]
    with file.open(encoding="utf-8-sig") as table:
        lines = list(csv.DictReader(table))
    assert [one["code"] for one in said["lines"]] == [one["code"] for one in lines]
    assert asked(ward, *away, language="en") == 0
    text = capsys.readouterr().out
    assert "1 officers of bt-kthtdt are away" in text
    assert "1 open cases" in text
    assert ward.dossier(case_id).code
