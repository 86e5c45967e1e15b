"""What helps a case whose drawing stopped: trying again, another value, a newer version, or its end; tried on paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.accounts.holders import LEADERS, PROPOSERS
from engine.bpmn import examining
from engine.bpmn.advance import NotWaiting
from engine.bpmn.examining import MISSING, Stopped
from engine.bpmn.saved import StateUnreadable
from engine.queries.doctor_findings import Action, Chart, Seen
from rules.sentences import Sentence

LONGEST_VALUE = 200


def ending() -> Action:
    """Ending a case outside its drawing: the last resort; two people, a legal ground and words to the citizen."""
    return Action(
        "end",
        Sentence("Đề nghị kết thúc hồ sơ"),
        Sentence(
            "Không còn cách nào để hồ sơ đi tiếp; có căn cứ pháp luật; người đề nghị tự viết lời báo cho người nộp; "
            "một lãnh đạo khác đồng ý."
        ),
        Sentence("Mọi việc còn mở của hồ sơ đóng lại, thời hạn dừng, người nộp được báo đúng lời đã viết."),
        roles=(*LEADERS, "procedure_controller"),
        reason=True,
    )


def to_version(chart: Chart) -> Action:
    """Moving the case: to the newer version there is, or to one that has yet to be published."""
    if chart.newer is None:
        return Action(
            "move",
            Sentence("Sửa quy trình, công bố phiên bản mới rồi chuyển hồ sơ sang"),
            Sentence("Người thiết kế đã sửa biểu thức và phiên bản mới đã được công bố."),
            Sentence("Việc chuyển có trang riêng: xem trước từng việc, từng thời hạn rồi mới làm."),
            roles=("designer", "procedure_controller"),
        )
    return Action(
        "move",
        Sentence("Chuyển hồ sơ sang phiên bản %(version)s", version=chart.newer[1]),
        Sentence("Trang chuyển phiên bản cho biết hồ sơ này chuyển được và đứng vào bước nào."),
        Sentence("Việc chuyển có trang riêng: xem trước từng việc, từng thời hạn rồi mới làm."),
        roles=("procedure_controller",),
        subject=f"{chart.newer[0]}:{chart.newer[1]}",
    )


def mending(chart: Chart, one: Stopped) -> Action:
    """What helps a stopped token, tried on paper first: trying again, a newer version, a corrected value."""
    if one.would_go_on:
        return Action(
            "retry",
            Sentence("Tính lại bước này"),
            Sentence("Đã tính thử trên giấy: bước này nay qua được."),
            Sentence("Bước được tính lại; qua được thì hồ sơ tự đi tiếp, không thì đứng nguyên chỗ cũ."),
            subject=one.token,
        )
    if chart.newer is not None and _newer_goes_on(chart, one):
        return Action(
            "move",
            Sentence("Chuyển hồ sơ sang phiên bản %(version)s", version=chart.newer[1]),
            Sentence("Đã tính thử trên giấy: theo phiên bản mới, bước này qua được."),
            Sentence("Việc chuyển có trang riêng: xem trước từng việc, từng thời hạn rồi mới làm."),
            roles=("procedure_controller",),
            subject=f"{chart.newer[0]}:{chart.newer[1]}",
        )
    if not one.values:
        return to_version(chart)
    wanting = next((path for path, value in one.values.items() if value is MISSING or value is None), "")
    path = wanting or next(iter(one.values), "")
    return Action(
        "correct",
        Sentence("Đề nghị sửa một giá trị"),
        Sentence("Biết chắc giá trị đúng, có giấy tờ làm căn cứ; một người khác có thẩm quyền duyệt."),
        Sentence(
            "Giá trị được ghi vào hồ sơ sau khi người thứ hai đồng ý, rồi bước đang đứng được tính lại. "
            "Chưa ai đồng ý thì không có gì thay đổi."
        ),
        roles=PROPOSERS,
        subject=f"{one.token}:{path}",
        reason=True,
    )


def _newer_goes_on(chart: Chart, one: Stopped) -> bool:
    assert chart.newer is not None
    try:
        definition = chart.newer[2].definition
        return examining.trouble_after(definition, chart.case.state, one.token, {}, now=chart.read.now) is None
    except (NotWaiting, StateUnreadable):
        return False


def who_mends(action: Action) -> Sentence:
    """Who may do what mends an expression that cannot be calculated."""
    if action.verb == "correct":
        return Sentence(
            "Người thụ lý hoặc lãnh đạo của hồ sơ đề nghị giá trị đúng; một lãnh đạo phòng hoặc cơ quan khác duyệt."
        )
    if action.verb == "move":
        return Sentence("Người kiểm soát thủ tục chuyển hồ sơ sang phiên bản mới.")
    return Sentence("Người vận hành hoặc kiểm soát thủ tục cho làm lại.")


def seen_of(path: str, value: Any, *, shown: bool) -> Seen:
    """One value an expression speaks of; whoever may not read the dossier learns its kind and no more."""
    said = "" if value is MISSING or value is None or not shown else str(value)
    return Seen(path, kind_of(value), said[:LONGEST_VALUE])


def kind_of(value: Any) -> Sentence:
    """What kind of thing a value is, in words."""
    kinds: tuple[tuple[Any, Sentence], ...] = (
        (bool, Sentence("đúng/sai")),
        (int | float | Decimal, Sentence("số")),
        (str, Sentence("chữ")),
        (datetime, Sentence("thời điểm")),
        (date, Sentence("ngày")),
        (list | tuple, Sentence("danh sách")),
        (Mapping, Sentence("nhóm giá trị")),
    )
    if value is MISSING:
        return Sentence("chưa có")
    if value is None:
        return Sentence("để trống")
    return next((said for kind, said in kinds if isinstance(value, kind)), Sentence("giá trị khác"))
