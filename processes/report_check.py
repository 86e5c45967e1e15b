"""What a report's settings must hold so that every kind of report finds somebody to answer it."""

from collections.abc import Iterator

from forms.definition import Form
from processes.procedure import Procedure
from processes.report import KINDS, ReportRules
from processes.settings_file import SETTINGS
from rules.findings import Finding
from rules.sentences import Sentence

NEVER = ("conduct", "complaint")
"""What is about a person, or under a law of its own, is never shown in public."""


def check_report(rules: ReportRules, application: Form | None, procedure: Procedure) -> Iterator[Finding]:
    """List what is missing or contradicts itself in the `[report]` table."""
    keys = [one.key for one in rules.categories]
    if len(set(keys)) != len(keys):
        yield _error("categories", Sentence("Mã lĩnh vực bị trùng."), Sentence("Đặt mã khác."))
    for kind in KINDS:
        if not rules.of_kind(kind):
            yield _error(
                "categories",
                Sentence("Loại “%(kind)s” không có lĩnh vực nào.", kind=kind),
                Sentence("Thêm một lĩnh vực có loại này."),
            )
    if not set(NEVER) <= set(rules.never_published):
        yield _error(
            "never_published",
            Sentence("Phản ánh về cán bộ và khiếu nại không bao giờ được công khai."),
            Sentence("Thêm vào."),
        )
    if not set(rules.anonymous) <= {"scene"}:
        yield _error("anonymous", Sentence("Chỉ phản ánh hiện trường mới được ẩn danh."), Sentence("Chỉ để scene."))
    if "answer" not in procedure.limits.terms:
        yield _error(
            "limits.terms", Sentence("Thiếu thời hạn trả lời của đơn vị."), Sentence("Thêm answer vào [limits.terms].")
        )
    offered = _options(application, "category") if application else set()
    if offered != set(keys):
        wrong = ", ".join(sorted(offered ^ set(keys)))
        yield _error(
            "categories",
            Sentence("Lĩnh vực trong biểu mẫu khác với cấu hình: %(wrong)s.", wrong=wrong),
            Sentence("Sửa cho giống nhau."),
        )


def _options(form: Form, key: str) -> set[str]:
    for component in form.walk():
        if component.keys[-1:] == (key,):
            return {str(option.get("value")) for option in component.source.get("values") or ()}
    return set()


def _error(element: str, message: Sentence, advice: Sentence) -> Finding:
    return Finding("bundle.report", "error", SETTINGS, f"report.{element}", "", message, advice)
