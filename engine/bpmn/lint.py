"""Checks a drawing for its author: what the engine would refuse, what cannot be reached, what an office needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Literal

from engine.bpmn.checks import CALLS, check
from engine.bpmn.events import is_link_target
from engine.bpmn.markings import joins_that_never_fire
from engine.bpmn.model import Drawing, Element, Scope
from engine.bpmn.reading import read_drawing
from rules.findings import Finding
from rules.sentences import Sentence

Profile = Literal["procedure", "bpmn"]
_ONCE = frozenset({"bpmn.unreachable", "bpmn.not-feel", "bpmn.dead-end", "bpmn.event-name"})
_SAID_BETTER = {
    "bpmn.event": ("event-kind", "event-none", "sub-start"),
    "bpmn.event-name": ("reference", "reference-kind", "link-name"),
    "bpmn.compensation": ("compensation-ref", "compensation-handler", "compensation-flows"),
    "bpmn.quantity": ("quantity-value",),
    "bpmn.ad-hoc": ("adhoc-events", "adhoc-empty"),
    "bpmn.loop": ("loop-both", "loop-several", "loop-event"),
    "bpmn.unsupported": ("unknown-element", "misplaced"),
    "bpmn.unreachable": ("boundary", "link-source"),
    "bpmn.duplicate-process": ("duplicate-id",),
}
"""What the engine cannot execute, where a rule of the standard about the same element says why."""


def lint(
    models: Mapping[str, bytes],
    profile: Profile = "procedure",
    *,
    decisions: Collection[str] | None = None,
    forms: Collection[str] | None = None,
) -> list[Finding]:
    """Everything to say about a set of BPMN files (file name → XML bytes); empty when all is well.

    Profile "bpmn" asks whether the files are valid BPMN 2.0.2 (`engine.bpmn.rulebook`) and executable, "procedure" adds
    what an office needs. `decisions` and `forms` are the ids the bundle has; None leaves references to them unchecked.
    A process with isExecutable="false" is documentation: only the rules of the standard are asked of it.
    """
    drawing, findings = read_drawing(models)
    findings = [*findings, *check(drawing, None if decisions is None else frozenset(decisions))]
    if not drawing.processes and not any(one.severity == "error" for one in findings):
        findings += _nothing_to_execute(models, drawing, profile)
    unknown = {one.file for one in findings if one.code == "bpmn.unsupported"}
    findings += _structure(drawing, profile, unknown)
    if profile == "procedure":
        findings += _procedure(drawing, None if forms is None else frozenset(forms))
    return list(_unique(findings))


def _unique(findings: list[Finding]) -> Iterator[Finding]:
    """Each finding once; of some codes one for each element, and none that another one says better."""
    seen: set[tuple[str, ...]] = set()
    told = {(one.code, one.file, one.element) for one in findings}
    for one in findings:
        better = _SAID_BETTER.get(one.code, ())
        if any((f"bpmn.{code}", one.file, one.element) in told for code in better):
            continue
        key = (one.code, one.file, one.element) + (() if one.code in _ONCE else (one.message,))
        if key not in seen:
            seen.add(key)
            yield one


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


def _nothing_to_execute(models: Mapping[str, bytes], drawing: Drawing, profile: Profile) -> Iterator[Finding]:
    """A drawing that is documentation is no mistake by itself, but no procedure."""
    severity: Literal["error", "warning"] = "error" if profile == "procedure" else "warning"
    for file in models:
        drawn = [scope for scope in drawing.drawn_only if scope.file == file]
        for scope in drawn:
            message = Sentence("Quy trình ghi isExecutable=false: chỉ là bản vẽ, không được thực hiện.")
            advice = Sentence("Đặt isExecutable=true nếu muốn thực hiện quy trình này.")
            yield _finding("drawn-only", file, scope, message, advice, severity)
        if not drawn:
            message = Sentence("Tệp không có quy trình nào để thực hiện.")
            yield _finding("no-process", file, None, message, Sentence("Vẽ một quy trình."), severity)


def _structure(drawing: Drawing, profile: Profile, unknown: Collection[str]) -> Iterator[Finding]:
    """Joins that never fire, nodes no token ever comes to, events that never happen, ends that are missing."""
    for process in drawing.processes.values():
        if process.file in unknown:
            continue  # what leads through an element nobody knows cannot be followed
        scopes: list[tuple[Scope, Element | None]] = [(process, None)]
        scopes += [(e.scope, e) for _, e in process.everything() if e.scope is not None]
        for scope, holder in scopes:
            if profile == "procedure" and not (holder is not None and holder.kind == "adHocSubProcess"):
                yield from _ends(scope, holder)
            for join in joins_that_never_fire(scope):
                message = Sentence("Cổng song song này không bao giờ nhận đủ các nhánh đến.")
                advice = Sentence("Hợp các nhánh loại trừ bằng cổng loại trừ.")
                yield _finding("join-never-fires", scope.file, join, message, advice)
            yield from _unreached(scope, holder)
            for element in scope.elements.values():
                host = scope.elements.get(element.attached_to or "")
                if host is not None and element.event.kind != "compensate" and _done_at_once(host):
                    message = Sentence("Công việc này xong ngay nên sự kiện biên không bao giờ xảy ra.")
                    advice = Sentence("Dùng việc của người hoặc việc gọi ngoài.")
                    severity: Literal["error", "warning"] = "error" if profile == "procedure" else "warning"
                    yield _finding("never-happens", scope.file, element, message, advice, severity)


def _ends(scope: Scope, holder: Element | None) -> Iterator[Finding]:
    if not any(element.kind == "endEvent" or element.implicit for element in scope.elements.values()):
        message = Sentence("Không có sự kiện kết thúc.")
        yield _finding("no-end", scope.file, holder or scope, message, Sentence("Thêm một sự kiện kết thúc."))


def _unreached(scope: Scope, holder: Element | None) -> Iterator[Finding]:
    if holder is not None and holder.kind == "adHocSubProcess":
        return  # any of its activities may begin
    reached = reachable(scope)
    if not reached:
        return  # nothing begins here, which is told by itself
    for element in scope.elements.values():
        if element.id not in reached:
            message = Sentence("Không có đường nào đi tới phần tử này.")
            advice = Sentence("Nối phần tử vào quy trình hoặc xóa.")
            yield _finding("unreachable", scope.file, element, message, advice)


def _done_at_once(host: Element) -> bool:
    return host.kind in ("task", "manualTask", "scriptTask") and not host.extensions.task_type and not host.loop


def reachable(scope: Scope) -> set[str]:
    """Ids of the nodes of a scope that a token can come to from where it begins."""
    watching: dict[str, list[str]] = {}
    landing: dict[str | None, list[str]] = {}
    for element in scope.elements.values():
        if element.attached_to:
            watching.setdefault(element.attached_to, []).append(element.id)
        if is_link_target(element):
            landing.setdefault(element.event.name, []).append(element.id)
    seen: set[str] = set()
    todo = [e.id for e in scope.elements.values() if _begins(e)]
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        element = scope.elements[node]
        todo += [scope.flows[flow].target for flow in element.outgoing]
        todo += watching.get(node, ())
        todo += [handler for handler in element.handlers if handler in scope.elements]
        if element.event.kind == "link":
            todo += landing.get(element.event.name, ())
    return seen


def _begins(element: Element) -> bool:
    """Whether tokens come to a node by itself: start events, event sub-processes, what begins the process."""
    return element.kind == "startEvent" or element.by_event or element.instantiate


def _procedure(drawing: Drawing, forms: frozenset[str] | None) -> Iterator[Finding]:
    """What an office needs: every task of a person has a form and somebody to do it, no term hangs on a raw timer.

    A raw timer is refused because legal terms are working time of the office; one that is no term says why in its
    property `technical`.
    """
    for process in drawing.processes.values():
        if sum(e.event.kind == "none" for e in process.starts()) > 1:
            message = Sentence("Có nhiều sự kiện bắt đầu thường.")
            yield _finding("several-starts", process.file, process, message, Sentence("Chỉ giữ một sự kiện bắt đầu."))
        for scope, element in process.everything():
            yield from _task_of_a_person(scope, element, forms) if element.kind == "userTask" else ()
            yield from _call(scope, element)
            yield from _unattended(scope, element)
            if any(one.kind == "timer" for one in element.events) and not element.extensions.properties.get(
                "technical"
            ):
                message = Sentence("Thời hạn theo luật không được đặt bằng sự kiện thời gian.")
                advice = Sentence(
                    "Ghi thời hạn vào thuộc tính của bước; nếu không phải thời hạn, nêu lý do ở thuộc tính technical."
                )
                yield _finding("raw-timer", scope.file, element, message, advice)


def _unattended(scope: Scope, element: Element) -> Iterator[Finding]:
    """What the engine offers to whoever runs it, and no page or job of an office takes up."""
    begins = scope.parent is None and element.kind == "startEvent"
    if begins and any(event.kind in ("timer", "conditional") for event in element.events):
        message = Sentence("Không ai ở cơ quan bắt đầu hồ sơ theo giờ hay theo điều kiện.")
        advice = Sentence("Bắt đầu bằng tin nhắn hoặc sự kiện bắt đầu thường.")
        yield _finding("unattended-start", scope.file, element, message, advice)
    if element.ad_hoc is not None and not element.ad_hoc.active:
        message = Sentence("Chưa có trang nào để chọn việc trong quy trình con tùy biến.")
        advice = Sentence("Điền activeElementsCollection để các việc tự bắt đầu, hoặc vẽ thành luồng.")
        yield _finding("unattended-choice", scope.file, element, message, advice)


def _task_of_a_person(scope: Scope, element: Element, forms: frozenset[str] | None) -> Iterator[Finding]:
    extensions = element.extensions
    if not extensions.form_id:
        message = Sentence("Bước của người không có biểu mẫu.")
        yield _finding("no-form", scope.file, element, message, Sentence("Chọn formDefinition formId."))
    elif forms is not None and not extensions.form_id.startswith("=") and extensions.form_id not in forms:
        message = Sentence("Không có biểu mẫu «%(form_id)s».", form_id=extensions.form_id)
        yield _finding("unknown-form", scope.file, element, message, Sentence("Thêm biểu mẫu hoặc sửa mã."))
    if not (extensions.candidate_groups or extensions.assignee or extensions.candidate_users):
        message = Sentence("Bước của người không giao cho nhóm hay người nào.")
        yield _finding("no-group", scope.file, element, message, Sentence("Điền candidateGroups."))
    if not element.name:
        message = Sentence("Bước của người không có tên.")
        yield _finding("no-name", scope.file, element, message, Sentence("Đặt tên cho bước."), "warning")


def _call(scope: Scope, element: Element) -> Iterator[Finding]:
    """What is done outside needs a task type, or nobody in the office knows what to do."""
    extensions = element.extensions
    if element.kind == "scriptTask" and not (extensions.script or extensions.task_type or extensions.result_variable):
        message = Sentence("Bước tính toán cần biểu thức FEEL và tên biến kết quả.")
        advice = Sentence("Điền zeebe:script expression (bắt đầu bằng «=») và resultVariable.")
        yield _finding("no-script", scope.file, element, message, advice)
    sends = element.kind in ("endEvent", "intermediateThrowEvent") and any(e.kind == "message" for e in element.events)
    calls = element.kind in CALLS and element.kind != "scriptTask" and not extensions.decision_id
    if extensions.task_type or not (sends or calls):
        return
    if element.kind == "businessRuleTask":
        message = Sentence("Bước quyết định không có mã quyết định.")
        yield _finding("decision", scope.file, element, message, Sentence("Điền calledDecision."))
    else:
        message = Sentence("Bước gọi ra ngoài hoặc gửi tin không có loại công việc.")
        yield _finding("task-type", scope.file, element, message, Sentence("Đặt taskDefinition type."))
