"""Every bundle that comes with the house is complete: forms, letters, drawings and texts fit together."""

import re
from datetime import date, timedelta

import pypdfium2
import pytest

from engine.bpmn.lint import lint
from engine.letters.pdf import render
from engine.letters.template import check_template, fill_template
from engine.settings import read_settings
from engine.usecases.specimen import specimen_letter
from processes.bundle import Bundle
from processes.check import check_bundle
from processes.task_types import TASK_TYPES
from processes.texts import Text
from rules.dmn import parse_decisions
from tests.unit.processes.specimens import BUNDLES, NOW, OWED, filled_in


@pytest.fixture(params=sorted(BUNDLES))
def bundle(request: pytest.FixtureRequest) -> Bundle:
    return BUNDLES[request.param]


def test_nothing_is_wrong_with_it_but_that_it_is_a_trial(bundle: Bundle) -> None:
    assert [finding.code for finding in check_bundle(bundle)] == ["bundle.trial"]


def test_its_drawings_are_executed_exactly_as_drawn(bundle: Bundle) -> None:
    decisions = [name for path, source in bundle.named(".dmn").items() for name in parse_decisions(source, path).ids]
    assert lint(bundle.models, profile="procedure", decisions=decisions, forms=list(bundle.forms)) == []


def test_its_letters_pass_the_check_of_letters(bundle: Bundle) -> None:
    for path, source in bundle.named(".html").items():
        assert check_template(source.decode(), path) == []


def test_the_samples_of_every_form_are_valid_answers(bundle: Bundle) -> None:
    for form_id in bundle.forms:
        assert filled_in(bundle, form_id).errors == ()


def test_whose_dossier_it_is_and_what_papers_it_needs_follow_from_the_answers(bundle: Bundle) -> None:
    from rules.feel import feel

    procedure, form = bundle.procedure, filled_in(bundle).clean
    values = {
        key: feel().evaluate(expression, {"form": form}, now=NOW)
        for key, expression in vars(procedure.owner).items()
        if expression
    }
    assert values["name"]
    assert values["title"]
    assert feel().evaluate(procedure.places.territory, {"form": form}, now=NOW) == "26743"
    for component in procedure.components:
        if component.condition:
            assert isinstance(feel().evaluate(component.condition, {"form": form}, now=NOW), bool), component.key


def texts(value: object) -> list[Text]:
    if isinstance(value, Text):
        return [value]
    if isinstance(value, tuple | list):
        return [found for one in value for found in texts(one)]
    if isinstance(value, dict):
        return texts(list(value.values()))
    return texts(list(vars(value).values())) if hasattr(value, "__dataclass_fields__") else []


def test_every_text_is_there_in_both_languages(bundle: Bundle) -> None:
    pairs = [text for text in texts(bundle.procedure) if text.vi or text.en]
    assert len(pairs) > 40
    assert [text.vi for text in pairs if not text.en.strip()] == []
    assert [text.en for text in pairs if not text.vi.strip()] == []


def test_no_message_asks_anybody_to_follow_a_link(bundle: Bundle) -> None:
    for notice in bundle.procedure.notices.values():
        for text in (notice.sms, notice.subject, notice.email):
            assert not re.search(r"https?:|www\.|_url", text.vi + text.en)


def test_what_is_not_verified_is_said(bundle: Bundle) -> None:
    procedure = bundle.procedure
    doubtful = not procedure.limits.verified or any(not text.verified for text in procedure.legal_basis)
    assert doubtful
    assert procedure.unverified


def test_the_three_notices_and_letters_the_house_itself_sends_are_there(bundle: Bundle) -> None:
    assert {"accepted", "supplement", "refused", "ready", "late", "may_be_late", "stopped"} <= set(
        bundle.procedure.notices
    )
    told = {"supplement_received", "supplement_reminder", "supplement_lapsed"}
    assert told <= set(bundle.procedure.notices)
    assert {"form01", "form02", "form03", "form04", "form05", "result", "refusal"} <= set(bundle.procedure.letters)


def office(name: str, superior: str) -> dict[str, str]:
    return {
        "code": "bt",
        "name": name,
        "short_name": name,
        "superior": superior,
        "address": "92 Nguyễn Trãi",
        "phone": "028 0000 2601",
        "place": "Bến Thành",
        "agency": "Ủy ban nhân dân phường Bến Thành",
        "agency_short": "phường Bến Thành",
    }


def facts(bundle: Bundle, key: str) -> dict[str, object]:
    """What a letter may speak of, the way the engine tells it."""
    procedure, letter = bundle.procedure, bundle.procedure.letters[key]
    person = {
        "name": "Nguyễn Thị Hòa",
        "identity": "079185001234",
        "address": "45 Lê Lợi",
        "phone": "0901234567",
        "email": "",
    }
    centre = office("Trung tâm Phục vụ hành chính công phường Bến Thành", "Ủy ban nhân dân phường Bến Thành")
    committee = office("Ủy ban nhân dân phường Bến Thành", "Ủy ban nhân dân Thành phố Hồ Chí Minh")
    return {
        **dict.fromkeys(("receiving", "returning"), centre),
        **dict.fromkeys(("handling", "signing", "consulted"), committee),
        "form": filled_in(bundle).clean,
        "today": date(2026, 11, 20),
        "sample": True,
        "trial": False,
        "procedure": {"code": procedure.code, "name": procedure.name.vi, "name_en": procedure.name.en},
        "applicant": person,
        "owner": person,
        "components": [
            {
                "name": one.name.vi,
                "present": True,
                "originals": 1,
                "certified": 0,
                "photocopies": 0,
                "from_register": False,
            }
            for one in procedure.components[:2]
        ],
        "supplement": {
            "items": [{"name": "Biên bản", "remark": "Thiếu chữ ký"}],
            "reason": "Thiếu",
            "round": 1,
            "requested_at": NOW,
            "answer_by": date(2026, 12, 20),
            "answered_at": NOW,
            "received": ["Biên bản"],
            "left": ["Giấy ủy quyền"],
        },
        "dossier": {
            "code": "H29.26743-261120-0001",
            "channel_name": "Trực tuyến",
            "limit": "03 ngày làm việc",
            "received_at": NOW,
            "promised_on": date(2026, 11, 26),
            "promised_at": NOW + timedelta(days=6),
            "provisional": False,
            "fee": 75000,
            "status_reason": "Không thuộc thẩm quyền",
            "track_url": "https://mau.example/tra-cuu",
        },
        "registration": {"number": "079185001234"},
        "population": {"number": "079226012345"},
        "lapse": {"reason": "Không được bổ sung"},
        "appraisal": {"reason": "Tên trùng"},
        "conclusion": {"reason": "Vượt chiều cao", "ground_level": "+0,30 m", "building_line": "Trùng"},
        **OWED,
        "apology": {"reason": "Chưa có mã số", "unit": "Phòng Kinh tế", "new_date": "2026-12-02"},
        "apology_letter": {"number": "12/ĐKKD", "dated_on": date(2026, 11, 25)},
        "letter": {
            "office": committee,
            "capacity": letter.capacity,
            "verify_url": "https://mau.example/v/ABC",
            "signer": {"name": "Võ Thị Thanh Hương", "title": "PHÓ CHỦ TỊCH", "capacity": "KT.", "lines": []},
        },
    }


@pytest.mark.parametrize(
    "key", ["form01", "form02", "form03", "form04", "form05", "counter_notice", "result", "refusal"]
)
@pytest.mark.parametrize("received_on", [date(2025, 8, 1), date(2026, 11, 20)])
def test_every_letter_is_filled_without_a_hole_left(bundle: Bundle, key: str, received_on: date) -> None:
    source = bundle.files[bundle.procedure.letter_file(key, received_on)].decode()
    filled = fill_template(source, facts(bundle, key), now=NOW)
    assert "{{" not in filled
    assert "data-if" not in filled
    assert "Hòa" in filled or "HÒA" in filled or key == "result"


def test_a_signed_letter_keeps_room_for_number_date_and_both_signatures() -> None:
    bundle = BUNDLES["construction-permit-2026"]
    source = bundle.files[bundle.procedure.letter_file("result", date(2026, 11, 20))].decode()
    letter = bundle.procedure.letters["result"]
    filled = fill_template(source, facts(bundle, "result"), now=NOW)
    parts = {"capacity": letter.capacity, "title": "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH", "signer": "Võ Thị Thanh Hương"}
    printed = render(filled, layout=letter.layout, sample=True, now=NOW, parts=parts)
    assert set(printed.boxes) == {"number", "date", "leader", "agency"}
    assert printed.pages == 1


def test_no_letter_spells_the_power_to_sign_itself(bundle: Bundle) -> None:
    spelt = [path for path, source in bundle.files.items() if path.endswith(".html") and b"capacity" in source]
    assert spelt == []


@pytest.mark.parametrize("key", ["form04", "counter_notice", "result"])
def test_whoever_writes_a_letter_can_look_at_it_filled_in(key: str) -> None:
    bundle = BUNDLES["birth-registration"]
    settings = read_settings({"MOTCUA_SECRET": "a secret for tests only, long", "MOTCUA_DATA": "."})
    path = bundle.procedure.letter_file(key, date(2026, 11, 20))
    pages = pypdfium2.PdfDocument(specimen_letter(bundle, path, settings=settings, now=NOW))
    said = pages[0].get_textpage().get_text_range()
    assert "Bến Thành" in said
    if key != "counter_notice":
        assert "TM. ỦY BAN NHÂN DÂN" in said


def test_every_task_type_is_explained_in_the_words_of_the_trade() -> None:
    assert all(one.meaning and one.name == name for name, one in TASK_TYPES.items())
