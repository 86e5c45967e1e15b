"""A form as it is to be shown: plain data a template draws without deciding anything."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from forms.dates import PARTS, as_typed, is_parts, read_moment
from forms.definition import Component, Form
from forms.expressions import pieces_of, rules_of, templates_of, text_of
from forms.filling import Filled, fill
from forms.formatting import format_answer, format_number, format_size, word
from forms.layout import MAX_ROWS, Node
from forms.markup import to_html
from forms.options import CHOOSING_MANY, CHOOSING_ONE, token_of
from forms.paths import dotted
from forms.pictures import (
    DateParts,
    FieldView,
    FileView,
    FormView,
    OptionView,
    PageView,
    RowView,
    TableView,
)
from forms.problems import FieldError, Unreadable, input_id
from forms.rules import accepted, limit, may_be_many
from forms.summary import summarise as summarise
from forms.texts import decapitalised, plain
from rules.feel import Feel

_KINDS = {
    "textfield": "text",
    "textarea": "textarea",
    "number": "text",
    "checkbox": "checkbox",
    "checklist": "checkboxes",
    "taglist": "checkboxes",
    "radio": "radios",
    "select": "select",
    "filepicker": "files",
    "text": "content",
    "table": "table",
    "group": "group",
    "dynamiclist": "list",
    "separator": "separator",
    "spacer": "spacer",
}
_INPUT_TYPES = {"email": "email", "phone": "tel"}
_INPUT_MODES = {"identity": "numeric", "tax_code": "numeric", "money": "numeric"}
_WIDTHS = {"identity": "20", "phone": "20", "tax_code": "20", "money": "10"}
_MOST_TABLE_ROWS = 500


def build_view(
    form: Form,
    values: Mapping[str, Any],
    *,
    errors: Iterable[FieldError] = (),
    context: Mapping[str, Any] | None = None,
    now: datetime,
    page: str | None = None,
    readonly: bool = False,
    locale: str = "vi",
    feel: Feel | None = None,
) -> FormView:
    """What to draw for a form filled in with `values` (raw answers as typed, or clean ones).

    Hidden pages and fields are left out; `page` narrows `pages` to one key (empty when that page is hidden), while
    `page_keys` always lists the visible pages in order. `errors` come from `validate`. Raises as `validate` does.
    """
    filled = fill(
        form,
        values,
        context=context,
        now=now,
        feel=feel,
        locale=locale,
        shown=[drawn.key for drawn in form.pages if page in (None, drawn.key)],
    )
    errors = tuple(errors)
    drawer = _Drawer(filled, {error.path: error for error in errors}, readonly)
    keys = visible_pages(filled)
    pages = tuple(drawer.page(key, keys) for key in keys if page in (None, key))
    return FormView(form.id, title_of(form, locale), pages, keys, errors, readonly, locale)


def title_of(form: Form, locale: str) -> str:
    """The form's title in a language."""
    return (form.titles.get(locale) if locale != "vi" else "") or form.title


def visible_pages(filled: Filled) -> tuple[str, ...]:
    """The keys of the pages on which anything is shown, in order."""
    shown = {node.page.key for node in filled.nodes if node not in filled.hidden}
    return tuple(page.key for page in filled.form.pages if page.key in shown)


class _Drawer:
    def __init__(self, filled: Filled, errors: Mapping[str, FieldError], readonly: bool) -> None:
        self.filled, self.errors, self.readonly = filled, errors, readonly

    def page(self, key: str, keys: tuple[str, ...]) -> PageView:
        tops = [node for node in self.filled.nodes if node.page.key == key]
        page = tops[0].page
        group = tops[0] if page.group else None
        fields = self._fields(group.children if group else tops)
        own = {dotted(node.path) for top in tops for node in top.walk()}
        place = keys.index(key)
        return PageView(
            key=key,
            title=self.filled.label(group) if group else title_of(self.filled.form, self.filled.locale),
            hint=self.filled.text(group, "description") if group else "",
            fields=fields,
            errors=tuple(error for path, error in self.errors.items() if path in own),
            readonly=self.readonly,
            live=not self.readonly and any(self._is_live(node) for node in self.filled.nodes),
            number=place + 1,
            count=len(keys),
            previous=keys[place - 1] if place else None,
            next=keys[place + 1] if place + 1 < len(keys) else None,
        )

    def _is_live(self, node: Node) -> bool:
        return any(rules_of(part.component) or templates_of(part.component, self.filled.locale) for part in node.walk())

    def _fields(self, nodes: Iterable[Node]) -> tuple[FieldView, ...]:
        return tuple(
            self._field(node)
            for node in nodes
            if node not in self.filled.hidden and (node.component.type in _KINDS or node.component.type == "datetime")
        )

    def _field(self, node: Node) -> FieldView:
        component, filled = node.component, self.filled
        path = dotted(node.path) if component.keys else ""
        base: dict[str, Any] = {
            "kind": component.subtype if component.type == "datetime" else _KINDS[component.type],
            "key": component.keys[-1] if component.keys else "",
            "name": path,
            "id": input_id(path or component.id),
            "label": filled.label(node) if component.type != "text" else "",
            "hint": "\n".join(filter(None, (filled.text(node, name).strip() for name in ("description", "hint")))),
            "readonly": self.readonly or filled.is_kept(node),
            "error": self.errors.get(path),
            "sample": component.properties.get("sample", ""),
        }
        if node.is_answer:
            base |= self._answer(node)
        elif component.type == "dynamiclist":
            base |= self._list(node)
        elif component.type == "group":
            base["children"] = self._fields(node.children)
        elif component.type == "text":
            base["html"] = self._html(node)
        elif component.type == "table":
            base["table"] = self._table(node)
        return FieldView(**base)

    def _answer(self, node: Node) -> dict[str, Any]:
        component, filled = node.component, self.filled
        raw = filled.raw_at(node)
        most = limit(filled, node, "maxLength")
        found: dict[str, Any] = {
            "required": component.required,
            "optional": not component.required and component.type != "checkbox",
            "value": self._typed(node, raw),
            "text": self._readable(node, raw),
            "prefix": filled.text(node, "appearance.prefixAdorner"),
            "suffix": filled.text(node, "appearance.suffixAdorner") or ("đ" if component.kind == "money" else ""),
            "max_length": most if isinstance(most, int) and component.type == "textarea" else None,
            **_input_attributes(component, in_row=node.row is not None),
        }
        if component.type in CHOOSING_ONE | CHOOSING_MANY:
            found["options"] = self._options(node, raw)
        if component.type == "datetime" or (component.kind == "date" and component.type == "textfield"):
            found["parts"] = self._parts(node, raw)
            if component.type == "textfield":
                found["kind"] = "date"
        if component.type == "filepicker":
            found |= {
                "files": files_of(filled.answers[node], dotted(node.path)),
                "accept": ",".join(accepted(filled, node)),
                "multiple": may_be_many(filled, node),
            }
        return found

    def _typed(self, node: Node, raw: Any) -> Any:
        """What the input holds: exactly what was typed, or a kept value as a person would type it."""
        if node.component.type == "checkbox":
            return self.filled.answers[node] is True
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return format_number(raw, grouped=node.component.kind == "money")
        return raw if isinstance(raw, str) else "" if raw is None else plain(raw)

    def _readable(self, node: Node, raw: Any) -> str:
        if node in self.filled.troubles:
            return as_typed(raw)
        options = self.filled.options(node) if node.component.type in CHOOSING_ONE | CHOOSING_MANY else ()
        return format_answer(node.component, self.filled.answers[node], options, self.filled.locale)

    def _options(self, node: Node, raw: Any) -> tuple[OptionView, ...]:
        given = raw if isinstance(raw, list) else [raw]
        picked = {token_of(value) for value in given if value not in (None, "")}
        return tuple(
            OptionView(
                option.token, option.label, option.token in picked, self._option_hint(node.component, option.token)
            )
            for option in self.filled.options(node)
        )

    def _option_hint(self, component: Component, token: str) -> str:
        own = component.properties.get(f"option.{token}.hint.{self.filled.locale}")
        return own or component.properties.get(f"option.{token}.hint", "")

    def _parts(self, node: Node, raw: Any) -> DateParts:
        if is_parts(raw) and any(part in raw for part in PARTS):
            return DateParts(*(str(raw.get(part, "")) for part in (*PARTS, "time")))
        if node.component.subtype == "time" and node.component.type == "datetime":
            return DateParts(time=self._readable(node, raw))
        clean = self.filled.answers[node]
        if isinstance(clean, str) and clean:
            year, month, day = (int(part) for part in clean[:10].split("-"))
            try:
                time = f"{read_moment(clean):%H:%M}" if "T" in clean else ""
            except Unreadable:
                time = ""
            return DateParts(str(day), str(month), str(year), time)
        return DateParts(day=raw if isinstance(raw, str) else "")

    def _list(self, node: Node) -> dict[str, Any]:
        component, filled = node.component, self.filled
        item = _row_label(component, filled)
        may_change = not self.readonly and not component.is_static and bool(component.components)
        path = dotted(node.path)
        least, most = (component.properties.get(name, "") for name in ("min_rows", "max_rows"))
        room = min(int(most), MAX_ROWS) if most.isdecimal() else MAX_ROWS
        removable = may_change and len(node.rows) > (int(least) if least.isdecimal() else 0)
        return {
            "item_label": decapitalised(item),
            "add_name": f"__add.{path}" if may_change and len(node.rows) < room else "",
            "rows": tuple(
                RowView(
                    number=index + 1,
                    label=f"{item} {index + 1}",
                    fields=self._fields(row),
                    remove_name=f"__remove.{path}.{index}" if removable else "",
                )
                for index, row in enumerate(node.rows)
            ),
        }

    def _html(self, node: Node) -> str:
        return to_html(
            pieces_of(text_of(node.component, "text", self.filled.locale)),
            lambda expression: self.filled.results.get((node, "{{" + expression)),
        )

    def _table(self, node: Node) -> TableView:
        columns = self.filled.rule(node, "columnsExpression") or node.component.source.get("columns")
        columns = [c for c in columns if isinstance(c, Mapping) and c.get("key")] if isinstance(columns, list) else []
        rows = self.filled.rule(node, "dataSource")
        rows = rows if isinstance(rows, list) else []
        return TableView(
            head=tuple(str(column.get("label") or column["key"]) for column in columns),
            rows=tuple(
                tuple(_cell(row.get(column["key"])) for column in columns)
                for row in rows[:_MOST_TABLE_ROWS]
                if isinstance(row, Mapping)
            ),
        )


def _row_label(component: Component, filled: Filled) -> str:
    own = component.properties.get(f"row.label.{filled.locale}") or component.properties.get("row.label")
    return own or component.localised("label", filled.locale) or word("row", filled.locale).capitalize()


def _cell(value: Any) -> str:
    return format_number(value) if isinstance(value, int | float) and not isinstance(value, bool) else plain(value)


def files_of(value: Any, path: str) -> tuple[FileView, ...]:
    """The files of an answer, ready to be listed."""
    return tuple(
        FileView(item["id"], item["name"], item["size"], format_size(item["size"]), f"__remove.{path}.{item['id']}")
        for item in (value if isinstance(value, list) else ())
    )


def _input_attributes(component: Component, *, in_row: bool) -> dict[str, Any]:
    kind = component.kind
    properties = component.properties
    mode = _INPUT_MODES.get(kind, "")
    if component.type == "number" and kind != "money":
        mode = "numeric" if component.source.get("decimalDigits") == 0 else "decimal"
    if "passport" in properties.get("identity.allow", ""):
        mode = ""
    default = {"email": "email", "phone": "tel"}.get(kind, "")
    return {
        "input_type": _INPUT_TYPES.get(kind, "text"),
        "inputmode": mode,
        "autocomplete": properties.get("autocomplete", "" if in_row else default),
        "width": properties.get("width", _WIDTHS.get(kind, "10" if component.type == "number" else "")),
        "spellcheck": False if kind else None,
    }
