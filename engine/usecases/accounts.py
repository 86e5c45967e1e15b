"""Accounts: a person changes the own password, an operator gives a one-time one, closes an account and opens it."""

from __future__ import annotations

from uuid import UUID

from engine.accounts.models import Person
from engine.accounts.passwords import doubts, fits, hash_password, one_time_password
from engine.accounts.people import mandates_on
from engine.accounts.policy import require_role, require_signed_in
from engine.clock import legal_date
from engine.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from engine.work import Work


def change_own_password(work: Work, *, current: str, new: str) -> None:
    """Put a new password in place of the own one; every session begun before this moment is over.

    Refuses (Invalid, naming `current` or `new`) a wrong old password and a new one that is easily guessed.
    """
    require_signed_in(work.actor)
    person = _locked(work, work.actor.id)
    if not person.password_hash:
        raise Conflict("Tài khoản này không đăng nhập bằng mật khẩu, nên không có mật khẩu để đổi.", code="no_password")
    if not fits(current, person.password_hash):
        raise Invalid("Chưa đổi được mật khẩu.", [FieldProblem("current", "Mật khẩu hiện tại không đúng")])
    reasons = doubts(new, login=person.login, full_name=person.full_name, before=person.password_hash)
    if reasons:
        problems = [FieldProblem("new", reason.message, reason.params) for reason in reasons]
        raise Invalid("Chưa đổi được mật khẩu.", problems)
    person.password_hash, person.must_change, person.sessions_from = hash_password(new), False, work.now
    work.record_for_office(_home(work, person), "person.password_changed", {"person": str(person.id)})


def give_one_time_password(work: Work, person_id: UUID) -> str:
    """A new password for an official who lost theirs, said this once; it is changed at the next sign-in.

    Citizens are left alone: with their password an operator could read what only they may read.
    """
    person = _someone_else(work, person_id)
    if not person.active:
        raise Conflict("Tài khoản này đang khóa. Mở lại trước khi cấp mật khẩu.", code="account_closed")
    password = one_time_password()
    person.password_hash, person.must_change, person.sessions_from = hash_password(password), True, work.now
    facts = {"person": str(person.id), "one_time": True}
    work.record_for_office(_home(work, person), "person.password_given", facts)
    return password


def close_account(work: Work, person_id: UUID, reason: str) -> None:
    """Let somebody in no more, from this moment on; posts, tasks and signatures stay what they are."""
    person, words = _someone_else(work, person_id), _reason(reason)
    if not person.active:
        raise Conflict("Tài khoản này đã khóa từ trước.", code="account_closed")
    person.active, person.sessions_from = False, work.now
    work.record_for_office(_home(work, person), "person.closed", {"person": str(person.id)}, {"reason": words})


def open_account(work: Work, person_id: UUID, reason: str) -> None:
    """Let somebody in again who had been shut out."""
    person, words = _someone_else(work, person_id), _reason(reason)
    if person.active:
        raise Conflict("Tài khoản này không bị khóa.", code="account_open")
    person.active = True
    work.record_for_office(_home(work, person), "person.opened", {"person": str(person.id)}, {"reason": words})


def _locked(work: Work, person_id: UUID | None) -> Person:
    person = work.session.get(Person, person_id, with_for_update=True, populate_existing=True) if person_id else None
    if person is None:
        raise NotFound("Không có tài khoản này.")
    return person


def _someone_else(work: Work, person_id: UUID) -> Person:
    require_role(work.actor, "operator")
    person = _locked(work, person_id)
    if person.kind != "official":
        raise NotFound("Không có tài khoản này.")
    if person.id == work.actor.id:
        raise Forbidden("Không tự khóa hay tự cấp lại mật khẩu cho chính mình; đổi mật khẩu ở trang Tài khoản.")
    return person


def _reason(reason: str) -> str:
    words = " ".join(reason.split())[:500]
    if not words:
        raise Invalid("Nhập lý do.", [FieldProblem("reason", "Nhập lý do")])
    return words


def _home(work: Work, person: Person) -> str:
    """The office in whose chain acts about this person stand: the one of the first post held today."""
    posts = mandates_on(work.session, person.id, legal_date(work.now)) if person.kind == "official" else []
    return posts[0].office.code if posts else "system"
