"""Doing what the doctor offers, from a terminal: as a named official, with a fresh look afterwards."""

from __future__ import annotations

import argparse
from uuid import UUID

from sqlalchemy import select

from cli.doctoring.telling import Teller
from engine.accounts.models import Office
from engine.composition import House
from engine.queries.doctor import Diagnosis, diagnose, recheck
from engine.queries.doctor_findings import Finding
from engine.usecases.doctor import Order, mend
from engine.work import Actor

ELSEWHERE = ("correct", "end", "move", "replay", "outside")
"""Acts with a way of their own: two people, a page of its own, the machine itself."""


class NoSuch(Exception):
    """What was named on the command line is not there; `key` says which of the teller's sentences tells it."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


def act(house: House, actor: Actor, case_id: UUID, args: argparse.Namespace, teller: Teller) -> int:
    """Do it, look again and say what that look saw; 0 only when the trouble is really gone or under way."""
    with house.reading(actor=actor) as look:
        found = chosen(diagnose(look, case_id), args.do, args.on)
        office = look.session.scalar(select(Office.id).where(Office.code == args.office)) if args.office else None
    if args.office and office is None:
        raise NoSuch("office", office=args.office)
    order = Order(found.kind, found.subject, looked=args.asked, reason=args.reason, office_id=office)
    with house.unit_of_work(actor=actor) as work:
        mend(work, case_id, order)
    with house.reading(actor=actor) as look:
        seen = recheck(look, case_id, found.key)
    teller.tell(seen.diagnosis, seen)
    return 0 if seen.well else 1


def chosen(diagnosis: Diagnosis, verb: str, key: str | None) -> Finding:
    """The one finding that offers this act; NoSuch when none does, or several do and none was named."""
    offering = [
        one
        for one in diagnosis.wrong
        if one.action is not None and one.action.verb == verb and key in (None, one.key) and verb not in ELSEWHERE
    ]
    if len(offering) == 1:
        return offering[0]
    if not offering:
        raise NoSuch("act", verb=verb)
    raise NoSuch("several", count=len(offering), verb=verb)
