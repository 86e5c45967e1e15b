"""The one rule of who sees which dossier, put into every query about dossiers, their files, papers and lists."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, false, select, true
from sqlalchemy.orm import aliased

from engine.dossiers.lists import DossierOffice
from engine.dossiers.models import Dossier, RawFiling
from engine.feedback.models import Report
from engine.work import Actor


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which dossiers an actor may read.

    A citizen: the own ones. Another system: those it handed in. An official: those on the lists of an office of theirs
    (`engine.dossiers.lists`: it receives, handles, signs or returns them, or was consulted), and with an overseeing
    post all of the agency and below. Whoever only keeps the machine running reads none (`BLIND` of
    `engine.accounts.people`).
    """
    if actor.kind == "system":
        return true()
    if actor.id is None:  # "= NULL" would be read as "has none"
        return false()
    if actor.kind == "citizen":
        return Dossier.applicant_id == actor.id
    if actor.kind == "machine":
        sent = select(RawFiling.id).where(RawFiling.case_id == Dossier.case_id, RawFiling.client_id == actor.id)
        return exists(sent)
    if actor.kind != "official" or not actor.oversight:
        return false()
    if actor.everywhere:
        return true()
    return _listed(actor, Dossier.case_id)


def case_visible_to(actor: Actor, case_id: Any) -> ColumnElement[bool]:
    """Whether the case of a column is about a dossier the actor may read, asked where no row of it is at hand."""
    if actor.kind == "official" and actor.oversight and not actor.everywhere:
        return _listed(actor, case_id)
    return exists(select(Dossier.case_id).where(Dossier.case_id == case_id, visible_to(actor)))


def _listed(actor: Actor, case_id: Any) -> ColumnElement[bool]:
    """Whether a dossier is on the lists of an office of theirs."""
    shown = aliased(DossierOffice)  # a name of its own: the query around may speak of such rows too
    return exists(select(shown.case_id).where(shown.case_id == case_id, shown.office_id.in_(actor.oversight)))


def reports_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which reports an actor may read whole; one about conduct never reaches the unit it accuses."""
    if actor.kind == "system" or actor.holds("hotline_operator"):
        return true()
    if actor.id is None:
        return false()
    if actor.kind == "citizen":
        return Report.sender_id == actor.id
    if actor.kind != "official" or not actor.oversight:
        return false()
    mine: Any = Report.unit_id.in_(list(actor.oversight))
    return mine & (Report.kind != "conduct")
