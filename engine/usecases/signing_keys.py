"""Whose key may sign what: mandate, unit and certificate are asked before a key is used, and again when it is."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from engine.accounts.capacities import problem_of
from engine.accounts.holders import office_holder, person_holder
from engine.accounts.models import Mandate, Office, Person, fold
from engine.accounts.people import PARTS
from engine.clock import legal_date
from engine.errors import Forbidden, Unavailable
from engine.ports import Ports
from engine.trust.models import HeldCertificate
from signing.keyring import KeyState

LONGEST_IN_A_NAME = 64
"""Letters in a part of a certificate's subject (X.520); the sample authority shortens to it with an ellipsis."""


def check_leader_key(
    session: Session, ports: Ports, person: Person, mandate: Mandate | None, *, paper: str, now: datetime
) -> KeyState:
    """The key with which a person signs `paper` by a mandate; refuses in words that say what to do.

    Forbidden for a mandate that is over, another unit's key, or a certificate that is another's, ended or revoked;
    Unavailable where there is no key, or it is locked.
    """
    state = ports.signatures.state(person_holder(person.id))
    if state is None:
        raise Unavailable(
            "Chưa ký được “%(title)s”: hệ thống chưa có khóa ký số của bạn. Việc vẫn ở trên bàn bạn, chưa có gì "
            "được ghi. Hãy báo người vận hành cài khóa ký rồi làm lại.",
            code="no_signing_key",
            title=paper,
        )
    _check_mandate(person, mandate, legal_date(now))
    office = session.get_one(Office, mandate.office_id) if mandate is not None else None
    if office is not None:
        _check_unit(session, state, office)
    if not state.differs and fold(person.full_name) not in map(fold, state.names):
        raise Forbidden(
            "Chứng thư số của khóa ký mang tên %(named)s, không phải %(name)s, nên không được dùng. Hãy báo người vận "
            "hành thêm đúng khóa.",
            code="certificate_of_another",
            named=", ".join(state.names) or "–",
            name=person.full_name,
        )
    check_certificate(session, state, now)
    return state


def check_office_key(session: Session, ports: Ports, office: Office, *, now: datetime) -> KeyState:
    """The key with which an office seals; refuses in words that say what to do."""
    state = ports.signatures.state(office_holder(office.code))
    if state is None:
        raise Unavailable(
            "Chưa đóng dấu được: hệ thống chưa có khóa ký số của %(office)s. Hãy báo người vận hành cài khóa ký rồi "
            "làm lại.",
            code="no_signing_key",
            office=office.name,
        )
    if not state.differs and not named_in(state, [office]):
        raise Forbidden(
            "Chứng thư số của khóa ký không mang tên %(office)s nên không được dùng để đóng dấu. Hãy báo người vận "
            "hành thêm đúng khóa.",
            code="certificate_of_another",
            office=office.name,
        )
    check_certificate(session, state, now)
    return state


def check_unlocked(state: KeyState) -> None:
    """Refuse (Unavailable) a key that is locked."""
    if not state.ready:
        raise Unavailable(
            "Khóa ký đang khóa. Hãy mở khóa ở trang “Khóa ký” hoặc nhờ người vận hành chạy ./motcua keys unlock, rồi "
            "làm lại. Chưa có gì được ghi.",
            code="key_locked",
        )


def _check_mandate(person: Person, mandate: Mandate | None, today: date) -> None:
    over = mandate is None or mandate.valid_from > today or (mandate.valid_to is not None and mandate.valid_to < today)
    if not person.active or over:
        raise Forbidden(
            "Khóa ký của %(name)s không được dùng: hôm nay người này không giữ chức vụ đã đồng ý ký. Hãy trình người "
            "đang có thẩm quyền ký.",
            code="mandate_over",
            name=person.full_name,
        )
    problem = problem_of(mandate.power) if mandate is not None else ""
    if problem:
        raise Forbidden(problem, code="mandate_without_ground")


def _check_unit(session: Session, state: KeyState, office: Office) -> None:
    line = office_line(session, office)
    within = state.unit in {one.code for one in line} if state.unit else bool(state.differs)
    if not within and (state.unit or not named_in(state, line)):
        raise Forbidden(
            "Khóa ký này được cấp cho %(unit)s, không dùng để ký cho %(office)s. Hãy báo người vận hành thêm khóa ký "
            "của bạn ở đơn vị này, hoặc trình người khác có thẩm quyền ký.",
            code="key_of_another_unit",
            unit=", ".join(state.organisations) or state.unit,
            office=office.name,
        )


def check_certificate(session: Session, state: KeyState, now: datetime) -> None:
    """Refuse (Forbidden) a certificate outside its validity or known to be revoked."""
    if not state.valid_from <= now <= state.valid_to:
        raise Forbidden(
            "Chứng thư số của khóa ký chỉ có hiệu lực từ %(since)s đến %(until)s nên không được dùng. Hãy gia hạn ở tổ "
            "chức cấp chứng thư rồi báo người vận hành thêm khóa mới.",
            code="certificate_expired",
            since=f"{legal_date(state.valid_from):%d/%m/%Y}",
            until=f"{legal_date(state.valid_to):%d/%m/%Y}",
        )
    held = session.get(HeldCertificate, state.fingerprint)
    if held is not None and held.state == "revoked" and (held.revoked_at is None or held.revoked_at <= now):
        raise Forbidden(
            "Chứng thư số của khóa ký đã bị thu hồi nên không được dùng nữa. Hãy xin cấp chứng thư mới rồi báo người "
            "vận hành thêm khóa mới.",
            code="certificate_revoked",
        )


def office_line(session: Session, office: Office) -> list[Office]:
    """An office with those it is a part of, up to and with its agency."""
    line = [office]
    while line[-1].kind in PARTS and line[-1].parent_id is not None:
        above = session.get(Office, line[-1].parent_id)
        if above is None or above in line:
            break
        line.append(above)
    return line


def named_in(state: KeyState, offices: list[Office]) -> bool:
    """Whether a certificate names one of these offices, by its full or its short name."""
    written = {fold(one) for one in (*state.organisations, *state.names)}
    known = {name for office in offices for name in (office.name, office.short_name) if name}
    return any(fold(name) in written or fold(_fitted(name)) in written for name in known)


def _fitted(name: str) -> str:
    return name if len(name) <= LONGEST_IN_A_NAME else f"{name[: LONGEST_IN_A_NAME - 1]}…"
