"""The road of a household-business registration, drawn once and walked in every way it can go."""

import pytest

from tests.unit.processes.specimens import BUNDLES, OWED, Walk

SIGNED = ["letter.render", "document.sign", "document.number", "document.seal", "document.issue"]


@pytest.fixture
def dossier() -> Walk:
    return Walk(BUNDLES["household-business"])


def appraised(dossier: Walk) -> Walk:
    return dossier.do("check").do("appraise")


def test_filed_online_it_is_checked_appraised_signed_sealed_and_delivered_electronically(dossier: Walk) -> None:
    appraised(dossier).do("approve").do("register")
    assert dossier.of("dossier.status", "status") == ["processing", "decided", "returned"]
    assert dossier.deeds("result_document") == SIGNED
    assert dossier.of("document.number", "series") == ["result"]
    assert dossier.of("notice.send", "notice") == ["accepted", "ready"]
    assert dossier.advance.ended
    assert dossier.advance.end_element == "done"


def test_a_complete_dossier_at_the_counter_is_accepted_without_a_second_check() -> None:
    assert Walk(BUNDLES["household-business"], channel="counter").open == {"appraise"}


@pytest.mark.parametrize(("channel", "complete"), [("counter", False), ("inbound", True), ("post", True)])
def test_whatever_nobody_looked_through_with_the_applicant_is_checked_first(channel: str, complete: bool) -> None:
    dossier = Walk(BUNDLES["household-business"], channel=channel, complete=complete)
    assert dossier.open == {"check"}
    assert dossier.of("clock.start", "term") == ["acceptance"]


def test_a_result_to_collect_waits_for_the_counter() -> None:
    dossier = Walk(BUNDLES["household-business"], delivery={"method": "counter"})
    appraised(dossier).do("approve").do("register")
    assert dossier.open == {"hand_over"}
    assert dossier.of("dossier.status", "status")[-1] == "decided"
    dossier.do("hand_over")
    assert dossier.of("dossier.status", "status")[-1] == "returned"


def test_what_is_missing_at_the_counter_comes_back_to_the_counter_before_any_code_is_given(dossier: Walk) -> None:
    dossier.do("check", outcome="supplement")
    assert dossier.of("letter.render", "letter") == ["form02"]
    assert dossier.of("dossier.accept") == []
    dossier.hear("supplement.answered")
    assert dossier.open == {"check"}
    assert dossier.of("clock.start", "term") == ["acceptance", "acceptance"]


def test_a_refusal_at_reception_gives_form_03_and_no_code(dossier: Walk) -> None:
    dossier.do("check", outcome="refuse", reason="Không thuộc thẩm quyền")
    assert dossier.of("letter.render", "letter") == ["form03"]
    assert dossier.of("dossier.accept") == []
    assert dossier.advance.end_element == "rejected"


def test_a_supplement_in_time_pauses_the_clock_and_owes_a_new_receipt(dossier: Walk) -> None:
    dossier.do("check").do("appraise", outcome="request_supplement", late_request=False)
    assert dossier.of("clock.pause", "term") == ["dossier"]
    assert dossier.open == set()
    dossier.hear("supplement.answered")
    assert dossier.of("clock.resume", "term") == ["dossier"]
    assert dossier.of("letter.render", "letter") == ["form01", "form02", "form01"]
    assert dossier.open == {"appraise"}


def test_a_late_request_needs_the_head_and_leaves_the_clock_running(dossier: Walk) -> None:
    dossier.do("check").do("appraise", outcome="request_supplement", late_request=True)
    assert dossier.open == {"late_approval"}
    assert dossier.of("letter.render", "letter") == ["form01"]
    dossier.do("late_approval", outcome="approve")
    dossier.hear("supplement.answered")
    assert dossier.of("clock.pause") == []
    assert dossier.of("clock.resume") == []
    assert dossier.open == {"appraise"}


def test_a_late_request_the_head_rejects_never_reaches_the_applicant(dossier: Walk) -> None:
    dossier.do("check").do("appraise", outcome="request_supplement", late_request=True)
    dossier.do("late_approval", outcome="reject")
    assert dossier.open == {"appraise"}
    assert "form02" not in dossier.of("letter.render", "letter")


def test_after_a_round_in_time_a_later_round_may_still_be_late(dossier: Walk) -> None:
    dossier.do("check").do("appraise", outcome="request_supplement", late_request=False)
    dossier.hear("supplement.answered")
    dossier.do("appraise", outcome="request_supplement", late_request=True).do("late_approval")
    dossier.hear("supplement.answered")
    assert dossier.of("clock.pause", "term") == ["dossier"]
    assert dossier.of("clock.resume", "term") == ["dossier"]


def test_a_negative_decision_is_signed_like_a_positive_one_but_numbered_as_a_letter(dossier: Walk) -> None:
    dossier.do("check").do("appraise", outcome="propose_refusal", reason="Tên trùng").do("approve").do("register")
    assert dossier.of("letter.render", "letter") == ["form01", "refusal"]
    assert dossier.of("register.ask") == []
    assert dossier.of("document.number", "series") == ["letters"]
    assert dossier.of("dossier.status", "status")[-2:] == ["decided", "returned"]


def test_what_the_head_returns_is_appraised_again_and_nothing_is_signed(dossier: Walk) -> None:
    appraised(dossier).do("approve", outcome="return", comment="Làm rõ ngành nghề")
    assert dossier.open == {"appraise"}
    assert dossier.of("document.sign") == []


@pytest.mark.parametrize("steps", [[], ["check"], ["check", "appraise"]])
def test_the_applicant_may_withdraw_at_any_time_before_the_decision(dossier: Walk, steps: list[str]) -> None:
    for step in steps:
        dossier.do(step)
    assert dossier.hear("dossier.withdrawn")
    assert dossier.advance.ended
    assert dossier.of("dossier.status", "status")[-1] == "withdrawn"
    assert dossier.of("clock.stop", "term")[-1] == "dossier"


def test_an_apology_is_reasoned_signed_and_sent_while_the_dossier_goes_on(dossier: Walk) -> None:
    dossier.do("check")
    dossier.hear("apology.due", **OWED)
    assert dossier.open == {"appraise", "apology_reason"}
    dossier.do("apology_reason")
    assert dossier.of("document.sign") == []
    dossier.do("apology_approval")
    assert dossier.deeds("form04_document") == SIGNED
    assert dossier.of("notice.send", "notice")[-1] == "late"
    assert dossier.open == {"appraise"}
    dossier.do("appraise").do("approve").do("register")
    assert dossier.advance.end_element == "done"


def test_no_apology_is_written_when_the_officer_still_keeps_the_date(dossier: Walk) -> None:
    dossier.do("check")
    dossier.hear("apology.due", **OWED)
    dossier.do("apology_reason", outcome="on_time")
    assert dossier.of("apology.keep") == [""]
    assert "form04" not in dossier.of("letter.render", "letter")
    assert dossier.open == {"appraise"}


def test_a_returned_apology_goes_back_for_a_better_reason_and_is_never_sealed_unsigned(dossier: Walk) -> None:
    dossier.do("check")
    dossier.hear("apology.due", **OWED)
    dossier.do("apology_reason").do("apology_approval", outcome="return", comment="Nêu rõ hơn")
    assert dossier.open == {"appraise", "apology_reason"}
    assert dossier.of("document.seal") == []


def test_a_dossier_that_is_over_leaves_nothing_open_but_an_apology_that_is_still_owed(dossier: Walk) -> None:
    dossier.do("check")
    dossier.hear("apology.due", **OWED)
    dossier.do("appraise").do("approve").do("register")
    assert dossier.open == {"apology_reason"}
    assert not dossier.advance.ended
    dossier.hear("apology.spared")
    assert dossier.open == set()
    assert dossier.advance.ended
