"""Incidents keep the sentence they were made of, and old ones their text."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from engine.cases.models import Incident
from engine.cases.troubles import LONGEST, trouble
from rules.sentences import Sentence

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
ENGLISH = {
    "Không tính được %(what)s: %(why)s": "Cannot calculate %(what)s: %(why)s",
    "không có tên %(name)s": "there is no name %(name)s",
}


def english(msgid: str) -> str:
    return ENGLISH.get(msgid, msgid)


def test_a_sentence_within_a_sentence_is_said_in_english_after_it_was_kept():
    why = Sentence("không có tên %(name)s", name="phí")
    kept = trouble(uuid4(), "expression", Sentence("Không tính được %(what)s: %(why)s", what="a+1", why=why), now=NOW)
    assert kept.message == "Không tính được a+1: không có tên phí"
    assert kept.words.said(english) == "Cannot calculate a+1: there is no name phí"
    assert str(kept.words) == kept.message


def test_a_plain_text_and_a_row_of_an_earlier_version_stay_as_they_are():
    plain = trouble(uuid4(), "call-failed", "OSError: 100% full", now=NOW)
    assert (plain.msgid, plain.params, plain.words) == ("", {}, "OSError: 100% full")
    old = Incident(message="Quy trình lặp.", msgid="", params={})
    assert old.words.said(english) == "Quy trình lặp."


def test_a_sentence_too_long_to_keep_whole_is_kept_as_text():
    kept = trouble(uuid4(), "expression", Sentence("%(what)s!", what="x" * LONGEST), now=NOW)
    assert (len(kept.message), kept.msgid) == (LONGEST, "")


def test_places_nobody_fills_any_more_do_not_break_a_page():
    broken = Incident(message="…", msgid="%(gone)s", params={"other": "1"})
    assert broken.words == "%(gone)s"
