"""What became of a numbered paper, as the last column of its book says: void, not sealed yet, replaced, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from engine.clock import legal_time
from engine.dossiers.models import Document
from engine.dossiers.withdrawals import KINDS, ResultAct, Standing
from engine.queries.keyset import named
from engine.registers.models import Number
from engine.work import Reading
from rules.sentences import Sentence


def remarks_of(
    read: Reading,
    rows: Sequence[Number],
    papers: Mapping[UUID, Document],
    standings: Mapping[UUID, Standing],
    people: Mapping[UUID | None, str],
) -> Mapping[UUID, tuple[Sentence, ...]]:
    """The remarks of each number by its id, in the order things happened."""
    others = _other_numbers(read, papers, standings)
    return {
        row.id: (_void(row, people),)
        if row.voided_at is not None
        else tuple(_standing(papers.get(row.document_id), standings, others) if row.document_id else ())
        for row in rows
    }


def _void(row: Number, people: Mapping[UUID | None, str]) -> Sentence:
    assert row.voided_at is not None
    day = f"{legal_time(row.voided_at):%H:%M %d/%m/%Y}"
    name = people.get(row.voided_by, "")
    if not name:
        return Sentence("Số hủy lúc %(moment)s: %(reason)s", moment=day, reason=row.void_reason)
    return Sentence("Số hủy, %(name)s hủy lúc %(moment)s: %(reason)s", name=name, moment=day, reason=row.void_reason)


def _standing(
    paper: Document | None, standings: Mapping[UUID, Standing], others: tuple[Mapping[UUID, str], Mapping[UUID, str]]
) -> list[Sentence]:
    if paper is None:
        return []
    newer, older = others
    said = [Sentence("Thay thế văn bản số %(number)s", number=older[paper.id])] if paper.id in older else []
    for act in standings[paper.id].acts:
        said.append(
            Sentence(
                "%(act)s theo số %(number)s ngày %(day)s của %(agency)s",
                act=Sentence(KINDS[act.kind]),
                number=act.decision_number,
                day=f"{act.decided_on:%d/%m/%Y}",
                agency=act.authority,
            )
        )
    if paper.voided_at is not None and not standings[paper.id].acts:
        said.append(Sentence("Hết giá trị: %(reason)s", reason=Sentence(paper.void_reason)))
    if paper.id in newer:
        said.append(Sentence("Văn bản mới số %(number)s", number=newer[paper.id]))
    if paper.sealed_at is None and paper.issued_at is None and paper.voided_at is None:
        said.append(Sentence("Chưa đóng dấu"))
    return said


def _other_numbers(
    read: Reading, papers: Mapping[UUID, Document], standings: Mapping[UUID, Standing]
) -> tuple[Mapping[UUID, str], Mapping[UUID, str]]:
    """The number of the paper that stands instead of each, and of the one each stands instead of."""
    newer: dict[UUID, str] = {}
    older: dict[UUID, str] = {}
    if not papers:
        return newer, older
    _by_decision(read, papers, standings, newer, older)
    _by_newer_print(read, papers, newer, older)
    return newer, older


def _by_decision(
    read: Reading,
    papers: Mapping[UUID, Document],
    standings: Mapping[UUID, Standing],
    newer: dict[UUID, str],
    older: dict[UUID, str],
) -> None:
    instead = [(one, act.replacement_id) for one, standing in standings.items() for act in standing.acts]
    numbers = named(read, Document.id, Document.number, {id_ for _one, id_ in instead})
    newer |= {one: str(numbers[id_]) for one, id_ in instead if id_ in numbers}
    replaced = select(ResultAct.replacement_id, Document.number).join(Document, Document.id == ResultAct.document_id)
    for id_, number in read.session.execute(replaced.where(ResultAct.replacement_id.in_(list(papers)))):
        if id_ is not None:
            older[id_] = number


def _by_newer_print(
    read: Reading, papers: Mapping[UUID, Document], newer: dict[UUID, str], older: dict[UUID, str]
) -> None:
    """Results printed anew in the same dossier: the one issued last stands, the others are void."""
    results = [paper for paper in papers.values() if paper.letter == "result" and paper.issued_at is not None]
    cases = [paper.case_id for paper in results]
    family = select(Document.id, Document.case_id, Document.number, Document.issued_at).where(
        Document.case_id.in_(cases), Document.letter == "result", Document.issued_at.is_not(None), Document.number != ""
    )
    prints = read.session.execute(family.order_by(Document.issued_at)).all() if cases else []
    for paper in results:
        own = [(row.id, row.number) for row in prints if row.case_id == paper.case_id]
        place = [id_ for id_, _number in own].index(paper.id) if paper.number else len(own)
        if paper.voided_at is not None and place + 1 < len(own):
            newer.setdefault(paper.id, own[place + 1][1])
        if 0 < place < len(own):
            older.setdefault(paper.id, own[place - 1][1])
