"""Every part of the house's face on a page of a sample office, so that it can be looked at and tested."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from flask import Blueprint, Response, abort, flash, render_template
from flask_babel import gettext as _
from werkzeug.exceptions import default_exceptions

from engine.clock import LEGAL_ZONE
from engine.errors import FieldProblem, Invalid

DRAWING = Path(__file__).with_name("specimen.bpmn")
blueprint = Blueprint("styleguide", __name__, url_prefix="/_styleguide")


@dataclass(frozen=True)
class Stand:
    """A standing as the engine gives it, for show."""

    kind: str
    amount: int = 0
    unit: str = "working_days"


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=LEGAL_ZONE)


STANDINGS = (
    (date(2026, 11, 26), Stand("within", 3)),
    (date(2026, 11, 24), Stand("soon", 1)),
    (date(2026, 11, 23), Stand("today")),
    (date(2026, 11, 19), Stand("overdue", 2)),
    (date(2026, 12, 2), Stand("paused")),
)

EVENTS = (
    {
        "at": _at(19, 9, 30),
        "title": "Yêu cầu bổ sung, hoàn thiện hồ sơ",
        "by": "Trần Văn Đức",
        "office": "Phòng Kinh tế, Hạ tầng và Đô thị",
        "text": "Bản vẽ mặt cắt thiếu cao độ móng. Thời hạn giải quyết tạm dừng từ hôm nay.",
        "tone": "problem",
    },
    {"at": _at(18, 14, 5), "title": "Bắt đầu thẩm định", "by": "Trần Văn Đức"},
    {
        "at": _at(18, 8, 15),
        "title": "Tiếp nhận hồ sơ và hẹn trả kết quả",
        "by": "Lê Thị Hằng",
        "office": "Trung tâm Phục vụ hành chính công",
        "files": [
            {"name": "Giấy tiếp nhận và hẹn trả.pdf", "href": "#", "kind": "PDF", "size": 84_120, "signed": True}
        ],
    },
    {"at": _at(17, 21, 40), "title": "Nộp hồ sơ trực tuyến", "by": "Nguyễn Thị Ngọc Ẩn"},
)

STAGES = (
    {"title": "Nộp hồ sơ", "state": "done", "who": "Bạn", "at": _at(17, 21, 40)},
    {"title": "Kiểm tra và tiếp nhận", "state": "done", "who": "Bộ phận Một cửa", "at": _at(18, 8, 15)},
    {
        "title": "Thẩm định",
        "state": "now",
        "who": "Phòng Kinh tế, Hạ tầng và Đô thị",
        "note": "Bạn không cần làm gì. Nếu cần bổ sung giấy tờ, chúng tôi sẽ nhắn tin.",
    },
    {"title": "Ký duyệt", "state": "next"},
    {"title": "Trả kết quả", "state": "next"},
)

SPANS = (
    {
        "start": date(2026, 11, 20),
        "end": date(2026, 11, 20),
        "kind": "excluded",
        "amount": 0,
        "unit": "working_days",
        "reason": "Ngày tiếp nhận không tính vào thời hạn",
        "source": "Bộ luật Dân sự, Điều 147",
    },
    {
        "start": date(2026, 11, 21),
        "end": date(2026, 11, 22),
        "kind": "skipped",
        "amount": 2,
        "unit": "days",
        "reason": "Nghỉ hằng tuần",
        "source": "Bộ luật Lao động, Điều 111",
    },
    {
        "start": date(2026, 11, 23),
        "end": date(2026, 11, 23),
        "kind": "counted",
        "amount": 1,
        "unit": "working_days",
        "reason": "Ngày làm việc",
        "source": "",
    },
    {
        "start": date(2026, 11, 24),
        "end": date(2026, 11, 24),
        "kind": "skipped",
        "amount": 1,
        "unit": "days",
        "reason": "Ngày Văn hóa Việt Nam",
        "source": "Nghị quyết 80-NQ/TW",
    },
    {
        "start": date(2026, 11, 25),
        "end": date(2026, 11, 26),
        "kind": "paused",
        "amount": 2,
        "unit": "working_days",
        "reason": "Chờ người nộp bổ sung hồ sơ",
        "source": "Phiếu yêu cầu bổ sung số 12/HDHS",
    },
    {
        "start": date(2026, 11, 27),
        "end": date(2026, 11, 30),
        "kind": "counted",
        "amount": 2,
        "unit": "working_days",
        "reason": "Ngày làm việc",
        "source": "",
    },
)

PEOPLE = (
    "Nguyễn Thị Ngọc Ẩn",
    "Trần Quốc Bảo",
    "Công ty TNHH Một thành viên Thương mại Hưng Thịnh Phát",
    "Lê Hữu Phước",
)
PROCEDURES = (
    "Đăng ký thành lập hộ kinh doanh",
    "Đăng ký khai sinh",
    "Cấp giấy phép xây dựng mới đối với nhà ở riêng lẻ",
    "Đăng ký thành lập hộ kinh doanh",
)
STATES = (
    ("Đang thẩm định", "going"),
    ("Yêu cầu bổ sung", "waiting"),
    ("Chờ ký duyệt", "going"),
    ("Quá hạn", "problem"),
    ("Đã trả kết quả", "done"),
)

POPULAR = (
    {
        "href": "#",
        "title": "Đăng ký thành lập hộ kinh doanh",
        "limit": "3 ngày làm việc",
        "fee": "100.000 đ",
        "place": "Ủy ban nhân dân phường, xã",
    },
    {
        "href": "#",
        "title": "Đăng ký khai sinh",
        "limit": "trong ngày làm việc",
        "fee": "Miễn phí",
        "place": "Ủy ban nhân dân phường, xã",
    },
    {
        "href": "#",
        "title": "Cấp giấy phép xây dựng mới đối với nhà ở riêng lẻ",
        "limit": "7 ngày làm việc",
        "fee": "75.000 đ",
        "place": "Ủy ban nhân dân phường, xã",
    },
)


def _everything(template: str, **values: object) -> str:
    return render_template(
        template,
        standings=STANDINGS,
        events=EVENTS,
        stages=STAGES,
        spans=SPANS,
        states=STATES,
        names=PEOPLE,
        procedures=PROCEDURES,
        popular=POPULAR,
        now=_at(23, 10),
        **values,
    )


@blueprint.get("/")
def parts() -> str:
    """All parts in the public layout."""
    flash(_("Đã lưu thay đổi của bạn."), "success")
    return _everything("ui/styleguide.html", errors=[("#owner", "Nhập họ và tên chủ hồ sơ")])


@blueprint.get("/office")
def office() -> str:
    """A worklist and a case page in the office layout."""
    return _everything("ui/styleguide_office.html")


@blueprint.get("/home")
def home() -> str:
    """The public site's first page."""
    return _everything("ui/home.html")


@blueprint.get("/tracking")
def tracking() -> str:
    """What a citizen sees of a dossier."""
    return _everything("ui/styleguide_tracking.html")


@blueprint.get("/drawing.bpmn")
def drawing() -> Response:
    """The specimen drawing as a tracking page asks for it."""
    return Response(DRAWING.read_bytes(), mimetype="application/xml")


@blueprint.get("/failure/<int:status>")
def failure(status: int) -> str:
    """The page of one kind of failure."""
    if status == 422:
        raise Invalid("Hồ sơ còn thiếu nội dung.", [FieldProblem("owner.name", "Nhập họ và tên chủ hồ sơ")])
    if status == 500:
        raise RuntimeError("a failure on purpose, from the style guide")
    abort(status if status in default_exceptions else 404)
