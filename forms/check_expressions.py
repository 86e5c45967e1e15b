"""What may be wrong with the FEEL in a form: unreadable, naming what does not exist, hiding itself."""

from collections.abc import Iterable

from forms.check_report import Report
from forms.definition import KEYED, Component, Form
from forms.expressions import TEXTS, parsed, rules_of, text_of
from forms.templates import BadTemplate, expressions_in, read_template
from rules.feel import LONGEST_EXPRESSION, Feel, Parsed
from rules.sentences import Sentence

_SPECIAL = frozenset({"this", "parent", "i", "_this_", "_parent_", "_i_"})
_WORDS = {
    "hide": Sentence("điều kiện ẩn"),
    "readonly": Sentence("điều kiện chỉ đọc"),
    "options": Sentence("danh sách lựa chọn"),
    "value": Sentence("biểu thức tính"),
    "dataSource": Sentence("nguồn của bảng"),
}


def check_expressions(form: Form, report: Report, names: Iterable[str] | None, feel: Feel) -> None:
    """Read every expression of a form and compare the names in it with the answers and the variables given."""
    _Checker(form, report, None if names is None else frozenset(names), feel).run()


class _Checker:
    def __init__(self, form: Form, report: Report, names: frozenset[str] | None, feel: Feel) -> None:
        self.form, self.report, self.names, self.feel = form, report, names, feel
        self.roots: set[str] = set()
        self.row_keys: dict[Component, set[str]] = {}
        for page in form.pages:
            for component in [page.group] if page.group else page.components:
                self._note(component, None, ())

    def _note(self, component: Component, row: set[str] | None, base: tuple[str, ...]) -> None:
        """Learn which names stand at the top, and which in the row an element belongs to."""
        path = base + component.keys
        if row is not None:
            self.row_keys[component] = row
        if path and (component.type in KEYED or component.type == "dynamiclist"):
            (self.roots if row is None else row).add(path[0])
        inner = set() if component.type == "dynamiclist" else row
        for child in component.components:
            self._note(child, inner, () if component.type == "dynamiclist" else path)

    def run(self) -> None:
        """Check every element; all expressions are read together first."""
        texts = [
            text for component in self.form.walk() for text in (*component.keys[:1], *rules_of(component).values())
        ]
        self.feel.parse_all([text for text in texts if text.strip() and len(text) <= LONGEST_EXPRESSION])
        for component in self.form.walk():
            self._check_key(component)
            for name, expression in rules_of(component).items():
                self._check(component, _WORDS.get(name, Sentence("giới hạn %(name)s", name=name)), expression)
                if name == "hide" and self._names_itself(component, expression):
                    self.report.warning(
                        "hides-itself",
                        component,
                        Sentence("Điều kiện ẩn phụ thuộc vào chính câu trả lời của trường này."),
                        Sentence("Đặt điều kiện theo một trường khác."),
                    )
            self._check_templates(component)
            self._check_values_key(component)

    def _check_key(self, component: Component) -> None:
        for key in component.keys[:1]:
            if key.isidentifier() and not parsed(key, self.feel).names:
                self.report.error(
                    "key-feel",
                    component,
                    Sentence("Khóa “%(key)s” trùng với một từ hoặc một hàm của FEEL.", key=key),
                    Sentence("Đặt khóa khác, ví dụ thêm tên của trường phía trước."),
                )

    def _names_itself(self, component: Component, expression: str) -> bool:
        found = self._read(expression)
        if component in self.row_keys:
            return "this." + ".".join(component.keys) in found.paths
        return len(component.keys) == 1 and component.keys[0] in found.names and component.type in KEYED

    def _read(self, expression: str) -> Parsed:
        if len(expression) > LONGEST_EXPRESSION:
            return Parsed(frozenset(), Sentence("Biểu thức quá dài."))
        return parsed(expression, self.feel)

    def _check(self, component: Component, what: Sentence, expression: str) -> None:
        if not expression.strip():
            self.report.error(
                "feel",
                component,
                Sentence("Chưa viết %(what)s.", what=what),
                Sentence("Viết biểu thức sau dấu “=”, hoặc xóa dấu “=”."),
            )
            return
        found = self._read(expression)
        if found.error:
            self.report.error(
                "feel",
                component,
                Sentence("Ở %(what)s: %(error)s", what=what, error=found.error),
                Sentence("Sửa lại biểu thức FEEL."),
            )
        for name in sorted(found.functions):
            self.report.error(
                "function",
                component,
                Sentence("Ở %(what)s: không có hàm “%(name)s”.", what=what, name=name),
                Sentence("Dùng hàm có sẵn của FEEL."),
            )
        known = self.roots | _SPECIAL | (self.names or frozenset())
        for name in sorted(found.names - known):
            self._unknown(component, what, name)
        row = self.row_keys.get(component)
        for path in sorted(found.paths):
            root, _, rest = path.partition(".")
            if root in ("this", "_this_") and row is not None and rest.split(".")[0] not in row:
                self.report.error(
                    "name",
                    component,
                    Sentence("Ở %(what)s: trong dòng này không có trường “%(rest)s”.", what=what, rest=rest),
                    Sentence("Dùng khóa của một trường trong cùng dòng."),
                )

    def _unknown(self, component: Component, what: Sentence, name: str) -> None:
        in_row = name in self.row_keys.get(component, ())
        advice = (
            Sentence("Viết this.%(name)s vì trường nằm trong dòng.", name=name)
            if in_row
            else Sentence("Dùng khóa của một trường trong biểu mẫu.")
        )
        tell = self.report.error if in_row or self.names is not None else self.report.warning
        tell(
            "name",
            component,
            Sentence("Ở %(what)s: không có trường hay biến “%(name)s”.", what=what, name=name),
            advice,
        )

    def _check_templates(self, component: Component) -> None:
        for locale in ("vi", "en"):
            for name in TEXTS:
                text = text_of(component, name, locale)
                if locale != "vi" and text == text_of(component, name, "vi"):
                    continue
                try:
                    pieces = read_template(text)
                except BadTemplate as problem:
                    self.report.error(
                        "template",
                        component,
                        Sentence(
                            "Văn bản có khối “%(problem)s” viết sai, chưa đóng hoặc không được hỗ trợ.",
                            problem=str(problem)[:40],
                        ),
                        Sentence("Chỉ dùng {{ biểu thức }} và {{#if điều kiện}} … {{/if}}."),
                    )
                    continue
                for expression in expressions_in(pieces):
                    self._check(component, Sentence("văn bản"), expression)

    def _check_values_key(self, component: Component) -> None:
        key = component.source.get("valuesKey")
        if isinstance(key, str) and self.names is not None and key not in self.names:
            self.report.error(
                "name",
                component,
                Sentence("Không có biến “%(key)s” để lấy lựa chọn.", key=key),
                Sentence("Dùng tên một biến đưa vào biểu mẫu."),
            )
