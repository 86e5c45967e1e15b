"""The ten national statuses of a dossier and its channels, in words and tones for a page."""

from __future__ import annotations

from flask_babel import gettext as _

from engine.dossiers.withdrawals import KINDS, STATES
from web.ui.i18n import say

TONES = {
    1: "neutral",
    2: "going",
    3: "over",
    4: "going",
    5: "waiting",
    6: "waiting",
    7: "over",
    8: "over",
    9: "done",
    10: "done",
}


def status_words(status: int) -> tuple[str, str]:
    """(words, tone for `parts.status_tag`) of a national status code."""
    words = {
        1: _("Mới đăng ký"),
        2: _("Được tiếp nhận"),
        3: _("Không được tiếp nhận"),
        4: _("Đang xử lý"),
        5: _("Yêu cầu bổ sung, hoàn thiện hồ sơ"),
        6: _("Yêu cầu thực hiện nghĩa vụ tài chính"),
        7: _("Rút hồ sơ"),
        8: _("Dừng giải quyết hồ sơ"),
        9: _("Đã có kết quả"),
        10: _("Đã trả kết quả"),
    }
    return str(words.get(status, status)), TONES.get(status, "neutral")


def channel_words(channel: str) -> str:
    """How a dossier came in."""
    words = {
        "counter": _("Trực tiếp"),
        "online": _("Trực tuyến"),
        "post": _("Bưu chính công ích"),
        "inbound": _("Cổng dịch vụ công quốc gia"),
    }
    return str(words.get(channel, channel))


def act_words(kind: str) -> str:
    """What an authority decided about an issued paper."""
    return say(KINDS[kind]) if kind in KINDS else kind


def paper_words(state: str) -> str:
    """Where an issued paper stands."""
    return say(STATES[state]) if state in STATES else state
