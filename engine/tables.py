"""Every table of the house in one place, for migrations and for a fresh test database."""

from __future__ import annotations

from engine import history, journal, outbox
from engine.accounts import absences, authority_rules, signing_images
from engine.accounts import models as accounts
from engine.calendars import models as calendars
from engine.cases import mending, moves, whatifs
from engine.cases import models as cases
from engine.db import Base
from engine.dossiers import copies, custody, figures, forecasts, late_dates, lists, scans, signing, withdrawals
from engine.dossiers import models as dossiers
from engine.feedback import models as feedback
from engine.notifications import models as notifications
from engine.notifications import staff
from engine.procedures import models as procedures
from engine.registers import models as registers
from engine.trust import models as trust

ROOMS = (
    journal,
    history,
    outbox,
    accounts,
    absences,
    authority_rules,
    signing_images,
    calendars,
    procedures,
    registers,
    trust,
    cases,
    mending,
    moves,
    whatifs,
    dossiers,
    lists,
    figures,
    late_dates,
    forecasts,
    custody,
    copies,
    scans,
    signing,
    withdrawals,
    notifications,
    staff,
    feedback,
)
metadata = Base.metadata
