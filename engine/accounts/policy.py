"""Who may do what: the rules every use case and every query ask, in one place."""

from __future__ import annotations

from uuid import UUID

from engine.errors import Forbidden, NotSignedIn
from engine.work import Actor


def require_signed_in(actor: Actor) -> None:
    """Refuse a stranger."""
    if actor.kind == "anonymous":
        raise NotSignedIn("Hãy đăng nhập để tiếp tục.")


def require_role(actor: Actor, *roles: str, office_id: UUID | None = None) -> None:
    """Refuse whoever holds none of these roles, in this office if one is named; the system itself may."""
    if actor.kind == "system":
        return
    require_signed_in(actor)
    if not any(actor.holds(role, office_id) for role in roles):
        raise Forbidden("Bạn không có quyền làm việc này ở đơn vị này.")


def require_person(actor: Actor, person_id: UUID | None) -> None:
    """Refuse everybody but this one person."""
    require_signed_in(actor)
    if person_id is None or actor.id != person_id:
        raise Forbidden("Việc này chỉ dành cho người khác.")
