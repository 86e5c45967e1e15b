# ruff: noqa: E501  (a drawing reads best on one line)
"""Ad-hoc sub-processes (BPMN 2.0.2, 10.3.5 and 13.3.5): activities are begun by choice until the completion condition holds."""

from html import escape

import pytest

from engine.bpmn import door
from engine.bpmn.advance import NotWaiting, Refused
from tests.unit.bpmn.drawings import (
    NOW,
    boundary,
    drawing,
    end,
    error,
    event,
    file,
    flow,
    flows,
    gateway,
    io,
    loop,
    message,
    node,
    process,
    script,
    start,
    sub,
    timer,
    user,
)  # fmt: skip
from tests.unit.bpmn.walk import Walk


def ad_hoc(
    id: str,
    *parts: str,
    until: str | None = "=done",
    active: str | None = None,
    ext: str = "",
    inner: str = "",
    **attrs: str,
) -> str:
    condition = f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else ""
    begun = f'<zeebe:adHoc activeElementsCollection="{escape(active)}"/>' if active else ""
    return node("adHocSubProcess", id, ext=begun + ext, inner=inner + "".join(parts) + condition, **attrs)


def around(sheet: str, *more: str, definitions: str = "") -> Walk:
    return Walk(
        drawing(start(), sheet, user("z"), end(), flows("start x z end"), *more, definitions=definitions)
    ).start(done=False)


def test_activities_are_begun_in_any_order_as_often_as_wanted_until_the_condition_holds() -> None:
    walk = around(ad_hoc("x", user("ask"), user("visit"), user("write")))
    assert (walk.enabled, walk.work) == (["ask", "visit", "write"], [])
    walk.begin("visit").begin("ask").begin("visit")
    assert (walk.work, walk.enabled) == (["visit", "ask", "visit"], ["ask", "visit", "write"])
    walk.complete("visit").complete("ask")
    assert walk.work == ["visit"]
    walk.begin("write").complete("write", done=True)
    assert (walk.open, walk.trace) == (["z"], ["start", "visit", "ask", "write", "x"])
    assert walk.complete("z").ended


def test_what_still_runs_may_be_finished_when_the_drawing_says_so() -> None:
    walk = around(ad_hoc("x", user("ask"), user("visit"), cancelRemainingInstances="false")).begin("ask").begin("visit")
    walk.complete("ask", done=True)
    assert (walk.work, walk.enabled) == (["visit"], [])
    assert walk.complete("visit").open == ["z"]


def test_in_sequence_only_one_activity_runs_at_a_time() -> None:
    walk = around(ad_hoc("x", user("ask"), user("visit"), ordering="Sequential"))
    ask, visit = (w.token for w in walk.last.waiting)
    walk.begin("ask")
    assert (walk.work, walk.enabled) == (["ask"], [])
    with pytest.raises(NotWaiting):
        door.begin_activity(walk.definition, walk.last.state, visit, now=NOW)
    assert walk.complete("ask").enabled == ["ask", "visit"]
    assert not {ask, visit} & {w.token for w in walk.last.waiting}, "a number is not used again"
    assert walk.begin("visit").complete("visit", done=True).open == ["z"]


@pytest.mark.parametrize("ordering", ["Parallel", "Sequential"])
def test_an_activity_with_incoming_flows_is_enabled_when_its_token_has_come(ordering: str) -> None:
    sheet = ad_hoc("x", user("draft"), user("check"), user("other"), flow("draft", "check"), ordering=ordering)
    walk = around(sheet)
    assert walk.enabled == ["draft", "other"]
    walk.begin("draft").complete("draft")
    assert (sorted(walk.enabled), walk.work) == (["check", "draft", "other"], [])
    walk.begin("check")
    assert (walk.work, sorted(walk.enabled)) == (["check"], [] if ordering == "Sequential" else ["draft", "other"])
    assert walk.complete("check", done=True).open == ["z"]


def test_gateways_and_events_between_activities_go_on_by_themselves() -> None:
    catch = node("intermediateCatchEvent", "wait", inner=timer("Duration", "P1D"))
    sheet = ad_hoc(
        "x", user("a"), user("b"), gateway("j", "parallel"), catch, user("c"), flows("a j", "b j", "j wait c")
    )
    walk = around(sheet).begin("a").complete("a").begin("b").complete("b")
    assert sorted(walk.open) == ["a", "b", "wait"]
    assert sorted(walk.wait(days=1).enabled) == ["a", "b", "c"]
    assert walk.begin("c").complete("c", done=True).open == ["z"]


def test_an_activity_may_take_several_tokens_before_it_is_enabled() -> None:
    sheet = ad_hoc("x", user("a"), user("b", startQuantity="2"), flow("a", "b"))
    walk = around(sheet).begin("a").complete("a")
    assert walk.enabled == ["a"]
    assert walk.begin("a").complete("a").enabled == ["a", "b"]


def test_a_join_that_waits_for_an_activity_somebody_may_begin_is_not_stuck() -> None:
    sheet = ad_hoc("x", user("a"), user("b"), gateway("j", "parallel"), user("c"), flows("a j c", "b j"))
    assert around(sheet).begin("a").complete("a").last.incidents == ()


def test_a_condition_that_is_neither_true_nor_false_is_an_incident() -> None:
    walk = around(ad_hoc("x", user("a"), until="=enough")).begin("a").complete("a", enough=3)
    assert [(i.element_id, i.code) for i in walk.last.incidents] == [("a", "completion")]
    assert walk.retry(enough=True).open == ["z"]


def test_every_kind_of_activity_may_stand_inside() -> None:
    inner = sub("s", start("s1"), user("u"), end("e"), flows("s1 u e"))
    sheet = ad_hoc("x", script("count", "=n + 1", "n"), inner, user("each", inner=loop("=[1,2]", "i")), until="=n > 1")
    walk = Walk(drawing(start(), sheet, end(), flows("start x end"))).start(n=0)
    walk.begin("s").begin("each").begin("count")
    assert (walk.variables["n"], walk.work) == (1, ["u", "each", "each"])
    assert walk.complete("u").complete("each").complete("each").enabled == ["count", "s", "each"]
    assert walk.begin("count").ended


def test_an_outer_boundary_event_ends_all_of_it() -> None:
    more = boundary("stop", "x", event("message", "stop")) + end("e2") + flow("stop", "e2")
    walk = around(ad_hoc("x", user("a"), user("b")), more, definitions=message("stop")).begin("a")
    assert walk.deliver("stop").last.end_element == "e2"


def test_an_inner_boundary_event_lets_the_next_activity_begin() -> None:
    sheet = ad_hoc(
        "x",
        user("a"),
        boundary("late", "a", timer("Duration", "P1D")),
        user("b"),
        flow("late", "b"),
        ordering="Sequential",
    )
    walk = around(sheet).begin("a")
    assert walk.open == ["a", "late"]
    assert sorted(walk.wait(days=1).enabled) == ["a", "b"]


def test_its_own_variables_stay_inside() -> None:
    sheet = ad_hoc("x", script("count", "=n + 1", "n"), ext=io({"n": "=0"}, {"rounds": "=n"}), until="=n >= 2")
    walk = around(sheet).begin("count").begin("count")
    assert walk.variables == {"done": False, "rounds": 2}


def test_several_at_once_have_each_their_own() -> None:
    walk = around(ad_hoc("x", user("a"), inner=loop("=[1,2]", "i"), until="=true"))
    assert walk.enabled == ["a", "a"]
    assert walk.begin("a").complete("a").enabled == ["a"]
    assert walk.begin("a").complete("a").open == ["z"]


def test_it_may_stand_in_a_called_process_and_in_an_event_sub_process() -> None:
    called = process("q", start("qs"), ad_hoc("x", user("a")), end("qe"), flows("qs x qe"))
    caller = process(
        "p", start(), node("callActivity", "c", ext='<zeebe:calledElement processId="q"/>'), end(), flows("start c end")
    )
    walk = Walk({"a.bpmn": file(caller, called)}).start(done=False)
    assert walk.begin("a").complete("a", done=True).ended
    es = sub(
        "es",
        node("startEvent", "on", inner=event("message", "m"), isInterrupting="false"),
        ad_hoc("x", user("b")),
        end("xe"),
        flows("on x xe"),
        triggeredByEvent="true",
    )
    walk = (
        Walk(drawing(start(), user("u"), end(), es, flows("start u end"), definitions=message("m")))
        .start(done=False)
        .deliver("m")
    )
    assert walk.begin("b").complete("b", done=True).complete("u").ended


def test_an_event_sub_process_inside_waits_from_the_beginning() -> None:
    es = sub(
        "es",
        node("startEvent", "on", inner=event("message", "m"), isInterrupting="false"),
        user("b"),
        end("xe"),
        flows("on b xe"),
        triggeredByEvent="true",
    )
    walk = around(ad_hoc("x", user("a"), es), definitions=message("m"))
    assert walk.open == ["on", "a"]
    assert walk.deliver("m").work == ["b"]


@pytest.mark.parametrize("kind", ["message", "error"])
def test_an_interrupting_event_sub_process_inside_takes_its_place(kind: str) -> None:
    begins = node("startEvent", "on", inner=event(kind, "m"))
    es = sub("es", begins, user("b"), end("xe"), flows("on b xe"), triggeredByEvent="true")
    walk = around(ad_hoc("x", user("a"), es), definitions=message("m") + error("m")).begin("a")
    walk = walk.deliver("m") if kind == "message" else walk.throw("a", "m")
    assert walk.open == ["b"]
    assert walk.complete("b").open == ["z"]


def test_in_the_zeebe_dialect_the_listed_activities_begin_at_once_and_their_flows_go_on() -> None:
    sheet = ad_hoc("x", user("a"), user("b"), user("c"), flow("a", "c"), until=None, active="=chosen")
    models = drawing(start(), sheet, user("z"), end(), flows("start x z end"))
    walk = Walk(models).start(chosen=["a", "b"])
    assert (walk.work, walk.enabled) == (["a", "b"], [])
    assert walk.complete("a").work == ["b", "c"]
    assert walk.complete("b").complete("c").open == ["z"]
    assert Walk(models).start(chosen=[]).open == ["z"]
    assert Walk(models).start(chosen=["c"]).last.incidents[0].code == "ad-hoc"
    assert Walk(models).start(chosen="a").retry(chosen=["b"]).work == ["b"]


def test_in_the_zeebe_dialect_too_the_condition_ends_it() -> None:
    sheet = ad_hoc("x", user("a"), user("b"), active='=["a", "b"]')
    assert around(sheet).complete("a", done=True).open == ["z"]
    sheet = ad_hoc("x", user("a"), user("b"), active='=["a", "b"]', cancelRemainingInstances="false")
    assert around(sheet).complete("a", done=True).work == ["b"]


@pytest.mark.parametrize(("sheet", "element", "code"), [
    (ad_hoc("x", user("a"), until=None), "x", "bpmn.ad-hoc"),
    (ad_hoc("x", user("a"), gateway("g"), flows("g a")), "g", "bpmn.ad-hoc"),
    (ad_hoc("x", user("a"), active="=[]", ordering="Sequential"), "x", "bpmn.ad-hoc"),
    (ad_hoc("x", user("a"), active="a"), "x", "bpmn.not-feel"),
])  # fmt: skip
def test_what_cannot_end_or_begin_is_refused(sheet: str, element: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        door.load(drawing(start(), sheet, end(), flows("start x end")))
    assert (element, code) in {(finding.element, finding.code) for finding in caught.value.findings}
