"""The plain data a form template draws: pages, fields, rows, options, files, tables and summaries."""

from dataclasses import dataclass

from forms.problems import FieldError


@dataclass(frozen=True)
class OptionView:
    """One answer to choose; `value` is what the browser sends."""

    value: str
    label: str
    selected: bool
    hint: str = ""


@dataclass(frozen=True)
class DateParts:
    """A date (and time of day) in the fields it is typed in."""

    day: str = ""
    month: str = ""
    year: str = ""
    time: str = ""


@dataclass(frozen=True)
class FileView:
    """A file already uploaded; `size_text` for reading, `remove_name` the name of the button that removes it."""

    id: str
    name: str
    size: int
    size_text: str
    remove_name: str = ""


@dataclass(frozen=True)
class TableView:
    """A table to read."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class RowView:
    """One row of a dynamic list, numbered from 1; no `remove_name` where it has to stay."""

    number: int
    label: str
    fields: tuple["FieldView", ...]
    remove_name: str


@dataclass(frozen=True)
class FieldView:
    """One element to draw.

    `kind` is text, textarea, checkbox, checkboxes, radios, select, date, time, datetime, files, content, group, list,
    table, separator or spacer. `name` is the input's name and the answer's path, `value` what the input holds as typed,
    `text` the same for reading. `html` (content only) is safe.
    """

    kind: str
    key: str
    id: str
    name: str
    label: str = ""
    hint: str = ""
    required: bool = False
    optional: bool = False
    readonly: bool = False
    value: str | bool = ""
    text: str = ""
    options: tuple[OptionView, ...] = ()
    error: FieldError | None = None
    children: tuple["FieldView", ...] = ()
    rows: tuple[RowView, ...] = ()
    parts: DateParts = DateParts()
    files: tuple[FileView, ...] = ()
    table: TableView | None = None
    html: str = ""
    item_label: str = ""
    add_name: str = ""
    accept: str = ""
    multiple: bool = False
    prefix: str = ""
    suffix: str = ""
    input_type: str = "text"
    inputmode: str = ""
    autocomplete: str = ""
    width: str = ""
    spellcheck: bool | None = None
    max_length: int | None = None
    sample: str = ""


@dataclass(frozen=True)
class PageView:
    """One page to draw, and where it stands among the visible ones.

    `live` says that some answer changes what is shown, so the page is worth asking for anew while it is filled in.
    """

    key: str
    title: str
    hint: str
    fields: tuple[FieldView, ...]
    errors: tuple[FieldError, ...]
    readonly: bool
    live: bool
    number: int
    count: int
    previous: str | None
    next: str | None


@dataclass(frozen=True)
class FormView:
    """A form to draw: the pages asked for, the keys of all visible ones, and every error."""

    id: str
    title: str
    pages: tuple[PageView, ...]
    page_keys: tuple[str, ...]
    errors: tuple[FieldError, ...]
    readonly: bool
    locale: str


@dataclass(frozen=True)
class SummaryRow:
    """One question and its answer in words (lines divided by newlines, nothing when unanswered).

    `section` names the row of a list the question stands in ("Thành viên 2"), `href` jumps to its input.
    """

    key: str
    label: str
    text: str
    page_key: str
    visible: bool
    section: str = ""
    files: tuple[FileView, ...] = ()
    href: str = ""


@dataclass(frozen=True)
class SummaryGroup:
    """The answers of one page."""

    page_key: str
    title: str
    rows: tuple[SummaryRow, ...]
