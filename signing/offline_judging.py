"""What may be said of a code that somebody holds, with nothing but public keys and a list carried along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from signing.offline import ResultCode, Unreadable, form_of, said_by, signature_holds
from signing.offline_keys import OfflineKey
from signing.offline_lists import Gone, WithdrawalList, believed

Verdict = Literal["genuine", "not_a_code", "unknown_key", "key_ended", "changed", "wrong_date", "elsewhere"]
ListState = Literal["none", "fresh", "old"]
STANDING = ("corrected", "amended")
"""Acts after which a result stands, read together with the decision."""
_YEAR = timedelta(days=366)
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True)
class Judgement:
    """`verdict` is about the code alone; `acts` is what the list knows of the result, `list_state` how far to trust it.

    `stands`: the code is genuine and no act the list knows of took the result away.
    """

    verdict: Verdict
    said: ResultCode | None = None
    acts: tuple[Gone, ...] = ()
    list_state: ListState = "none"

    @property
    def stands(self) -> bool:
        return self.verdict == "genuine" and all(one.kind in STANDING for one in self.acts[-1:])


def judge(
    text: str, *, house: str, keys: Iterable[OfflineKey], carried: WithdrawalList | None, now: datetime
) -> Judgement:
    """Whether a code is genuine, changed or of a key nobody knows, and what the list says of its result.

    `house` is the public address of the office's site, `keys` the public keys one has from there.
    """
    try:
        code = form_of(text.strip())
    except Unreadable:
        return Judgement("not_a_code")
    known = tuple(keys)
    listed = carried.keys if carried is not None else ()
    ended = [key for key in (*listed, *known) if key.ended_on is not None]
    key = next((one for one in (*ended, *believed(listed, known)) if one.id == code.key_id), None)
    if key is None:
        return Judgement("unknown_key")
    if not signature_holds(key.point, code.signed, code.signature):
        return Judgement("changed")
    try:
        said = said_by(code)
    except Unreadable:
        return Judgement("not_a_code")
    if key in ended:
        return Judgement("key_ended", said)
    if said.address[:-15] != house:
        return Judgement("elsewhere", said)
    if not key.starts - _YEAR <= said.dated_on <= key.ends:
        return Judgement("wrong_date", said)
    return Judgement("genuine", said, carried.gone.of(said.code) if carried else (), _state(carried, said, now))


def _state(carried: WithdrawalList | None, said: ResultCode, now: datetime) -> ListState:
    """A list made before the paper, or no longer to be relied on, says nothing of what happened since."""
    if carried is None:
        return "none"
    made_on = carried.issued_at.astimezone(_ZONE).date()
    return "fresh" if now <= carried.relied_until and said.dated_on <= made_on else "old"
