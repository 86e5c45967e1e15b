"""What may be wrong with the rules of one question: options, limits, pattern, default, kind."""

from collections.abc import Mapping
from typing import Any

from forms.check_report import Report
from forms.dates import read_date
from forms.definition import Component
from forms.kinds import READERS
from forms.options import CHOOSING_MANY, CHOOSING_ONE, options_of
from forms.patterns import BadPattern, pattern
from forms.problems import Unreadable
from forms.reading import as_decimal, read_answer
from rules.sentences import Sentence

_PAIRS = (("minLength", "maxLength"), ("min", "max"))


def check_question(component: Component, report: Report) -> None:
    """Look at everything about one element that can be judged without FEEL."""
    if component.kind and component.kind not in READERS:
        report.error(
            "kind",
            component,
            Sentence("Không biết loại câu trả lời “%(kind)s”.", kind=component.kind),
            Sentence("Dùng một trong: %(readers)s.", readers=", ".join(sorted(READERS))),
        )
    if component.type in CHOOSING_ONE | CHOOSING_MANY:
        _check_options(component, report)
    if component.type == "table" and not _has_columns(component):
        report.error("columns", component, Sentence("Bảng chưa có cột."), Sentence("Thêm cột với khóa và tên."))
    if component.type == "expression" and not component.source.get("expression"):
        report.error(
            "expression-missing",
            component,
            Sentence("Trường tính toán chưa có biểu thức."),
            Sentence("Viết biểu thức FEEL."),
        )
    _check_limits(component, report)
    _check_pattern(component, report)
    _check_given(component, report)


def _check_options(component: Component, report: Report) -> None:
    source = component.source
    if isinstance(source.get("valuesKey"), str) or isinstance(source.get("valuesExpression"), str):
        return
    drawn = source.get("values")
    options = options_of(component, context={})
    if not options:
        report.error(
            "options-missing",
            component,
            Sentence("Câu hỏi chưa có lựa chọn nào."),
            Sentence("Thêm ít nhất một lựa chọn."),
        )
    elif isinstance(drawn, list) and len(options) < len(drawn):
        report.error(
            "options-twice",
            component,
            Sentence("Có lựa chọn trùng giá trị hoặc thiếu giá trị."),
            Sentence("Đặt cho mỗi lựa chọn một giá trị riêng."),
        )
    if missing := [o.label for o in options if not component.properties.get(f"option.{o.token}.en")]:
        report.warning(
            "options-en",
            component,
            Sentence("Lựa chọn chưa có bản tiếng Anh: %(missing)s.", missing=", ".join(missing[:5])),
            Sentence("Thêm thuộc tính option.<giá trị>.en."),
        )


def _has_columns(component: Component) -> bool:
    columns = component.source.get("columns")
    return isinstance(component.source.get("columnsExpression"), str) or (
        isinstance(columns, list) and bool(columns) and all(isinstance(c, Mapping) and c.get("key") for c in columns)
    )


def _check_limits(component: Component, report: Report) -> None:
    for low, high in _PAIRS:
        found: list[Any] = []
        for name in (low, high):
            drawn = component.validate.get(name)
            number = as_decimal(drawn)
            if drawn not in (None, "") and number is None and not str(drawn).startswith("="):
                report.error(
                    "limit",
                    component,
                    Sentence("Giới hạn “%(name)s” không phải là số.", name=name),
                    Sentence("Viết số hoặc biểu thức FEEL."),
                )
            found.append(number)
        if None not in found and found[0] > found[1]:
            report.error(
                "limit", component, Sentence("Giới hạn dưới lớn hơn giới hạn trên."), Sentence("Đổi lại hai giới hạn.")
            )
    for name in ("min", "max"):
        drawn = component.properties.get(name, "")
        if drawn and drawn != "today" and not drawn.startswith("=") and not _is_day(drawn):
            report.error(
                "limit",
                component,
                Sentence("Giới hạn ngày “%(name)s” viết “%(drawn)s” không đọc được.", name=name, drawn=drawn),
                Sentence("Viết năm-tháng-ngày, today, hoặc biểu thức FEEL."),
            )


def _is_day(text: str) -> bool:
    try:
        return read_date(text).isoformat() == text
    except Unreadable:
        return False


def _check_pattern(component: Component, report: Report) -> None:
    source = component.validate.get("pattern")
    if not isinstance(source, str) or not source:
        return
    try:
        pattern(source)
    except BadPattern:
        report.error(
            "pattern",
            component,
            Sentence(
                "Mẫu “%(source)s” viết sai, quá dài hoặc dùng cách viết không được nhận (nhìn trước, gọi lại nhóm).",
                source=source[:80],
            ),
            Sentence("Viết mẫu đơn giản hơn, ví dụ ^[A-Z]{2}-[0-9]{4}$."),
        )


def _check_given(component: Component, report: Report) -> None:
    """The default and the sample must themselves be answers."""
    default, sample = component.source.get("defaultValue"), component.properties.get("sample")
    for code, given in (("default", default), ("sample", sample)):
        if given in (None, "") or component.type == "expression":
            continue
        choosing = component.type in CHOOSING_ONE | CHOOSING_MANY and "values" in component.source
        try:
            read_answer(component, given, options_of(component, context={}) if choosing else None)
        except Unreadable:
            word = Sentence("Giá trị mặc định") if code == "default" else Sentence("Giá trị mẫu")
            report.error(
                code,
                component,
                Sentence("%(word)s không phải là câu trả lời hợp lệ.", word=word),
                Sentence("Sửa hoặc bỏ giá trị này."),
            )
