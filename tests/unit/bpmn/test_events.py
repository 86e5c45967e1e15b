# ruff: noqa: E501  (a drawing reads best on one line)
"""Events at the edge of a task, in the flow, at the end, and those that open a sub-process."""

from datetime import timedelta

import pytest

from engine.bpmn import door
from engine.bpmn.advance import NotStartable
from tests.unit.bpmn.drawings import (
    NOW,
    boundary,
    call,
    condition,
    drawing,
    end,
    error,
    escalation,
    event,
    file,
    flow,
    flows,
    gateway,
    message,
    node,
    process,
    script,
    service,
    signal,
    start,
    sub,
    timer,
    user,
)  # fmt: skip
from tests.unit.bpmn.walk import Walk


def test_an_interrupting_message_takes_the_task_away() -> None:
    parts = [
        start(),
        user("review"),
        boundary("withdrawn", "review", event("message", "withdraw")),
        end(),
        end("stopped"),
    ]
    models = drawing(*parts, flows("start review end", "withdrawn stopped"), definitions=message("withdraw", "=code"))
    walk = Walk(models).start(code="H29-1")
    assert walk.open == ["review", "withdrawn"]
    assert walk.waiting("withdrawn").attached_to == walk.waiting("review").token
    assert not walk.deliver("withdraw", "H29-2").last.moved
    walk.deliver("withdraw", "H29-1", reason="đổi ý")
    assert (walk.last.end_element, walk.variables["reason"]) == ("stopped", "đổi ý")
    assert walk.trace == ["start", "withdrawn", "stopped"]


def test_a_non_interrupting_message_runs_beside_the_task_every_time_it_comes() -> None:
    warned = boundary("warned", "review", event("message", "term.review.80"), interrupting=False)
    models = drawing(
        start(), user("review"), warned, service("tell", "notice.send"), end(), end("told"),
        flows("start review end", "warned tell told"), definitions=message("term.review.80"),
    )  # fmt: skip
    walk = Walk(models).start()
    for count in (1, 2, 3):
        walk.deliver("term.review.80")
        assert walk.work == ["review", *["tell"] * count]
        assert walk.open.count("warned") == 1
    walk.complete("review")
    assert walk.open == ["tell"] * 3
    assert not walk.ended
    assert walk.complete("tell").complete("tell").complete("tell").ended


def test_a_finished_task_no_longer_hears_its_boundary_events() -> None:
    models = drawing(
        start(), user("a"), boundary("b", "a", event("message", "m")), user("z"), end(), flows("start a z end", "b end"),
        definitions=message("m"),
    )  # fmt: skip
    walk = Walk(models).start().complete("a")
    assert walk.open == ["z"]
    assert not walk.deliver("m").last.moved


SUPPLEMENT = drawing(
    start(), user("check"), gateway("g", default="fine"), user("supplement"), gateway("m"), end(),
    flows("start m check g", "supplement m"), flow("g", "supplement", "=missing"), flow("g", "end", id="fine"),
)  # fmt: skip


def test_a_supplement_loop_of_a_thousand_rounds_still_has_its_open_task() -> None:
    definition = door.load(SUPPLEMENT)
    advance = door.start(definition, "p", {}, now=NOW)
    sizes = set()
    for _ in range(1_000):
        advance = door.complete(definition, advance.state, advance.waiting[0].token, {"missing": True}, now=NOW)
        advance = door.complete(definition, advance.state, advance.waiting[0].token, {}, now=NOW)
        sizes.add(len(advance.state.tokens))
    assert [w.element_id for w in advance.waiting] == ["check"]
    assert max(sizes) - min(sizes) < 20, "the state grows with the rounds"
    assert door.complete(definition, advance.state, advance.waiting[0].token, {"missing": False}, now=NOW).ended


def test_timers_go_off_at_their_moment_in_order() -> None:
    parts = [start(), user("a"), boundary("first", "a", timer("Duration", "PT1H"), interrupting=False)]
    parts += [boundary("second", "a", timer("Date", "2026-03-02T12:00:00+07:00")), end(), end("x"), end("y")]
    walk = Walk(drawing(*parts, flows("start a end", "first x", "second y"))).start()
    assert walk.waiting("first").due == NOW + timedelta(hours=1)
    assert walk.waiting("second").due == NOW + timedelta(hours=3)
    walk.wait(hours=5)
    assert walk.trace == ["start", "first", "x", "second", "y"]
    assert walk.ended


def test_a_repeating_timer_reminds_as_often_as_it_says() -> None:
    parts = [
        start(),
        user("a"),
        boundary("remind", "a", timer("Cycle", "R3/P1D"), interrupting=False),
        end(),
        user("r"),
    ]
    walk = Walk(drawing(*parts, flows("start a end", "remind r end"))).start()
    assert walk.wait(days=1).work == ["a", "r"]
    assert walk.waiting("remind").due == NOW + timedelta(days=2)
    assert walk.wait(days=30).work == ["a", "r", "r", "r"]
    assert "remind" not in walk.open


def test_a_cycle_that_interrupts_or_stands_in_the_flow_happens_once_at_its_first_moment() -> None:
    edge = boundary("late", "a", timer("Cycle", "R3/PT1H"))
    models = drawing(start(), user("a"), edge, user("h"), end(), flows("start a end", "late h end"))
    assert Walk(models).start().wait(hours=9).open == ["h"]
    catch = node("intermediateCatchEvent", "later", inner=timer("Cycle", "R/PT1H"))
    walk = Walk(drawing(start(), catch, user("a"), end(), flows("start later a end"))).start()
    assert [one.due for one in walk.last.waiting] == [NOW + timedelta(hours=1)]
    assert walk.wait(hours=9).open == ["a"]
    opens = node("startEvent", "t", inner=timer("Cycle", "R3/PT1H"))
    inside = sub("es", opens, user("h"), end("he"), flows("t h he"), triggeredByEvent="true")
    walk = Walk(drawing(start(), user("a"), end(), flows("start a end"), inside)).start().wait(hours=9)
    assert walk.open == ["h"]
    assert [one.kind for one in walk.last.waiting] == ["user"]


def test_a_timer_may_be_feel_and_calendar_months_end_with_the_month() -> None:
    catch = node("intermediateCatchEvent", "later", inner=timer("Duration", "=span"))
    models = drawing(start(), catch, end(), flows("start later end"))
    assert Walk(models).start(span="PT30M").waiting("later").due == NOW + timedelta(minutes=30)
    walk = Walk(drawing(start(), script("s", '=duration("P1M")', "span"), catch, end(), flows("start s later end")))
    walk.now = NOW.replace(month=1, day=31)
    assert walk.start().waiting("later").due == NOW.replace(month=2, day=28)


def test_a_message_starts_a_process_and_its_payload_becomes_variables() -> None:
    models = drawing(node("startEvent", "filed", inner=event("message", "dossier.filed")), user("a"), end(),
                     flows("filed a end"), definitions=message("dossier.filed"))  # fmt: skip
    assert Walk(models).start_by_message("dossier.filed", code="1").variables == {"code": "1"}
    with pytest.raises(NotStartable):
        door.start(door.load(models), "p", {}, now=NOW)
    with pytest.raises(NotStartable):
        door.start_by_message(door.load(models), "other", {}, now=NOW)


def test_a_terminate_end_takes_everything_with_it_but_only_in_its_own_scope() -> None:
    inner = sub("s", start("s1"), gateway("f", "parallel"), user("a"), user("b"), end("stop", inner="<bpmn:terminateEventDefinition/>"),
                end("e"), flows("s1 f", "f a stop", "f b e"))  # fmt: skip
    walk = Walk(drawing(start(), inner, user("z"), end(), flows("start s z end"))).start()
    assert walk.work == ["a", "b"]
    assert walk.complete("a").work == ["z"]


def test_a_message_end_is_a_call_before_the_end() -> None:
    last = service("tell", "notice.send", tag="endEvent", inner=event("message", "m"))
    walk = Walk(drawing(start(), last, flows("start tell"), definitions=message("m"))).start()
    assert walk.waiting("tell").type == "notice.send"
    assert walk.complete("tell").last.end_element == "tell"


def test_links_jump() -> None:
    out = node("intermediateThrowEvent", "out", inner=event("link", "A"))
    into = node("intermediateCatchEvent", "in", inner=event("link", "A"))
    walk = Walk(drawing(start(), out, into, end(), flows("start out", "in end"))).start()
    assert walk.trace == ["start", "out", "in", "end"]


def test_signals_reach_every_listener_and_are_told_to_other_cases() -> None:
    hears = [node("intermediateCatchEvent", n, inner=event("signal", "closed")) for n in ("h1", "h2")]
    throws = node("intermediateThrowEvent", "t", inner=event("signal", "closed"))
    models = drawing(start(), gateway("s", "parallel"), *hears, user("a"), throws, end("e1"), end("e2"), end("e3"),
                     flows("start s", "s h1 e1", "s h2 e2", "s a t e3"), definitions=signal("closed"))  # fmt: skip
    walk = Walk(models).start()
    assert walk.open == ["h1", "h2", "a"]
    assert walk.complete("a").ended
    assert walk.signals == ["closed"]
    assert Walk(models).start().signal("closed").open == ["a"]
    assert not Walk(models).start().signal("other").last.moved


ERRORS = drawing(
    start(), service("pay", "fee.pay"), boundary("refused", "pay", event("error", "REFUSED")),
    boundary("any", "pay", "<bpmn:errorEventDefinition/>"), end(), end("r"), end("a"),
    flows("start pay end", "refused r", "any a"), definitions=error("REFUSED"),
)  # fmt: skip


@pytest.mark.parametrize(("code", "where"), [("REFUSED", "r"), ("OTHER", "a")])
def test_an_error_goes_to_the_boundary_event_of_its_code_then_to_the_one_for_all(code: str, where: str) -> None:
    walk = Walk(ERRORS).start().throw("pay", code, detail="x")
    assert (walk.last.end_element, walk.variables["detail"]) == (where, "x")


def test_an_error_end_goes_to_the_innermost_catcher_only() -> None:
    inner = sub("in", start("s2"), user("a"), end("fail", inner=event("error", "E")), flows("s2 a fail"))
    outer = sub(
        "out",
        start("s1"),
        inner,
        boundary("b-in", "in", event("error", "E")),
        end("e1"),
        user("repair"),
        flows("s1 in e1", "b-in repair e1"),
    )
    models = drawing(start(), outer, boundary("b-out", "out", event("error", "E")), end(), end("x"), flows("start out end", "b-out x"),
                     definitions=error("E"))  # fmt: skip
    walk = Walk(models).start().complete("a")
    assert walk.work == ["repair"]
    assert walk.complete("repair").last.end_element == "end"


def test_an_error_travels_out_of_called_processes() -> None:
    inner = process("q", start("qs"), user("qa"), end("qe", inner=event("error", "E")), flows("qs qa qe"))
    outer = process(
        "p",
        start(),
        call("c", "q"),
        boundary("b", "c", event("error", "E")),
        end(),
        end("x"),
        flows("start c end", "b x"),
    )
    assert Walk({"a.bpmn": file(error("E"), inner, outer)}).start().complete("qa").last.end_element == "x"


def test_an_error_nobody_catches_is_an_incident_and_the_call_can_be_taken_again() -> None:
    walk = Walk(drawing(start(), service("pay", "fee.pay"), end(), flows("start pay end"))).start().throw("pay", "E")
    assert walk.open == []
    assert [(i.element_id, i.code) for i in walk.last.incidents] == [("pay", "uncaught-error")]
    assert walk.retry().open == ["pay"]
    assert walk.complete("pay").ended


def test_an_escalation_runs_beside_or_interrupts_and_is_never_an_incident() -> None:
    def models(interrupting: bool) -> dict[str, bytes]:
        throws = node("intermediateThrowEvent", "up", inner=event("escalation", "LATE"))
        inner = sub("s", start("s1"), throws, user("a"), end("e"), flows("s1 up a e"))
        catch = boundary("b", "s", event("escalation", "LATE"), interrupting=interrupting)
        return drawing(
            start(),
            inner,
            catch,
            user("head"),
            end(),
            end("x"),
            flows("start s end", "b head x"),
            definitions=escalation("LATE"),
        )

    assert sorted(Walk(models(False)).start().work) == ["a", "head"]
    assert Walk(models(True)).start().work == ["head"]
    walk = Walk(drawing(start(), user("a"), end(), flows("start a end"))).start()
    assert not walk.throw("a", "LATE", escalation=True).last.moved


def test_an_event_sub_process_at_process_level_runs_beside_the_flow() -> None:
    asked = node("startEvent", "asked", inner=event("message", "supplement"), isInterrupting="false")
    inner = sub("more", asked, user("wait"), end("done"), flows("asked wait done"), triggeredByEvent="true")
    models = drawing(start(), user("a"), end(), inner, flows("start a end"), definitions=message("supplement", "=code"))
    walk = Walk(models).start(code="1")
    assert sorted(walk.open) == ["a", "asked"]
    walk.deliver("supplement", "1", what="bản vẽ").deliver("supplement", "1")
    assert walk.work == ["a", "wait", "wait"]
    assert walk.variables["what"] == "bản vẽ"
    assert walk.complete("a").work == ["wait", "wait"]
    assert "asked" in walk.open
    walk.complete("wait").complete("wait")
    assert walk.ended
    assert walk.open == []


def test_an_interrupting_event_sub_process_ends_what_was_going_on() -> None:
    asked = node("startEvent", "w", inner=event("message", "withdraw"))
    inner = sub("out", asked, user("confirm"), end("done"), flows("w confirm done"), triggeredByEvent="true")
    models = drawing(start(), gateway("s", "parallel"), user("a"), user("b"), end(), inner, flows("start s", "s a end", "s b end"),
                     definitions=message("withdraw"))  # fmt: skip
    walk = Walk(models).start()
    closed = {w.token for w in walk.last.waiting}
    walk.deliver("withdraw")
    assert walk.open == ["confirm"]
    assert set(walk.last.closed) == closed
    assert walk.complete("confirm").ended


def test_an_error_event_sub_process_catches_what_its_scope_throws() -> None:
    inner = sub("rescue", node("startEvent", "on", inner=event("error", "E")), user("repair"), end("done"),
                flows("on repair done"), triggeredByEvent="true")  # fmt: skip
    parts = [start(), gateway("s", "parallel"), user("a"), user("b"), end("bad", inner=event("error", "E")), end()]
    walk = Walk(drawing(*parts, inner, flows("start s", "s a bad", "s b end"), definitions=error("E"))).start()
    assert walk.complete("a").open == ["repair"]
    assert walk.complete("repair").ended
    assert Walk(drawing(*parts, inner, flows("start s", "s a bad", "s b end"), definitions=error("E"))).start().throw(
        "b", "E"
    ).work == ["repair"]


def test_an_event_sub_process_inside_a_sub_process_lives_as_long_as_it() -> None:
    event_sub = sub("es", node("startEvent", "m", inner=event("message", "m"), isInterrupting="false"), user("x"), end("xe"),
                    flows("m x xe"), triggeredByEvent="true")  # fmt: skip
    inner = sub("s", start("s1"), user("a"), end("e"), event_sub, flows("s1 a e"))
    models = drawing(start(), inner, user("z"), end(), flows("start s z end"), definitions=message("m"))
    walk = Walk(models).start().deliver("m").complete("a")
    assert walk.work == ["x"]
    walk.complete("x")
    assert walk.open == ["z"]


def test_a_timer_event_sub_process_starts_once() -> None:
    inner = sub("es", node("startEvent", "t", inner=timer("Duration", "P1D"), isInterrupting="false"), user("x"), end("xe"),
                flows("t x xe"), triggeredByEvent="true")  # fmt: skip
    walk = Walk(drawing(start(), user("a"), end(), inner, flows("start a end"))).start().wait(days=5)
    assert walk.open == ["a", "x"]


def test_a_condition_happens_when_it_becomes_true_and_not_twice() -> None:
    beside = boundary("full", "a", condition("=paid >= 100"), interrupting=False)
    models = drawing(start(), gateway("s", "parallel"), user("a"), beside, user("b"), user("thanks"), end(), gateway("m"),
                     flows("start s", "s a end", "s m b m", "full thanks end"))  # fmt: skip
    walk = Walk(models).start()
    assert walk.waiting("full").kind == "condition"
    assert walk.complete("b", paid=50).work == ["a", "b"]
    assert sorted(walk.complete("b", paid=100).work) == ["a", "b", "thanks"]
    assert walk.complete("b", paid=120).work.count("thanks") == 1
    assert walk.complete("b", paid=20).complete("b", paid=200).work.count("thanks") == 2


def test_a_condition_already_true_passes_at_once_and_one_may_ask_for_the_time() -> None:
    catch = node("intermediateCatchEvent", "c", inner=condition("=ready"))
    assert Walk(drawing(start(), catch, end(), flows("start c end"))).start(ready=True).ended
    catch = node("intermediateCatchEvent", "c", inner=condition('=today() > date("2026-03-05")'))
    walk = Walk(drawing(start(), catch, end(), flows("start c end"))).start()
    assert walk.open == ["c"]
    assert not walk.wait(days=1).ended
    assert walk.wait(days=5).ended


def test_a_conditional_event_sub_process_interrupts() -> None:
    inner = sub(
        "es",
        node("startEvent", "on", inner=condition("=stop")),
        user("x"),
        end("xe"),
        flows("on x xe"),
        triggeredByEvent="true",
    )
    walk = Walk(
        drawing(
            start(),
            gateway("s", "parallel"),
            user("a"),
            user("b"),
            end(),
            inner,
            flows("start s", "s a end", "s b end"),
        )
    ).start()
    assert walk.complete("a", stop=True).open == ["x"]


def test_an_event_definition_may_be_referred_to() -> None:
    shared = (
        '<bpmn:timerEventDefinition id="day"><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>'
    )
    catch = node("intermediateCatchEvent", "t", inner="<bpmn:eventDefinitionRef>day</bpmn:eventDefinitionRef>")
    walk = Walk(drawing(start(), catch, end(), flows("start t end"), definitions=shared)).start()
    assert walk.waiting("t").due == NOW + timedelta(days=1)
    assert walk.wait(days=1).ended


def test_a_task_taken_again_after_an_uncaught_error_has_a_new_number_and_keeps_its_boundary_events() -> None:
    models = drawing(start(), service("pay", "fee.pay"), boundary("m", "pay", event("message", "m")), end(), end("x"),
                     flows("start pay end", "m x"), definitions=message("m"))  # fmt: skip
    walk = Walk(models).start()
    before = walk.waiting("pay").token
    walk.throw("pay", "E")
    assert before in walk.last.closed
    walk.retry()
    again = walk.waiting("pay").token
    assert again != before
    assert walk.waiting("m").attached_to == again
    assert walk.deliver("m").last.end_element == "x"
