"""Scans of a dossier as its pages show them: who scanned, what became of the signature; the signed file."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from engine.accounts.models import Person
from engine.accounts.scan_rules import SCANS, ScanRules
from engine.clock import legal_date
from engine.dossiers.models import Component, Dossier
from engine.dossiers.scans import CLERKS, IntakeScan
from engine.errors import NotFound
from engine.queries.files import FileLine
from engine.queries.visible import visible_to
from engine.work import Reading

TURNED_AWAY = (3, 7)
"""Not received; taken back by its owner."""


@dataclass(frozen=True)
class ScanLine:
    """One paper's scan with its name and its clerk's; `own`: the reader scanned it, and may have it signed again.

    `turned_away`: the dossier was not received, or taken back, so nothing of it is signed.
    """

    scan: IntakeScan
    name: str
    clerk: str
    own: bool
    turned_away: bool = False


def scans_of(read: Reading, case_id: UUID) -> tuple[ScanLine, ...]:
    """What clerks scanned of a dossier the actor may see, in the order in which it was taken in."""
    rows = read.session.execute(
        select(IntakeScan, Person.full_name, Component.name, Dossier.status)
        .join(Dossier, Dossier.case_id == IntakeScan.case_id)
        .join(Person, Person.id == IntakeScan.person_id)
        .outerjoin(Component, (Component.case_id == IntakeScan.case_id) & (Component.key == IntakeScan.paper))
        .where(IntakeScan.case_id == case_id, visible_to(read.actor))
        .order_by(IntakeScan.taken_at, Component.position, IntakeScan.id)
    )
    return tuple(
        ScanLine(scan, name or scan.paper, clerk, scan.person_id == read.actor.id, status in TURNED_AWAY)
        for scan, clerk, name, status in rows
    )


def signed_scan_file(read: Reading, case_id: UUID, scan_id: UUID) -> FileLine:
    """The signed file of a dossier the actor may see."""
    row = read.session.execute(
        select(IntakeScan, Dossier.code)
        .join(Dossier, Dossier.case_id == IntakeScan.case_id)
        .where(
            IntakeScan.id == scan_id,
            IntakeScan.case_id == case_id,
            IntakeScan.state == "signed",
            visible_to(read.actor),
        )
    ).one_or_none()
    if row is None:
        raise NotFound("Không có bản quét này.")
    scan, code = row
    name = f"ban-so-hoa-{code or scan.case_id}-{scan.paper.rpartition('.')[2]}.pdf"
    return FileLine(scan.sha256, name, "application/pdf", scan.size)


def scan_rules(read: Reading) -> ScanRules:
    """By which rules the reader scans at their counter today."""
    office = next((post.office_id for post in read.actor.mandates if post.role in CLERKS), None)
    return SCANS.in_force(read.session, office, legal_date(read.now)).rules
