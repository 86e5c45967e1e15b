"""A bundle for measuring: a chain of user tasks under a running term, with some work for workers beside it."""

from __future__ import annotations

from collections.abc import Collection

from processes.bundle import SETTINGS, library, load_bundle

ZEEBE = "http://camunda.org/schema/zeebe/1.0"
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def chain_drawing(length: int, *, letters_after: Collection[int] = ()) -> bytes:
    """A process of `length` user tasks in a row, each with the small approval form and a budget of working hours.

    The dossier is accepted first, so that its term runs. Beside the steps named in `letters_after` a letter is asked
    of a worker, which the chain does not wait for.
    """
    nodes = ['<bpmn:startEvent id="filed" name="Nộp"/>', _service("accept", "Tiếp nhận", "dossier.accept")]
    flows = [_flow("filed", "accept")]
    before = "accept"
    for number in range(1, length + 1):
        nodes.append(
            f'<bpmn:userTask id="step_{number}" name="Bước {number}"><bpmn:extensionElements><zeebe:userTask/>'
            '<zeebe:formDefinition formId="approve"/>'
            '<zeebe:assignmentDefinition candidateGroups="receiving.counter_clerk"/>'
            '<zeebe:properties><zeebe:property name="term" value="approve"/></zeebe:properties>'
            "</bpmn:extensionElements></bpmn:userTask>"
        )
        flows.append(_flow(before, f"step_{number}"))
        before = f"step_{number}"
        if number in letters_after:
            letter = _service(f"letter_{number}", f"Lập văn bản {number}", "letter.render", letter="result")
            nodes += [f'<bpmn:parallelGateway id="beside_{number}" name="Đồng thời"/>', letter]
            flows += [_flow(before, f"beside_{number}"), _flow(f"beside_{number}", f"letter_{number}")]
            before = f"beside_{number}"
    nodes.append('<bpmn:endEvent id="done" name="Xong"/>')
    flows.append(_flow(before, "done"))
    return (
        f'<bpmn:definitions xmlns:bpmn="{BPMN}" xmlns:zeebe="{ZEEBE}" id="d" targetNamespace="urn:bench">'
        f'<bpmn:process id="chain" isExecutable="true">{"".join(nodes)}{"".join(flows)}</bpmn:process>'
        "</bpmn:definitions>"
    ).encode()


def _service(element: str, name: str, task_type: str, **headers: str) -> str:
    told = "".join(f'<zeebe:header key="{key}" value="{value}"/>' for key, value in headers.items())
    return (
        f'<bpmn:serviceTask id="{element}" name="{name}"><bpmn:extensionElements>'
        f'<zeebe:taskDefinition type="{task_type}"/><zeebe:taskHeaders>{told}</zeebe:taskHeaders>'
        "</bpmn:extensionElements></bpmn:serviceTask>"
    )


def _flow(source: str, target: str) -> str:
    return f'<bpmn:sequenceFlow id="{source}__{target}" sourceRef="{source}" targetRef="{target}"/>'


def chain_files(length: int, *, letters_after: Collection[int] = ()) -> dict[str, bytes]:
    """The files of the measuring bundle."""
    folder = next(path for path in library() if path.name == "household-business")
    files = dict(load_bundle(folder).files)
    files["process.bpmn"] = chain_drawing(length, letters_after=letters_after)
    files[SETTINGS] = files[SETTINGS].replace(b'code = "1.001612"', b'code = "9.000001"')
    return files
