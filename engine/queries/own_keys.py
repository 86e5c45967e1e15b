"""The keys somebody may unlock: their own, and those of the offices whose seal they keep."""

from __future__ import annotations

from sqlalchemy import select

from engine.accounts.holders import SEALERS, office_holder, person_holder
from engine.accounts.models import Office, Person
from engine.work import Reading
from signing.keyring import KeyState


def own_keys(read: Reading) -> list[tuple[str, KeyState]]:
    """(holder's name, key) of the actor and of each office they seal for, the actor's own first."""
    actor, found = read.actor, []
    if actor.id is not None:
        own = read.ports.signatures.state(person_holder(actor.id))
        if own is not None:
            found.append((actor.name, own))
    for code in dict.fromkeys(post.office_code for post in actor.mandates if post.role in SEALERS):
        key = read.ports.signatures.state(office_holder(code))
        if key is not None:
            name = read.session.scalar(select(Office.name).where(Office.code == code))
            found.append((name or code, key))
    return found


def all_keys(read: Reading) -> list[tuple[str, KeyState]]:
    """Every key of the house with its holder's name, for its operator; sample keys come last."""
    if read.actor.kind != "system" and "operator" not in read.actor.roles:
        return own_keys(read)
    states = list(read.ports.signatures.keys.states())
    people = {person_holder(one): name for one, name in read.session.execute(select(Person.id, Person.full_name))}
    offices = {office_holder(code): name for code, name in read.session.execute(select(Office.code, Office.name))}
    named = people | offices
    return [(named.get(state.holder, state.holder), state) for state in states]
