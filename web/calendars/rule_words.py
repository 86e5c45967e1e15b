"""What the page of dated rules says of each kind: its title, its lines, and what is said once a rule is laid down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from engine.accounts.apology_rules import APOLOGY, CHOICES, NUMBERS
from engine.accounts.authority_rules import RuleKind
from engine.accounts.scan_rules import CHOICES as SCAN_CHOICES
from engine.accounts.scan_rules import NUMBERS as SCAN_NUMBERS
from engine.accounts.scan_rules import SCANS
from engine.accounts.warning_rules import MARKS, STEP_MARKS, TOMORROW, WARNINGS

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Line:
    """One line of a rule: a number between `limits`, `several` of the options, else one of them."""

    name: str
    label: str
    options: Options = ()
    limits: tuple[int, int] | None = None
    several: bool = False


@dataclass(frozen=True)
class RuleWords:
    """The page of one kind in the reader's language; `none` is said of a line of which nothing is chosen."""

    title: str
    about: str
    laid_down: str
    lines: tuple[Line, ...]
    none: str = ""


def _apology() -> RuleWords:
    numbers = {
        "letter_days": _("Thư phải gửi trước ngày hẹn, số ngày làm việc"),
        "draft_hours": _("Bắt đầu soạn trước lúc đó, số giờ làm việc"),
        "notice_hours": _("Chưa ai ký thì gửi thông báo tự động trước lúc đó, số giờ làm việc"),
        "short_minutes": _("Thời hạn theo giờ, trong ngày: thư phải gửi trước giờ đóng cửa, số phút"),
        "short_draft_hours": _("Thời hạn theo giờ, trong ngày: bắt đầu soạn trước lúc đó, số giờ làm việc"),
        "short_notice_minutes": _("Thời hạn theo giờ, trong ngày: thông báo tự động trước lúc đó, số phút"),
        "other_hours": _("Sai sót, mất, hỏng: thư phải gửi trong, số giờ làm việc"),
        "reappointments": _("Số lần đơn vị được hẹn lại"),
        "extension_percent": _("Ngày hẹn mới đề xuất: thêm bao nhiêu phần trăm thời hạn"),
        "forecast_percent": _("Soạn sớm khi dự báo trễ hẹn từ, phần trăm"),
    }
    roles = {
        "specialist": _("Người thụ lý"),
        "unit_head": _("Lãnh đạo phòng"),
        "leader": _("Lãnh đạo cơ quan"),
        "centre_director": _("Giám đốc Trung tâm"),
        "procedure_controller": _("Kiểm soát thủ tục hành chính"),
        "head": _("Thủ trưởng đơn vị giải quyết"),
    }
    people = {
        "drafter": _("Người soạn"),
        "signer": _("Người ký"),
        "approver": _("Người duyệt việc miễn xin lỗi"),
    }
    return RuleWords(
        title=_("Quy định về thư xin lỗi"),
        about=_("Bao giờ soạn, bao giờ phải gửi, ai soạn, ai ký, ai được miễn."),
        laid_down=_("Đã ghi quy định. Các hồ sơ đang giải quyết theo quy định có hiệu lực ngay từ bây giờ."),
        lines=(
            *(Line(name, numbers[name], limits=limits) for name, limits in NUMBERS.items()),
            *(Line(name, people[name], tuple((one, roles[one]) for one in known)) for name, known in CHOICES.items()),
        ),
    )


def _warnings() -> RuleWords:
    names = {mark: f"{mark} %" for mark in MARKS} | {TOMORROW: _("ngày làm việc trước hạn")}
    posts = {
        "officer": (_("Người thụ lý"), MARKS),
        "unit_head": (_("Lãnh đạo phòng"), MARKS),
        "leader": (_("Lãnh đạo cơ quan"), MARKS),
        "step_officer": (_("Thời gian của bước: người thụ lý"), STEP_MARKS),
        "step_unit_head": (_("Thời gian của bước: lãnh đạo phòng"), STEP_MARKS),
    }
    return RuleWords(
        title=_("Quy định về nhắc hạn"),
        about=_(
            "Ai được nhắc khi thời hạn của hồ sơ, hay thời gian của một bước, đã dùng bao nhiêu; mỗi người tự chọn "
            "nhận ngay hay nhận thư tổng hợp."
        ),
        laid_down=_("Đã ghi quy định. Các mốc đến sau lúc này nhắc theo quy định có hiệu lực trong ngày."),
        lines=tuple(
            Line(post, label, tuple((mark, names[mark]) for mark in marks), several=True)
            for post, (label, marks) in posts.items()
        ),
        none=_("Không nhắc"),
    )


def _scans() -> RuleWords:
    doing = {
        "accept": _("nhận, không nhắc"),
        "warn": _("nhắc người quét, vẫn nhận"),
        "refuse": _("không nhận tệp"),
        "top_right": _("góc trên bên phải trang 1"),
        "none": _("không hiện trên trang"),
    }
    labels = {
        "least_dpi": _("Độ phân giải từ, dpi"),
        "low_resolution": _("Bản quét dưới độ phân giải ấy"),
        "no_colour": _("Bản quét không phải ảnh màu"),
        "unknown_size": _("Ảnh không ghi cỡ thật của giấy"),
        "shown": _("Tên người số hóa, đơn vị, thời gian ký"),
    }
    return RuleWords(
        title=_("Quy định về bản quét khi tiếp nhận"),
        about=_(
            "Giấy tờ quét ở quầy phải thế nào. Bản quét được ký số bằng chứng thư số của chính người quét khi hồ sơ "
            "được tiếp nhận."
        ),
        laid_down=_("Đã ghi quy định. Bản quét từ ngày có hiệu lực theo quy định này."),
        lines=(
            *(Line(name, labels[name], limits=limits) for name, limits in SCAN_NUMBERS.items()),
            *(
                Line(name, labels[name], tuple((one, doing[one]) for one in known))
                for name, known in SCAN_CHOICES.items()
            ),
        ),
    )


KINDS: dict[str, tuple[RuleKind[Any], Callable[[], RuleWords]]] = {
    "xin-loi": (APOLOGY, _apology),
    "nhac-han": (WARNINGS, _warnings),
    "ban-quet": (SCANS, _scans),
}
"""The kinds by the end of their page's address."""
