"""Papers from hand to hand: slips, the receiver's word, what is missing, and what a closed shift left."""

from __future__ import annotations

from threading import Event, Thread
from uuid import UUID

import pytest

from engine.dossiers.custody import HandoverLine, PaperCustody
from engine.dossiers.points import Brought
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.queries.control import control_sheet
from engine.queries.drawer import drawer, last_close
from engine.queries.printed import slip_pdf
from engine.queries.slips import missing_papers, slip, slips, waiting_slips
from engine.usecases.custody import close_shift, confirm_papers, found_papers, give_papers, take_back_papers
from tests.factories import Ward

COUNTER, ROOM = "bt-pvhcc", "bt-kthtdt"
APPRAISE = "Thẩm định hồ sơ"


def on_paper(ward: Ward) -> UUID:
    """A dossier brought to the counter with a paper, accepted."""
    case_id = ward.filed_at_counter(brought=[Brought("minutes", originals=1, photocopies=2, present=True)])
    ward.run_deferred()
    return case_id


def given(ward: Ward, *case_ids: UUID, by: str = "lan", to: str = ROOM) -> UUID:
    with ward.work(by) as work:
        return give_papers(work, ward.offices[COUNTER], ward.offices[to], case_ids).id


def lines(ward: Ward, slip_id: UUID) -> list[HandoverLine]:
    return ward.rows(HandoverLine, HandoverLine.slip_id == slip_id, by=HandoverLine.position)


def lying(ward: Ward, by: str, office: str) -> tuple[list[UUID], list[UUID]]:
    """(to be handed over, staying) in an office."""
    with ward.look(by) as look:
        found = drawer(look, ward.offices[office])
    return [one.case_id for group in found.groups for one in group.lines], [one.case_id for one in found.staying]


def test_papers_go_to_the_room_line_by_line(ward):
    first, second, third = (on_paper(ward) for _ in range(3))
    ward.dossier_at("appraise", brought=())
    assert lying(ward, "lan", COUNTER) == ([first, second, third], []), "nothing is carried that is wholly electronic"
    slip_id = given(ward, first, second, third)
    assert lying(ward, "lan", COUNTER) == ([], [])
    with ward.look("nam") as look:
        assert waiting_slips(look) == 1
        page = slip(look, slip_id)
        assert slips(look, ward.offices[ROOM], outgoing=False, open_only=True).slips[0].number == page.number
    assert page.number.startswith("BG-")
    assert page.shift == "morning"
    assert [line.case_id for line in page.lines] == [first, second, third]
    assert (page.lines[0].papers, page.lines[0].step) == ("1 bản chính, 2 bản chụp", APPRAISE)
    one, two, three = (line.id for line in page.lines)
    with ward.work("nam") as work:
        confirm_papers(work, slip_id, [one], {two: "Không có trong bì"})
    assert lying(ward, "nam", ROOM) == ([], [first])
    assert ward.row(PaperCustody, second).status == "missing"
    with ward.work("lan") as work:
        take_back_papers(work, slip_id, [three])
    assert lying(ward, "lan", COUNTER)[0] == [third]
    with ward.look("nam") as look:
        assert slip(look, slip_id).settled_at is not None
        assert waiting_slips(look) == 0
        (lost,) = missing_papers(look)
    assert (lost.line.case_id, lost.line.note) == (second, "Không có trong bì")
    with ward.work("lan") as work:
        found_papers(work, two, ward.offices[COUNTER], "Kẹp trong hồ sơ khác")
    with ward.look("an") as look:
        assert missing_papers(look) == ()
        sheet = control_sheet(look, second)
    assert [(row.status, row.note) for row in sheet.papers] == [("found", "Không có trong bì; Kẹp trong hồ sơ khác")]
    assert second in lying(ward, "lan", COUNTER)[0]
    verbs = [entry.verb for entry in ward.acts(second) if entry.verb.startswith("papers.")]
    assert verbs == ["papers.given", "papers.missing", "papers.found"]
    assert ward.faults() == []


def test_nobody_gives_what_is_not_theirs_or_answers_for_others(ward):
    case_id = on_paper(ward)
    for login, refusal in (("nam", Forbidden), ("hoa", Forbidden), ("", Exception)):
        with pytest.raises(refusal), ward.work(login) as work:
            give_papers(work, ward.offices[COUNTER], ward.offices[ROOM], [case_id])
    with ward.work("lan") as work:
        for to, cases in ((COUNTER, [case_id]), (ROOM, [])):
            with pytest.raises(Invalid):
                give_papers(work, ward.offices[COUNTER], ward.offices[to], cases)
    with pytest.raises(Conflict, match="không tham gia"), ward.work("lan") as work:
        give_papers(work, ward.offices[COUNTER], ward.offices["bt-vhxh"], [case_id])
    slip_id = given(ward, case_id)
    with pytest.raises(Conflict, match="không ở đơn vị giao"):
        given(ward, case_id)
    (line,) = lines(ward, slip_id)
    with pytest.raises(Forbidden), ward.work("lan") as work:
        confirm_papers(work, slip_id, [line.id])
    with pytest.raises(NotFound), ward.work("nam") as work:
        confirm_papers(work, slip_id, [case_id])
    with ward.work("nam") as work:
        confirm_papers(work, slip_id, [line.id])
    with ward.work("nam") as work:
        confirm_papers(work, slip_id, [line.id])  # a second click says nothing new
    with pytest.raises(Conflict, match="xác nhận khác"), ward.work("nam") as work:
        confirm_papers(work, slip_id, [], {line.id: ""})
    with pytest.raises(Conflict), ward.work("lan") as work:
        take_back_papers(work, slip_id, [line.id])
    for login in ("phong", "hoa", ""):
        with ward.look(login) as look, pytest.raises(NotFound):
            slip(look, slip_id)
    with pytest.raises(Conflict), ward.work("nam") as work:
        found_papers(work, line.id, ward.offices[ROOM])


@pytest.mark.dialects("postgresql")  # on the other, writers take turns from their start
def test_two_who_find_the_same_papers_at_once_find_them_once(ward):
    slip_id = given(ward, on_paper(ward))
    (line,) = lines(ward, slip_id)
    with ward.work("nam") as work:
        confirm_papers(work, slip_id, [], {line.id: ""})
    answers: list[str] = []

    def second() -> None:
        try:
            with ward.work("nam") as work:
                work.session.get(HandoverLine, line.id)
                started.set()
                found_papers(work, line.id, ward.offices[ROOM])
                answers.append("found")
        except Conflict:
            answers.append("refused")

    started, other = Event(), Thread(target=second)
    with ward.work("lan") as work:
        found_papers(work, line.id, ward.offices[COUNTER])
        other.start()
        assert started.wait(10)
    other.join(20)
    assert answers == ["refused"]
    assert ward.row(PaperCustody, line.case_id).office_id == ward.offices[COUNTER]


@pytest.mark.dialects("sqlite")  # paper and one entry of an office's chain
def test_a_slip_is_printed_and_a_shift_is_closed(ward):
    case_id = on_paper(ward)
    slip_id = given(ward, case_id)
    with ward.look("lan") as look:
        page = slip(look, slip_id)
        for small in (False, True):
            assert slip_pdf(look, page, small=small).startswith(b"%PDF-")
        assert last_close(look, ward.offices[COUNTER]) is None
    with ward.work("lan") as work:
        close_shift(work, ward.offices[COUNTER], {"to_hand_over": 0, "on_the_way": 1, "missing": 0})
    with ward.look("lan") as look:
        assert last_close(look, ward.offices[COUNTER]) == ward.clock.now()
