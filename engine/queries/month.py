"""The account of the running month, up to the moment of asking, of all a leader oversees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.accounts.policy import require_role
from engine.clock import legal_date
from engine.dossiers.accounting import Account, account
from engine.queries.weekly import READERS
from engine.work import Reading


@dataclass(frozen=True)
class Month:
    """From the first of the month to today (Viet Nam's days, both included)."""

    first: date
    today: date
    account: Account


def running_month(read: Reading) -> Month:
    """What the actor's offices had open on the first, received and finished since, and have open now."""
    require_role(read.actor, *READERS)
    today = legal_date(read.now)
    first = today.replace(day=1)
    mine = None if read.actor.everywhere else read.actor.oversight
    found = account(read.session, first, today, mine, until=read.now)
    return Month(first, today, Account.total(found.values()))
