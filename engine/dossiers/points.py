"""What a request for supplement asks, point by point, and what was received for each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.accounts.models import fold
from engine.dossiers.models import Component, SupplementRequest
from engine.errors import N_
from processes.procedure import Component as Paper

ANYTHING = N_("Giấy tờ, nội dung bổ sung")
OTHER = N_("Giấy tờ khác")


@dataclass(frozen=True)
class Brought:
    """One paper as the counter found it: how many of which kind, and a remark; not `present` when it does not do."""

    key: str
    originals: int = 0
    certified: int = 0
    photocopies: int = 0
    from_register: bool = False
    present: bool = True
    remark: str = ""

    @property
    def anything(self) -> bool:
        """Whether something was handed over that will do."""
        return self.present and bool(self.originals or self.certified or self.photocopies or self.from_register)


@dataclass(frozen=True)
class Point:
    """One point of a request: a paper, a correction of the answers (`form` "eform"), or whatever its words say ("").

    `key` is the paper's own where the request names one of the procedure. Points that were not `asked` are papers the
    dossier lacks besides; they may come along.
    """

    key: str
    name: str
    form: str
    remark: str
    asked: bool = True

    @property
    def is_paper(self) -> bool:
        return self.form not in ("", "eform")

    def is_met(self, received: Collection[str], *, corrected: bool, explained: bool) -> bool:
        """Whether this point was answered by what came: its paper, corrected answers, or an explanation."""
        if self.form == "eform":
            return corrected
        return self.key in received or (not self.form and (corrected or explained))


def points_of(
    request: SupplementRequest, components: Sequence[Component], papers: Sequence[Paper] = ()
) -> tuple[Point, ...]:
    """The points of one round in their order, then the papers the dossier still lacks.

    With the `papers` of the procedure: then every other of them, and at last whatever else may be handed over.
    """
    points = [
        Point(key_of(request.round, number, item), item.get("name", ""), item.get("form", ""), item.get("remark", ""))
        for number, item in enumerate(request.items)
    ] or [Point(own_key(request.round, 0), ANYTHING, "", "")]
    asked = {point.key for point in points}
    lacking = [one for one in components if not one.present and one.required and one.form != "eform"]
    points += [Point(one.key, one.name, one.form, "", False) for one in lacking if one.key not in asked]
    if not papers:
        return tuple(points)
    named = {point.key for point in points}
    points += [
        Point(paper.key, paper.name.vi, paper.form, "", False)
        for paper in papers
        if paper.form != "eform" and paper.key not in named
    ]
    return (*points, Point(other_key(request.round), OTHER, "", "", False))


def other_key(round_: int) -> str:
    """The key of what was handed over though nobody asked for it."""
    return f"bs_{round_}_other"


def own_key(round_: int, number: int) -> str:
    """The key of a point that is none of the procedure's papers."""
    return f"bs_{round_}_{number}"


def key_of(round_: int, number: int, item: Mapping[str, Any]) -> str:
    """The key a point was given when the request was made; requests made before points had keys get one by place."""
    key = str(item.get("key") or "")
    return key if key.isascii() and key.isidentifier() else own_key(round_, number)


def keyed(items: Iterable[Mapping[str, str]], round_: int, papers: Sequence[Paper]) -> list[dict[str, str]]:
    """The items of a request with a key each: that of the paper of the procedure it names, else one of its own."""
    taken: set[str] = set()
    found = []
    for number, item in enumerate(items):
        paper = None if item.get("form") == "eform" else paper_named(papers, item.get("key", ""), item.get("name", ""))
        key = paper.key if paper is not None and paper.key not in taken else own_key(round_, number)
        taken.add(key)
        found.append({**item, "key": key})
    return found


def paper_named(papers: Sequence[Paper], key: str, name: str) -> Paper | None:
    """The paper of the procedure that an officer's words mean: by key, by name, or by the only name that holds them."""
    papers = [paper for paper in papers if paper.form != "eform"]
    words = fold(name)
    exact = [paper for paper in papers if paper.key == key or (words and fold(paper.name.vi) == words)]
    if exact:
        return exact[0]
    near = [paper for paper in papers if words in fold(paper.name.vi) or fold(paper.name.vi) in words]
    return near[0] if len(near) == 1 and " " in words else None
