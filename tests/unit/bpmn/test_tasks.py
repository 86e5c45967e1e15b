# ruff: noqa: E501  (a drawing reads best on one line)
"""Tasks of every kind, and what they leave in the case."""

from datetime import UTC, datetime

import pytest

from engine.bpmn import door
from engine.bpmn.advance import NotWaiting
from rules.dmn import parse_decisions
from tests.unit.bpmn.drawings import NOW, drawing, end, flow, flows, io, message, node, script, service, start, user
from tests.unit.bpmn.walk import Walk


def test_a_user_task_waits_with_its_form_group_lane_and_term() -> None:
    properties = '<zeebe:properties><zeebe:property name="term" value="2 working_days"/></zeebe:properties>'
    lane = '<bpmn:laneSet><bpmn:lane id="l" name="Bộ phận chuyên môn"><bpmn:flowNodeRef>review</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
    walk = Walk(
        drawing(lane, start(), user("review", form="appraisal", ext=properties), end(), flows("start review end"))
    )
    walk.start(owner="Lan")
    task = walk.waiting("review")
    assert (task.kind, task.form_id, task.candidate_groups) == ("user", "appraisal", ("handling.specialist",))
    assert (task.lane, task.properties, task.process_id) == ("Bộ phận chuyên môn", {"term": "2 working_days"}, "p")
    walk.complete("review", granted=True)
    assert walk.ended
    assert walk.last.end_element == "end"
    assert walk.trace == ["start", "review", "end"]
    assert walk.variables == {"owner": "Lan", "granted": True}


def test_assignee_groups_and_due_date_may_be_feel() -> None:
    assigned = '<zeebe:assignmentDefinition assignee="=who" candidateGroups="=[&quot;a&quot;, place]"/><zeebe:taskSchedule dueDate="=day"/>'
    walk = Walk(drawing(start(), node("userTask", "t", ext=assigned), end(), flows("start t end")))
    walk.start(who="lan", place="b", day=datetime(2026, 3, 5, 10, tzinfo=UTC))
    task = walk.waiting("t")
    assert (task.assignee, task.candidate_groups) == ("lan", ("a", "b"))
    assert task.due == datetime(2026, 3, 5, 10, tzinfo=UTC)


def test_a_call_names_its_type_headers_and_inputs_and_its_answer_is_mapped() -> None:
    mapped = io({"to": "=applicant.email", "greeting": '="Kính gửi " + to'}, {"notice.sent_at": "=at"})
    call = service("tell", "notice.send", headers={"template": "receipt"}, ext=mapped)
    walk = Walk(drawing(start(), call, end(), flows("start tell end"))).start(
        applicant={"email": "a@b.vn"}, notice={"kind": 1}
    )
    waiting = walk.waiting("tell")
    assert (waiting.kind, waiting.type, waiting.headers) == ("call", "notice.send", {"template": "receipt"})
    assert waiting.inputs == {"to": "a@b.vn", "greeting": "Kính gửi a@b.vn"}
    walk.complete("tell", at="10:00", noise=1)
    assert walk.variables == {"applicant": {"email": "a@b.vn"}, "notice": {"kind": 1, "sent_at": "10:00"}}


@pytest.mark.parametrize("tag", ["serviceTask", "sendTask", "scriptTask", "businessRuleTask"])
def test_every_task_with_a_task_type_is_a_call(tag: str) -> None:
    walk = Walk(drawing(start(), service("do", "x.y", tag=tag), end(), flows("start do end"))).start()
    assert walk.waiting("do").type == "x.y"
    assert walk.complete("do").ended


@pytest.mark.parametrize("tag", ["task", "manualTask"])
def test_plain_and_manual_tasks_are_done_at_once(tag: str) -> None:
    assert Walk(drawing(start(), node(tag, "m"), end(), flows("start m end"))).start().trace == ["start", "m", "end"]


def test_a_script_is_feel_and_knows_the_moment_of_the_act() -> None:
    walk = Walk(drawing(start(), script("count", "=string(today()) + s", "text"), end(), flows("start count end")))
    walk.now = datetime(2026, 3, 2, 18, tzinfo=UTC)
    assert walk.start(s="!").variables["text"] == "2026-03-03!"


def test_a_script_writes_one_entry_of_a_context() -> None:
    walk = Walk(drawing(start(), script("count", "=fee.base * 2", "fee.total"), end(), flows("start count end")))
    assert walk.start(fee={"base": 50_000}).variables == {"fee": {"base": 50_000, "total": 100_000}}


DMN = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">
<decision id="fee" name="fee"><decisionTable id="t" hitPolicy="UNIQUE">
<input id="i"><inputExpression id="e" typeRef="number"><text>pages</text></inputExpression></input>
<output id="o" name="fee" typeRef="number"/>
<rule id="r1"><inputEntry id="a"><text>&lt; 10</text></inputEntry><outputEntry id="b"><text>5000</text></outputEntry></rule>
<rule id="r2"><inputEntry id="c"><text>&gt;= 10</text></inputEntry><outputEntry id="f"><text>8000</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def test_a_business_rule_task_asks_the_decision_table() -> None:
    asks = node("businessRuleTask", "ask", ext='<zeebe:calledDecision decisionId="fee" resultVariable="due"/>')
    walk = Walk(drawing(start(), asks, end(), flows("start ask end")), {"f.dmn": parse_decisions(DMN)})
    assert walk.start(pages=12).variables["due"] == 8000


def test_a_receive_task_waits_for_its_message_and_key() -> None:
    receive = node("receiveTask", "hear", messageRef="message_paid")
    walk = Walk(drawing(start(), receive, end(), flows("start hear end"), definitions=message("paid", "=bill")))
    walk.start(bill=17)
    assert (walk.waiting("hear").message, walk.waiting("hear").key) == ("paid", "17")
    assert not walk.deliver("paid", "18").last.moved
    assert not walk.deliver("other", "17").last.moved
    assert walk.deliver("paid", "17", amount=5).ended
    assert walk.variables["amount"] == 5


def test_a_second_completion_of_the_same_task_is_refused() -> None:
    definition = door.load(drawing(start(), user("a"), user("b"), end(), flows("start a b end")))
    first = door.start(definition, "p", {}, now=NOW)
    token = first.waiting[0].token
    second = door.complete(definition, first.state, token, {}, now=NOW)
    assert second.closed == (token,)
    assert [w.element_id for w in second.opened] == ["b"]
    for wrong in (token, "99", "x"):
        with pytest.raises(NotWaiting):
            door.complete(definition, second.state, wrong, {}, now=NOW)


def test_a_value_of_every_kind_survives_saving() -> None:
    from datetime import date, time, timedelta
    from decimal import Decimal

    values = {
        "d": date(2026, 1, 2),
        "t": time(8, 30),
        "dt": NOW,
        "td": timedelta(days=1, seconds=5),
        "n": Decimal("1.10"),
    }
    values |= {"none": None, "list": [1, {"$": "x"}, [2.5]], "map": {"b": 1, "a": 2}, "text": "Đăng ký", "yes": True}
    walk = Walk(drawing(start(), user("a"), end(), flows("start a end"))).start(**values)
    seen = door.look(walk.definition, walk.last.state).variables
    assert seen == values
    assert list(seen["map"]) == ["b", "a"]


def test_what_a_task_is_given_goes_to_the_case_and_local_names_stay_local() -> None:
    walk = Walk(drawing(start(), user("a", ext=io({"copy": "=owner"})), end(), flows("start a end"))).start(owner="Lan")
    walk.complete("a", copy="changed", owner="Mai")
    assert walk.variables == {"owner": "Mai"}


def test_conditions_on_the_flows_of_a_task() -> None:
    parts = [start(), user("a"), user("b"), user("c"), user("d"), end(), flows("start a", "b end", "c end", "d end")]
    ways = flow("a", "b", "=x > 1") + flow("a", "c", "=x > 2") + flow("a", "d", id="else")
    models = drawing(*parts, ways)
    models = {"p.bpmn": models["p.bpmn"].replace(b'id="a" name="a"', b'id="a" name="a" default="else"')}
    assert Walk(models).start().complete("a", x=3).open == ["b", "c"]
    assert Walk(models).start().complete("a", x=0).open == ["d"]
