"""Officials warned of terms that run out: who, at which mark, once; at once, in a digest, or in the house only."""

from __future__ import annotations

import pytest

from engine.notifications.models import Notice
from engine.notifications.staff import StaffWarning
from engine.usecases.tasks import claim
from tests.factories import legal

pytestmark = pytest.mark.dialects("sqlite")


def warned(ward, case_id, *, step=False):
    """(mark, login) of every warning of a case in the order they were raised."""
    logins = {person_id: login for login, person_id in ward.people.items()}
    rows = ward.rows(StaffWarning, StaffWarning.case_id == case_id, StaffWarning.step == step)
    return [(row.mark, logins[row.person_id]) for row in rows]


def messages(ward, login=None):
    recipient = f"{login}@example.vn"
    where = [Notice.event.like("staff.%")] + ([Notice.recipient == recipient] if login else [])
    return ward.rows(Notice, *where)


def test_officer_head_and_leader_are_warned_at_their_marks(ward):
    case_id = ward.dossier_at("appraise")
    with ward.work("nam") as work:
        claim(work, ward.task(case_id, "appraise"))
    ward.wait_until(legal(6, 10))
    found = warned(ward, case_id)
    assert [one for one in found if one[0] == "tomorrow"] == [("tomorrow", "nam"), ("tomorrow", "an")]
    assert {login for mark, login in found if mark == "100"} == {"nam", "an", "dung", "huong"}
    assert len(found) == 6, "half of a limit of three days is over after the people heard “tomorrow”"
    assert ward.faults() == []
