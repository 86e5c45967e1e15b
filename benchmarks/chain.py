"""A bundle for measuring: household business with nothing but a chain of user tasks, so that only completing counts."""

from __future__ import annotations

from processes.bundle import SETTINGS, library, load_bundle

ZEEBE = "http://camunda.org/schema/zeebe/1.0"
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def chain_drawing(length: int) -> bytes:
    """A process of `length` user tasks in a row, each with the small approval form."""
    nodes, flows = ['<bpmn:startEvent id="filed" name="Nộp"/>'], []
    before = "filed"
    for number in range(1, length + 1):
        nodes.append(
            f'<bpmn:userTask id="step_{number}" name="Bước {number}"><bpmn:extensionElements><zeebe:userTask/>'
            '<zeebe:formDefinition formId="approve"/>'
            '<zeebe:assignmentDefinition candidateGroups="receiving.counter_clerk"/>'
            "</bpmn:extensionElements></bpmn:userTask>"
        )
        flows.append(f'<bpmn:sequenceFlow id="f{number}" sourceRef="{before}" targetRef="step_{number}"/>')
        before = f"step_{number}"
    nodes.append('<bpmn:endEvent id="done" name="Xong"/>')
    flows.append(f'<bpmn:sequenceFlow id="f_end" sourceRef="{before}" targetRef="done"/>')
    return (
        f'<bpmn:definitions xmlns:bpmn="{BPMN}" xmlns:zeebe="{ZEEBE}" id="d" targetNamespace="urn:bench">'
        f'<bpmn:process id="chain" isExecutable="true">{"".join(nodes)}{"".join(flows)}</bpmn:process>'
        "</bpmn:definitions>"
    ).encode()


def chain_files(length: int) -> dict[str, bytes]:
    """The files of the measuring bundle."""
    folder = next(path for path in library() if path.name == "household-business")
    files = dict(load_bundle(folder).files)
    files["process.bpmn"] = chain_drawing(length)
    files[SETTINGS] = files[SETTINGS].replace(b'code = "1.001612"', b'code = "9.000001"')
    return files
