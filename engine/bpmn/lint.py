"""Checks a drawing for its author: what the engine would refuse, what cannot be reached, what an office needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from engine.bpmn.checks import check
from engine.bpmn.events import is_link_target
from engine.bpmn.markings import joins_that_never_fire
from engine.bpmn.model import Drawing, Element, Scope
from engine.bpmn.reading import read_drawing
from rules.findings import Finding
from rules.sentences import Sentence

Profile = Literal["procedure", "bpmn"]


def lint(
    models: Mapping[str, bytes],
    profile: Profile = "procedure",
    *,
    decisions: Collection[str] | None = None,
    forms: Collection[str] | None = None,
) -> list[Finding]:
    """Everything to say about a set of BPMN files (file name → XML bytes); empty when all is well.

    Profile "bpmn" asks whether the files are valid and executable, "procedure" adds what an office needs. `decisions`
    and `forms` are the ids the bundle has; None leaves references to them unchecked. Structure after BPMN 2.0.2,
    sections 7.3 and 10 (an end event obliges every path to end in one). A raw timer is refused in a procedure, because
    legal terms are working time of the office; one that is no term says why in its property `technical`.
    """
    drawing, findings = read_drawing(models)
    findings = [*findings, *check(drawing, None if decisions is None else frozenset(decisions))]
    if not drawing.processes and not findings:
        for file in models:
            findings.append(
                _finding(
                    "no-process",
                    file,
                    None,
                    Sentence("Tệp không có quy trình nào để thực hiện."),
                    Sentence("Vẽ một quy trình."),
                )
            )
    findings += _structure(drawing)
    if profile == "procedure":
        findings += _procedure(drawing, None if forms is None else frozenset(forms))
    return findings


def _finding(
    code: str,
    file: str,
    about: Element | Scope | None,
    message: Sentence,
    advice: Sentence,
    severity: Literal["error", "warning"] = "error",
) -> Finding:
    element, name = ("", "") if about is None else (about.id, about.name)
    return Finding(f"bpmn.{code}", severity, file, element, name, message, advice)


def _structure(drawing: Drawing) -> list[Finding]:
    """Dead ends, missing ends and nodes no token ever comes to."""
    found: list[Finding] = []
    for process in drawing.processes.values():
        scopes: list[tuple[Scope, Element | None]] = [(process, None)]
        scopes += [(e.scope, e) for _, e in process.everything() if e.scope is not None]
        for scope, holder in scopes:
            has_end = any(e.kind == "endEvent" for e in scope.elements.values())
            if not has_end:
                message = Sentence("Không có sự kiện kết thúc.")
                found.append(
                    _finding("no-end", scope.file, holder or scope, message, Sentence("Thêm một sự kiện kết thúc."))
                )
            for join in joins_that_never_fire(scope):
                message = Sentence("Cổng song song này không bao giờ nhận đủ các nhánh đến.")
                found.append(
                    _finding(
                        "join-never-fires",
                        scope.file,
                        join,
                        message,
                        Sentence("Hợp các nhánh loại trừ bằng cổng loại trừ."),
                    )
                )
            reached = reachable(scope)
            for element in scope.elements.values():
                if element.id not in reached:
                    message = Sentence("Không có đường nào đi tới phần tử này.")
                    found.append(
                        _finding(
                            "unreachable", scope.file, element, message, Sentence("Nối phần tử vào quy trình hoặc xóa.")
                        )
                    )
                if has_end and not element.outgoing and not _may_end_here(element):
                    message = Sentence("Đường đi dừng ở đây mà không tới sự kiện kết thúc.")
                    found.append(
                        _finding("dead-end", scope.file, element, message, Sentence("Nối tiếp tới sự kiện kết thúc."))
                    )
    return found


def _may_end_here(element: Element) -> bool:
    link = element.kind == "intermediateThrowEvent" and element.event.kind == "link"
    undoes = element.for_compensation or (element.kind == "boundaryEvent" and element.event.kind == "compensate")
    return element.kind == "endEvent" or element.by_event or link or undoes


def reachable(scope: Scope) -> set[str]:
    """Ids of the nodes of a scope that a token can come to from its start events."""
    seen: set[str] = set()
    todo = [e.id for e in scope.starts()] + [e.id for e in scope.elements.values() if e.by_event]
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        element = scope.elements[node]
        todo += [scope.flows[flow].target for flow in element.outgoing]
        todo += [e.id for e in scope.elements.values() if e.attached_to == node]
        todo += [handler for handler in element.handlers if handler in scope.elements]
        if element.event.kind == "link":
            todo += [e.id for e in scope.elements.values() if is_link_target(e) and e.event.name == element.event.name]
    return seen


def _procedure(drawing: Drawing, forms: frozenset[str] | None) -> list[Finding]:
    """What an office needs: every task of a person has a form and somebody to do it, no term hangs on a raw timer."""
    found: list[Finding] = []
    for process in drawing.processes.values():
        for scope, element in process.everything():
            extensions = element.extensions
            if element.kind == "userTask":
                if not extensions.form_id:
                    message = Sentence("Bước của người không có biểu mẫu.")
                    found.append(
                        _finding("no-form", scope.file, element, message, Sentence("Chọn formDefinition formId."))
                    )
                elif forms is not None and not extensions.form_id.startswith("=") and extensions.form_id not in forms:
                    message = Sentence("Không có biểu mẫu «%(form_id)s».", form_id=extensions.form_id)
                    found.append(
                        _finding("unknown-form", scope.file, element, message, Sentence("Thêm biểu mẫu hoặc sửa mã."))
                    )
                if not (extensions.candidate_groups or extensions.assignee or extensions.candidate_users):
                    message = Sentence("Bước của người không giao cho nhóm hay người nào.")
                    found.append(_finding("no-group", scope.file, element, message, Sentence("Điền candidateGroups.")))
                if not element.name:
                    message = Sentence("Bước của người không có tên.")
                    found.append(
                        _finding("no-name", scope.file, element, message, Sentence("Đặt tên cho bước."), "warning")
                    )
            if element.event.kind == "timer" and not extensions.properties.get("technical"):
                message = Sentence("Thời hạn theo luật không được đặt bằng sự kiện thời gian.")
                advice = Sentence(
                    "Ghi thời hạn vào thuộc tính của bước; nếu không phải thời hạn, nêu lý do ở thuộc tính technical."
                )
                found.append(_finding("raw-timer", scope.file, element, message, advice))
    return found
