"""A scan in words: by whom it was signed and how far that is proven, or why it is not signed and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from engine.dossiers.scan_words import remark_words, trouble_words
from engine.queries.scans import ScanLine
from web.ui.format import moment_words
from web.ui.i18n import spoken
from web.ui.levels import raised_line, raised_trouble


def scan_state(line: ScanLine) -> tuple[str, str]:
    """Where a scan stands, and in what tone it is said (done, waiting or late)."""
    scan = line.scan
    if scan.state == "signed":
        return _("Đã ký số: %(who)s, %(at)s", who=line.clerk, at=moment_words(scan.signed_at)), "done"
    if scan.state == "held" and line.turned_away:
        return _("Không ký số: hồ sơ không được tiếp nhận"), "waiting"
    if scan.state == "held":
        return _("Chưa ký số: được ký khi hồ sơ được tiếp nhận"), "waiting"
    if scan.state == "unsigned":
        return _("Chưa ký số: %(why)s", why=spoken(trouble_words(scan.trouble))), "late"
    if scan.trouble:
        why = spoken(trouble_words(scan.trouble))
        return _("Chưa ký số: %(why)s. Hệ thống tự thử lại.", why=why), "waiting"
    return _("Chưa ký số: đang ký bằng chứng thư số của %(who)s", who=line.clerk), "waiting"


def scan_level(line: ScanLine) -> str:
    """How far the signature of a scan is proven; "" for an unsigned one."""
    return ". ".join(filter(None, (raised_line(line.scan), raised_trouble(line.scan))))


def scan_words(line: ScanLine) -> dict[str, Any]:
    """All a page says of one scan."""
    state, tone = scan_state(line)
    again = line.own and line.scan.state in ("unsigned", "asked") and bool(line.scan.trouble)
    return {
        "id": line.scan.id,
        "case_id": line.scan.case_id,
        "name": line.name,
        "round": line.scan.round,
        "files": len(line.scan.handed),
        "pages": line.scan.pages,
        "size": line.scan.size,
        "signed": line.scan.state == "signed",
        "state": state,
        "tone": tone,
        "level": scan_level(line),
        "again": again,
        "remarks": [f"{one.get('file', '')}: {spoken(remark_words(one))}" for one in line.scan.remarks],
    }


def scan_act_words(verb: str, facts: Mapping[str, Any], name: str) -> tuple[str, str]:
    """An act about a scan in the history of its dossier: what was done, and its details."""
    paper = name or _("giấy tờ")
    digest = str(facts.get("sha256", ""))[:12]
    titles = {
        "scan.taken": _("Quét giấy tờ: %(name)s", name=paper),
        "scan.asked_again": _("Yêu cầu ký số lại bản quét: %(name)s", name=paper),
        "scan.signed": _("Ký số bản quét: %(name)s", name=paper),
        "scan.left_unsigned": _("Bản quét chưa được ký số: %(name)s", name=paper),
        "scan.archived": _("Bổ sung bằng chứng để kiểm tra chữ ký lâu dài: %(title)s", title=_("bản quét")),
    }
    if verb == "scan.taken":
        return titles[verb], _("%(count)s tệp như đã quét", count=len(facts.get("handed", ())))
    if verb == "scan.left_unsigned":
        return titles[verb], str(spoken(trouble_words(str(facts.get("code", "")))))
    return titles.get(verb, verb), _("Mã băm %(digest)s", digest=digest) if digest else ""
