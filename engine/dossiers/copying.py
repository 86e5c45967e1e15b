"""Who decides on copies of an office's papers and signs for them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts.capacities import AUTHORISED, BY_ORDER, BY_ORDER_DEPUTY, problem_of
from engine.accounts.holders import SIGNATORIES, in_post
from engine.accounts.models import Mandate, Office
from engine.accounts.people import agency_of
from engine.work import Actor


def post_to_copy(session: Session, actor: Actor, office: Office, today: date) -> Mandate | None:
    """The post by which somebody has papers of this office copied: its head or a deputy, or anybody of the agency who
    signs by order or authorisation (TL., TUQ.); None when they hold none today.

    Decree 30/2020/NĐ-CP, article 27: the head of the agency decides on copying and on who signs copies.
    """
    if actor.id is None or not actor.is_official:
        return None
    mandates = session.scalars(
        select(Mandate)
        .where(
            Mandate.person_id == actor.id,
            Mandate.role.in_(SIGNATORIES),
            in_post(today),
        )
        .order_by(Mandate.capacity != "", Mandate.valid_from, Mandate.id)
    ).all()
    agency = agency_of(session, office).id
    for one in mandates:
        ordered = one.capacity in (BY_ORDER, BY_ORDER_DEPUTY, AUTHORISED)
        here = one.office_id == office.id or (ordered and agency_of(session, one.office).id == agency)
        if here and not problem_of(one.power):
            return one
    return None
