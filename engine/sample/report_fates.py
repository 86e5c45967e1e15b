"""What becomes of each sample report: who says what, and what every desk does with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WARD = "26743"


@dataclass
class Fate:
    """What is reported, how many days before now, and what each desk does: step → (working hours, answers)."""

    number: int
    days: float
    kind: str
    category: str
    text: str
    place: str = ""
    sender: str = ""
    channel: str = "web"
    urgent: bool = False
    accused: str = ""
    late_dossier: bool = False
    steps: Mapping[str, tuple[float, dict[str, Any]]] = field(default_factory=dict)
    minutes: int = 3
    rating: tuple[int, str] | None = None

    @property
    def key(self) -> str:
        return f"sample-report-{self.number:02d}"


def _done(answer: str) -> dict[str, Any]:
    return {"handling": {"outcome": "done", "answer": answer}}


PUBLISH = {"review": {"outcome": "publish"}}
PRIVATE = {"review": {"outcome": "private"}}
WAIT = -1.0
"""A desk that has not got to it yet."""

SENDERS = {
    "": ("Huỳnh Ngọc Lan", "0938000111", "lan.huynh@example.vn"),
    "hoa": ("Nguyễn Thị Hòa", "0901234567", "hoa@example.vn"),
    "duc": ("Trần Văn Đức", "0912345678", "duc@example.vn"),
    "caller": ("Bùi Văn Sơn", "0977000222", ""),
}

FATES = (
    Fate(
        1,
        24,
        "scene",
        "trees",
        "Cây phượng trước nhà tôi bật gốc, cành gãy chắn hết lối đi. Gọi tôi số 0938000111.",
        "12 Lê Lợi, phường Bến Thành",
        "",
        "phone",
        True,
        steps={
            "handle_urgent": (
                1.5,
                _done("Đội cây xanh đã cưa, dọn xong lúc 15 giờ cùng ngày; chị Huỳnh Ngọc Lan xác nhận."),
            ),
            "review": (0.5, PUBLISH),
        },
        rating=(5, "Nhanh, cảm ơn."),
    ),
    Fate(
        2,
        20,
        "scene",
        "drainage",
        "Nắp cống vỡ giữa đường, xe máy sụp bánh tối qua.",
        "Góc Lê Lai và Nguyễn Trãi",
        "duc",
        steps={
            "handle": (16, _done("Đã thay nắp gang mới, gia cố cổ cống, bàn giao ngày hôm sau.")),
            "review": (1, PUBLISH),
        },
        rating=(4, ""),
    ),
    Fate(
        3,
        18,
        "scene",
        "order",
        "Quán cà phê kê bàn ghế kín vỉa hè từ chiều đến khuya, người đi bộ phải xuống lòng đường.",
        "58/12 Lý Tự Trọng, phường Bến Thành",
        "hoa",
        steps={
            "handle": (20, _done("Đã nhắc nhở, hộ kinh doanh cam kết không tái phạm.")),
            "review": (1, PUBLISH),
            "reroute": (0.5, {"rerouting": {"note": "Người gửi nói chưa chuyển biến."}}),
            "handle_head": (14, _done("Trưởng phòng đã kiểm tra ba buổi tối, lập biên bản và tháo dỡ mái che.")),
        },
        rating=(1, "Vẫn kê bàn ghế như cũ, chỉ dọn đúng một buổi."),
    ),
    Fate(
        4,
        15,
        "scene",
        "noise",
        "Loa kẹo kéo hát đến 23 giờ, cả hẻm không ngủ được.",
        "Hẻm 45 Phạm Hồng Thái",
        "hbia",
        steps={
            "handle": (6, _done("Đã làm việc với chủ nhà, lập cam kết; tổ dân phố theo dõi.")),
            "review": (2, PUBLISH),
        },
    ),
    Fate(
        5,
        12,
        "scene",
        "lighting",
        "Ba trụ đèn liên tiếp tắt hơn một tuần, đoạn đường tối om.",
        "Đường Thủ Khoa Huân",
        "caller",
        "phone",
        steps={
            "handle": (
                30,
                {
                    "handling": {
                        "outcome": "progress",
                        "progress": "Cáp ngầm đứt, đang chờ giấy phép đào đường.",
                        "committed_in": 9,
                    }
                },
            ),
            "finish": (WAIT, {}),
        },
    ),
    Fate(
        6,
        11,
        "scene",
        "construction",
        "Công trình đổ vật liệu ra hẻm, bụi và xe chắn lối.",
        "7 Lê Thị Hồng Gấm",
        "duc",
        steps={
            "handle": (WAIT, {}),
            "late_progress": (
                4,
                {
                    "handling": {
                        "outcome": "progress",
                        "progress": "Đã lập biên bản, chờ quyết định xử phạt.",
                        "committed_in": 6,
                    }
                },
            ),
            "finish": (WAIT, {}),
        },
    ),
    Fate(
        7,
        9,
        "conduct",
        "attitude",
        "Cán bộ tiếp tôi ở phòng nói trống không, bắt đi lại ba lần mà không đưa phiếu hướng dẫn.",
        "",
        "hoa",
        accused="bt-kthtdt",
        steps={"handle": (22, _done("Đã xác minh, yêu cầu kiểm điểm và xin lỗi người dân.")), "review": (2, PRIVATE)},
        rating=(4, ""),
    ),
    Fate(
        8,
        6,
        "complaint",
        "legal",
        "Tôi khiếu nại quyết định xử phạt vì không đúng người, đúng việc.",
        "",
        "duc",
        steps={
            "classify": (
                0,
                {
                    "routing": {
                        "outcome": "guide",
                        "reason": (
                            "Khiếu nại quyết định hành chính theo Luật Khiếu nại: gửi đơn đến người đã ra "
                            "quyết định trong 90 ngày; tổng đài không thụ lý thay."
                        ),
                    }
                },
            )
        },
    ),
    Fate(
        9,
        4,
        "scene",
        "other",
        "aaaa test",
        "",
        "caller",
        "phone",
        steps={
            "classify": (
                0,
                {
                    "routing": {
                        "outcome": "refuse",
                        "reason": "Không rõ nội dung và địa điểm; đã gọi lại hai lần không liên lạc được.",
                    }
                },
            )
        },
    ),
    Fate(
        10,
        2,
        "dossier",
        "procedure",
        "Hồ sơ của tôi quá ngày hẹn mà chưa có kết quả, hỏi không ai trả lời. Đề nghị cho biết đang ở đâu.",
        "",
        "hoa",
        late_dossier=True,
        steps={"handle": (WAIT, {})},
    ),
    Fate(
        11,
        1.2,
        "scene",
        "environment",
        "Rác xây dựng đổ trộm đầu hẻm, bốc mùi.",
        "Đầu hẻm 112 Calmette",
        "",
        minutes=9,
        steps={"handle": (3, _done("Đã thu gom, gắn camera và biển cấm.")), "review": (WAIT, {})},
    ),
    Fate(
        12,
        0.002,
        "scene",
        "trees",
        "Cành cây lớn gãy treo lơ lửng trên vỉa hè, sắp rơi trúng người.",
        "Trước 20 Lê Lợi, phường Bến Thành",
        "",
        urgent=True,
        steps={"classify": (WAIT, {})},
    ),
    Fate(
        13,
        0.001,
        "enquiry",
        "procedure",
        "Xin hỏi làm lại giấy khai sinh bị mất ở đâu, mang theo gì?",
        "",
        "duc",
        steps={"classify": (WAIT, {})},
    ),
)
