"""What a decision sets in motion, in words, and which decisions are serious enough to be asked twice."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from engine.queries.preview import NextTask, Preview
from web.ui.roles import role_name

SERIOUS = frozenset({"document.sign", "document.seal", "dossier.end", "number.void"})
GRAVE = frozenset({"refused", "stopped", "withdrawn"})
ASKING = frozenset({"supplement"})


@dataclass(frozen=True)
class Consequence:
    """The words of a confirm page."""

    title: str
    effects: tuple[str, ...]
    button: str
    danger: bool


def is_serious(ahead: Preview) -> bool:
    """Signing, sealing, voiding a number, refusing, ending, and asking the applicant to come again are asked twice."""
    return any(ahead.has(kind) for kind in SERIOUS) or bool(ahead.statuses & (GRAVE | ASKING))


def what_follows(ahead: Preview) -> Consequence:
    """Title, effects and button for what a task's decision leads to."""
    title, button = _names(ahead)
    danger = bool(ahead.statuses & GRAVE) or ahead.has("dossier.end") or ahead.has("number.void")
    return Consequence(title, tuple(_effects(ahead)), button, danger)


def _names(ahead: Preview) -> tuple[str, str]:
    if ahead.has("document.sign"):
        return _("Ký văn bản này?"), _("Ký bằng chữ ký số của tôi")
    if ahead.has("document.seal"):
        return _("Đóng dấu và phát hành văn bản này?"), _("Đóng dấu (ký số cơ quan)")
    if ahead.has("number.void"):
        return _("Hủy số và trả lại văn bản này?"), _("Hủy số, trả lại để lập lại")
    if ahead.has("dossier.end"):
        return _("Kết thúc hồ sơ này?"), _("Kết thúc hồ sơ")
    if "refused" in ahead.statuses:
        return _("Từ chối tiếp nhận hồ sơ này?"), _("Từ chối tiếp nhận")
    if "stopped" in ahead.statuses:
        return _("Dừng giải quyết hồ sơ này?"), _("Dừng giải quyết")
    if ahead.statuses & ASKING:
        return _("Yêu cầu người nộp bổ sung hồ sơ?"), _("Gửi yêu cầu bổ sung")
    return _("Hoàn thành việc này?"), _("Hoàn thành")


def _effects(ahead: Preview) -> list[str]:
    """Each effect once, in its order; what a person does next stands last."""
    words = [_effect_words(effect.type, effect.name, trial=ahead.trial) for effect in ahead.effects]
    found = list(dict.fromkeys(word for word in words if word))
    if ahead.has("document.sign"):
        found.append(_("Khóa ký của bạn được dùng một lần, cho đúng bản có mã băm dưới đây."))
    found += [next_words(one) for one in ahead.next]
    found += [_("Hồ sơ chờ: %(name)s.", name=name) for name in ahead.waits_for if name]
    if ahead.ended:
        found.append(_("Quy trình của hồ sơ kết thúc."))
    return found


def _effect_words(kind: str, name: str, *, trial: bool) -> str:
    """An effect in the drawing's own words, with what it means for the applicant."""
    if kind == "document.issue":
        return _("%(name)s: người nộp xem và tải được ngay.", name=name)
    if kind == "notice.send" and trial:
        return _("%(name)s: hồ sơ thử nghiệm nên không gửi tin nào.", name=name)
    if kind == "notice.send":
        return _("%(name)s: gửi tin nhắn và thư điện tử cho người nộp.", name=name)
    if kind == "clock.pause":
        return _("%(name)s: thời hạn giải quyết tạm dừng đến khi người nộp bổ sung.", name=name)
    if kind in {"clock.start", "clock.stop"}:
        return ""
    return f"{name}."


def next_words(one: NextTask) -> str:
    """Whose turn it is afterwards."""
    return _("Sau đó: “%(name)s” – %(role)s.", name=one.name, role=role_name(one.role))
