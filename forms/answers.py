"""What a browser sent, sorted into the places of a form; nothing is judged here and nothing is lost."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, Protocol

from forms.definition import KEYED, Component, Form
from forms.layout import MAX_ROWS, row_count
from forms.options import CHOOSING_MANY
from forms.paths import Path, dotted, get_at, has_at, set_at
from forms.problems import TooMuch
from forms.texts import without_controls

MAX_NAMES = 10_000
MAX_CHARACTERS = 2_000_000

SHOWN = "__shown"  # hidden inputs naming what was on the page: an unticked box sends nothing else
ADD = "__add."
REMOVE = "__remove."


class MultiDict(Protocol):
    """Posted values by name, several to a name, as werkzeug keeps them."""

    def keys(self) -> Any: ...
    def getlist(self, key: str) -> list[Any]: ...


def read_answers(
    form: Form,
    multidict: MultiDict | Mapping[str, Any],
    *,
    page: str | None = None,
    before: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The raw answers in a posted form, nested as the form nests them; text as typed, less control characters.

    `before` are the answers known so far: what this post does not speak of stays, files above all, which a browser
    never sends twice. With `page` only that page's questions are read. The buttons `__add.<path>`,
    `__remove.<path>.<row>` and `__remove.<path>.<file id>` are obeyed. A date of three fields becomes
    `{"day", "month", "year"}`, a box True or False, many choices a list. Raises TooMuch beyond 10 000 fields,
    2 million characters or 200 rows.
    """
    posted = _Posted(multidict)
    answers: dict[str, Any] = deepcopy(dict(before or {}))
    for drawn in form.pages:
        if page in (None, drawn.key):
            base = drawn.group.keys if drawn.group else ()
            for component in drawn.components:
                _read(component, base, posted, answers)
    for component, path in _lists_and_files(form, answers):
        _press(component, path, posted, answers)
    return answers


def presses_a_button(multidict: MultiDict | Mapping[str, Any]) -> bool:
    """Whether a post only adds or removes a row or a file, so that the page is shown again instead of checked."""
    return any(str(name).startswith((ADD, REMOVE)) for name in multidict.keys())  # noqa: SIM118 werkzeug's keys


def add_file(answers: Mapping[str, Any], path: Path, file: Mapping[str, Any], *, multiple: bool) -> dict[str, Any]:
    """The answers with an uploaded file (id, name, size, media_type) at a question, beside or instead of others."""
    kept = get_at(answers, path)
    others = [item for item in kept if item.get("id") != file.get("id")] if multiple and isinstance(kept, list) else []
    changed = deepcopy(dict(answers))
    set_at(changed, path, [*others, dict(file)])
    return changed


class _Posted:
    """The posted values as lists of clean text, with the names looked up quickly."""

    def __init__(self, multidict: MultiDict | Mapping[str, Any]) -> None:
        self._values: dict[str, list[str]] = {}
        size = 0
        for name in multidict.keys():  # noqa: SIM118 a werkzeug MultiDict iterates the same, a plain protocol may not
            values = [str(value) for value in _values_of(multidict, name) if isinstance(value, str | int | float)]
            size += len(str(name)) + sum(map(len, values))
            self._values[str(name)] = [without_controls(value) for value in values]
        if size > MAX_CHARACTERS or len(self._values) > MAX_NAMES:
            raise TooMuch("Biểu mẫu gửi lên quá lớn")
        self.shown = frozenset(self._values.get(SHOWN, ()))
        self._below: dict[str, set[int]] = {}
        for name in (*self._values, *self.shown):
            self._note_rows(name)

    def _note_rows(self, name: str) -> None:
        steps = name.split(".")
        for place, step in enumerate(steps[1:12], start=1):
            if step.isascii() and step.isdecimal() and len(step) <= 4:
                self._below.setdefault(".".join(steps[:place]), set()).add(int(step))

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def all(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def last(self, name: str) -> str:
        return self._values[name][-1] if self._values.get(name) else ""

    def rows(self, name: str) -> list[int]:
        found = sorted(self._below.get(name, ()))
        if len(found) > MAX_ROWS:
            raise TooMuch("Câu trả lời có quá nhiều dòng")
        return found


def _values_of(multidict: MultiDict | Mapping[str, Any], name: str) -> Sequence[Any]:
    if not isinstance(multidict, Mapping) or hasattr(multidict, "getlist"):
        return multidict.getlist(name)  # type: ignore[union-attr]
    value = multidict[name]
    return value if isinstance(value, list | tuple) else [value]


def _read(component: Component, base: Path, posted: _Posted, answers: dict[str, Any], sent: Path | None = None) -> None:
    """Read one element; `sent` is the path it had in the browser, where removed rows may have left gaps."""
    path, named = base + component.keys, (base if sent is None else sent) + component.keys
    if component.type == "dynamiclist":
        _read_rows(component, path, named, posted, answers)
    elif component.type in KEYED:
        _read_one(component, path, dotted(named), posted, answers)
    else:
        for child in component.components:
            _read(child, path, posted, answers, named)


def _read_rows(component: Component, path: Path, named: Path, posted: _Posted, answers: dict[str, Any]) -> None:
    name = dotted(named)
    numbers = posted.rows(name)
    if not numbers and name not in posted.shown:
        return
    known = get_at(answers, path)
    known = known if isinstance(known, list) else []
    set_at(answers, path, [known[number] if number < len(known) else {} for number in numbers])
    for place, number in enumerate(numbers):
        for child in component.components:
            _read(child, (*path, place), posted, answers, (*named, number))


def _read_one(component: Component, path: Path, name: str, posted: _Posted, answers: dict[str, Any]) -> None:
    if component.type in ("expression", "filepicker"):
        return
    parts = {
        part: posted.last(f"{name}-{part}") for part in ("day", "month", "year", "time") if f"{name}-{part}" in posted
    }
    if component.type == "checkbox":
        if name in posted or name in posted.shown:
            set_at(answers, path, posted.last(name).lower() in ("true", "on", "yes", "1"))
    elif component.type in CHOOSING_MANY:
        if name in posted or name in posted.shown:
            set_at(answers, path, [value for value in posted.all(name) if value])
    elif parts and (component.type == "datetime" or component.kind == "date"):
        if name in posted:
            parts["date"] = posted.last(name)
        set_at(answers, path, parts)
    elif name in posted:
        value = posted.last(name)
        set_at(answers, path, value if component.type == "textarea" else value.replace("\n", " ").replace("\t", " "))


def _lists_and_files(form: Form, answers: Mapping[str, Any]) -> list[tuple[Component, Path]]:
    found: list[tuple[Component, Path]] = []

    def look(component: Component, base: Path) -> None:
        path = base + component.keys
        if component.type in ("dynamiclist", "filepicker"):
            found.append((component, path))
        if component.type == "dynamiclist":
            for index in range(row_count(component, get_at(answers, path))):
                for child in component.components:
                    look(child, (*path, index))
        else:
            for child in component.components:
                look(child, path)

    for page in form.pages:
        for component in page.components:
            look(component, page.group.keys if page.group else ())
    return found


def _press(component: Component, path: Path, posted: _Posted, answers: dict[str, Any]) -> None:
    """Obey the button that adds to, or removes from, one list of rows or files."""
    kept = get_at(answers, path)
    if component.type == "filepicker":
        if isinstance(kept, list):
            left = [f for f in kept if not isinstance(f, dict) or f"{REMOVE}{dotted(path)}.{f.get('id')}" not in posted]
            if len(left) != len(kept):
                set_at(answers, path, left)
        return
    if component.is_static:
        return
    rows = list(kept) if isinstance(kept, list) else [{} for _ in range(row_count(component, kept))]
    wanted = [row for index, row in enumerate(rows) if f"{REMOVE}{dotted(path)}.{index}" not in posted]
    if f"{ADD}{dotted(path)}" in posted and len(wanted) < MAX_ROWS:
        wanted.append({})
    if len(wanted) != len(rows) or (has_at(answers, path) and not isinstance(kept, list)):
        set_at(answers, path, wanted)
