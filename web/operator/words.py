"""How troubles, acts and faults are called on the operator's pages."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from engine.journal import Fault
from engine.queries.operations import Stuck
from web.ui.format import number, size_words


@dataclass(frozen=True)
class Act:
    """The one safe act on a page: its title, what it sets in motion, and the words of its button."""

    title: str
    effects: tuple[str, ...]
    button: str


def list_title(kind: str) -> str:
    """The heading above one kind of stuck things."""
    return {
        "call": _("Bước tự động không xong"),
        "notice": _("Thông báo chưa tới người nhận"),
        "incident": _("Hồ sơ đứng yên vì sự cố"),
        "filing": _("Hồ sơ hệ thống khác gửi đến chưa nhận được"),
        "job": _("Việc nền đã dừng thử lại"),
    }[kind]


def state(item: Stuck) -> tuple[str, str]:
    """(words, tone) of where a stuck thing stands."""
    words = {
        "failed": (_("Không làm được"), "problem"),
        "unknown": (_("Chưa rõ kết quả"), "waiting"),
        "open": (_("Đang đứng yên"), "problem"),
        "refused": (_("Đã từ chối"), "problem"),
        "received": (_("Bị ngắt giữa chừng"), "waiting"),
    }
    return words.get(item.status, (item.status, "neutral"))


def act_of(item: Stuck) -> Act | None:
    """What may safely be done about it, or None where only settling by hand is left."""
    once = _("Trước khi làm, hệ thống kiểm tra lại tình trạng; nếu đã có người làm thì không làm thêm gì.")
    if item.kind == "notice":
        return Act(
            _("Gửi lại thông báo này"),
            (_("Thông báo được đưa vào hàng đợi và gửi thêm một lần, cùng nội dung, cùng người nhận."), once),
            _("Gửi lại"),
        )
    if item.kind == "filing":
        return Act(
            _("Nhận lại dữ liệu đã lưu"),
            (
                _("Dữ liệu hệ thống kia đã gửi được đọc và kiểm tra lại từ đầu, nguyên văn như khi đến."),
                _("Nếu hợp lệ, hồ sơ được mở; nếu không, lý do từ chối mới được ghi lại."),
            ),
            _("Nhận lại"),
        )
    if not item.act:
        return None
    effects = {
        "call": _("Bước tự động được làm lại từ đầu; xong thì hồ sơ tự đi tiếp."),
        "incident": _("Bước đang đứng được tính lại; nếu qua được thì hồ sơ tự đi tiếp, nếu không thì vẫn đứng yên."),
        "job": _("Việc được thử lại từ lần đầu, với các khoảng nghỉ tăng dần như thường lệ."),
    }
    return Act(_("Làm lại"), (effects[item.kind], once), _("Làm lại"))


def settling_words(item: Stuck) -> str:
    """What marking as settled by hand does, and what it does not."""
    return {
        "notice": _("Không gửi nữa. Chỉ chọn khi người nhận đã được báo: tin đã tới, hoặc đã gọi điện, gặp trực tiếp."),
        "incident": _("Chỉ cất thông báo sự cố khi hồ sơ đã đi qua bước này; hồ sơ còn đứng thì hệ thống từ chối."),
        "filing": _("Dữ liệu vẫn được giữ nguyên văn, nhưng không còn trong danh sách chờ."),
        "job": _("Việc này không được làm nữa và rời khỏi danh sách."),
    }.get(item.kind, "")


def look_first_words(item: Stuck) -> str:
    """What has to be asked outside before something is done that may have been done already."""
    if item.kind == "notice":
        return _("Tôi đã hỏi bên chuyển tin: tin này chưa đi, hoặc gửi hai lần cũng không gây hiểu lầm.")
    return _("Tôi đã hỏi hệ thống bên ngoài: yêu cầu chưa tới, hoặc gửi hai lần cũng không gây hại.")


def fault_words(fault: Fault) -> str:
    """What was done to one place of the journal."""
    return {
        "edited": _("Đã bị sửa sau khi ghi."),
        "removed": _("Thiếu một hoặc nhiều việc trước đó."),
        "reordered": _("Đã bị đổi chỗ: không nối tiếp việc đứng trước."),
        "truncated": _("Các việc cuối, từ việc này, đã bị cắt bỏ."),
        "personal": _("Giá trị cá nhân kèm theo đã bị sửa."),
        "head": _("Mã cuối chuỗi không khớp với mã giữ ở hồ sơ."),
        "ownerless": _("Chuỗi không thuộc hồ sơ hay đơn vị nào."),
        "rewritten": _("Không còn là việc đã được niêm phong: lịch sử bị viết lại."),
        "seal": _("Niêm phong của ngày không còn như lúc làm."),
    }.get(fault.kind, fault.problem)


def room_words(size: int) -> str:
    """An amount of storage: gigabytes from one on, as disks are sold (10^9 bytes)."""
    return f"{number(round(size / 10**9, 1))} GB" if size >= 10**9 else size_words(size)


def progress_name(name: str) -> str:
    """What a long piece of work is called."""
    return {"sample": _("Nạp hồ sơ mẫu"), "forecast": _("Dự báo hồ sơ có thể trễ")}.get(name, name)
