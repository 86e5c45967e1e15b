"""A signal that one diagram broadcasts is heard by every other case that waits for it, each time once."""

from __future__ import annotations

from engine.cases.models import Passage
from engine.procedures import published
from engine.usecases.advance import deliver
from engine.usecases.running import lock_case

LINE = """
    <bpmn:subProcess id="call_all" name="Báo cho các hồ sơ khác" triggeredByEvent="true">
      <bpmn:startEvent id="calls" name="Cần báo" isInterrupting="false">
        <bpmn:messageEventDefinition messageRef="message_call_all" />
      </bpmn:startEvent>
      <bpmn:endEvent id="called" name="Đã báo"><bpmn:signalEventDefinition signalRef="signal_closed" /></bpmn:endEvent>
      <bpmn:sequenceFlow id="calls-called" sourceRef="calls" targetRef="called" />
    </bpmn:subProcess>
    <bpmn:subProcess id="hear_all" name="Nghe báo" triggeredByEvent="true">
      <bpmn:startEvent id="hears" name="Được báo" isInterrupting="false">
        <bpmn:signalEventDefinition signalRef="signal_closed" />
      </bpmn:startEvent>
      <bpmn:scriptTask id="count" name="Ghi nhận">
        <bpmn:extensionElements>
          <zeebe:script expression="=if heard = null then 1 else heard + 1" resultVariable="heard" />
        </bpmn:extensionElements>
      </bpmn:scriptTask>
      <bpmn:endEvent id="heard_all" name="Đã nghe" />
      <bpmn:sequenceFlow id="hears-count" sourceRef="hears" targetRef="count" />
      <bpmn:sequenceFlow id="count-heard_all" sourceRef="count" targetRef="heard_all" />
    </bpmn:subProcess>
  </bpmn:process>
  <bpmn:signal id="signal_closed" name="office.closed" />
  <bpmn:message id="message_call_all" name="call.all">
    <bpmn:extensionElements><zeebe:subscription correlationKey="=dossier_id" /></bpmn:extensionElements>
  </bpmn:message>
"""


def publish_with_signals(ward):
    files = dict(ward.bundle().bundle.files)
    drawing = files["process.bpmn"].decode()
    assert drawing.count("</bpmn:process>") == 1
    heard = '<bpmn:property id="heard_times" name="heard" />'
    start = drawing.index("<bpmn:startEvent")
    drawing = drawing[:start] + heard + drawing[start:]
    files["process.bpmn"] = drawing.replace("</bpmn:process>", LINE).encode()
    with ward.work() as work:
        published.publish(work, files, origin="office")


def test_other_cases_hear_a_signal_once_and_ended_ones_do_not(ward, run_deferred):
    publish_with_signals(ward)
    first, second, withdrawn = (ward.filed_online() for _ in range(3))
    with ward.work() as work:
        assert deliver(work, lock_case(work, withdrawn), "dossier.withdrawn", str(withdrawn), {})
    with ward.work() as work:
        assert deliver(work, lock_case(work, first), "call.all", str(first), {})
    assert (ward.case(first).variables["heard"], ward.case(second).variables["heard"]) == (1, None)
    run_deferred(), run_deferred()
    assert [ward.case(one).variables["heard"] for one in (first, second, withdrawn)] == [1, 1, None]
    heard = ward.rows(Passage, Passage.case_id == second, Passage.element_id == "count", by=Passage.seq)
    assert [one.name for one in heard] == ["Ghi nhận"]
