"""From the rows of a calendar to the pure calendar the deadlines are computed with."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from engine.calendars.content import Content, calendar_from, joined
from engine.calendars.models import CalendarRow, CalendarVersion
from engine.db import canonical
from engine.deadlines.calendar import Calendar
from engine.errors import NotFound

_made: dict[tuple[str, str, int], Calendar] = {}
"""Calendars by database, code and version. A version is never changed, so what stands here is never stale."""


Earlier = Sequence[Mapping[str, Any]]
"""Calendars that counted before the one in force, oldest first: `calendar`, `version` and the last day (`through`)."""

_joined: OrderedDict[tuple[object, ...], Calendar] = OrderedDict()
_KEPT = 100
"""So many calendars of dossiers that changed hands are kept at hand."""


def version_of(session: Session, code: str) -> int:
    """Which version of this calendar is in force; the row is read once a transaction."""
    return _row(session, code).version


def calendar_of(session: Session, code: str, version: int | None = None) -> Calendar:
    """The calendar with this code as it is in force, or as one of its versions said (`Calendar.version`)."""
    return _version(session, code, version_of(session, code) if version is None else version)


def calendar_joined(session: Session, code: str, version: int, earlier: Earlier) -> Calendar:
    """One version of a calendar behind those that counted before it; without any it is that version itself."""
    if not earlier:
        return calendar_of(session, code, version)
    before = tuple((one["calendar"], one["version"], one["through"]) for one in earlier)
    key = (str(session.get_bind().engine.url), code, version, *before)
    calendar = _joined.get(key)
    if calendar is None:
        content = join(session, earlier, _kept(session, code, version).content)
        calendar = _joined[key] = calendar_from(code, version, content)
        while len(_joined) > _KEPT:
            _joined.popitem(last=False)
    return calendar


def join(session: Session, earlier: Earlier, content: Content) -> Content:
    """What counts where the calendars of `earlier` held first, each up to its day, and this content since."""
    held: Content | None = None
    for one, following in zip(earlier, [*earlier[1:], None], strict=True):
        held = held or _kept(session, one["calendar"], one["version"]).content
        after = content if following is None else _kept(session, following["calendar"], following["version"]).content
        held = joined(held, after, date.fromisoformat(one["through"]))
    return held or content


def _row(session: Session, code: str) -> CalendarRow:
    row = session.get(CalendarRow, code)
    if row is None:
        raise NotFound("Không có lịch làm việc %(code)s.", code=code)
    return row


def _version(session: Session, code: str, version: int) -> Calendar:
    key = (str(session.get_bind().engine.url), code, version)
    calendar = _made.get(key)
    if calendar is None:
        calendar = _made[key] = _said(code, version, canonical(_kept(session, code, version).content))
    return calendar


@lru_cache(maxsize=_KEPT)
def _said(code: str, version: int, content: str) -> Calendar:
    """The calendar of a content; offices of several databases that say the same share it, as its years take a while."""
    return calendar_from(code, version, json.loads(content))


def _kept(session: Session, code: str, version: int) -> CalendarVersion:
    kept = session.get(CalendarVersion, (code, version))
    if kept is None:
        raise NotFound("Lịch làm việc %(code)s không có phiên bản %(version)s.", code=code, version=version)
    return kept
