"""The points of a request for supplement as upload places: what each takes, what it holds, and what is still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.dossiers.models import Attachment
from engine.dossiers.points import Point
from engine.queries.dossiers import DossierPage
from engine.queries.supplements import open_points
from web.citizen.uploads import ANSWER_MB, ANSWER_TYPES, megabytes
from web.ui.i18n import language, say


@dataclass(frozen=True)
class Place:
    """One point with its number on the page, the files it takes and those it holds."""

    number: int
    point: Point
    name: str
    accepts: tuple[str, ...]
    limit: int
    files: tuple[Attachment, ...]

    @property
    def takes_files(self) -> bool:
        return self.point.form != "eform"


def places_of(page: DossierPage, files: Sequence[Attachment] = ()) -> tuple[Place, ...]:
    """Every point of the open round; papers of the procedure keep their own file types and size."""
    papers = {paper.key: paper for paper in page.open.procedure.components}
    found = []
    for number, point in enumerate(open_points(page)):
        paper = papers.get(point.key)
        name = paper.name.in_(language()) if paper is not None and not point.asked else say(point.name)
        found.append(
            Place(
                number,
                point,
                name,
                paper.accepts if paper is not None else ANSWER_TYPES,
                megabytes(paper.max_mb if paper is not None else ANSWER_MB),
                tuple(one for one in files if one.field.rpartition(".")[2] == point.key),
            )
        )
    return tuple(found)


def still_open(places: Sequence[Place], *, corrected: bool, explained: bool) -> tuple[Place, ...]:
    """The points that nothing answers yet."""
    received = {one.point.key for one in places if one.files}
    return tuple(
        one
        for one in places
        if one.point.asked and not one.point.is_met(received, corrected=corrected, explained=explained)
    )
