"""Whether each element of a drawing finds what it names in the rest of its bundle."""

from collections.abc import Collection, Iterator, Mapping

from forms.definition import Form
from processes.drawing import Element
from processes.places import candidate_group_problem
from processes.procedure import Procedure
from processes.task_types import TASK_TYPES, TaskType
from rules.feel import is_expression
from rules.findings import Finding
from rules.sentences import Sentence

_STANDARD_TERMS = ("dossier", "acceptance")


def check_element(
    element: Element, file: str, procedure: Procedure, forms: Mapping[str, Form], decisions: Collection[str]
) -> Iterator[Finding]:
    """List what one element names and the bundle does not have."""
    for code, message, advice in _problems(element, procedure, forms, decisions):
        yield Finding(code, "error", file, element.id, element.name, message, advice)


def _problems(
    element: Element, procedure: Procedure, forms: Mapping[str, Form], decisions: Collection[str]
) -> Iterator[tuple[str, Sentence, Sentence]]:
    if element.kind == "userTask":
        yield from _user_task(element, procedure, forms)
    if element.task_type:
        yield from _service_task(element, procedure)
    if element.decision and element.decision not in decisions:
        yield (
            "bundle.decision",
            Sentence("Không có quyết định “%(decision)s”.", decision=element.decision),
            Sentence("Chọn một quyết định của tệp .dmn."),
        )


def _user_task(
    element: Element, procedure: Procedure, forms: Mapping[str, Form]
) -> Iterator[tuple[str, Sentence, Sentence]]:
    if element.form_id not in forms:
        yield (
            "bundle.task-form",
            Sentence("Không có biểu mẫu “%(form_id)s”.", form_id=element.form_id),
            Sentence("Chọn một biểu mẫu của thủ tục."),
        )
    if not element.groups:
        yield (
            "bundle.group",
            Sentence("Chưa ghi ai làm việc này."),
            Sentence("Ghi nhóm dạng nơi.vai_trò, ví dụ handling.specialist."),
        )
    for group in element.groups if not is_expression(",".join(element.groups)) else ():
        problem = candidate_group_problem(group)
        if problem:
            yield "bundle.group", problem, Sentence("Ghi nhóm dạng nơi.vai_trò, ví dụ handling.specialist.")
        elif procedure.places.rule(group.partition(".")[0]) is None:
            yield (
                "bundle.place",
                Sentence("Thủ tục chưa ghi quy tắc cho nơi của “%(group)s”.", group=group),
                Sentence("Thêm vào bảng [places]."),
            )
    term = element.properties.get("term")
    if term and term not in procedure.limits.steps and term not in _terms(procedure):
        yield (
            "bundle.step-limit",
            Sentence("Không có định mức thời gian “%(term)s”.", term=term),
            Sentence("Thêm vào bảng [limits.steps]."),
        )


def _service_task(element: Element, procedure: Procedure) -> Iterator[tuple[str, Sentence, Sentence]]:
    known = TASK_TYPES.get(element.task_type)
    if known is None:
        yield (
            "bundle.task-type",
            Sentence("Không có loại việc “%(task_type)s”.", task_type=element.task_type),
            Sentence("Chọn: %(task_types)s.", task_types=", ".join(TASK_TYPES)),
        )
        return
    yield from _headers(element, known)
    letter, notice, term = (element.headers.get(key, "") for key in ("letter", "notice", "term"))
    if "letter" in known.headers and letter and letter not in procedure.letters:
        yield (
            "bundle.letter",
            Sentence("Thủ tục không có văn bản “%(letter)s”.", letter=letter),
            Sentence("Thêm vào bảng [letters]."),
        )
    if "notice" in known.headers and notice and notice not in procedure.notices:
        yield (
            "bundle.notice",
            Sentence("Thủ tục không có tin báo “%(notice)s”.", notice=notice),
            Sentence("Thêm vào bảng [notices]."),
        )
    if "term" in known.headers and term and term not in _terms(procedure):
        yield (
            "bundle.term",
            Sentence("Thủ tục không có thời hạn “%(term)s”.", term=term),
            Sentence("Thêm vào bảng [limits.terms]."),
        )
    if element.task_type == "document.number" and element.headers.get("series", "") not in _series(procedure):
        yield (
            "bundle.series",
            Sentence("Không có dãy số này."),
            Sentence("Chọn dãy số của kết quả hoặc của một văn bản."),
        )


def _headers(element: Element, known: TaskType) -> Iterator[tuple[str, Sentence, Sentence]]:
    for key, allowed in known.headers.items():
        value = element.headers.get(key, "")
        if not value:
            yield (
                "bundle.header",
                Sentence("“%(name)s” thiếu “%(key)s”.", name=known.name, key=key),
                Sentence("Ghi thêm vào phần headers."),
            )
        elif allowed and value not in allowed:
            yield (
                "bundle.header",
                Sentence("“%(key)s” không thể là “%(value)s”.", key=key, value=value),
                Sentence("Chọn: %(allowed)s.", allowed=", ".join(allowed)),
            )
    for key in element.headers.keys() - known.headers.keys() - known.options.keys():
        yield (
            "bundle.header",
            Sentence("“%(name)s” không dùng “%(key)s”.", name=known.name, key=key),
            Sentence("Bỏ phần này."),
        )


def _terms(procedure: Procedure) -> tuple[str, ...]:
    return (*_STANDARD_TERMS, *procedure.limits.terms)


def _series(procedure: Procedure) -> set[str]:
    return {procedure.result.series.name} | {one.series.name for one in procedure.letters.values() if one.series}
