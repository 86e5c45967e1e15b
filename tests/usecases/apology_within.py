"""A version published before the apology was a shared part: its drawing carries the whole of it within itself."""

from __future__ import annotations

from tests.factories import Ward
from tests.usecases.moving import published

SIGNED = (
    ("document.sign", "as", "head"),
    ("document.number", "series", "letters"),
    ("document.seal", "", ""),
    ("document.issue", "", ""),
)


def _user(id_: str, role: str, then: str) -> str:
    return (
        f'<bpmn:userTask id="{id_}" name="{id_}"><bpmn:extensionElements><zeebe:userTask />'
        f'<zeebe:formDefinition formId="{id_}" /><zeebe:assignmentDefinition candidateGroups="{role}" />'
        f"</bpmn:extensionElements></bpmn:userTask>{_flow(id_, then)}"
    )


def _call(id_: str, type_: str, then: str, **headers: str) -> str:
    told = "".join(f'<zeebe:header key="{key}" value="{value}" />' for key, value in headers.items() if key)
    return (
        f'<bpmn:serviceTask id="{id_}" name="{id_}"><bpmn:extensionElements><zeebe:taskDefinition type="{type_}" />'
        f"<zeebe:taskHeaders>{told}</zeebe:taskHeaders></bpmn:extensionElements></bpmn:serviceTask>{_flow(id_, then)}"
    )


def _flow(one: str, other: str, condition: str = "") -> str:
    said = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
    inside = said if condition else ""
    return (
        f'<bpmn:sequenceFlow id="way_{one}_{other}" sourceRef="{one}" targetRef="{other}">{inside}</bpmn:sequenceFlow>'
    )


def _within() -> str:
    names = ["apology_letter", "apology_approval", *(type_.replace(".", "_") for type_, _, _ in SIGNED), "told", "over"]
    signed = "".join(
        _call(type_.replace(".", "_"), type_, names[names.index(type_.replace(".", "_")) + 1],
              document="form04_document", **{key: value})
        for type_, key, value in SIGNED
    )  # fmt: skip
    return (
        '<bpmn:startEvent id="apology_due" name="Có thể trễ hẹn" isInterrupting="false">'
        '<bpmn:messageEventDefinition id="apology_due_message" messageRef="message_apology_due" /></bpmn:startEvent>'
        + _flow("apology_due", "apology_reason")
        + _user("apology_reason", "handling.specialist", "needed")
        + '<bpmn:exclusiveGateway id="needed" name="Cần gia hạn?" default="way_needed_apology_letter" />'
        + _flow("needed", "apology_letter")
        + _flow("needed", "over", '=apology.outcome = "on_time"')
        + _call("apology_letter", "letter.render", "apology_approval", letter="form04", document="form04_document")
        + _user("apology_approval", "signing.unit_head", "document_sign")
        + signed
        + _call("told", "notice.send", "over", notice="late")
        + '<bpmn:endEvent id="over" name="Xong" />'
    )


def published_with_the_apology_within(ward: Ward) -> int:
    """Such a version of the household business registration, in force from now on; gives its number."""
    with ward.look():
        drawing = ward.bundle().bundle.files["process.bpmn"].decode()
    begin = drawing.index('<bpmn:startEvent id="apology_due"')
    inside = drawing[begin : drawing.index("</bpmn:subProcess>", begin)]
    return published(ward, ("process.bpmn", inside, _within()))
