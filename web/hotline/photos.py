"""Photos of a report on their way: checked and stored at once, carried by a signed token until the report is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from flask import current_app, request
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer

from engine.errors import Refusal
from engine.usecases.drafts import store_upload
from engine.usecases.feedback import MOST_PHOTOS
from web.doors import house
from web.ui.i18n import say

HOURS = 12
LARGEST = 20 * 2**20
Stored = tuple[str, int, str, str]


@dataclass(frozen=True)
class Photo:
    """A stored file that waits for its report; `token` proves that this house stored it."""

    token: str
    stored: Stored

    @property
    def name(self) -> str:
        return self.stored[3]

    @property
    def size(self) -> int:
        return self.stored[1]


@dataclass
class Photos:
    """What was kept of earlier posts and added by this one, with what could not be taken, in words."""

    kept: list[Photo] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def stored(self) -> tuple[Stored, ...]:
        return tuple(photo.stored for photo in self.kept)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="hotline-photo")


def photos_sent() -> Photos:
    """The photos of this post: those of its tokens but for the ones to remove, and the files it brings."""
    photos = Photos()
    removed = set(request.form.getlist("remove-photo"))
    for token in _distinct(request.form.getlist("photo")):
        if token in removed:
            continue
        try:
            sha256, size, media_type, name = _signer().loads(token, max_age=HOURS * 3600)
        except (BadSignature, ValueError, TypeError):
            continue
        photos.kept.append(Photo(token, (sha256, size, media_type, name)))
    for file in request.files.getlist("photos"):
        if not file.filename:
            continue
        if len(photos.kept) >= MOST_PHOTOS:
            photos.problems.append(_("Mỗi phản ánh nhận tối đa %(most)s tệp.", most=MOST_PHOTOS))
            break
        try:
            stored = store_upload(house().ports, cast(BinaryIO, file.stream), file.filename, most=LARGEST)
        except Refusal as refusal:
            photos.problems.append(f"{file.filename}: {say(refusal.message, **refusal.params)}")
            continue
        photos.kept.append(Photo(_signer().dumps(list(stored)), stored))
    return photos


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))[:MOST_PHOTOS]
