# ruff: noqa: E501  (a drawing reads best on one line)
"""Messages find their case by key, or begin one; signals, errors and escalations travel (BPMN 2.0.2, 8.4.2, 10.5)."""

from engine.bpmn import door
from tests.unit.bpmn.drawings import (
    NOW,
    boundary,
    call,
    drawing,
    end,
    error,
    escalation,
    event,
    file,
    flows,
    gateway,
    message,
    node,
    process,
    service,
    signal,
    start,
    sub,
    user,
)  # fmt: skip
from tests.unit.bpmn.test_refusals import refused
from tests.unit.bpmn.walk import Walk

FILED = node("startEvent", "filed", inner=event("message", "filed"))
PAID = node("intermediateCatchEvent", "paid", inner=event("message", "paid"))


class Desk:
    """Running cases by name, as somebody keeps them who hands messages on."""

    def __init__(self, models: dict[str, bytes]) -> None:
        self.definition = door.load(models)
        self.cases: dict[str, bytes] = {}
        self.last: door.Advance

    def hand_in(self, name: str, **variables: object) -> str | None:
        """Who took the message: the name of the case, "new 1", "new 2" … for one it began, None for nobody."""
        taker, advance = door.receive(self.definition, self.cases, name, variables, now=NOW)
        if advance is None:
            return None
        taker = taker or f"new {len(self.cases) + 1}"
        self.last = advance
        self.cases[taker] = advance.state
        return taker


def test_a_message_goes_to_the_case_whose_key_it_carries() -> None:
    models = drawing(
        FILED, PAID, end(), flows("filed paid end"), definitions=message("filed", "=code") + message("paid", "=code")
    )
    desk = Desk(models)
    assert desk.hand_in("filed", code="A") == "new 1"
    assert desk.last.key == "A"
    assert desk.hand_in("filed", code="B") == "new 2"
    assert desk.hand_in("paid", code="C") is None
    assert desk.hand_in("paid", code="B", amount=5) == "new 2"
    assert desk.last.ended
    assert desk.last.variables == {"code": "B", "amount": 5}


def test_a_second_message_of_the_same_key_begins_no_second_case_while_the_first_runs() -> None:
    models = drawing(FILED, user("a"), end(), flows("filed a end"), definitions=message("filed", "=code"))
    desk = Desk(models)
    desk.hand_in("filed", code="A")
    assert desk.hand_in("filed", code="A") is None
    assert desk.hand_in("filed", code="B") == "new 2"
    state = desk.cases["new 1"]
    desk.cases["new 1"] = door.complete(
        desk.definition, state, door.look(desk.definition, state).waiting[0].token, {}, now=NOW
    ).state
    assert desk.hand_in("filed", code="A") == "new 3", "the first case has ended"


def test_a_second_message_goes_to_the_running_case_where_the_drawing_waits_for_it() -> None:
    again = sub("es", node("startEvent", "more", inner=event("message", "filed"), isInterrupting="false"), user("look"), end("ee"), flows("more look ee"),
                triggeredByEvent="true")  # fmt: skip
    models = drawing(FILED, user("a"), end(), again, flows("filed a end"), definitions=message("filed", "=code"))
    desk = Desk(models)
    desk.hand_in("filed", code="A")
    assert desk.hand_in("filed", code="A", page=2) == "new 1"
    assert [w.element_id for w in desk.last.waiting if w.kind == "user"] == ["a", "look"]
    assert desk.last.variables["page"] == 2


def test_without_a_key_in_the_drawing_every_message_begins_a_case() -> None:
    desk = Desk(drawing(FILED, user("a"), end(), flows("filed a end"), definitions=message("filed")))
    assert desk.hand_in("filed", code="A") == "new 1"
    assert desk.hand_in("filed", code="A") == "new 2"
    assert desk.last.key is None


def test_a_message_nobody_knows_is_taken_by_nobody() -> None:
    desk = Desk(drawing(FILED, user("a"), end(), flows("filed a end"), definitions=message("filed")))
    assert desk.hand_in("other", code="A") is None


def test_a_number_is_a_key_too() -> None:
    catch = drawing(start(), PAID, end(), flows("start paid end"), definitions=message("paid", "=number"))
    walk = Walk(catch).start(number=12)
    assert walk.waiting("paid").key == "12"
    assert walk.deliver("paid", "12").ended


def properties(*messages: str) -> str:
    """One correlation property "code", told from each message's `order.code`."""
    told = "".join(
        f'<bpmn:correlationPropertyRetrievalExpression messageRef="message_{name}"><bpmn:messagePath>order.code</bpmn:messagePath></bpmn:correlationPropertyRetrievalExpression>'
        for name in messages
    )
    return f'<bpmn:correlationProperty id="code" name="code">{told}</bpmn:correlationProperty>'


KEY = '<bpmn:collaboration id="c"><bpmn:correlationKey id="k" name="k"><bpmn:correlationPropertyRef>code</bpmn:correlationPropertyRef></bpmn:correlationKey></bpmn:collaboration>'
SUBSCRIBED = '<bpmn:correlationSubscription id="s" correlationKeyRef="k"><bpmn:correlationPropertyBinding correlationPropertyRef="code"><bpmn:dataPath>mine</bpmn:dataPath></bpmn:correlationPropertyBinding></bpmn:correlationSubscription>'


def test_a_subscription_of_the_process_asks_its_own_data_for_the_key() -> None:
    models = drawing(
        SUBSCRIBED,
        start(),
        PAID,
        end(),
        flows("start paid end"),
        definitions=message("paid") + properties("paid") + KEY,
    )
    assert Walk(models).start(mine="A").waiting("paid").key == "A"
    desk = Desk(models)
    desk.cases = {code: door.start(desk.definition, "p", {"mine": code}, now=NOW).state for code in ("A", "B")}
    assert desk.hand_in("paid", order={"code": "B"}) == "B"


def test_without_a_subscription_the_message_that_began_the_case_sets_the_key() -> None:
    models = drawing(
        FILED,
        PAID,
        end(),
        flows("filed paid end"),
        definitions=message("filed") + message("paid") + properties("filed", "paid") + KEY,
    )
    desk = Desk(models)
    desk.hand_in("filed", order={"code": "A"})
    desk.hand_in("filed", order={"code": "B"})
    assert [door.look(desk.definition, state).waiting[0].key for state in desk.cases.values()] == ["A", "B"]
    assert desk.hand_in("paid", order={"code": "B"}) == "new 2"
    assert desk.hand_in("filed", order={"code": "A"}) is None


def test_a_key_may_have_several_parts() -> None:
    two = properties("filed", "paid") + properties("filed", "paid").replace('id="code"', 'id="year"').replace(
        "order.code", "order.year"
    )
    key = KEY.replace(
        "</bpmn:correlationKey>",
        "<bpmn:correlationPropertyRef>year</bpmn:correlationPropertyRef></bpmn:correlationKey>",
    )
    desk = Desk(
        drawing(FILED, PAID, end(), flows("filed paid end"), definitions=message("filed") + message("paid") + two + key)
    )
    desk.hand_in("filed", order={"code": "A", "year": 2025})
    desk.hand_in("filed", order={"code": "A", "year": 2026})
    assert desk.hand_in("paid", order={"code": "B", "year": 2026}) is None
    assert desk.hand_in("paid", order={"code": "A", "year": 2026}) == "new 2"


def test_the_first_message_a_case_sends_sets_its_key() -> None:
    told = properties("asked", "paid").replace("messagePath", "formalExpression").replace("order.code", "code")
    ask = service("ask", "notice.send", tag="sendTask", messageRef="message_asked")
    models = drawing(
        start(),
        ask,
        PAID,
        end(),
        flows("start ask paid end"),
        definitions=message("asked") + message("paid") + told + KEY,
    )
    walk = Walk(models).start(code="A").complete("ask")
    assert walk.waiting("paid").key == "A"
    desk = Desk(models)
    desk.cases = {"A": walk.last.state, "B": Walk(models).start(code="B").complete("ask").last.state}
    assert desk.hand_in("paid", code="B") == "B"


def test_a_key_nothing_in_the_process_ever_sets_is_refused() -> None:
    models = drawing(
        start(), PAID, end(), flows("start paid end"), definitions=message("paid") + properties("paid") + KEY
    )
    assert ("paid", "bpmn.correlation") in refused(models)


def test_a_signal_is_heard_in_its_own_case_and_told_to_others_that_hear_it() -> None:
    hears = node("intermediateCatchEvent", "h", inner=event("signal", "closed"))
    throws = node("endEvent", "t", inner=event("signal", "closed"))
    models = drawing(
        start(),
        gateway("s", "parallel"),
        hears,
        user("a"),
        throws,
        end(),
        flows("start s", "s h end", "s a t"),
        definitions=signal("closed"),
    )
    first, other = Walk(models).start(), Walk(models).start()
    first.complete("a")
    assert (first.ended, first.signals) == (True, ["closed"])
    for name in first.signals:
        other.signal(name)
    assert other.open == ["a"]


CALLED = process(
    "q",
    start("qs"),
    node("intermediateThrowEvent", "up", inner=event("escalation", "LATE")),
    user("qa"),
    end("qe"),
    flows("qs up qa qe"),
)


def calling(interrupting: bool) -> dict[str, bytes]:
    catch = boundary("b", "c", event("escalation", "LATE"), interrupting=interrupting)
    caller = process(
        "p", start(), call("c", "q"), catch, user("head"), end(), end("x"), flows("start c end", "b head x")
    )
    return {"a.bpmn": file(escalation("LATE"), caller, CALLED)}


def test_an_escalation_travels_out_of_a_called_process() -> None:
    assert sorted(Walk(calling(False)).start().work) == ["head", "qa"]
    assert Walk(calling(True)).start().work == ["head"]


def test_an_error_thrown_into_a_task_of_a_called_process_brings_its_data_to_the_caller() -> None:
    called = process("q", start("qs"), user("qa"), end("qe"), flows("qs qa qe"))
    caller = process(
        "p",
        start(),
        call("c", "q", propagateAllChildVariables="false"),
        boundary("b", "c", event("error", "E")),
        end(),
        end("x"),
        flows("start c end", "b x"),
    )
    walk = Walk({"a.bpmn": file(error("E"), caller, called)}).start(own=1).throw("qa", "E", why="no")
    assert (walk.last.end_element, walk.variables) == ("x", {"own": 1, "why": "no"})


def test_an_error_of_a_called_process_is_caught_by_an_event_sub_process_of_the_caller() -> None:
    called = process("q", start("qs"), end("qe", inner=event("error", "E")), flows("qs qe"))
    rescue = sub(
        "es",
        node("startEvent", "on", inner=event("error", "E")),
        user("repair"),
        end("ee"),
        flows("on repair ee"),
        triggeredByEvent="true",
    )
    caller = process("p", start(), call("c", "q"), end(), rescue, flows("start c end"))
    walk = Walk({"a.bpmn": file(error("E"), caller, called)}).start()
    assert walk.open == ["repair"]
    assert walk.complete("repair").ended


def test_an_error_a_called_process_catches_itself_does_not_reach_the_caller() -> None:
    called = process(
        "q",
        start("qs"),
        user("qa"),
        boundary("qb", "qa", event("error", "E")),
        user("fix"),
        end("qe"),
        flows("qs qa qe", "qb fix qe"),
    )
    caller = process(
        "p",
        start(),
        call("c", "q"),
        boundary("b", "c", event("error", "E")),
        end(),
        end("x"),
        flows("start c end", "b x"),
    )
    walk = Walk({"a.bpmn": file(error("E"), caller, called)}).start().throw("qa", "E")
    assert walk.work == ["fix"]
    assert walk.complete("fix").last.end_element == "end"
