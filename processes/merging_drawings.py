"""Elements of one drawing or decision file put into another version of it, with their place in the picture."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping

from lxml import etree

from processes.bundle import parse_xml

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
PICTURES = ("http://www.omg.org/spec/BPMN/20100524/DI", "https://www.omg.org/spec/DMN/20191111/DMNDI/")
REFERRING = ("sourceRef", "targetRef", "attachedToRef", "default", "messageRef", "signalRef", "errorRef", "href")
"""Attributes by which one element names another."""
_WAYS = ("incoming", "outgoing")


def take_drawn(base: bytes, library: bytes, office: bytes, ids: Collection[str]) -> bytes:
    """The office's file with these elements as the library has them (taken out where it has none)."""
    roots = {name: parse_xml(source) for name, source in (("base", base), ("library", library), ("office", office))}
    own, theirs = by_id(roots["office"]), by_id(roots["library"])
    for id_ in [one for one in theirs if one in ids]:
        if id_ in own:
            _rewrite(own[id_], theirs[id_])
        else:
            own[id_] = _add(theirs[id_], own)
    for id_ in ids:
        if id_ not in theirs and id_ in own:
            node = own[id_]
            parent = node.getparent()
            if parent is not None:
                parent.remove(node)
    _connect(roots["office"])
    _lay_out(roots)
    return etree.tostring(roots["office"], encoding="UTF-8", xml_declaration=True)


def uprooted(library: bytes, office: bytes, taken: Collection[str]) -> set[str]:
    """Those of the taken elements after which something would name, or stand in, an element that is not there."""
    theirs, own = by_id(parse_xml(library)), by_id(parse_xml(office))
    there = {id_ for id_ in own if id_ not in taken} | {id_ for id_ in theirs if id_ in taken}
    found: set[str] = set()
    for id_ in there:
        node = theirs[id_] if id_ in taken else own[id_]
        needed = {value.removeprefix("#") for value in _named(node)} & ({*own, *theirs})
        parent = _parent_id(node)
        needed |= {parent} if parent else set()
        for missing in needed - there:
            found.add(id_ if id_ in taken else missing)
    return found & set(taken)


def tied(source: bytes, ids: Collection[str]) -> set[str]:
    """The elements of a file that name one of these: the flows to and from a step, what hangs on its edge."""
    return {id_ for id_, node in by_id(parse_xml(source)).items() if set(_named(node)) & set(ids)}


def by_id(root: etree._Element) -> dict[str, etree._Element]:
    """The elements of a file by id, in the order of the file, without those of the picture."""
    return {
        node.get("id", ""): node
        for node in root.iter()
        if isinstance(node.tag, str) and node.get("id") and not _in_picture(node)
    }


def _in_picture(node: etree._Element) -> bool:
    return any(etree.QName(one).namespace in PICTURES for one in (node, *node.iterancestors()))


def _named(node: etree._Element) -> Iterator[str]:
    """What an element itself names, without the elements inside it that have ids."""
    for name, value in node.attrib.items():
        if etree.QName(name).localname in REFERRING:
            yield str(value)
    for child in node:
        if isinstance(child.tag, str) and not child.get("id"):
            yield from _named(child)


def _parent_id(node: etree._Element) -> str:
    return next((one.get("id", "") for one in node.iterancestors() if one.get("id")), "")


def _shell(node: etree._Element) -> etree._Element:
    """A copy of an element without the inner elements that stand for themselves, and without its ways."""
    shell = copy.deepcopy(node)
    for child in list(shell):
        own = isinstance(child.tag, str) and (child.get("id") or etree.QName(child).localname in _WAYS)
        if own:
            shell.remove(child)
    shell.tail = node.tail
    return shell


def _rewrite(mine: etree._Element, theirs: etree._Element) -> None:
    """Make an element say what the library's says; what stands in it for itself stays."""
    kept = {child.get("id"): child for child in mine if isinstance(child.tag, str) and child.get("id")}
    children = []
    for child in theirs:
        id_ = child.get("id") if isinstance(child.tag, str) else None
        if id_ in kept:
            children.append(kept.pop(id_))
        elif id_ is None and not (isinstance(child.tag, str) and etree.QName(child).localname in _WAYS):
            children.append(copy.deepcopy(child))
    text = theirs.text
    for name in list(mine.attrib):
        del mine.attrib[name]
    mine.attrib.update(theirs.attrib)
    mine[:] = [*children, *kept.values()]
    mine.text = text


def _add(theirs: etree._Element, own: Mapping[str, etree._Element]) -> etree._Element:
    """Put an element of the library where it stands there: after the same neighbour, in the same element."""
    shell = _shell(theirs)
    parent = own[_parent_id(theirs)]
    before = [one.get("id", "") for one in theirs.itersiblings(preceding=True) if isinstance(one.tag, str)]
    neighbour = next((own[id_] for id_ in before if id_ in own and own[id_].getparent() is parent), None)
    if neighbour is not None:
        neighbour.addnext(shell)
        return shell
    place = next(
        (at for at, one in enumerate(parent) if isinstance(one.tag, str) and (one.get("id") or _in_picture(one))),
        len(parent),
    )
    parent.insert(place, shell)
    return shell


def _connect(root: etree._Element) -> None:
    """Write into every node of a process which flows come and go, as the flows say."""
    nodes = by_id(root)
    for way in list(root.iter(*(f"{{{BPMN}}}{name}" for name in _WAYS))):
        way.getparent().remove(way)
    for flow in reversed(list(root.iter(f"{{{BPMN}}}sequenceFlow"))):
        for name, end in (("outgoing", "sourceRef"), ("incoming", "targetRef")):
            node = nodes.get(flow.get(end, ""))
            if node is None:
                continue
            way = etree.Element(f"{{{BPMN}}}{name}")
            way.text, way.tail = flow.get("id"), "\n      "
            node.insert(_place_of_way(node, name), way)


def _place_of_way(node: etree._Element, name: str) -> int:
    """After documentation and extensions, incoming before outgoing."""
    first = {f"{{{BPMN}}}documentation", f"{{{BPMN}}}extensionElements"}
    if name == "outgoing":
        first.add(f"{{{BPMN}}}incoming")
    place = 0
    for at, child in enumerate(node):
        if child.tag in first:
            place = at + 1
    return place


def _lay_out(roots: Mapping[str, etree._Element]) -> None:
    """Where the office has moved nothing the library's layout holds; what is gone is gone from the picture too."""
    pictures = {name: _pictures(root) for name, root in roots.items()}
    there = by_id(roots["office"])
    for id_, shape in list(pictures["office"].items()):
        if id_ not in there:
            shape.getparent().remove(shape)
    planes = list(roots["office"].iter(f"{{{PICTURES[0]}}}BPMNPlane"))
    for id_, theirs in pictures["library"].items():
        own, old = pictures["office"].get(id_), pictures["base"].get(id_)
        if id_ not in there:
            continue
        if own is None and planes:
            planes[0].append(copy.deepcopy(theirs))
        elif own is not None and old is not None and _canonical(own) == _canonical(old):
            own.getparent().replace(own, copy.deepcopy(theirs))


def _pictures(root: etree._Element) -> dict[str, etree._Element]:
    """Shapes and edges by the element they draw; the plane itself is none."""
    return {
        one.get("bpmnElement", ""): one
        for one in root.iter(f"{{{PICTURES[0]}}}BPMNShape", f"{{{PICTURES[0]}}}BPMNEdge")
    }


def _canonical(node: etree._Element) -> bytes:
    bare = copy.deepcopy(node)
    bare.tail = None
    return etree.tostring(bare, method="c14n")
