"""One case through the engine's door: no database, no clock, nothing of a city."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.bpmn import door

DRAWING = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org/leave">
  <bpmn:process id="leave" isExecutable="true">
    <bpmn:startEvent id="asked" />
    <bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="decide" />
    <bpmn:userTask id="decide" name="Decide on the leave" />
    <bpmn:boundaryEvent id="forgotten" attachedToRef="decide" cancelActivity="false">
      <bpmn:timerEventDefinition><bpmn:timeDuration>P2D</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f2" sourceRef="forgotten" targetRef="remind" />
    <bpmn:userTask id="remind" name="Remind the head" />
    <bpmn:sequenceFlow id="f3" sourceRef="decide" targetRef="which" />
    <bpmn:exclusiveGateway id="which" default="f5" />
    <bpmn:sequenceFlow id="f4" sourceRef="which" targetRef="granted">
      <bpmn:conditionExpression>=days &lt;= 5 and answer = "yes"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f5" sourceRef="which" targetRef="refused" />
    <bpmn:endEvent id="granted" />
    <bpmn:endEvent id="refused" />
  </bpmn:process>
</bpmn:definitions>"""


def main() -> None:
    """Start, wait, let two days pass, save, restore, complete."""
    monday = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    leave = door.load({"leave.bpmn": DRAWING})
    begun = door.start(leave, "leave", {"days": 3}, now=monday)
    print("waits for:", [(one.kind, one.element_id) for one in begun.waiting])

    later = door.pass_time(leave, begun.state, now=monday + timedelta(days=2))
    print("opened:", [one.name for one in later.opened])

    kept = later.state  # two pieces of bytes: a row of a table, two files, whatever keeps bytes
    print("kept in:", "less than 1 kB" if len(kept.tokens) + len(kept.data) < 1024 else "more than 1 kB")
    again = door.look(leave, kept)
    task = {one.element_id: one.token for one in again.waiting}

    decided = door.complete(leave, kept, task["decide"], {"answer": "yes"}, now=monday + timedelta(days=3))
    ended = door.complete(leave, decided.state, task["remind"], {}, now=monday + timedelta(days=3))
    print("ended:", ended.ended, "passed:", [one.element_id for one in decided.passed])
    print("variables:", ended.variables)


if __name__ == "__main__":
    main()
