"""A form as its designer drew it, read from form-js JSON (`.form`, schemaVersion 19) and divided into pages."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rules.sentences import Sentence

MAX_BYTES = 1_000_000
MAX_DEPTH = 24
MAX_COMPONENTS = 1_000

KEYED = frozenset(
    {
        "textfield",
        "textarea",
        "number",
        "checkbox",
        "checklist",
        "radio",
        "select",
        "taglist",
        "datetime",
        "filepicker",
        "expression",
    }
)
GROUPING = frozenset({"group", "dynamiclist"})
SHOWING = frozenset({"text", "table", "separator", "spacer", "button"})
KNOWN = KEYED | GROUPING | SHOWING

_LOOSE_PAGE = "main"


class BadForm(ValueError):
    """A file that is no form at all: not JSON, too large, nested too deep, or not shaped as form-js writes it."""


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """One element of a form: a question, a text, a group or a list of rows.

    `keys` is where its answer lives below its parent (empty for texts and groups without a path). `source` is the
    element's JSON as drawn; nothing in it is trusted.
    """

    id: str
    type: str
    keys: tuple[str, ...]
    label: str
    properties: Mapping[str, str]
    source: Mapping[str, Any]
    components: tuple["Component", ...] = ()

    @property
    def name(self) -> str:
        """What a message calls this element: its label, or its key when it has none."""
        return self.label or ".".join(self.keys) or self.id

    @property
    def validate(self) -> Mapping[str, Any]:
        """The rules of form-js' `validate` block."""
        rules = self.source.get("validate")
        return rules if isinstance(rules, dict) else {}

    @property
    def hide(self) -> str:
        """The FEEL condition that hides the element, with its leading "=", or nothing."""
        conditional = self.source.get("conditional")
        condition = conditional.get("hide") if isinstance(conditional, dict) else None
        return condition if isinstance(condition, str) else ""

    @property
    def required(self) -> bool:
        """Whether the question must be answered."""
        return self.validate.get("required") is True

    @property
    def subtype(self) -> str:
        """What a `datetime` asks for: date, time or datetime."""
        subtype = self.source.get("subtype")
        return subtype if subtype in ("date", "time", "datetime") else "date"

    @property
    def kind(self) -> str:
        """What the answer is in the trade's words (`identity`, `money`, …), or nothing."""
        preset = self.validate.get("validationType")
        return self.properties.get("kind") or (preset if preset in ("email", "phone") else "")

    @property
    def is_static(self) -> bool:
        """Whether a dynamic list keeps its rows, with no adding and removing."""
        return self.source.get("allowAddRemove") is False

    def walk(self) -> Iterator["Component"]:
        """This element and all below it, in reading order."""
        yield self
        for component in self.components:
            yield from component.walk()

    def localised(self, name: str, locale: str) -> str:
        """A text of the element (`label`, `description`) in a language, Vietnamese where that language is missing."""
        if locale != "vi" and (own := self.properties.get(f"{name}.{locale}")):
            return own
        text = self.source.get(name)
        return text if isinstance(text, str) else ""


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """What is asked at once: a top-level group, or the elements that stand outside every group."""

    key: str
    title: str
    components: tuple[Component, ...]
    group: Component | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A form ready to be filled in."""

    id: str
    title: str
    pages: tuple[Page, ...]
    source: Mapping[str, Any]
    titles: Mapping[str, str]

    def walk(self) -> Iterator[Component]:
        """All elements in reading order, groups that are pages included."""
        for page in self.pages:
            if page.group:
                yield page.group
            for component in page.components:
                yield from component.walk()

    def page(self, key: str) -> Page | None:
        """The page of that key."""
        return next((page for page in self.pages if page.key == key), None)


def parse_form(source: bytes | str) -> Form:
    """Read a form-js file.

    Unknown element types and bad keys are kept, so that `forms.check` can name them; what is not a form at all is
    refused with `BadForm`.
    """
    document = _load(source)
    drawn = document.get("components")
    if not isinstance(drawn, list):
        raise BadForm(Sentence("Tệp biểu mẫu không có danh sách thành phần (components)."))
    count = [0]
    components = tuple(_component(item, 1, count) for item in drawn)
    properties = _texts(document.get("properties"))
    title = next((t for t in (document.get("title"), document.get("name"), properties.get("title")) if _filled(t)), "")
    return Form(
        id=str(document.get("id") or "form"),
        title=str(title),
        pages=_pages(components, str(title)),
        source=document,
        titles={key.removeprefix("title."): text for key, text in properties.items() if key.startswith("title.")},
    )


def _load(source: bytes | str) -> dict[str, Any]:
    size = len(source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise BadForm(Sentence("Tệp biểu mẫu lớn hơn 1 MB."))
    try:
        text = source.decode("utf-8-sig") if isinstance(source, bytes) else source
        document = json.loads(text, parse_constant=_no_constant)
        json.dumps(document, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise BadForm(Sentence("Tệp biểu mẫu không phải JSON hợp lệ.")) from error
    if not isinstance(document, dict):
        raise BadForm(Sentence("Tệp biểu mẫu không phải một biểu mẫu form-js."))
    return document


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _component(item: Any, depth: int, count: list[int]) -> Component:
    count[0] += 1
    if depth > MAX_DEPTH or count[0] > MAX_COMPONENTS:
        raise BadForm(Sentence("Biểu mẫu quá sâu hoặc quá nhiều thành phần."))
    if not isinstance(item, dict) or not isinstance(item.get("type"), str):
        raise BadForm(Sentence("Có thành phần không ghi loại (type)."))
    children = item.get("components")
    type_ = item["type"]
    own = item.get("key") if type_ in KEYED else item.get("path") if type_ in GROUPING else None
    keys = tuple(own.split(".")) if isinstance(own, str) and own else ()
    id_ = str(item.get("id") or f"Field_{count[0]}")
    if not keys and (type_ in KEYED or type_ == "dynamiclist"):
        keys = (re.sub(r"\W", "_", id_, flags=re.ASCII),)
    label = item.get("label") or item.get("dateLabel") or item.get("timeLabel")
    return Component(
        id=id_,
        type=type_,
        keys=keys,
        label=label if isinstance(label, str) else "",
        properties=_texts(item.get("properties")),
        source=item,
        components=tuple(_component(child, depth + 1, count) for child in children)
        if isinstance(children, list)
        else (),
    )


def _texts(properties: Any) -> dict[str, str]:
    if not isinstance(properties, dict):
        return {}
    return {str(key): value.strip() for key, value in properties.items() if isinstance(value, str)}


def _filled(text: Any) -> bool:
    return isinstance(text, str) and bool(text.strip())


def _pages(components: tuple[Component, ...], title: str) -> tuple[Page, ...]:
    loose = tuple(component for component in components if component.type != "group")
    pages: list[Page] = []
    used: set[str] = set()
    for component in components:
        if component.type == "group":
            key = _unused(_page_key(component), used)
            pages.append(Page(key, component.label, component.components, component))
        elif component is loose[0]:
            pages.append(Page(_unused(_LOOSE_PAGE, used), title, loose))
    return tuple(pages)


def _page_key(group: Component) -> str:
    wanted = group.properties.get("page") or "-".join(group.keys) or str(group.source.get("key") or group.id)
    return re.sub(r"[^A-Za-z0-9_-]+", "-", wanted).strip("-") or "page"


def _unused(key: str, used: set[str]) -> str:
    number, found = 2, key
    while found in used:
        found, number = f"{key}-{number}", number + 1
    used.add(found)
    return found
