"""The keys somebody may unlock: their own, and those of the offices whose seal they keep."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from engine.accounts.holders import SEALERS, office_holder, person_holder
from engine.accounts.models import Office, Person
from engine.accounts.signing_images import SigningImage, image_of
from engine.clock import legal_date
from engine.errors import NotFound
from engine.letters.seals import diameter
from engine.queries.files import FileLine
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


@dataclass(frozen=True)
class StampImage:
    """The image of a holder's hand or seal as it is used today, and the diameter (mm) a seal of theirs has.

    `proposed` is the usual diameter of such an office's seal; 0 for a person, who has a hand.
    """

    image: SigningImage | None
    proposed: int


def own_images(read: Reading) -> dict[str, StampImage]:
    """For each holder whose key the actor may unlock: the image papers show for it."""
    found = {}
    for _name, key in own_keys(read):
        kind = key.holder.partition(":")
        office = read.session.scalar(select(Office.kind).where(Office.code == kind[2])) if kind[0] == "office" else None
        proposed = diameter(office, legal_date(read.now)) if office is not None else 0
        found[key.holder] = StampImage(image_of(read.session, key.holder), proposed)
    return found


def own_image(read: Reading, holder: str) -> FileLine:
    """The file of a holder's image, for whoever may change it; NotFound otherwise."""
    held = own_images(read).get(holder)
    if held is None or held.image is None:
        raise NotFound("Không có ảnh nào đang dùng.")
    with read.ports.storage.open(held.image.sha256) as handle:
        size = len(handle.read())
    return FileLine(held.image.sha256, "chu-ky.png", "image/png", size)


def all_keys(read: Reading) -> list[tuple[str, KeyState]]:
    """Every key of the house with its holder's name, for its operator; sample keys come last."""
    if read.actor.kind != "system" and "operator" not in read.actor.roles:
        return own_keys(read)
    states = list(read.ports.signatures.keys.states())
    people = {person_holder(one): name for one, name in read.session.execute(select(Person.id, Person.full_name))}
    offices = {office_holder(code): name for code, name in read.session.execute(select(Office.code, Office.name))}
    named = people | offices
    return [(named.get(state.holder, state.holder), state) for state in states]
