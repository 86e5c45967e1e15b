"""Above a signature stands in whose name it is made, as Decree 30/2020 (article 13, Annex I) words it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.accounts.capacities import COLLECTIVE, Ground, Power, frozen, lines_of, problem_of, same_power, thawed

AUTHORISATION = Ground("12/UQ-UBND", "Ủy ban nhân dân phường Bến Thành", date(2026, 6, 1))


@pytest.mark.parametrize(
    ("power", "kind", "collective", "lines"),
    [
        (Power("Chủ tịch"), "ward", COLLECTIVE, [COLLECTIVE, "CHỦ TỊCH"]),
        (Power("Phó Chủ tịch", "KT."), "ward", COLLECTIVE, [COLLECTIVE, "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]),
        (Power("Phó Chủ tịch Thường trực", "KT."), "city", "", ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH THƯỜNG TRỰC"]),
        (Power("Chủ tịch", "Q."), "ward", COLLECTIVE, [COLLECTIVE, "Q. CHỦ TỊCH"]),
        (Power("Q. Chủ tịch", "Q."), "ward", COLLECTIVE, [COLLECTIVE, "Q. CHỦ TỊCH"]),
        (Power("Trưởng phòng", "TL."), "ward", COLLECTIVE, ["TL. CHỦ TỊCH", "TRƯỞNG PHÒNG"]),
        (
            Power("Phó Chánh Văn phòng", "TL. KT."),
            "ward",
            COLLECTIVE,
            ["TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"],
        ),
        (Power("Giám đốc Trung tâm", "TUQ."), "ward", COLLECTIVE, ["TUQ. CHỦ TỊCH", "GIÁM ĐỐC TRUNG TÂM"]),
        (Power("Phó Giám đốc", "KT."), "department", COLLECTIVE, ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]),
        (Power("Chánh Văn phòng", "TL.", "Chủ nhiệm"), "department", "", ["TL. CHỦ NHIỆM", "CHÁNH VĂN PHÒNG"]),
        (Power("Phó Trưởng phòng", "KT."), "room", "", ["KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG"]),
        (Power("Trưởng phòng"), "room", "", ["TRƯỞNG PHÒNG"]),
    ],
)
def test_the_lines_above_a_hand(power: Power, kind: str, collective: str, lines: list[str]) -> None:
    found = lines_of(power, kind, collective)
    assert [line for line in (found.collective, *found.titles) if line] == lines


@pytest.mark.parametrize(
    ("power", "said"),
    [
        (Power("Chủ tịch"), ""),
        (Power("Giám đốc", "TUQ.", ground=AUTHORISATION, until=date(2026, 12, 31)), ""),
        (Power("Giám đốc", "TUQ.", ground=AUTHORISATION), "ngày hết thời hạn"),
        (Power("Giám đốc", "TUQ.", until=date(2026, 12, 31)), "văn bản ủy quyền"),
        (Power("", "KT."), "chức vụ"),
        (Power("Giám đốc", "TUQ. KT."), "Thẩm quyền ký phải là"),
    ],
)
def test_a_power_that_lacks_its_ground_is_said_to(power: Power, said: str) -> None:
    assert said in problem_of(power)
    assert bool(said) == bool(problem_of(power))


def test_a_power_does_not_begin_before_its_document() -> None:
    power = Power("Giám đốc", "TUQ.", ground=AUTHORISATION, until=date(2026, 12, 31))
    assert problem_of(power, since=date(2026, 6, 1)) == ""
    assert "có trước" in problem_of(power, since=date(2026, 5, 31))


def test_a_paper_remembers_the_power_it_was_printed_with() -> None:
    power = Power("Giám đốc Trung tâm", "TUQ.", ground=AUTHORISATION, until=date(2026, 12, 31))
    kept: dict[str, Any] = frozen(power, lines_of(power, "ward", COLLECTIVE), "UBND phường Bến Thành")
    capacity = thawed(kept)
    assert capacity is not None
    assert (capacity.capacity, capacity.title, capacity.office) == (
        "TUQ.", "Giám đốc Trung tâm", "UBND phường Bến Thành",
    )  # fmt: skip
    assert capacity.ground == AUTHORISATION
    assert capacity.facts()["ground"] == {**kept["ground"]}
    assert same_power(kept, power)
    assert not same_power(kept, Power("Giám đốc Trung tâm", "TL."))
    assert thawed({}) is None
    assert same_power({}, power), "a paper of before remembers nothing and is not doubted"
