"""Everything a bundle's author should hear before it is published, apart from the grammar of the drawing itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from lxml import etree

from forms.check import check_form
from forms.definition import BadForm, Form, parse_form
from processes.bundle import Bundle, parse_xml
from processes.drawing import Element, conditions, elements, variables
from processes.drawing_check import check_element
from processes.numbers_check import check_numbers
from processes.procedure import PAGE_TYPES, Letter
from processes.reading import BundleError
from processes.report_check import check_report
from processes.settings_file import SETTINGS
from processes.task_types import TASK_TYPES
from processes.words import (
    HOUSE_WORDS,
    LETTER_WORDS,
    NOTICE_WORDS,
    REPORT_START_WORDS,
    START_WORDS,
    answer_paths,
    letter_expressions,
    text_expressions,
    unknown_words,
)
from rules.decisions import DecisionError, Decisions
from rules.dmn import parse_decisions
from rules.dmn_check import check_decisions
from rules.feel import feel
from rules.findings import Finding
from rules.sentences import Sentence


def check_bundle(bundle: Bundle) -> list[Finding]:
    """List what is wrong with a bundle; the grammar of its drawings is the engine's to check."""
    return list(_Check(bundle).run())


@dataclass
class _Check:
    """One check of one bundle, with what was learnt on the way."""

    bundle: Bundle
    forms: dict[str, Form] = field(default_factory=dict)
    form_files: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, Decisions] = field(default_factory=dict)
    drawn: dict[str, list[Element]] = field(default_factory=dict)
    roots: dict[str, etree._Element] = field(default_factory=dict)
    named: dict[str, set[str]] = field(default_factory=dict)

    def run(self) -> Iterator[Finding]:
        """Read every file first, then ask what each wants of the others."""
        yield from self._read_forms()
        yield from self._read_decisions()
        yield from self._read_drawings()
        for id_, form in self.forms.items():
            yield from check_form(form, file=self.form_files[id_], names=self._variables)
        yield from self._settings()
        yield from self._texts()
        yield from self._letters()
        yield from check_numbers(self.bundle)
        for file, root in self.roots.items():
            feel().parse_all([condition.strip().removeprefix("=") for _, _, condition in conditions(root)])
            for id_, name, condition in conditions(root):
                yield from self._expression(condition, file, id_, name, self._variables)
            for element in self.drawn[file]:
                yield from check_element(element, file, self.bundle.procedure, self.forms, self._decision_ids())

    def _read_forms(self) -> Iterator[Finding]:
        for file in self.bundle.named(".form"):
            try:
                form = parse_form(self.bundle.form_source(file))
            except (BadForm, ValueError) as fault:
                yield _error("bundle.form", file, "", "", _why(fault), Sentence("Mở lại bằng trình thiết kế biểu mẫu."))
                continue
            if form.id in self.forms:
                text = Sentence("Mã biểu mẫu “%(id)s” bị trùng.", id=form.id)
                yield _error("bundle.form-id", file, form.id, form.title, text, Sentence("Đặt mã khác."))
            self.forms[form.id], self.form_files[form.id] = form, file
        if self.bundle.application_form not in self.forms:
            text = Sentence("Thiếu biểu mẫu cho người nộp hồ sơ.")
            yield _error("bundle.application", "", "", "", text, Sentence("Thêm biểu mẫu có mã application."))

    def _read_decisions(self) -> Iterator[Finding]:
        for file, source in self.bundle.named(".dmn").items():
            try:
                self.decisions[file] = parse_decisions(source, file)
            except DecisionError as fault:
                yield _error(
                    "bundle.decisions", file, "", "", fault.message, Sentence("Mở lại bằng trình thiết kế quyết định.")
                )
                continue
            yield from check_decisions(self.decisions[file])

    def _read_drawings(self) -> Iterator[Finding]:
        for file, source in self.bundle.models.items():
            try:
                self.roots[file] = parse_xml(source, file)
            except BundleError as fault:
                yield _error(
                    "bundle.drawing", file, "", "", fault.message, Sentence("Mở lại bằng trình thiết kế quy trình.")
                )
                continue
            self.drawn[file] = list(elements(self.roots[file]))
            self.named[file] = variables(self.roots[file])
        if "process.bpmn" not in self.bundle.models:  # shared parts alone are no procedure
            yield _error(
                "bundle.drawing", "", "", "", Sentence("Thiếu sơ đồ quy trình."), Sentence("Thêm tệp process.bpmn.")
            )

    def _settings(self) -> Iterator[Finding]:
        procedure = self.bundle.procedure
        if procedure.trial:
            text = Sentence(
                "Chưa có quyết định công bố và quyết định phê duyệt quy trình nội bộ: đây là bản thử nghiệm."
            )
            advice = Sentence("Ghi số, ngày, cơ quan của hai quyết định.")
            yield Finding("bundle.trial", "warning", SETTINGS, "announced", procedure.name.vi, text, advice)
        if procedure.report is not None:
            yield from check_report(procedure.report, self.forms.get(self.bundle.application_form), procedure)
        else:
            yield from self._form_sets()
        written = [
            ("places.territory", procedure.places.territory),
            ("result.valid_until", procedure.result.valid_until),
            *((f"owner.{key}", value) for key, value in vars(procedure.owner).items()),
            *((f"limits.cases.{case.key}.when", case.when) for case in procedure.limits.cases),
            *((f"components.{one.key}.condition", one.condition) for one in procedure.components),
            *((f"fees.{fee.key}.exempt", fee.exempt) for fee in procedure.fees),
            *((f"fees.{fee.key}.when", fee.when) for fee in procedure.fees),
            *((f"fees.{fee.key}.times", fee.times) for fee in procedure.fees),
        ]
        for key, expression in written:
            if expression:
                yield from self._expression(expression, SETTINGS, key, key, {"form", "case_key"})
        if procedure.result.series.source == "national":
            value = procedure.result.series.value
            yield from self._expression(value, SETTINGS, "result.series.value", "", self._variables)
        for column in procedure.result.register.columns if procedure.result.register else ():
            known = self._variables | LETTER_WORDS
            yield from self._expression(column.value, SETTINGS, "result.register.columns", column.name.vi, known)

    def _form_sets(self) -> Iterator[Finding]:
        expected = date.min
        for one in self.bundle.procedure.form_sets:
            if (one.valid_from or date.min) != expected:
                text = Sentence("Bộ mẫu “%(key)s” không nối liền ngày với bộ trước.", key=one.key)
                advice = Sentence("Ngày đầu phải là hôm sau ngày cuối của bộ trước.")
                yield _error("bundle.form-sets", SETTINGS, "form_sets", one.key, text, advice)
            expected = one.valid_to + timedelta(days=1) if one.valid_to else date.max
        if expected != date.max:
            text = Sentence("Bộ mẫu cuối cùng phải không có ngày kết thúc.")
            yield _error("bundle.form-sets", SETTINGS, "form_sets", "", text, Sentence("Bỏ valid_to của bộ cuối."))

    def _texts(self) -> Iterator[Finding]:
        known = self._variables | NOTICE_WORDS
        for event, notice in self.bundle.procedure.notices.items():
            words_of_event = known | HOUSE_WORDS.get(event, frozenset())
            for text in (notice.sms, notice.subject, notice.email):
                for words in (text.vi, text.en):
                    for expression in text_expressions(words):
                        yield from self._expression(expression, SETTINGS, f"notices.{event}", event, words_of_event)

    def _letters(self) -> Iterator[Finding]:
        procedure = self.bundle.procedure
        for key, letter in procedure.letters.items():
            for file in dict.fromkeys(letter.file.replace("{set}", one.key) for one in procedure.form_sets):
                source = self.bundle.files.get(file)
                if source is None:
                    text = Sentence("Thiếu mẫu văn bản “%(name)s” (%(file)s).", name=letter.name, file=file)
                    yield _error(
                        "bundle.letter", SETTINGS, f"letters.{key}", letter.name.vi, text, Sentence("Thêm tệp này.")
                    )
                else:
                    yield from self._letter(file, source)
            if letter.pages_of:
                yield from self._pages(letter)

    def _pages(self, letter: Letter) -> Iterator[Finding]:
        paper = next((one for one in self.bundle.procedure.components if one.key == letter.pages_of), None)
        key, name = f"letters.{letter.key}.pages_of", letter.name.vi
        if paper is None or paper.form == "eform":
            text = Sentence("Văn bản “%(name)s” lấy trang của “%(key)s”, thành phần hồ sơ không có giấy tờ này.",
                            name=letter.name, key=letter.pages_of)  # fmt: skip
            yield _error(
                "bundle.pages", SETTINGS, key, name, text, Sentence("Ghi mã của một giấy tờ trong components.")
            )
        elif not set(paper.accepts) <= set(PAGE_TYPES):
            text = Sentence("Giấy tờ “%(name)s” nhận cả tệp không thành trang văn bản được.", name=paper.name)
            advice = Sentence("Chỉ nhận application/pdf, image/jpeg, image/png.")
            yield _error("bundle.pages", SETTINGS, key, name, text, advice)

    def _letter(self, file: str, source: bytes) -> Iterator[Finding]:
        try:
            root = parse_xml(b"<letter>" + source.strip() + b"</letter>", file)
        except BundleError as fault:
            yield _error("bundle.letter", file, "", "", fault.message, Sentence("Sửa lại cho đúng XHTML."))
            return
        written = list(letter_expressions(root))
        feel().parse_all([expression.strip().removeprefix("=") for expression, _ in written])  # together, then each
        for expression, names in written:
            yield from self._expression(expression, file, "", "", self._variables | LETTER_WORDS | names)

    def _expression(
        self, expression: str, file: str, element: str, name: str, known: Iterable[str]
    ) -> Iterator[Finding]:
        parsed = feel().parse(expression.strip().removeprefix("="))
        if parsed.error:
            text = Sentence("Biểu thức “%(expression)s”: %(error)s", expression=expression, error=parsed.error)
            yield _error("bundle.feel", file, element, name, text, Sentence("Sửa lại biểu thức FEEL."))
            return
        for function in sorted(parsed.functions):
            text = Sentence(
                "Biểu thức “%(expression)s” gọi hàm không có: %(function)s.", expression=expression, function=function
            )
            yield _error("bundle.feel-function", file, element, name, text, Sentence("Dùng hàm có sẵn của FEEL."))
        for word in unknown_words(parsed, known, self._answers):
            text = Sentence(
                "Biểu thức “%(expression)s” dùng “%(word)s”, không ai cho giá trị này.",
                expression=expression,
                word=word,
            )
            yield _error(
                "bundle.feel-name", file, element, name, text, Sentence("Kiểm tra tên ô trong biểu mẫu hoặc tên biến.")
            )

    @cached_property
    def _answers(self) -> frozenset[str]:
        """Every path an answer is kept below, once all files are read."""
        found: set[str] = set()
        for id_, form in self.forms.items():
            paths = answer_paths(form)
            if id_ == self.bundle.application_form:
                found |= {"form", *(f"form.{path}" for path in paths)}
            else:
                found |= paths
        return frozenset(found)

    @cached_property
    def _variables(self) -> frozenset[str]:
        """Every variable somebody gives, once all files are read."""
        start = START_WORDS if self.bundle.procedure.report is None else REPORT_START_WORDS
        names = set(start) | {path.partition(".")[0] for path in self._answers}
        for drawn in self.drawn.values():
            for element in drawn:
                known = TASK_TYPES.get(element.task_type)
                if known is not None:
                    names |= set(known.gives) | ({element.headers.get(known.answers, "")} if known.answers else set())
                names.add(element.result)
        return frozenset(names.union(*self.named.values()) - {""})

    def _decision_ids(self) -> frozenset[str]:
        return frozenset(id_ for decisions in self.decisions.values() for id_ in decisions.ids)


def _error(code: str, file: str, element: str, name: str, message: Sentence, advice: Sentence) -> Finding:
    return Finding(code, "error", file, element, name, message, advice)


def _why(fault: ValueError) -> Sentence:
    """What is wrong with a form that cannot be read."""
    told = fault.args[0] if fault.args else ""
    return told if isinstance(told, Sentence) else Sentence("Không đọc được biểu mẫu: %(fault)s", fault=fault)
