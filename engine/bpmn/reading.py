"""Reads BPMN XML into a Drawing, without recursion, and notes what must be refused on sight."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.bpmn.correlation import read_correlation
from engine.bpmn.data_reading import DATA_TAGS, read_data
from engine.bpmn.implicit import GLOBAL_TASKS, begin_without_start
from engine.bpmn.language import CONDITIONS, foreign_language
from engine.bpmn.model import ACTIVITIES, AdHoc, Drawing, Element, EventDefinition, Flow, Loop, Scope
from engine.bpmn.opening import Unopened, open_file
from engine.bpmn.performers import ROLES, read_performers
from engine.bpmn.standard import check_structure
from engine.bpmn.vocabulary import CHOREOGRAPHY, CONVERSATION
from engine.bpmn.zeebe import BPMN, read_active_elements, read_extensions, read_key, read_loop, read_standard_loop
from rules.feel import is_expression
from rules.findings import Finding
from rules.sentences import Sentence

HOLDERS = frozenset({"subProcess", "transaction", "adHocSubProcess"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"})
NODES = ACTIVITIES | GATEWAYS | EVENTS
# Things on the sheet that carry no behaviour in the dialect: notes, data shapes, pools and lanes.
DRAWN_ONLY = frozenset(
    {"documentation", "extensionElements", "laneSet", "textAnnotation", "association", "group", "incoming", "outgoing"}
    | {"dataObject", "dataObjectReference", "dataStoreReference", "auditing", "monitoring"}
    | {"correlationSubscription", "supportedInterfaceRef", "rendering"}
)
MOST_QUANTITY = 1_000
REFERENCES = {"message": "messageRef", "signal": "signalRef", "error": "errorRef", "escalation": "escalationRef"}


class Reader:
    """Collects the processes of several files and the findings met on the way."""

    def __init__(self) -> None:
        self.drawing = Drawing()
        self.findings: list[Finding] = []
        self._definitions: dict[str, EventDefinition] = {}
        self._shared: dict[str, etree._Element] = {}
        self._loose: list[etree._Element] = []
        self._file = ""

    def refuse(self, code: str, node: etree._Element | None, message: Sentence, advice: Sentence) -> None:
        """Note why this drawing cannot be executed, with the element it is about."""
        while node is not None and not node.get("id") and node.getparent() is not None:
            node = node.getparent()  # what has no id is found by what it stands in
        element, name = ("", "") if node is None else (node.get("id", ""), node.get("name", ""))
        self.findings.append(Finding(f"bpmn.{code}", "error", self._file, element, name, message, advice))

    def read(self, file: str, xml: bytes) -> None:
        """Add one BPMN file."""
        self._file = file
        self.drawing.sources[file] = xml
        try:
            root = open_file(xml)
        except Unopened as fault:
            self.refuse(fault.code, None, fault.message, fault.advice)
            return
        self.findings += check_structure(root, file)
        self._refuse_views(root)
        self._refuse_languages(root)
        self._definitions = self._read_definitions(root)
        events = (c for c in root if isinstance(c.tag, str) and _tag(c).endswith("EventDefinition"))
        self._shared = {node.get("id", ""): node for node in events}
        for child in root:
            if isinstance(child.tag, str) and _tag(child) == "import":
                self.refuse(
                    "import",
                    child,
                    Sentence("Tệp nhập định nghĩa từ bên ngoài."),
                    Sentence("Đưa mọi định nghĩa vào trong tệp."),
                )
        self._loose = list(root.iterfind(f"{{{BPMN}}}collaboration/{{{BPMN}}}association"))
        for process in root.iterfind(f"{{{BPMN}}}process"):
            self._read_process(process)
        for child in root:
            if isinstance(child.tag, str) and _tag(child) in GLOBAL_TASKS:
                self._read_global_task(child, GLOBAL_TASKS[_tag(child)])

    def _read_global_task(self, node: etree._Element, kind: str) -> None:
        """A task that processes call; it becomes a process of this one task, which nobody starts by itself."""
        scope = Scope(node.get("id", ""), node.get("name", ""), self._file, one_task=True)
        element = scope.elements[scope.id] = self._read_node(scope, node, kind)
        read_data(node, scope, self.refuse)
        begin_without_start(scope)
        if self.drawing.processes.setdefault(element.id, scope) is not scope:
            message = Sentence("Mã quy trình «%(id)s» bị trùng.", id=scope.id)
            self.refuse("duplicate-process", node, message, Sentence("Đặt mã quy trình khác."))

    def _refuse_views(self, root: etree._Element) -> None:
        """Choreographies and conversations say who talks to whom; there is nothing in them to execute."""
        for node in root.iter(*(f"{{{BPMN}}}{name}" for name in sorted(CHOREOGRAPHY | CONVERSATION))):
            name = _tag(node)
            if name in CHOREOGRAPHY:
                message = Sentence("Biên đạo (%(tag)s) không được thực hiện.", tag=name)
                self.refuse("choreography", node, message, Sentence("Vẽ việc của từng bên thành quy trình (process)."))
            elif name in CONVERSATION and not name.endswith(("Link", "Association")):
                message = Sentence("Hội thoại (%(tag)s) không được thực hiện.", tag=name)
                self.refuse("conversation", node, message, Sentence("Vẽ thành các luồng tin nhắn giữa các pool."))

    def _refuse_languages(self, root: etree._Element) -> None:
        """Conditions in any language but FEEL are refused by its name."""
        for node in root.iter(*(f"{{{BPMN}}}{name}" for name in sorted(CONDITIONS))):
            language = foreign_language(node)
            if language:
                text = (node.text or "").strip()
                message = Sentence(
                    "Điều kiện «%(text)s» viết bằng %(language)s, không phải FEEL.", text=text, language=language
                )
                holder = next((each for each in node.iterancestors() if each.get("id")), node)
                self.refuse("not-feel", holder, message, Sentence("Viết lại điều kiện bằng FEEL, bắt đầu bằng «=»."))

    def _read_definitions(self, root: etree._Element) -> dict[str, EventDefinition]:
        """Messages, signals, errors and escalations by id."""
        found: dict[str, EventDefinition] = {}
        for node in root:
            if not isinstance(node.tag, str):
                continue
            tag, identifier = _tag(node), node.get("id", "")
            if tag == "message":
                found[identifier] = EventDefinition(tag, node.get("name"), identifier, key=read_key(node))
            elif tag == "signal":
                found[identifier] = EventDefinition(tag, node.get("name"), identifier)
            elif tag in ("error", "escalation"):
                found[identifier] = EventDefinition(tag, node.get(f"{tag}Code"), identifier)
        return found

    def _read_process(self, node: etree._Element) -> None:
        said = node.get("isExecutable")
        if said == "false" or (said is None and not any(_tag(child) in NODES for child in node if _is_element(child))):
            # A black-box pool, drawn for its messages only, or a drawing that is documentation.
            self.drawing.drawn_only.append(Scope(node.get("id", ""), node.get("name", ""), self._file))
            return
        scope = Scope(node.get("id", ""), node.get("name", ""), self._file)
        extensions = read_extensions(node)
        scope.properties = extensions.properties
        for refused in extensions.refused:
            self.refuse(
                "extension",
                node,
                Sentence("Phần mở rộng %(refused)s không được hỗ trợ.", refused=refused),
                Sentence("Bỏ phần mở rộng này."),
            )
        if scope.id in self.drawing.processes:
            self.refuse(
                "duplicate-process",
                node,
                Sentence("Mã quy trình «%(id)s» bị trùng.", id=scope.id),
                Sentence("Đặt mã quy trình khác."),
            )
        self.drawing.processes[scope.id] = scope
        todo = [(scope, node)]
        while todo:
            into, holder = todo.pop(0)
            lanes = _lanes(holder)
            for child in holder:
                if isinstance(child.tag, str) and etree.QName(child).namespace == BPMN:
                    self._read_child(into, child, lanes, todo)
            self._connect(into)
        read_data(node, scope, self.refuse)
        read_correlation(node, scope, self.refuse)
        _associate(scope, [*node.iterfind(f".//{{{BPMN}}}association"), *self._loose])
        begin_without_start(scope)

    def _read_child(self, scope: Scope, node: etree._Element, lanes: dict[str, str], todo: list) -> None:
        tag = _tag(node)
        if tag == "sequenceFlow":
            condition = node.find(f"{{{BPMN}}}conditionExpression")
            source, target = node.get("sourceRef", ""), node.get("targetRef", "")
            # A flow needs no id of its own (15.3.1): it is known by its ends, and by its place among several.
            identifier = node.get("id") or f"{source}→{target}#{len(scope.flows)}"
            flow = Flow(identifier, node.get("name", ""), source, target)
            flow.line = node.sourceline or 0
            if condition is not None:
                flow.condition = (condition.text or "").strip()
            scope.flows[flow.id] = flow
        elif tag in NODES:
            element = self._read_node(scope, node, tag)
            element.lane = lanes.get(element.id)
            scope.elements[element.id] = element
            if tag in HOLDERS:
                element.scope = Scope(element.id, element.name, self._file, parent=scope)
                todo.append((element.scope, node))
        elif tag not in DRAWN_ONLY | DATA_TAGS and tag not in (
            "multiInstanceLoopCharacteristics",
            "completionCondition",
        ):
            if scope.parent is not None and tag.endswith("LoopCharacteristics"):
                return
            self.refuse(
                "unsupported",
                node,
                Sentence("Phần tử «%(tag)s» chưa được thực hiện.", tag=tag),
                Sentence("Thay bằng phần tử được hỗ trợ."),
            )

    def _read_node(self, scope: Scope, node: etree._Element, tag: str) -> Element:
        element = Element(node.get("id", ""), node.get("name", ""), tag, line=node.sourceline or 0)
        element.extensions = read_extensions(node)
        if tag == "callActivity" and element.extensions.called_process is None:
            element.extensions.called_process = node.get("calledElement") or None
        element.default = node.get("default")
        element.attached_to = node.get("attachedToRef") if tag == "boundaryEvent" else None
        element.interrupting = (
            node.get("cancelActivity" if tag == "boundaryEvent" else "isInterrupting", "true") != "false"
        )
        element.by_event = tag in HOLDERS and node.get("triggeredByEvent") == "true"
        element.for_compensation = node.get("isForCompensation") in ("true", "1")
        element.method = node.get("method", "")
        self._read_attributes(element, node)
        for child in node:
            if isinstance(child.tag, str) and etree.QName(child).namespace == BPMN:
                self._read_detail(element, child, node)
        unclear = read_performers(element, node)
        if unclear is not None:
            self.refuse("performer", node, unclear, Sentence("Ghi người làm ở zeebe:assignmentDefinition."))
        if tag in ("receiveTask", "sendTask") and node.get("messageRef"):
            element.events.append(self._lookup("message", node, node.get("messageRef")))
        return element

    def _read_detail(self, element: Element, child: etree._Element, node: etree._Element) -> None:
        tag = _tag(child)
        if tag.endswith("EventDefinition"):
            element.events.append(self._read_event(child, tag.removesuffix("EventDefinition"), node))
        elif tag == "multiInstanceLoopCharacteristics":
            element.loop = read_loop(child)
            self._read_behavior(element.loop, child, node)
        elif tag == "standardLoopCharacteristics":
            element.loop = read_standard_loop(child)
        elif tag == "activationCondition":
            element.activation = (child.text or "").strip() or None
        elif tag == "completionCondition" and element.ad_hoc is not None:
            element.ad_hoc.completion = (child.text or "").strip() or None
        elif tag == "eventDefinitionRef":
            element.events.append(self._shared_event((child.text or "").strip(), node))
        elif tag == "script":
            self._read_script(element, (child.text or "").strip(), node)
        elif element.kind not in HOLDERS and tag not in DRAWN_ONLY | DATA_TAGS | ROLES:
            self.refuse(
                "unsupported",
                node,
                Sentence("«%(tag)s» chưa được thực hiện.", tag=tag),
                Sentence("Bỏ phần này khỏi sơ đồ."),
            )

    def _read_script(self, element: Element, text: str, node: etree._Element) -> None:
        """A script of BPMN itself, which has no word for its result: in FEEL its value names the variables."""
        language = node.get("scriptFormat") or node.get("scriptLanguage") or ""
        ext = element.extensions
        if "feel" in language.lower():
            if text and not ext.script:
                ext.script, ext.names_results = text if is_expression(text) else f"={text}", True
        elif text or language:
            message = Sentence("Kịch bản viết bằng «%(language)s», không phải FEEL.", language=language or "?")
            self.refuse("script", node, message, Sentence("Viết biểu thức FEEL vào zeebe:script expression."))

    def _shared_event(self, reference: str, holder: etree._Element) -> EventDefinition:
        """An event definition written once at the top of the file and referred to."""
        shared = self._shared.get(reference.split(":")[-1])
        if shared is not None:
            return self._read_event(shared, _tag(shared).removesuffix("EventDefinition"), holder)
        return EventDefinition("none")

    def _read_event(self, node: etree._Element, kind: str, holder: etree._Element) -> EventDefinition:
        if kind in REFERENCES:
            reference = node.get(REFERENCES[kind])
            return self._lookup(kind, holder, reference) if reference else EventDefinition(kind)
        if kind == "timer":
            for child in node:
                if isinstance(child.tag, str) and _tag(child) in ("timeDate", "timeDuration", "timeCycle"):
                    return EventDefinition(kind, timer=_tag(child)[4:].lower(), expression=(child.text or "").strip())
            return EventDefinition(kind)
        if kind == "conditional":
            condition = node.find(f"{{{BPMN}}}condition")
            return EventDefinition(kind, expression=(condition.text or "").strip() if condition is not None else "")
        if kind == "compensate":
            wait = node.get("waitForCompletion", "true") not in ("false", "0")
            return EventDefinition(kind, activity=(node.get("activityRef") or "").split(":")[-1] or None, wait=wait)
        return EventDefinition(kind, name=node.get("name"))

    def _lookup(self, kind: str, holder: etree._Element, reference: str | None) -> EventDefinition:
        found = self._definitions.get(reference or "")
        if found is None or found.kind != kind:  # told by the structural rules
            return EventDefinition(kind)
        return found

    def _read_attributes(self, element: Element, node: etree._Element) -> None:
        """Quantities, and what makes an event or gateway wait for all or begin the process."""
        quantities = [node.get("startQuantity", "1"), node.get("completionQuantity", "1")]
        if all(text.isdecimal() and 0 < int(text) <= MOST_QUANTITY for text in quantities):
            element.takes, element.gives = (int(text) for text in quantities)
        else:
            self.refuse(
                "quantity",
                node,
                Sentence("startQuantity và completionQuantity phải là số từ 1 đến %(most)s.", most=MOST_QUANTITY),
                Sentence("Sửa số lượng."),
            )
        element.all_of = node.get("parallelMultiple") in ("true", "1")
        element.instantiate = node.get("instantiate") in ("true", "1")
        element.together = node.get("eventGatewayType", "Exclusive") == "Parallel"
        if element.kind == "adHocSubProcess":
            rest = node.get("cancelRemainingInstances", "true") not in ("false", "0")
            element.ad_hoc = AdHoc(node.get("ordering") == "Sequential", None, rest, read_active_elements(node))

    def _read_behavior(self, loop: Loop, node: etree._Element, holder: etree._Element) -> None:
        """When the instances of a multi-instance throw events (BPMN 2.0.2, table 10.30)."""
        loop.behavior = node.get("behavior", "All")
        reference = node.get({"None": "noneBehaviorEventRef", "One": "oneBehaviorEventRef"}.get(loop.behavior, "-"))
        if loop.behavior in ("None", "One"):
            # Without a reference it is the standard's default signal, which has no name.
            events = [self._shared_event(reference, holder)] if reference else [EventDefinition("signal")]
            loop.throws.append((None, events))
        elif loop.behavior == "Complex":
            for rule in node.iterfind(f"{{{BPMN}}}complexBehaviorDefinition"):
                condition, thrown = rule.find(f"{{{BPMN}}}condition"), rule.find(f"{{{BPMN}}}event")
                events = [] if thrown is None else self._read_events(thrown, holder)
                loop.throws.append((((condition.text if condition is not None else "") or "").strip(), events))
        elif loop.behavior != "All":
            self.refuse(
                "loop",
                holder,
                Sentence("Không có kiểu lặp «%(behavior)s».", behavior=loop.behavior),
                Sentence("Chọn None, One, All hoặc Complex."),
            )

    def _read_events(self, thrown: etree._Element, holder: etree._Element) -> list[EventDefinition]:
        """The definitions of an implicit throw event, written in it or referred to."""
        events: list[EventDefinition] = []
        for child in thrown:
            if isinstance(child.tag, str) and _tag(child) == "eventDefinitionRef":
                events.append(self._shared_event((child.text or "").strip(), holder))
            elif isinstance(child.tag, str) and _tag(child).endswith("EventDefinition"):
                events.append(self._read_event(child, _tag(child).removesuffix("EventDefinition"), holder))
        return events

    def _connect(self, scope: Scope) -> None:
        for flow in scope.flows.values():
            source, target = scope.elements.get(flow.source), scope.elements.get(flow.target)
            if source is None or target is None:  # told by the structural rules, or not executed
                continue
            source.outgoing.append(flow.id)
            target.incoming.append(flow.id)


def _is_element(node: etree._Element) -> bool:
    return isinstance(node.tag, str)


def _tag(node: etree._Element) -> str:
    return etree.QName(node).localname


def _associate(process: Scope, associations: list[etree._Element]) -> None:
    """Tie compensation activities to the boundary events their associations come from (or lead to)."""
    if not associations:
        return
    known = {element.id: element for _, element in process.everything()}
    for association in associations:
        ends = [(association.get(end) or "").split(":")[-1] for end in ("sourceRef", "targetRef")]
        for one, other in (ends, reversed(ends)):
            event, activity = known.get(one), known.get(other)
            if event is None or activity is None or event.kind != "boundaryEvent" or not activity.for_compensation:
                continue
            if activity.id not in event.handlers:
                event.handlers.append(activity.id)


def _lanes(process: etree._Element) -> dict[str, str]:
    """The lane name of every node id that a lane lists."""
    return {
        (reference.text or "").strip(): (reference.getparent().get("name") or "")
        for reference in process.iterfind(f".//{{{BPMN}}}laneSet//{{{BPMN}}}flowNodeRef")
    }


def read_drawing(models: Mapping[str, bytes]) -> tuple[Drawing, list[Finding]]:
    """The processes of all files, and what must be refused on reading (file name → BPMN XML bytes)."""
    reader = Reader()
    for file, xml in sorted(models.items()):
        reader.read(file, xml)
    return reader.drawing, reader.findings
