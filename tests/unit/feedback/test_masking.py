"""What points to a person is proposed to be hidden; streets and hours are not people."""

import pytest

from engine.feedback.masking import left_over, propose


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Gọi tôi số 0901 234 567 nhé", "phone"),
        ("Gọi +84901234567", "phone"),
        ("căn cước 079185001234", "identity"),
        ("CMND 023456789", "identity"),
        ("thư hoa.nguyen@example.vn", "email"),
        ("xe 51F-123.45 chắn lối", "plate"),
        ("số nhà 45/3 bị ngập", "house"),
        ("trước 12 Lê Lợi có cây đổ", "house"),
        ("bà Hòa nói vậy", "name"),
        ("Nguyễn Văn Hùng đổ rác", "name"),
    ],
)
def test_what_points_to_a_person_is_hidden(written: str, kind: str) -> None:
    proposal = propose(written)
    assert [flag.kind for flag in proposal.flags] == [kind]
    assert proposal.flags[0].text not in proposal.text
    assert "…" in proposal.text


@pytest.mark.parametrize(
    "written",
    [
        "Cây đổ trên đường Lê Lợi, phường Bến Thành.",
        "Đã sửa xong lúc 15 giờ ngày 20/11/2026.",
        "Theo Quyết định 1478/QĐ-UBND, 3 cây bị đốn.",
        "Chợ Bến Thành ngập sâu.",
    ],
)
def test_streets_days_and_numbers_of_decisions_stay(written: str) -> None:
    assert propose(written).text == written


def test_a_name_ends_where_the_capitals_end() -> None:
    assert propose("Anh Nguyễn Văn Hùng ở cuối hẻm").text == "Anh … ở cuối hẻm"


def test_the_senders_own_data_are_hidden_however_they_are_written() -> None:
    proposal = propose("Tôi là K'BRẾU đây", known=["K'Brếu"])
    assert proposal.text == "Tôi là … đây"


def test_what_is_left_in_a_public_text_is_found() -> None:
    assert left_over("Số của tôi 0901234567", known=[])
    assert not left_over("Trước nhà 12 Lê Lợi", known=[])
