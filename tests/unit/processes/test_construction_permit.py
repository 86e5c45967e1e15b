"""Construction permits: cases by a decision table, another office consulted, the leader of the committee signs."""

import pytest

from processes.procedure import Limit
from rules.feel import feel
from tests.unit.processes.specimens import BUNDLES, NOW, Walk, filled_in

VERSIONS = ["construction-permit-2025", "construction-permit-2026"]


@pytest.fixture(params=VERSIONS)
def dossier(request: pytest.FixtureRequest) -> Walk:
    return Walk(BUNDLES[request.param]).do("check")


def decided(dossier: Walk) -> Walk:
    return dossier.do("conclude").do("initial").do("approve").do("register")


def test_an_opinion_is_asked_beside_the_inspection_and_both_are_waited_for(dossier: Walk) -> None:
    dossier.do("appraise", needs_opinion=True)
    assert dossier.open == {"inspect", "opinion"}
    dossier.do("inspect")
    assert dossier.open == {"opinion"}
    dossier.do("opinion")
    assert dossier.open == {"conclude"}
    assert dossier.of("clock.stop", "term").count("consult") == 1


def test_silence_until_the_end_of_the_term_is_consent(dossier: Walk) -> None:
    dossier.do("appraise", needs_opinion=True)
    assert dossier.hear("term.consult.100")
    assert dossier.open == {"inspect"}
    dossier.do("inspect")
    assert dossier.open == {"conclude"}


def test_without_a_question_nobody_else_is_asked(dossier: Walk) -> None:
    dossier.do("appraise", needs_opinion=False)
    assert dossier.open == {"inspect"}
    assert "consult" not in dossier.of("clock.start", "term")
    dossier.do("inspect")
    assert dossier.open == {"conclude"}


def test_the_fee_is_due_before_the_permit_is_issued(dossier: Walk) -> None:
    decided(dossier.do("appraise", needs_opinion=False).do("inspect"))
    assert dossier.open == {"collect_fee"}
    assert "document.issue" not in dossier.deeds("result_document")
    dossier.do("collect_fee")
    assert dossier.deeds("result_document")[-1] == "document.issue"
    assert dossier.of("dossier.status", "status")[-2:] == ["decided", "returned"]
    assert dossier.of("document.sign", "as") == ["leader"]


def test_a_refusal_costs_nothing(dossier: Walk) -> None:
    dossier.do("appraise", needs_opinion=False).do("inspect")
    dossier.do("conclude", outcome="propose_refusal", reason="Vượt chiều cao").do("initial").do("approve")
    dossier.do("register")
    assert dossier.of("document.number", "series") == ["letters"]
    assert dossier.advance.end_element == "done"


@pytest.mark.parametrize("step", ["initial", "approve"])
def test_a_draft_sent_back_is_concluded_again_not_inspected_again(dossier: Walk, step: str) -> None:
    dossier.do("appraise", needs_opinion=False).do("inspect").do("conclude")
    if step == "approve":
        dossier.do("initial")
    dossier.do(step, outcome="return", comment="Xem lại chỉ giới")
    assert dossier.open == {"conclude"}
    assert dossier.of("document.sign") == []


def test_after_a_supplement_the_desk_appraisal_starts_again(dossier: Walk) -> None:
    dossier.do("appraise", outcome="request_supplement", late_request=False)
    dossier.hear("supplement.answered")
    assert dossier.open == {"appraise"}
    assert dossier.of("clock.resume", "term") == ["dossier"]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_decision_table_and_the_published_cases_say_the_same(version: str) -> None:
    bundle = BUNDLES[version]
    requests = ["new", "extension", "reissue", *(["amendment"] if version.endswith("2026") else [])]
    for request in requests:
        for kind in ("house", "other"):
            work = {"request": request, "kind": kind, "previous_permit": "12/GPXD-UBND"}
            walked = Walk(bundle, channel="counter", work=work)
            form = filled_in(bundle, work=work).clean
            told = [
                case.key
                for case in bundle.procedure.limits.cases
                if feel().evaluate(case.when, {"form": form}, now=NOW) is True
            ]
            assert told == [walked.limit_case]


def test_the_day_of_reception_decides_the_limit() -> None:
    old, new = (BUNDLES[version].procedure for version in VERSIONS)
    assert old.limits.for_case("house") == Limit(15, "days")
    assert new.limits.for_case("house") == Limit(7, "working_days")
    assert new.limits.for_case("reissue") == Limit(5, "working_days")
    assert new.limits.for_case(None) == Limit(7, "working_days")
    assert not old.limits.verified
    assert not new.limits.verified


def test_a_birth_is_registered_with_a_personal_number_and_signed_by_the_leader() -> None:
    dossier = Walk(BUNDLES["birth-registration"]).do("check").do("appraise").do("approve").do("register")
    assert dossier.of("register.ask", "register") == ["population"]
    assert dossier.of("document.number", "series") == ["births"]
    assert dossier.of("document.sign", "as") == ["leader"]
    assert dossier.open == {"hand_over"}
    assert dossier.do("hand_over").advance.end_element == "done"
