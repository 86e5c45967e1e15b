"""What a test needs of a bundle: the sample answers of its forms, and a case walked through its drawing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from engine.bpmn import door
from engine.bpmn.advance import Advance, Waiting
from forms.definition import Component, Form, parse_form
from forms.validation import Validation, validate
from processes.bundle import Bundle, library, load_bundle
from rules.dmn import parse_decisions

NOW = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
LIBRARY = {folder.name: load_bundle(folder) for folder in library()}
BUNDLES = {name: bundle for name, bundle in LIBRARY.items() if bundle.procedure.kind == "dossier"}


def form_of(bundle: Bundle, form_id: str) -> Form:
    """Read one form of a bundle."""
    return parse_form(bundle.forms[form_id])


def samples_of(form: Form) -> dict[str, Any]:
    """Give the sample values of a form as somebody would send them."""
    found: dict[str, Any] = {}
    for page in form.pages:
        _samples([page.group] if page.group else page.components, found)
    return found


def _samples(components: Iterable[Component], into: dict[str, Any]) -> None:
    for component in components:
        if component.type == "group":
            inner = into
            for key in component.keys:
                inner = inner.setdefault(key, {})
            _samples(component.components, inner)
        elif component.type == "dynamiclist":
            row: dict[str, Any] = {}
            _samples(component.components, row)
            into[component.keys[0]] = [row]
        elif component.keys and "sample" in component.properties:
            sample = component.properties["sample"]
            into[component.keys[0]] = [sample] if component.type == "checklist" else sample


def filled_in(bundle: Bundle, form_id: str = "application", **changes: Mapping[str, Any]) -> Validation:
    """Fill a form in with its samples, some answers of a page changed, and let it be judged."""
    form = form_of(bundle, form_id)
    raw = samples_of(form)
    for page, answers in changes.items():
        raw[page] = {**raw.get(page, {}), **answers}
    return validate(form, raw, now=NOW)


class Walk:
    """A case on its way: service tasks answered as the engine would, people's tasks done one by one."""

    def __init__(self, bundle: Bundle, *, channel: str = "online", complete: bool = True, **changes: Any) -> None:
        """File a dossier with the sample answers."""
        self.bundle = bundle
        decisions = {path: parse_decisions(source, path) for path, source in bundle.named(".dmn").items()}
        self.definition = door.load(bundle.models, decisions)
        self.trace: list[tuple[str, dict[str, str]]] = []
        self.limit_case = ""
        place = {"code": "bt", "name": "Phường Bến Thành"}
        variables = {
            "dossier_id": "D1",
            "channel": channel,
            "components_complete": complete,
            "form": filled_in(bundle, **changes).clean,
            "case_key": "",
            "limit_case": "",
            "received_at": NOW.isoformat(),
            **dict.fromkeys(("receiving", "handling", "signing", "returning", "consulted"), place),
        }
        self._go(door.start(self.definition, self.definition.process_ids[0], variables, now=NOW))

    def _go(self, advance: Advance) -> None:
        self.advance = advance
        while call := next((one for one in self.advance.waiting if one.kind == "call"), None):
            self.trace.append((call.type, dict(call.headers)))
            answer = self._answer(call)
            self.advance = door.complete(self.definition, self.advance.state, call.token, answer, now=NOW)
        assert not self.advance.incidents, self.advance.incidents

    def _answer(self, call: Waiting) -> dict[str, Any]:
        if call.type == "dossier.accept":
            self.limit_case = self.advance.variables["limit_case"]
            return {"code": "H29.26743-261120-0001", "promised_on": "2026-11-26", "effective_on": "2026-11-20"}
        if call.type == "letter.render":
            return {call.headers["document"]: f"document-{len(self.trace)}"}
        if call.type == "register.ask":
            return {call.headers["resultVariable"]: {"number": "079185001234"}}
        if call.type in ("document.sign", "document.number", "document.seal", "document.issue"):
            assert {**self.advance.variables, **call.inputs}.get(call.headers["document"]), call.headers
        return {"fee": 75000} if call.type == "fee.request" else {}

    @property
    def open(self) -> set[str]:
        """Give the ids of the tasks people have on their lists."""
        return {one.element_id for one in self.advance.waiting if one.kind == "user"}

    def do(self, element: str, **changes: Any) -> Walk:
        """Do the task of that element: its form's samples, with changed answers of its page."""
        task = next(one for one in self.advance.waiting if one.kind == "user" and one.element_id == element)
        assert task.form_id
        page = next(page.group.keys[0] for page in form_of(self.bundle, task.form_id).pages if page.group)
        checked = filled_in(self.bundle, task.form_id, **{page: changes})
        assert not checked.errors, checked.errors
        self._go(door.complete(self.definition, self.advance.state, task.token, checked.clean, now=NOW))
        return self

    def hear(self, message: str, **variables: object) -> bool:
        """Deliver a message with what it brings; say whether the drawing waited for it."""
        advance = door.deliver(self.definition, self.advance.state, message, "D1", variables, now=NOW)
        self._go(advance)
        return advance.moved

    def of(self, task_type: str, header: str = "") -> list[str]:
        """List what was asked of one task type, by one of its headers."""
        return [headers.get(header, "") for type_, headers in self.trace if type_ == task_type]

    def deeds(self, document: str) -> list[str]:
        """List what was done to one document, in order."""
        return [type_ for type_, headers in self.trace if headers.get("document") == document]


OWED = {
    "apology_case": {
        "round": 1,
        "because": "term",
        "account": "",
        "level": "unit",
        "promised_on": "2026-11-26",
        "drafter": "handling.specialist",
        "signer": "signing.unit_head",
        "approver": "approving.leader",
        "office": "Phòng Kinh tế, Hạ tầng và Đô thị phường Bến Thành",
    },
    "apology_draft": {"unit": "Phòng Kinh tế", "state": "Thẩm định hồ sơ", "new_date": "2026-12-02"},
}
"""What comes with `apology.due`, the way the engine tells it."""
