"""Ad-hoc sub-processes: which of their activities may be begun and when the whole is done (BPMN 2.0.2, 13.3.5).

By the standard nothing inside begins of itself: an activity without incoming flows may be begun whenever somebody
chooses to, one with incoming flows when its tokens have come. Such an activity waits as "enabled" and is begun by
`door.begin_activity`. After each activity the completion condition is asked. In the zeebe dialect
(`activeElementsCollection`) the listed activities begin at once, what follows them on flows begins of itself, and
without a condition the sub-process is done when nothing in it runs any more.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.case import Sheet
from engine.bpmn.catching import listening
from engine.bpmn.expressions import Trouble
from engine.bpmn.ground import ROOT, Token
from engine.bpmn.model import ACTIVITIES, AdHoc, Element, Flow, Scope
from rules.sentences import Sentence


def ad_hoc_around(token: Token) -> AdHoc | None:
    """The ad-hoc sub-process an inner token stands in directly; one that is only being undone is none."""
    ground = token.workflow
    if isinstance(ground, Sheet) and "reopened" in ground.owner.notes:
        return None
    return ground.owner.task_spec.element.ad_hoc if isinstance(ground, Sheet) and ground.embedded else None


def first_activities(scope: Scope) -> list[Element]:
    """The inner activities that may be begun from the beginning: those without incoming flows."""
    return [e for e in scope.elements.values() if not e.incoming and not e.attached_to and not _beside(e)]


def open_ad_hoc(token: Token, ad_hoc: AdHoc, name: str) -> bool:
    """Open the sheet of an ad-hoc sub-process with what may be, or is, begun on it; True when nothing is."""
    case = token.workflow.top_workflow
    spec = case.subprocess_specs[name]
    begun = _active(token, ad_hoc, spec.scope) if ad_hoc.active else None
    planned = listening(case, [(node, node.start_events) for node in spec.event_sheets], token.visible())
    case.room_for(len(planned) + len(begun if begun is not None else first_activities(spec.scope)))
    if begun == []:
        return True
    sheet = case.unfold(token, name)
    for declared in spec.scope.declares:
        token.data.setdefault(declared, None)
    for node, notes in planned:
        sheet.arm(node, **notes)
    for element in begun or ():
        sheet.put(spec.node(element))
    refresh(sheet)
    return False


def admitted(token: Token) -> bool:
    """Whether an activity with all its tokens begins of itself; in an ad-hoc sub-process somebody has to choose it."""
    ad_hoc = ad_hoc_around(token)
    if ad_hoc is None or ad_hoc.active or "flow" not in token.notes or token.notes.get("chosen"):
        return True
    token._set_state(TaskState.WAITING)
    token.notes["kind"] = "enabled"
    return False


def choose_enabled(token: Token) -> None:
    """Begin an enabled activity; one that needs no token may be begun again beside it."""
    if token.notes.get("armed"):
        token.workflow.top_workflow.room_for(1)
        token.workflow.put(token.task_spec, chosen=True)
        return
    del token.notes["kind"]
    token.notes["chosen"] = True
    token._set_state(TaskState.STARTED)
    token._ready()


def after_inner(token: Token, taken: list[Flow]) -> list[Flow]:
    """The ways on from an inner activity that is done: none once the whole is complete."""
    ad_hoc = ad_hoc_around(token)
    if ad_hoc is None:
        return taken
    if "completing" in token.workflow.owner.notes:
        return []
    if ad_hoc.completion is None:
        return taken
    value = token.task_spec.engine(token).values([ad_hoc.completion], token.visible(own=False))[0]
    if not isinstance(value, bool):
        text = Sentence("Điều kiện hoàn thành không cho kết quả đúng hay sai (%(text)s).", text=ad_hoc.completion)
        raise Trouble(text, "completion")
    token.notes["completes"] = value
    return [] if value else taken


def inner_left(token: Token) -> None:
    """With its condition true the ad-hoc sub-process ends: at once, or when what still runs has ended."""
    if not token.notes.get("completes"):
        return
    ad_hoc, sheet = ad_hoc_around(token), token.workflow
    sheet.owner.notes["completing"] = True
    for other in list(sheet.tasks.values()):
        if other.id != ROOT and other is not token and (ad_hoc is None or ad_hoc.cancel_rest or not _runs(other)):
            sheet.withdraw(other)


def refresh(sheet: Sheet) -> None:
    """Show what may be begun now: in sequence nothing while an activity runs, otherwise all that is enabled."""
    ad_hoc = sheet.owner.task_spec.element.ad_hoc
    if ad_hoc is None or ad_hoc.active or not {"completing", "reopened"}.isdisjoint(sheet.owner.notes):
        return
    case = sheet.top_workflow
    mine = [t for t in sheet.tasks.values() if t.id != ROOT]
    closed = ad_hoc.sequential and any(_runs(t) for t in mine)
    offered = [t for t in mine if t.notes.get("kind") == "enabled"]
    for token in offered if closed else ():
        if token.notes.get("armed"):
            sheet.drop(token)
        else:
            token.notes["had"] = token.notes.pop("kind")
    if closed:
        return
    for token in mine:
        if token.notes.pop("had", None):
            token.notes["kind"] = "enabled"
            case.renumber(token)
    shown = {t.task_spec.element.id for t in offered if t.notes.get("armed")}
    for element in first_activities(sheet.spec.scope):
        if element.id not in shown:
            sheet.arm(sheet.spec.node(element.id), kind="enabled")


def _runs(token: Token) -> bool:
    """Whether a token is an activity that has been begun."""
    notes, node = token.notes, token.task_spec
    waits = notes.get("kind") == "enabled" or notes.get("had") == "enabled" or "joining" in notes or "armed" in notes
    return node.element.kind in ACTIVITIES and not waits


def _beside(element: Element) -> bool:
    return element.by_event or element.for_compensation or element.kind not in ACTIVITIES


def _active(token: Token, ad_hoc: AdHoc, scope: Scope) -> list[str]:
    """The ids of the activities to begin at once."""
    found: Any = token.task_spec.engine(token).values([ad_hoc.active], token.visible())[0]
    known = {element.id for element in first_activities(scope)}
    if not isinstance(found, list) or not all(isinstance(one, str) and one in known for one in found):
        text = Sentence(
            "Danh sách việc cần bắt đầu không phải là mã các việc bên trong: %(found)s", found=str(found)[:200]
        )
        raise Trouble(text, "ad-hoc")
    return list(dict.fromkeys(found))
