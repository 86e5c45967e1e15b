"""What the register says of a paper somebody holds, in words: one source for page, command and report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from engine.clock import legal_date
from engine.dossiers.withdrawals import KINDS, STATES
from engine.errors import N_
from engine.queries.copies import CopyFact
from engine.queries.known_papers import ActFact, OtherPaper, PaperFact, SignedAs
from engine.spoken import speaker

CAPACITIES: dict[str, str] = {
    "": N_("ký theo chức vụ của mình"),
    "KT.": N_("ký thay cấp trưởng (KT.)"),
    "TL.": N_("ký thừa lệnh (TL.)"),
    "TL. KT.": N_("ký thừa lệnh, thay trưởng đơn vị (TL. KT.)"),
    "TUQ.": N_("ký thừa ủy quyền (TUQ.)"),
    "Q.": N_("giữ quyền chức vụ (Q.)"),
}
"""With what power somebody signs (Decree 30/2020/NĐ-CP, article 13), in words."""

Say = Callable[[str], str]


@dataclass(frozen=True)
class RegisterRow:
    """One finding; `address` is where another paper it names is checked."""

    what: str
    finding: str
    address: str = ""


def register_rows(known: PaperFact, language: str, *, reasons: bool = True) -> list[RegisterRow]:
    """Where a paper stands, each act on it, what replaced it, and with what power it was signed.

    Without `reasons` the grounds of decisions, and why a paper is void, are left out: they may tell more than somebody
    with the code alone may know.
    """
    say = speaker(language)
    rows = [
        RegisterRow(say(N_("Văn bản")), known.title),
        RegisterRow(say(N_("Số")), known.number or say(N_("Không có số"))),
        RegisterRow(
            say(N_("Ngày")), _day(known.dated_on or (legal_date(known.issued_at) if known.issued_at else None))
        ),
        RegisterRow(say(N_("Cơ quan cấp")), known.office),
        RegisterRow(say(N_("Tình trạng")), _state(known, say, reasons)),
    ]
    rows += _copied(known.copy, say) if known.copy is not None else []
    rows += [RegisterRow(say(KINDS[act.kind]), _act(act, say, reasons)) for act in known.acts]
    if known.instead is not None:
        rows.append(_other(say(N_("Văn bản thay thế")), known.instead, say))
    rows += [_other(say(N_("Thay thế cho")), one, say) for one in known.replaces]
    if known.signed_as is not None:
        rows += _power(known.signed_as, say)
    return rows


def _copied(copy: CopyFact, say: Say) -> list[RegisterRow]:
    source = copy.source
    values = {"kind": copy.printed, "title": source.title, "number": source.number or "–", "day": _day(source.dated_on)}
    told = say(N_("%(kind)s của văn bản “%(title)s”, số %(number)s, ngày %(day)s")) % values
    if copy.pages:
        told += say(N_("; gồm các trang %(pages)s")) % {"pages": ", ".join(str(page) for page in copy.pages)}
    return [
        RegisterRow(say(N_("Là bản sao")), told, source.address),
        RegisterRow(say(N_("Tình trạng văn bản gốc")), say(STATES[copy.standing.state])),
        RegisterRow(say(N_("Người quyết định sao")), ", ".join(copy.power)),
    ]


def _state(known: PaperFact, say: Say, reasons: bool) -> str:
    if known.standing.acts:
        return say(STATES[known.standing.state])
    if known.voided_at is not None and not reasons:
        return say(N_("Đã bị thay thế hoặc thu hồi ngày %(day)s")) % {"day": _day(legal_date(known.voided_at))}
    if known.voided_at is not None:
        return say(N_("Đã bị thay thế hoặc thu hồi ngày %(day)s: %(reason)s")) % {
            "day": _day(legal_date(known.voided_at)),
            "reason": say(known.void_reason),
        }
    if known.trial:
        return say(N_("Thử nghiệm, không có giá trị pháp lý"))
    issued = _day(legal_date(known.issued_at)) if known.issued_at else "–"
    return say(N_("Còn giá trị, phát hành ngày %(day)s")) % {"day": issued}


def _act(act: ActFact, say: Say, reasons: bool) -> str:
    told = say(N_("Quyết định %(number)s ngày %(day)s của %(authority)s")) % {
        "number": act.decision_number,
        "day": _day(act.decided_on),
        "authority": act.authority,
    }
    return f"{told}: {act.reason}" if reasons and act.reason else told


def _other(what: str, one: OtherPaper, say: Say) -> RegisterRow:
    told = say(N_("%(title)s, số %(number)s, ngày %(day)s; mã kiểm tra %(code)s")) % {
        "title": one.title,
        "number": one.number or "–",
        "day": _day(one.dated_on),
        "code": one.code,
    }
    return RegisterRow(what, told, one.address)


def _power(signed: SignedAs, say: Say) -> list[RegisterRow]:
    capacity, day = signed.capacity, _day(legal_date(signed.signed_at))
    lines = ", ".join(capacity.lines)
    told = say(CAPACITIES.get(capacity.capacity, capacity.capacity))
    rows = [RegisterRow(say(N_("Tư cách ký")), f"{told}: {lines} – {capacity.office}")]
    if capacity.ground is not None:
        ground = say(N_("%(number)s ngày %(day)s của %(agency)s")) % {
            "number": capacity.ground.number,
            "day": _day(capacity.ground.day),
            "agency": capacity.ground.agency,
        }
        if capacity.until is not None:
            ground += say(N_(", đến hết ngày %(day)s")) % {"day": _day(capacity.until)}
        rows.append(RegisterRow(say(N_("Văn bản giao quyền ký")), ground))
    held = {
        True: N_("Người ký đang giữ chức vụ này vào ngày ký, %(day)s"),
        False: N_("Người ký KHÔNG giữ chức vụ này vào ngày ký, %(day)s"),
        None: N_("Sổ không ghi người ký giữ chức vụ nào vào ngày ký, %(day)s"),
    }[signed.held]
    return [*rows, RegisterRow(say(N_("Thẩm quyền khi ký")), say(held) % {"day": day})]


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "–"
