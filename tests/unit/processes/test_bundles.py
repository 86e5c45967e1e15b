"""A folder becomes a bundle: what it means is what it is called by, and every fault names its file and key."""

import json
from datetime import date
from pathlib import Path

import pytest

from processes.bundle import MAX_BYTES, Bundle, library, load_bundle, read_bundle
from processes.procedure import Limit
from processes.reading import BundleError
from tests.unit.processes.specimens import BUNDLES

BUSINESS = BUNDLES["household-business"]


def with_file(path: str, content: bytes) -> Bundle:
    return read_bundle({**BUSINESS.files, path: content})


def settings_with(old: str, new: str) -> Bundle:
    text = BUSINESS.files["procedure.toml"].decode()
    assert old in text
    return with_file("procedure.toml", text.replace(old, new, 1).encode())


def test_the_library_holds_four_procedures_one_of_them_in_two_versions_and_the_report() -> None:
    codes = [load_bundle(folder).procedure.code for folder in library()]
    assert sorted(codes) == ["1.001193", "1.001612", "1.013225", "1.013225", "1022", "2.000815"]


def test_a_bundle_survives_being_stored_and_read_again() -> None:
    again = read_bundle(dict(BUSINESS.files))
    assert again == BUSINESS
    assert again.digest == BUSINESS.digest


@pytest.mark.parametrize(
    ("path", "rewritten"),
    [
        ("procedure.toml", lambda source: source.replace(b"\n", b"\r\n")),
        ("forms/appraise.form", lambda source: json.dumps(json.loads(source)).encode()),
        ("process.bpmn", lambda source: source.replace(b' id="diagram"', b"  id='diagram'")),
        ("letters/result.html", lambda source: b"\xef\xbb\xbf" + source),
    ],
)
def test_how_a_file_was_written_does_not_change_its_address(path: str, rewritten: object) -> None:
    source = BUSINESS.files[path]
    changed = rewritten(source)  # type: ignore[operator]
    assert changed != source
    assert with_file(path, changed).digest == BUSINESS.digest


def test_what_a_file_says_changes_its_address() -> None:
    changed = settings_with("value = 3, unit", "value = 5, unit")
    assert changed.digest != BUSINESS.digest
    assert changed.procedure.limits.default == Limit(5, "working_days")


def test_files_of_a_bundle_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        BUSINESS.files["procedure.toml"] = b""  # type: ignore[index]


@pytest.mark.parametrize("path", ["../x.toml", "/etc/x.toml", "a/../../x.html", "a\\b.html", "./x.html", "run.py", ""])
def test_strange_paths_and_kinds_of_file_are_refused(path: str) -> None:
    with pytest.raises(BundleError):
        with_file(path, b"")


def test_a_file_too_large_is_refused() -> None:
    with pytest.raises(BundleError, match="5 MB"):
        with_file("letters/big.html", b" " * (MAX_BYTES + 1))


def test_a_drawing_that_brings_its_own_document_type_is_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    with pytest.raises(BundleError, match="DOCTYPE"):
        with_file("process.bpmn", bomb)


def test_a_bundle_without_settings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"procedure\.toml"):
        load_bundle(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('unit = "working_days" }\nacceptance', 'unit = "weeks" }\nacceptance', "limits.default.unit"),
        ("value = 3, unit", 'value = "3", unit', "limits.default.value"),
        ("value = 3, unit", "value = 0, unit", "limits.default.value"),
        ('handling = "room:economy of commune"', 'handling = "the usual room"', "places.handling"),
        ('code = "1.001612"', 'codes = "1.001612"', "code"),
        ("transfer_cut_off", "transfer_cutoff", "limits.transfer_cutoff"),
        ('mode = "restart"', 'mode = "stop"', "supplement.mode"),
        ("amount = 0", "amount = true", "fees[0].amount"),
        ('pattern = "{number}"\n', 'pattern = "No."\n', "result.series.pattern"),
        ('subjects = ["individual"]', 'subjects = ["cat"]', "subjects"),
        ("valid_from = 2025-07-01\n", 'valid_from = "1/7/2025"\n', "valid_from"),
    ],
)
def test_a_fault_in_the_settings_names_its_file_and_key(old: str, new: str, key: str) -> None:
    with pytest.raises(BundleError) as caught:
        settings_with(old, new)
    assert caught.value.file == "procedure.toml"
    assert caught.value.key == key


def test_settings_that_are_no_toml_say_so() -> None:
    with pytest.raises(BundleError, match=r"procedure\.toml"):
        with_file("procedure.toml", b"code = = 1")


def test_what_a_procedure_says_itself_stands_before_the_common_settings() -> None:
    plain = BUSINESS.procedure.notices["ready"]
    own = settings_with("[statistics]", '[notices.ready.sms]\nvi = "Xong"\nen = "Done"\n\n[statistics]')
    assert own.procedure.notices["ready"].sms.en == "Done"
    assert own.procedure.notices["ready"].email == plain.email


def test_dossiers_of_the_summer_of_2025_still_use_the_forms_of_2018() -> None:
    procedure = BUSINESS.procedure
    assert procedure.letter_file("form04", date(2025, 9, 14)) == "letters/2018/form04.html"
    assert procedure.letter_file("form04", date(2025, 9, 15)) == "letters/2025/form04.html"
    titles = [BUSINESS.files[f"letters/{one}/form04.html"].decode() for one in ("2018", "2025")]
    assert "Phiếu xin lỗi và hẹn lại ngày trả kết quả" in titles[0]
    assert "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết" in titles[1]


def test_versions_of_a_procedure_follow_each_other_without_a_gap() -> None:
    old, new = (BUNDLES[f"construction-permit-{year}"].procedure for year in ("2025", "2026"))
    assert old.in_force(date(2026, 6, 30))
    assert not new.in_force(date(2026, 6, 30))
    assert new.in_force(date(2026, 7, 1))
    assert not old.in_force(date(2026, 7, 1))


def test_without_its_two_decisions_a_bundle_is_a_trial() -> None:
    assert BUSINESS.procedure.trial
    announced = settings_with('[announced]\nnumber = ""', '[announced]\nnumber = "123/QĐ-UBND"')
    assert announced.procedure.trial
    text = announced.files["procedure.toml"].decode()
    both = text.replace('[internal_process]\nnumber = ""', '[internal_process]\nnumber = "456/QĐ-UBND"')
    assert not read_bundle({**announced.files, "procedure.toml": both.encode()}).procedure.trial


def test_the_communes_of_the_city_are_kept_once_and_poured_into_the_forms() -> None:
    assert len(BUSINESS.lists["communes"]) == 168
    drawn = json.loads(BUSINESS.files["forms/application.form"])
    poured = json.loads(BUSINESS.forms["application"])
    assert "valuesKey" in json.dumps(drawn)
    assert "valuesKey" not in json.dumps(poured)
    assert {"value": "26743", "label": "Phường Bến Thành"} in next(
        component["values"]
        for page in poured["components"]
        for component in page["components"]
        if component.get("key") == "ward"
    )


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("forms/appraise.form", b"[1, 2]"),
        ("forms/appraise.form", b"{"),
        ("forms/appraise.form", b"[" * 100_000),
        ("lists/communes.json", b'[{"value": "1"}]'),
        ("lists/communes.json", b'{"value": "1", "label": "A"}'),
        ("letters/result.html", b"\xff\xfe"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused_by_name(path: str, content: bytes) -> None:
    with pytest.raises(BundleError) as caught:
        with_file(path, content)
    assert caught.value.file == path
