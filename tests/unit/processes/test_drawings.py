"""The drawings are laid out for people: everything is drawn, nothing lies on anything else."""

from itertools import combinations, pairwise

import pytest
from lxml import etree

from tests.unit.processes.specimens import LIBRARY

NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "modeler": "http://camunda.org/schema/modeler/1.0",
}
Box = tuple[float, float, float, float]


SHARED = {path: source for path, source in LIBRARY["household-business"].models.items() if path.startswith("shared/")}
DRAWINGS = {name: bundle.files["process.bpmn"] for name, bundle in LIBRARY.items()} | SHARED


@pytest.fixture(params=sorted(DRAWINGS))
def root(request: pytest.FixtureRequest) -> etree._Element:
    return etree.fromstring(DRAWINGS[request.param])


def test_what_procedures_do_alike_is_drawn_once_and_called_by_every_dossier() -> None:
    parts = {etree.fromstring(source).find("bpmn:process", NS).get("id") for source in SHARED.values()}
    inside = {node for source in SHARED.values() for node in shapes(etree.fromstring(source))}
    ends = {"lapsed", "lapse_over", "unanswered_end", "unanswered_done"}
    assert parts == {"apology", "supplement_lapsed", "supplement_unanswered"}
    for name, bundle in LIBRARY.items():
        if bundle.procedure.kind == "report":
            assert list(bundle.models) == ["process.bpmn"]
            continue
        drawn = etree.fromstring(bundle.files["process.bpmn"])
        assert {one.get("processId") for one in drawn.iter("{*}calledElement")} == parts, name
        assert {path: bundle.files[path] for path in SHARED} == SHARED, "a bundle carries what it calls"
        assert set(shapes(drawn)) & inside <= ends, name


def box_of(bounds: etree._Element) -> Box:
    left, top, width, height = (float(bounds.get(key)) for key in ("x", "y", "width", "height"))
    return left, top, left + width, top + height


def meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def within(inner: Box, outer: Box) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def shapes(root: etree._Element) -> dict[str, Box]:
    return {
        shape.get("bpmnElement"): box_of(shape.find("dc:Bounds", NS))
        for shape in root.iterfind(".//bpmndi:BPMNShape", NS)
    }


def labels(root: etree._Element) -> dict[str, Box]:
    found = root.iterfind(".//bpmndi:BPMNLabel/dc:Bounds", NS)
    return {bounds.getparent().getparent().get("bpmnElement"): box_of(bounds) for bounds in found}


def frames(root: etree._Element) -> set[str]:
    return {one.get("id") for one in root.iterfind(".//bpmn:subProcess", NS)}


def test_it_opens_in_the_modelers_of_the_dialect(root: etree._Element) -> None:
    assert root.get(f"{{{NS['modeler']}}}executionPlatform") == "Camunda Cloud"
    assert root.get(f"{{{NS['modeler']}}}executionPlatformVersion") == "8.8.0"


def test_every_element_and_flow_is_drawn_once(root: etree._Element) -> None:
    process = root.find("bpmn:process", NS)
    parts = {
        "incoming",
        "outgoing",
        "documentation",
        "extensionElements",
        "conditionExpression",
        "timeDuration",
        "timeDate",
    }
    modelled = sorted(
        node.get("id")
        for node in process.iterdescendants(f"{{{NS['bpmn']}}}*")
        if etree.QName(node).localname not in parts and not etree.QName(node).localname.endswith("EventDefinition")
    )
    drawn = sorted(node.get("bpmnElement") for node in root.iterfind(".//bpmndi:BPMNPlane/*", NS))
    assert drawn == modelled


def test_no_shape_or_label_lies_on_another(root: etree._Element) -> None:
    framing = frames(root)
    hosts = {one.get("id"): one.get("attachedToRef") for one in root.iterfind(".//bpmn:boundaryEvent", NS)}
    boxes = {
        **{(id_, "shape"): box for id_, box in shapes(root).items()},
        **{(id_, "label"): box for id_, box in labels(root).items()},
    }
    clashes = [
        (one, other)
        for (one, box), (other, beside) in combinations(boxes.items(), 2)
        if meet(box, beside)
        and hosts.get(one[0]) != other[0]
        and hosts.get(other[0]) != one[0]
        and not (one[0] in framing and within(beside, box))
        and not (other[0] in framing and within(box, beside))
    ]
    assert clashes == []


def test_flows_run_straight_and_around_what_they_do_not_join(root: etree._Element) -> None:
    framing = frames(root)
    boxes = {id_: box for id_, box in shapes(root).items() if id_ not in framing}
    flows = {one.get("id"): one for one in root.iterfind(".//bpmn:sequenceFlow", NS)}
    for edge in root.iterfind(".//bpmndi:BPMNEdge", NS):
        flow = flows[edge.get("bpmnElement")]
        points = [(float(one.get("x")), float(one.get("y"))) for one in edge.iterfind("di:waypoint", NS)]
        joined = {flow.get("sourceRef"), flow.get("targetRef")}
        joined |= {
            one.get("attachedToRef", "")
            for one in root.iterfind(".//bpmn:boundaryEvent", NS)
            if one.get("id") in joined
        }
        for (x1, y1), (x2, y2) in pairwise(points):
            assert x1 == x2 or y1 == y2, flow.get("id")
            line = (min(x1, x2) - 1, min(y1, y2) - 1, max(x1, x2) + 1, max(y1, y2) + 1)
            crossed = [id_ for id_, box in boxes.items() if id_ not in joined and meet(line, box)]
            assert crossed == [], flow.get("id")


def test_every_step_and_choice_has_a_name_people_understand(root: etree._Element) -> None:
    for node in root.find("bpmn:process", NS).iterdescendants(f"{{{NS['bpmn']}}}*"):
        kind = etree.QName(node).localname
        if kind.endswith("Task") or kind in ("startEvent", "endEvent", "intermediateCatchEvent", "boundaryEvent"):
            assert node.get("name"), node.get("id")
        if kind == "exclusiveGateway" and len(node.findall("bpmn:outgoing", NS)) > 1:
            assert node.get("name", "").endswith("?"), node.get("id")
            for flow in node.findall("bpmn:outgoing", NS):
                assert root.find(f".//bpmn:sequenceFlow[@id='{flow.text}']", NS).get("name"), flow.text
