"""The code on a result: one form, every character signed, judged with nothing but a public key and a carried list."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing.errors import SigningRefused
from signing.offline import (
    ORDER,
    PURPOSE,
    ResultCode,
    Unreadable,
    base32,
    form_of,
    raw_signature,
    read,
    unbase32,
    written,
)
from signing.offline_judging import judge
from signing.offline_keys import OfflineKey, OfflineKeys, id_of
from signing.offline_lists import Gone, read_list, written_list

VECTORS = json.loads((Path(__file__).parent / "offline_vectors.json").read_text("utf-8"))
NOW = datetime(2026, 3, 5, 3, tzinfo=UTC)
HOUSE = "https://motcua.example.vn"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def key_from(secret: int, year: int = 2026) -> tuple[OfflineKey, ec.EllipticCurvePrivateKey]:
    private = ec.derive_private_key(secret, ec.SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return OfflineKey(id_of(point), point, date(year, 1, 1), date(year, 12, 31)), private


KEY, PRIVATE = key_from(20260101)
SAID = ResultCode(
    address=f"{HOUSE}/v/ABCDEFGH2345",
    key_id=KEY.id,
    number="12/GPXD-UBND",
    dated_on=date(2026, 3, 4),
    kind="Giấy phép xây dựng nhà ở riêng lẻ",
    agency="Ủy ban nhân dân xã Bình Tân",
    holder="Nguyễn T. H.",
    digest="ab" * 32,
    sample=True,
)


def sign(data: bytes) -> bytes:
    return raw_signature(PRIVATE, data)


TEXT = written(SAID, sign)


def list_of(*gone: Gone, now: datetime = NOW, keys: tuple[OfflineKey, ...] = (KEY,), number: int = 7) -> str:
    return written_list(number=number, house=HOUSE, now=now, keys=keys, gone=gone, key=KEY, sign=sign)


def verdict(text: str, *, keys: tuple[OfflineKey, ...] = (KEY,), house: str = HOUSE) -> str:
    return judge(text, house=house, keys=keys, carried=None, now=NOW).verdict


def test_what_is_written_is_read_again_and_genuine() -> None:
    assert read(TEXT) == SAID
    assert verdict(TEXT) == "genuine"
    assert len(TEXT) < 480, "a QR of less than 73 modules a side, with room for dirt"


def test_the_vectors_of_the_document_hold() -> None:
    assert written(SAID, sign) == VECTORS["code"]
    assert KEY.plain() == VECTORS["key"]
    gone = Gone(SAID.code, "withdrawn", date(2026, 3, 5), "15/QĐ-UBND", "Ủy ban nhân dân xã Bình Tân")
    assert list_of(gone) == VECTORS["list"]


def test_one_changed_character_at_any_place_fails() -> None:
    for place, letter in enumerate(TEXT):
        other = ALPHABET[(ALPHABET.find(letter) + 1 + place % 30) % 32]
        other = other if other != letter else "7" if letter != "7" else "A"
        assert verdict(TEXT[:place] + other + TEXT[place + 1 :]) != "genuine", f"{letter} → {other} at {place}"


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "A", lambda t: t.lower(), lambda t: t[1:]])
def test_cut_longer_or_in_small_letters_it_fails(change) -> None:
    assert verdict(change(TEXT)) == "not_a_code"


def test_spare_bits_of_the_last_letters_must_be_zero() -> None:
    before, _, signature = TEXT.rpartition(".")
    last = ALPHABET[ALPHABET.index(signature[-1]) + 1]
    with pytest.raises(Unreadable):
        read(f"{before}.{signature[:-1]}{last}")
    with pytest.raises(Unreadable):
        unbase32("AAAAAAA1")


def test_the_other_signature_of_the_same_key_is_refused() -> None:
    """ECDSA lets anybody turn s into n - s; only the lower one counts."""
    before, _, signature = TEXT.rpartition(".")
    raw = unbase32(signature)
    s = ORDER - int.from_bytes(raw[32:], "big")
    assert verdict(f"{before}.{base32(raw[:32] + s.to_bytes(32, 'big'))}") == "changed"


@pytest.mark.parametrize("raw", [bytes(64), b"\xff" * 64, ORDER.to_bytes(32, "big") + b"\1" * 32])
def test_signatures_out_of_range_are_no_signatures(raw) -> None:
    assert verdict(f"{TEXT.rpartition('.')[0]}.{base32(raw)}") == "changed"


def test_a_key_nobody_knows_and_another_house() -> None:
    stranger, _private = key_from(99)
    assert verdict(TEXT, keys=(stranger,)) == "unknown_key"
    assert verdict(TEXT, keys=(replace(stranger, id=KEY.id),)) == "changed"
    assert verdict(TEXT, house="https://motcua.example.com") == "elsewhere"


def test_a_key_that_was_given_up_proves_nothing() -> None:
    ended = replace(KEY, ended_on=date(2026, 3, 5), ended_because="lộ khóa")
    assert verdict(TEXT, keys=(ended,)) == "key_ended"
    assert verdict(TEXT[:-3] + "AAA", keys=(ended,)) != "key_ended", "what it did not sign is changed, not ended"


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2025, 12, 31), "genuine"), (date(2024, 12, 30), "wrong_date"), (date(2027, 1, 1), "wrong_date")],
)
def test_a_key_speaks_for_papers_of_its_time(day, expected) -> None:
    assert verdict(written(replace(SAID, dated_on=day), sign)) == expected


def test_long_words_are_cut_between_letters_and_odd_signs_are_gone() -> None:
    said = read(written(replace(SAID, kind="Ấ" * 90, agency="A\u202eB\n\tC"), sign))
    assert said.kind == "Ấ" * 39 + "…"
    assert said.agency == "A B C"


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": ""},
        {"address": f"{HOUSE}/v/short"},
        {"address": "ftp://x/v/ABCDEFGH2345"},
        {"digest": "ab"},
        {"address": "https://" + "x" * 1400 + "/v/ABCDEFGH2345"},
    ],
)
def test_what_cannot_be_a_code_is_not_written(wrong) -> None:
    with pytest.raises(ValueError, match=r"code|digest"):
        written(replace(SAID, **wrong), sign)


@pytest.mark.parametrize("cut", [44, 60, 47])
def test_a_body_that_ends_in_the_middle_is_unreadable_although_signed(cut) -> None:
    body = form_of(TEXT).body[:cut]
    before = f"{SAID.address}#1{base32(body)}"
    assert verdict(f"{before}.{base32(sign(PURPOSE + before.encode()))}") == "not_a_code"


def test_the_list_names_the_act_and_says_how_old_it_is() -> None:
    gone = Gone(SAID.code, "withdrawn", date(2026, 3, 5), "15/QĐ-UBND", "Ủy ban nhân dân xã Bình Tân")
    corrected = replace(gone, kind="corrected", on=date(2026, 3, 4), decision="14/QĐ-UBND")
    carried = read_list(list_of(corrected, gone), (KEY,))
    found = judge(TEXT, house=HOUSE, keys=(KEY,), carried=carried, now=NOW)
    assert [(one.kind, one.decision) for one in found.acts] == [
        ("corrected", "14/QĐ-UBND"),
        ("withdrawn", "15/QĐ-UBND"),
    ]
    assert (found.verdict, found.stands, found.list_state) == ("genuine", False, "fresh")
    later = judge(TEXT, house=HOUSE, keys=(KEY,), carried=carried, now=NOW + timedelta(days=8))
    assert later.list_state == "old"
    before_paper = read_list(list_of(now=datetime(2026, 3, 3, tzinfo=UTC)), (KEY,))
    early = judge(TEXT, house=HOUSE, keys=(KEY,), carried=before_paper, now=datetime(2026, 3, 4, tzinfo=UTC))
    assert early.list_state == "old", "a list made before the paper says nothing of it"
    assert judge(TEXT, house=HOUSE, keys=(KEY,), carried=read_list(list_of(corrected), (KEY,)), now=NOW).stands


def test_a_list_tells_nobody_the_codes_it_speaks_of() -> None:
    assert SAID.code not in list_of(Gone(SAID.code, "void", date(2026, 3, 5), "", "UBND"))


def test_one_changed_character_makes_a_list_unreadable() -> None:
    text = list_of(Gone(SAID.code, "withdrawn", date(2026, 3, 5), "15/QĐ-UBND", "UBND")).strip()
    for place, letter in enumerate(text):
        if letter != "\n":
            with pytest.raises(Unreadable):
                read_list(text[:place] + ("A" if letter != "A" else "B") + text[place + 1 :], (KEY,))


@pytest.mark.parametrize("text", ["", "{}", "[]\nx.y", "null\nx.y", '{"keys":[{}],"v":1}\n0.A', "\x00" * 50])
def test_what_is_no_list_is_refused_in_words(text) -> None:
    with pytest.raises(Unreadable):
        read_list(text, (KEY,))


def test_next_year_s_list_is_believed_by_whoever_knows_this_year_s_key(tmp_path) -> None:
    keys = OfflineKeys(tmp_path, "a secret of sixteen letters")
    first = keys.current(now=NOW)
    assert keys.current(now=NOW) == first, "one key a year"
    next_year = NOW + timedelta(days=330)
    second = keys.current(now=next_year)
    assert (first.id, second.starts) != (second.id, first.starts)
    text = written_list(
        number=9, house=HOUSE, now=next_year, keys=keys.published(), gone=(), key=second,
        sign=lambda data: keys.sign(second, data),
    )  # fmt: skip
    assert read_list(text, (first,)).signed_by == second.id
    with pytest.raises(Unreadable, match="nobody knows"):
        read_list(text, (KEY,))
    assert keys.tidy(now=next_year) == 1, "last year's private half is destroyed"
    with pytest.raises(SigningRefused):
        OfflineKeys(tmp_path, "a secret of sixteen letters").sign(first, b"")
    assert first in keys.published(), "its public half stays"


def test_a_key_given_up_is_followed_by_one_it_does_not_vouch_for(tmp_path) -> None:
    keys = OfflineKeys(tmp_path, "a secret of sixteen letters")
    first = keys.current(now=NOW)
    assert keys.end(first.id, reason="mất máy chủ", now=NOW).ended_on == date(2026, 3, 5)
    second = keys.current(now=NOW)
    assert (second.vouched_by, second.starts) == ("", date(2026, 3, 5))
    assert [key.id for key in keys.published()] == [first.id, second.id]
    with pytest.raises(SigningRefused):
        keys.end("0" * 16, reason="", now=NOW)


def test_a_key_cut_off_in_its_making_is_finished_and_needs_the_secret(tmp_path) -> None:
    first = OfflineKeys(tmp_path, "a secret of sixteen letters").current(now=NOW)
    (tmp_path / "2026-1.json").unlink()
    assert OfflineKeys(tmp_path, "a secret of sixteen letters").current(now=NOW) == first
    assert (tmp_path / "2026-1.pem").stat().st_mode & 0o77 == 0
    with pytest.raises(SigningRefused):
        OfflineKeys(tmp_path, "another secret of the same").sign(first, b"")
