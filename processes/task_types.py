"""The task types a drawing may name for its service tasks, and what each wants to be told in its headers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ANY = ()

STATUSES = ("processing", "supplement", "financial", "refused", "withdrawn", "stopped", "decided", "returned")
REPORT_STATUSES = ("refused", "guided")
REGISTERS = ("population", "tax-code", "civil-status", "land", "business")


@dataclass(frozen=True)
class TaskType:
    """One task type; `headers` are required, `options` may be left out, each with its allowed values (ANY = free text).

    `answers` names the header that says which variable the result goes to; `gives` are variables it always sets.
    """

    name: str
    meaning: str
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    answers: str = ""
    gives: tuple[str, ...] = ()


TASK_TYPES: Mapping[str, TaskType] = {
    one.name: one
    for one in (
        TaskType(
            "dossier.accept",
            "Tiếp nhận: cấp mã hồ sơ, xác định ngày hẹn trả kết quả",
            gives=("code", "promised_on", "effective_on"),
        ),
        TaskType("dossier.status", "Ghi trạng thái hồ sơ", {"status": STATUSES}, {"reason": ANY}),
        TaskType("dossier.end", "Kết thúc hồ sơ, dừng mọi việc khác còn chờ"),
        TaskType("supplement.extend", "Cho người nộp thêm thời gian bổ sung", {"days": ANY}),
        TaskType("supplement.close", "Không chờ bổ sung nữa"),
        TaskType("supplement.reopen", "Tiếp tục nhận bổ sung"),
        TaskType("clock.start", "Bắt đầu một thời hạn", {"term": ANY}, {"cause": ANY}),
        TaskType("clock.pause", "Tạm dừng tính thời hạn", {"term": ANY}, {"cause": ANY}),
        TaskType("clock.resume", "Tính tiếp thời hạn", {"term": ANY}, {"cause": ANY}),
        TaskType("clock.stop", "Kết thúc một thời hạn", {"term": ANY}, {"cause": ANY}),
        TaskType("letter.render", "Lập văn bản", {"letter": ANY, "document": ANY}, {"signer": ANY}, answers="document"),
        TaskType("document.sign", "Ký số của người có thẩm quyền", {"document": ANY, "as": ("leader", "head")}),
        TaskType("document.number", "Cấp số và ngày cho văn bản", {"document": ANY, "series": ANY}),
        TaskType("number.void", "Hủy số của văn bản phải lập lại", {"document": ANY}, {"reason": ANY}),
        TaskType("document.seal", "Đóng dấu (ký số cơ quan)", {"document": ANY}),
        TaskType(
            "document.issue",
            "Phát hành: người nộp xem và tải được",
            {"document": ANY},
            gives=("apology_letter",),  # of a form 04: its number and date
        ),
        TaskType("notice.send", "Báo cho người nộp", {"notice": ANY}),
        TaskType("apology.keep", "Ghi nhận hồ sơ vẫn đúng hẹn, không phải xin lỗi"),
        TaskType("apology.exempt", "Ghi nhận việc được miễn xin lỗi: căn cứ, lý do, người duyệt"),
        TaskType("apology.counter", "Báo bằng văn bản cho bộ phận một cửa về việc xin lỗi, hẹn lại", {"document": ANY}),
        TaskType("fee.request", "Xác định phí, lệ phí phải nộp", {}, {"due": ("filing", "return")}, gives=("fee",)),
        TaskType(
            "register.ask",
            "Hỏi một cơ sở dữ liệu",
            {"register": REGISTERS, "resultVariable": ANY},
            answers="resultVariable",
        ),
        TaskType(
            "report.forward",
            "Chuyển phản ánh đến đơn vị có trách nhiệm, hoặc lên cấp trên của người đã đóng",
            {},
            {"level": ("above",)},
            gives=("unit", "urgent", "above", "limit_words"),
        ),
        TaskType("report.status", "Ghi trạng thái phản ánh", {"status": REPORT_STATUSES}, {"reason": ANY}),
        TaskType("report.overdue", "Ghi nhận quá thời hạn", {"of": ("forward", "urgent", "answer", "commitment")}),
        TaskType("report.progress", "Ghi tiến độ và ngày cam kết", gives=("committed_until", "committed_on")),
        TaskType("report.mask", "Đề xuất che thông tin cá nhân", gives=("masking",)),
        TaskType("report.publish", "Công khai phản ánh và trả lời đã che thông tin cá nhân"),
        TaskType("report.answer", "Ghi nhận trả lời chính thức cho người gửi", gives=("answer",)),
        TaskType("report.reopen", "Mở lại phản ánh theo đánh giá chưa đạt"),
    )
}
