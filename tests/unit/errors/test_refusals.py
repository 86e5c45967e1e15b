"""A refusal says its sentence, whatever the sentence speaks of."""

from __future__ import annotations

from engine.errors import Conflict, NotFound


def test_a_sentence_that_names_a_code_keeps_its_own_kind():
    refusal = NotFound("Không có thủ tục %(code)s.", code="9.9")
    assert (str(refusal), refusal.code, refusal.params) == ("Không có thủ tục 9.9.", "not_found", {"code": "9.9"})


def test_a_kind_of_its_own_stays_out_of_the_sentence():
    refusal = Conflict("Đã có người làm.", code="faster")
    assert (refusal.code, refusal.params) == ("faster", {})
