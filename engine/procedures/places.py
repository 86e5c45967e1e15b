"""Finding the offices a rule means: one bundle, a hundred and sixty-eight communes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts.models import Office
from engine.errors import Invalid
from processes.places import PLACES, PlaceRule
from processes.procedure import Places
from rules.feel import FeelError, expression_of, feel


def _territory(session: Session, rule: str, answers: Mapping[str, Any], filed: Office, now: datetime) -> Office | None:
    """The commune the request is about: by the code the rule gives, else the one whose centre took it in."""
    code: Any = None
    if rule:
        try:
            code = feel().evaluate(expression_of(rule), {"form": dict(answers)}, now=now, strict=False)
        except FeelError:
            code = None
    if code:
        found = session.scalar(select(Office).where(Office.ward_code == str(code), Office.kind == "ward"))
        if found is not None:
            return found
    office: Office | None = filed
    while office is not None and office.kind != "ward":
        office = session.get(Office, office.parent_id) if office.parent_id else None
    return office


def _child(session: Session, parent: Office | None, function: str) -> Office | None:
    if parent is None:
        return None
    children = session.scalars(select(Office).where(Office.parent_id == parent.id, Office.active).order_by(Office.code))
    return next((child for child in children if function in child.functions), None)


def _city(session: Session) -> Office | None:
    return session.scalar(select(Office).where(Office.kind == "city").order_by(Office.code))


def _resolve(session: Session, rule: PlaceRule, commune: Office | None, found: Mapping[str, Office]) -> Office | None:
    if rule.kind in {"filed", "chosen"}:
        return found["filed"] if rule.kind == "filed" else found.get("chosen", found["filed"])
    if rule.kind == "same":
        return found.get(rule.place)
    body = commune if rule.level == "commune" else _city(session)
    if rule.kind == "committee":
        return body
    if rule.kind == "one-stop":
        return _child(session, body, "one-stop")
    return _child(session, body, rule.function)


def resolve_places(
    session: Session,
    places: Places,
    answers: Mapping[str, Any],
    *,
    filed: Office,
    now: datetime,
    chosen: Office | None = None,
) -> dict[str, UUID]:
    """The office of every place a procedure names; refuses (Invalid) when this city has none for a rule."""
    commune = _territory(session, places.territory, answers, filed, now)
    found: dict[str, Office] = {"filed": filed}
    if chosen is not None:
        found["chosen"] = chosen
    waiting = [place for place in PLACES if places.rule(place) is not None]
    waiting.sort(key=lambda place: getattr(places.rule(place), "kind", "") == "same")
    for place in waiting:
        rule = places.rule(place)
        office = _resolve(session, rule, commune, found) if rule else None
        if office is None:
            raise Invalid(
                "Chưa có đơn vị nào cho quy tắc “%(rule)s”. Hãy báo người quản trị danh mục đơn vị.", rule=str(rule)
            )
        found[place] = office
    return {place: office.id for place, office in found.items() if place in PLACES}
