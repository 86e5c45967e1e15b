"""Images of hands and seals: given and taken away by who holds the key, and how a paper is stamped with them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine.accounts.holders import office_holder
from engine.accounts.models import Office
from engine.accounts.policy import require_signed_in
from engine.accounts.signing_images import SigningImage, image_of
from engine.clock import legal_date
from engine.db import new_id
from engine.errors import FieldProblem, Forbidden, Invalid, NotFound
from engine.letters.seals import LARGEST, SMALLEST, diameter
from engine.ports import Ports
from engine.usecases.keys import CHAIN, holder_named, may_unlock
from engine.work import Work
from signing.boxes import Box

if TYPE_CHECKING:
    from engine.letters.stamp_images import Kind


SIZES = {"least": SMALLEST, "most": LARGEST}
"""Between which diameters (mm) a seal is believed."""


@dataclass(frozen=True)
class Shown:
    """How a holder's signature is shown: the stored PNG's digest and size in pixels; without one, `sha256` is empty.

    `across_mm` is the diameter of a seal in millimetres.
    """

    sha256: str = ""
    width: int = 0
    height: int = 0
    across_mm: int = 0

    @property
    def size(self) -> tuple[int, int] | None:
        return (self.width, self.height) if self.sha256 else None

    def read(self, ports: Ports) -> bytes | None:
        """The image itself."""
        if not self.sha256:
            return None
        with ports.storage.open(self.sha256) as handle:
            return handle.read()


def shown_hand(session: Session, holder: str) -> Shown:
    """How a person's signature is shown today."""
    image = image_of(session, holder)
    return Shown(image.sha256, image.width, image.height) if image is not None else Shown()


def shown_seal(session: Session, office: Office, now: datetime) -> Shown:
    """How an office's seal is shown today, of the size its holder gave or that seals of its kind have."""
    image = image_of(session, office_holder(office.code))
    if image is not None:
        return Shown(image.sha256, image.width, image.height, image.across_mm)
    return Shown(across_mm=diameter(office.kind, legal_date(now)))


def hand_box(box: Box | None, shown: Shown, *, sample: bool) -> dict[str, object] | None:
    """Where on the page the hand itself stands, as a paper keeps it for the seal that comes over it."""
    from engine.letters.stamps import hand_place  # the printing press weighs 40 MB: only who prints loads it

    return asdict(hand_place(box, sample=sample, size=shown.size)) if box is not None else None


def give_image(work: Work, holder: str, content: bytes, *, across_mm: int | None = None) -> SigningImage:
    """Bring in the image of a hand or seal, in place of the one before; the holder's own act, or an operator's.

    Forbidden for others; Invalid for what is no image of the decree's colour on a transparent ground, and for a seal
    without its diameter (mm). Papers signed before stay as they are.
    """
    from engine.letters.stamp_images import NotAStampImage, read_stamp_image  # pictures are read by whoever brings one

    kind = _may_change(work, holder)
    problems = []
    if kind == "seal" and not SMALLEST <= (across_mm or 0) <= LARGEST:
        problems.append(FieldProblem("across", "Nhập đường kính dấu từ %(least)s đến %(most)s mm", SIZES))
    try:
        picture = read_stamp_image(content, kind)
    except NotAStampImage as refusal:
        problems.append(FieldProblem("image", refusal.why.msgid, dict(refusal.why.params)))
    if problems:
        raise Invalid("Chưa nhận được ảnh.", problems=tuple(problems))
    stored = work.ports.storage.put(picture.png, limit=len(picture.png))
    _end_all(work, holder)
    image = SigningImage(
        id=new_id(),
        holder=holder,
        sha256=stored.sha256,
        width=picture.width,
        height=picture.height,
        across_mm=across_mm or 0 if kind == "seal" else 0,
        given_by=work.actor.id,
        given_at=work.now,
    )
    work.session.add(image)
    facts = {"holder": holder, "sha256": image.sha256, "across_mm": image.across_mm}
    work.record_for_office(CHAIN, "signing_image.given", facts)
    return image


def take_image_away(work: Work, holder: str) -> None:
    """Show no image from now on; papers signed before keep theirs."""
    _may_change(work, holder)
    image = image_of(work.session, holder)
    if image is None:
        raise NotFound("Không có ảnh nào đang dùng.")
    _end_all(work, holder)
    work.record_for_office(CHAIN, "signing_image.ended", {"holder": holder, "sha256": image.sha256})


def _end_all(work: Work, holder: str) -> None:
    """End whatever a holder shows: two who brought an image at once left two."""
    standing = (SigningImage.holder == holder) & SigningImage.ended_at.is_(None)
    work.session.execute(update(SigningImage).where(standing).values(ended_at=work.now))


def _may_change(work: Work, holder: str) -> Kind:
    require_signed_in(work.actor)
    if not may_unlock(work.session, work.actor, holder):
        raise Forbidden("Chỉ chủ khóa, văn thư giữ dấu của đơn vị hoặc người vận hành đổi được ảnh này.")
    return "seal" if holder_named(work.session, holder).office is not None else "hand"
