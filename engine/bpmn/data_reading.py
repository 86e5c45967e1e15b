"""Reads BPMN data (10.4) of a process: which drawn data are variables, and what data associations copy.

A data object, reference, store or association that only documents is left alone: an association acts when it leads to
or from a declared data input or output, or carries an assignment or a transformation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.data_model import Copy, Data, DataSet
from engine.bpmn.model import Element, Loop, Scope
from engine.bpmn.zeebe import BPMN
from rules.sentences import Sentence

DATA_TAGS = frozenset(
    {"ioSpecification", "ioBinding", "property", "dataInputAssociation", "dataOutputAssociation"}
    | {"dataInput", "dataOutput", "inputSet", "outputSet"}
)
PLACEHOLDER = "__targetRef_placeholder"
"""What bpmn-js calls the property it draws a documenting association to."""

WITHOUT_DATA = frozenset({"none", "timer", "conditional", "link", "terminate", "cancel", "compensate"})
Refuse = Callable[[str, etree._Element, Sentence, Sentence], None]


@dataclass
class Item:
    """Something that holds data: its variable, the scope that has it, and whether only its activity sees it."""

    variable: str
    scope: Scope | None = None
    store: bool = False
    placeholder: bool = False


@dataclass
class Association:
    """A data association as written."""

    node: etree._Element
    sources: list[str]
    target: str
    transformation: str | None
    assignments: list[tuple[str, str]] = field(default_factory=list)


def read_data(process: etree._Element, scope: Scope, refuse: Refuse) -> None:
    """Give the elements of a process their data, and its scopes the variables they begin with."""
    DataReader(process, scope, refuse).read()


class DataReader:
    """Collects what holds data in one process, then what moves between them."""

    def __init__(self, process: etree._Element, scope: Scope, refuse: Refuse) -> None:
        self.process, self.scope, self.refuse = process, scope, refuse
        self.scopes = {scope.id: scope} | {e.id: e.scope for _, e in scope.everything() if e.scope is not None}
        self.items: dict[str, Item] = {}
        self.used: dict[str, Item] = {}
        self.written: dict[str, set[str]] = {}

    def read(self) -> None:
        """Items first, associations second, waiting last: only data that another element writes are waited for."""
        nodes = {node.get("id", ""): node for node in self.process.iter(f"{{{BPMN}}}*")}
        self._items()
        elements = [(within, element) for within, element in self.scope.everything() if element.id in nodes]
        for within, element in elements:
            self._element(within, element, nodes[element.id])
        for _, element in elements:
            if element.data is not None:
                element.data.inputs = [self._waiting(copy, element.id) for copy in element.data.inputs]
        for item in self.used.values():
            if item.scope is not None and item.variable not in item.scope.declares:
                item.scope.declares.append(item.variable)

    def _waiting(self, copy: Copy, reader: str) -> Copy:
        needs = tuple(name for name in copy.needs if self.written.get(name, set()) - {reader})
        return Copy(copy.source, copy.target, copy.items, needs)

    def _items(self) -> None:
        labels: dict[str, list[str]] = {}
        for node in self.process.iter(f"{{{BPMN}}}dataObjectReference"):
            labels.setdefault(_ref(node, "dataObjectRef"), []).append(node.get("name", ""))
        for holder in [self.process, *self.process.iter(*(f"{{{BPMN}}}{tag}" for tag in HOLDING))]:
            scope = self.scopes.get(holder.get("id", ""))
            if scope is None:
                continue
            for node in _children(holder, "dataObject"):
                names = labels.get(node.get("id", ""), [])
                common = names[:1] if len(set(names)) == 1 else []
                self.items[node.get("id", "")] = Item(_variable(node, *common), scope)
            for node in _children(holder, "property"):
                item = self.items[node.get("id", "")] = Item(_variable(node), scope)
                if node.get("name") == PLACEHOLDER:
                    item.placeholder, item.scope = True, None
                else:
                    self.used[node.get("id", "")] = item
        for specification in _children(self.process, "ioSpecification"):
            for node in _children(specification, "dataInput", "dataOutput"):
                item = self.items[node.get("id", "")] = self.used[node.get("id", "")] = Item(
                    _variable(node), self.scope
                )
                self.scope.data = self.scope.data or Data()
                known = self.scope.data.takes if _local(node) == "dataInput" else self.scope.data.results
                known[node.get("id", "")] = item.variable
        for node in self.process.iter(f"{{{BPMN}}}dataObjectReference"):
            target = self.items.get(_ref(node, "dataObjectRef"))
            if target is not None:
                self.items[node.get("id", "")] = target
        for node in self.process.iter(f"{{{BPMN}}}dataStoreReference"):
            self.items[node.get("id", "")] = Item("", store=True)

    def _element(self, within: Scope, element: Element, node: etree._Element) -> None:
        specification = next(_children(node, "ioSpecification"), None)
        if specification is not None and element.scope is not None:
            message = Sentence("Quy trình con không có đầu vào và đầu ra dữ liệu riêng (ioSpecification).")
            self.refuse("data", node, message, Sentence("Khai báo dữ liệu ở các bước bên trong."))
            return
        carries = not element.kind.endswith("Event") or element.event.kind not in WITHOUT_DATA
        holder = node if specification is None else specification
        data = Data()
        own: dict[str, Item] = {}
        for child in _children(holder, "dataInput", "dataOutput"):
            own[child.get("id", "")] = Item(_variable(child))
            known = data.results if _local(child) == "dataOutput" else data.takes
            known[child.get("id", "")] = own[child.get("id", "")].variable
        if element.scope is None:
            for child in _children(node, "property"):
                own[child.get("id", "")] = Item(_variable(child), placeholder=child.get("name") == PLACEHOLDER)
                if child.get("name") != PLACEHOLDER:
                    data.declares.append(own[child.get("id", "")].variable)
        self._sets(holder, node, data)
        if carries:
            self._associations(within, node, data, own)
        if element.loop is not None:
            self._loop(within, element.loop, node, own)
        if data.inputs and element.kind in THROWING and any(event.kind == "signal" for event in element.events):
            message = Sentence("Dữ liệu gửi kèm tín hiệu chưa được thực hiện.")
            self.refuse("data", node, message, Sentence("Gửi tin nhắn, hoặc để bên nhận tự đọc dữ liệu."))
        if data.inputs or data.outputs or data.declares or data.takes or data.results:
            element.data = data

    def _sets(self, holder: etree._Element, node: etree._Element, data: Data) -> None:
        for tag, sets in (("input", data.input_sets), ("output", data.output_sets)):
            for one in _children(holder, f"{tag}Set"):
                late = _texts(one, f"whileExecuting{tag.capitalize()}Refs")
                if late:
                    message = Sentence("Dữ liệu trao đổi trong khi đang làm (whileExecuting) chưa được thực hiện.")
                    self.refuse("data", node, message, Sentence("Chia bước thành nhiều bước."))
                refs = frozenset(_texts(one, f"data{tag.capitalize()}Refs"))
                optional = frozenset(_texts(one, f"optional{tag.capitalize()}Refs"))
                if refs | optional:
                    sets.append(DataSet(refs | optional, optional))

    def _associations(self, within: Scope, node: etree._Element, data: Data, own: dict[str, Item]) -> None:
        for tag, copies in (("dataInputAssociation", data.inputs), ("dataOutputAssociation", data.outputs)):
            for child in _children(node, tag):
                written = _association(child)
                near = (
                    [written.target] if copies is data.inputs else written.sources
                )  # the end that lies in the activity
                acts = written.transformation is not None or bool(written.assignments)
                if any(own[end].placeholder for end in near if end in own) and not acts:
                    continue
                if not acts and not (written.sources and written.target and any(end in own for end in near)):
                    continue
                copies += self._copies(within, node, written, own, data, copies is data.inputs)

    def _copies(
        self, within: Scope, node: etree._Element, written: Association, own: dict[str, Item], data: Data, inwards: bool
    ) -> Iterator[Copy]:
        ends = [*written.sources, *([written.target] if written.target else [])]
        found = {end: self._item(within, node, end, own) for end in ends}
        if any(item is None for item in found.values()):
            return
        needs = tuple(found[s].variable for s in written.sources if s not in own) if inwards else ()  # type: ignore[union-attr]
        sets = [written.target] if inwards else written.sources
        items = frozenset(end for end in sets if end in (data.takes if inwards else data.results))
        target = found[written.target].variable if written.target else ""  # type: ignore[union-attr]
        if not inwards and written.target:
            self._writes(node, target)
        if written.transformation is not None:
            yield Copy(written.transformation, target, items, needs)
        for source, to in written.assignments:
            head, _, rest = to.removeprefix("=").strip().partition(".")
            variable = self._assigned(within, node, head, own, written.target, target, inwards)
            yield Copy(source, f"{variable}.{rest}" if rest else variable, items, needs)
        if written.transformation is None and not written.assignments:
            if len(written.sources) > 1:
                message = Sentence("Liên kết dữ liệu có nhiều nguồn mà không có phép biến đổi.")
                self.refuse("data", node, message, Sentence("Chỉ giữ một nguồn (sourceRef) hoặc thêm transformation."))
            yield Copy(f"={found[written.sources[0]].variable}", target, items, needs)  # type: ignore[union-attr]

    def _assigned(
        self, within: Scope, node: etree._Element, head: str, own: dict[str, Item], end: str, target: str, inwards: bool
    ) -> str:
        """The variable an assignment sets: written as an id or a name; inwards only what belongs to the activity."""
        local = {item.variable for item in own.values()}
        if head in own or (inwards and head in local):
            return own[head].variable if head in own else head
        if inwards:
            message = Sentence("Phép gán dữ liệu vào đặt «%(name)s», không phải dữ liệu vào của bước này.", name=head)
            self.refuse("data", node, message, Sentence("Gán vào dữ liệu vào (dataInput) của bước."))
        item = self._item(within, node, head, own) if head in self.items else None
        variable = item.variable if item is not None else head or target
        self._writes(node, variable)
        return variable

    def _writes(self, node: etree._Element, variable: str) -> None:
        self.written.setdefault(variable, set()).add(node.get("id", ""))

    def _item(self, within: Scope, node: etree._Element, end: str, own: dict[str, Item]) -> Item | None:
        """What an association's end holds, if it can be seen from here."""
        item = own.get(end) or self.items.get(end)
        if item is None:
            message = Sentence("Không tìm thấy dữ liệu «%(name)s» của liên kết dữ liệu.", name=end)
            self.refuse("data", node, message, Sentence("Chọn lại dữ liệu của liên kết."))
            return None
        if item.store:
            message = Sentence("Đọc hay ghi kho dữ liệu «%(name)s» chưa được thực hiện.", name=end)
            self.refuse("data-store", node, message, Sentence("Dùng công việc gọi ra ngoài (register.ask …)."))
            return None
        around, seen = within, [within]
        while around.parent is not None:
            around = around.parent
            seen.append(around)
        if item.scope is not None and not any(item.scope is scope for scope in seen):
            message = Sentence("Dữ liệu «%(name)s» thuộc quy trình con khác, không thấy từ đây.", name=end)
            self.refuse("data", node, message, Sentence("Đặt dữ liệu ở cấp ngoài."))
            return None
        if item.scope is not None:
            twin = next((i for i in self.used.values() if i is not item and _same(i, item)), None)
            if twin is not None:
                message = Sentence("Hai dữ liệu khác nhau cùng tên «%(name)s».", name=item.variable)
                self.refuse("data", node, message, Sentence("Đặt tên khác nhau."))
            self.used[end] = item
        return item

    def _loop(self, within: Scope, loop: Loop, node: etree._Element, own: dict[str, Item]) -> None:
        """The collections a multi-instance goes through and fills, where the dialect does not name its own."""
        mark = next(_children(node, "multiInstanceLoopCharacteristics"), None)
        if mark is None or loop.collection:
            return
        into, out = _first(mark, "loopDataInputRef"), _first(mark, "loopDataOutputRef")
        source = self._item(within, node, into, own) if into else None
        target = self._item(within, node, out, own) if out else None
        if source is not None:
            loop.collection = f"={source.variable}"
            loop.item = next((_variable(child) for child in _children(mark, "inputDataItem")), "")
        result = next((_variable(child) for child in _children(mark, "outputDataItem")), "")
        if target is not None and result:
            loop.output_collection, loop.output_item = target.variable, f"={result}"
            loop.keeps = out in own
            self._writes(node, target.variable)


THROWING = ("intermediateThrowEvent", "endEvent")
HOLDING = ("subProcess", "transaction", "adHocSubProcess")


def _same(one: Item, other: Item) -> bool:
    return one.variable == other.variable and one.scope is other.scope


def _association(node: etree._Element) -> Association:
    transformation = next(_children(node, "transformation"), None)
    assignments = [(_feel(_first(c, "from")), _first(c, "to")) for c in _children(node, "assignment")]
    text = None if transformation is None else _feel((transformation.text or "").strip())
    return Association(node, _texts(node, "sourceRef"), _first(node, "targetRef"), text, assignments)


def _children(node: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """The BPMN children of these names."""
    yield from (c for c in node if isinstance(c.tag, str) and c.tag.startswith(f"{{{BPMN}}}") and _local(c) in tags)


def _texts(node: etree._Element, tag: str) -> list[str]:
    return [(child.text or "").strip().split(":")[-1] for child in _children(node, tag) if (child.text or "").strip()]


def _first(node: etree._Element, tag: str) -> str:
    return next(((child.text or "").strip() for child in _children(node, tag)), "")


def _feel(text: str) -> str:
    """An expression with its "="; `engine.bpmn.language` has left only plain numbers without."""
    return f"={text}" if text.isdecimal() else text


def _ref(node: etree._Element, attribute: str) -> str:
    return (node.get(attribute) or "").split(":")[-1]


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname


def _variable(node: etree._Element, *names: str) -> str:
    """The variable for something that holds data: its name if that can be one, else its id with "_" for what cannot."""
    for name in (node.get("name", ""), *names):
        if name.isidentifier():
            return name
    return re.sub(r"\W", "_", node.get("id", ""))
