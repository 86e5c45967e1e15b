"""What the author of a form should put right before it is published."""

import re
from collections.abc import Iterable, Iterator

from forms.check_expressions import check_expressions
from forms.check_questions import check_question
from forms.check_report import Report
from forms.definition import KEYED, KNOWN, Component, Form
from forms.expressions import TEXTS, text_of
from rules.feel import Feel
from rules.feel import feel as own_feel
from rules.findings import Finding
from rules.sentences import Sentence

NEWEST_SCHEMA = 19
LOCALES = ("en",)

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Names the engine, FEEL or form-js already give a meaning wherever a form's data are read.
RESERVED = frozenset({"dossier", "now", "today", "this", "parent", "i", "_this_", "_parent_", "_i_", "case", "task"})
_REFUSED = frozenset({"html", "iframe", "image", "documentPreview", "script"})
_DANGEROUS = re.compile(
    r"<\s*(?:script|iframe|object|embed|form|style|link|meta)\b|javascript:|\bon[a-z]{3,20}\s*=", re.I
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")


def check_form(
    form: Form, *, file: str = "", names: Iterable[str] | None = None, feel: Feel | None = None
) -> list[Finding]:
    """Everything a form's author should know, errors and warnings, in reading order.

    `names` are the variables the form will be opened with besides its own answers (process variables, `wards`); with
    them an unknown name is an error, without them (None) a warning.
    """
    report = Report(file)
    _check_whole(form, report)
    for component in form.walk():
        _check_type(component, report)
        _check_texts(component, report)
        check_question(component, report)
    check_expressions(form, report, names, feel or own_feel())
    return report.findings


def _check_whole(form: Form, report: Report) -> None:
    version = form.source.get("schemaVersion")
    if isinstance(version, int) and version > NEWEST_SCHEMA:
        report.warning(
            "schema",
            None,
            Sentence(
                "Biểu mẫu theo phiên bản form-js %(version)s, mới hơn phiên bản %(newest_schema)s mà hệ thống biết.",
                version=version,
                newest_schema=NEWEST_SCHEMA,
            ),
            Sentence("Kiểm tra lại các thành phần mới, hoặc xuất lại bằng trình soạn của hệ thống."),
        )
    if not form.pages:
        report.error("empty", None, Sentence("Biểu mẫu chưa có câu hỏi nào."), Sentence("Thêm ít nhất một trường."))
    ids: set[str] = set()
    for component in form.walk():
        if component.id in ids:
            report.error(
                "id-twice",
                component,
                Sentence("Mã “%(id)s” dùng hai lần.", id=component.id),
                Sentence("Đổi mã của một thành phần."),
            )
        ids.add(component.id)
    _check_places(form, report)


def _check_places(form: Form, report: Report) -> None:
    """Each answer needs a place of its own, as form-js' path registry has it."""
    leaves: dict[tuple[str, ...], Component] = {}
    lists: dict[tuple[str, ...], Component] = {}
    inner: dict[tuple[str, ...], Component] = {}
    for component, path, is_list in _places(form):
        owners = leaves if component.type in KEYED else lists
        clash = leaves.get(path) or lists.get(path) or (inner.get(path) if component.type in KEYED or is_list else None)
        clash = clash or next((leaves[path[:n]] for n in range(1, len(path)) if path[:n] in leaves), None)
        if clash and clash is not component:
            report.error(
                "key-twice",
                component,
                Sentence(
                    "Khóa “%(key)s” đã dùng cho “%(name)s”.", key=".".join(path).replace(".[]", ""), name=clash.name
                ),
                Sentence("Đặt khóa khác để hai câu trả lời không đè lên nhau."),
            )
        if component.type in KEYED or is_list:
            owners[path] = component
        for length in range(1, len(path)):
            inner.setdefault(path[:length], component)


def _places(form: Form) -> Iterator[tuple[Component, tuple[str, ...], bool]]:
    def below(component: Component, base: tuple[str, ...]) -> Iterator[tuple[Component, tuple[str, ...], bool]]:
        path = base + component.keys
        is_list = component.type == "dynamiclist"
        if component.keys and (component.type in KEYED or is_list):
            yield component, path, is_list
        for child in component.components:
            yield from below(child, (*path, "[]") if is_list else path)

    for page in form.pages:
        for component in [page.group] if page.group else page.components:
            yield from below(component, ())


def _check_type(component: Component, report: Report) -> None:
    if component.type in _REFUSED:
        report.error(
            "type-refused",
            component,
            Sentence(
                "Không nhận thành phần “%(type)s”: mã HTML, trang nhúng hay ảnh ngoài có thể gây hại.",
                type=component.type,
            ),
            Sentence("Dùng thành phần văn bản (text) với chữ đậm, danh sách và liên kết."),
        )
    elif component.type not in KNOWN:
        report.error(
            "type-unknown",
            component,
            Sentence("Không biết loại thành phần “%(type)s”.", type=component.type),
            Sentence("Dùng một loại có trong trình soạn biểu mẫu."),
        )
    if component.type in KEYED or (component.type == "dynamiclist" and component.keys):
        _check_key(component, report)


def _check_key(component: Component, report: Report) -> None:
    drawn = component.source.get("path" if component.type == "dynamiclist" else "key")
    key = ".".join(component.keys)
    if not isinstance(drawn, str) or not drawn:
        report.error(
            "key-missing", component, Sentence("Trường chưa có khóa (key)."), Sentence("Đặt khóa, ví dụ ho_ten.")
        )
    elif not all(_KEY.fullmatch(part) for part in component.keys):
        report.error(
            "key-bad",
            component,
            Sentence("Khóa “%(key)s” có ký tự không dùng được.", key=key),
            Sentence("Chỉ dùng chữ cái không dấu, chữ số và gạch dưới, bắt đầu bằng chữ cái; chia tầng bằng dấu chấm."),
        )
    elif component.keys[0] in RESERVED or any(part.startswith("__") for part in component.keys):
        report.error(
            "key-reserved",
            component,
            Sentence("Khóa “%(key)s” trùng với tên của hệ thống.", key=key),
            Sentence("Đặt khóa khác, không bắt đầu bằng hai gạch dưới."),
        )


def _check_texts(component: Component, report: Report) -> None:
    asks = component.type in KEYED - {"expression"} or component.type in ("dynamiclist", "table")
    label = text_of(component, "label", "vi").strip()
    if asks and not label:
        report.error(
            "label-missing",
            component,
            Sentence("Trường chưa có nhãn."),
            Sentence("Viết câu hỏi hoặc tên trường vào nhãn."),
        )
    for locale in LOCALES if asks and label else ():
        own = component.properties.get(f"label.{locale}") or component.properties.get(f"dateLabel.{locale}")
        if not own:
            report.warning(
                f"label-{locale}",
                component,
                Sentence("Nhãn chưa có bản tiếng Anh."),
                Sentence("Thêm thuộc tính label.%(locale)s.", locale=locale),
            )
    for name in TEXTS:
        for locale in ("vi", *LOCALES):
            if problem := _problem_of(text_of(component, name, locale)):
                code, message = problem
                kind = report.error if code == "script" else report.warning
                kind(
                    code,
                    component,
                    message,
                    Sentence("Bỏ thẻ HTML; dùng **đậm**, danh sách “- ” và [liên kết](https://…)."),
                )
                return


def _problem_of(text: str) -> tuple[str, Sentence] | None:
    if _DANGEROUS.search(text[:50_000]):
        return "script", Sentence("Văn bản chứa mã chạy trong trình duyệt hoặc trang nhúng.")
    if _TAG.search(text[:50_000]):
        return "tag", Sentence("Văn bản chứa thẻ HTML; người dùng sẽ nhìn thấy nguyên chữ của thẻ.")
    return None
