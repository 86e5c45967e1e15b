"""The short form of a head: copied by hand, read back whatever the strokes, and a slip is told from another history."""

from __future__ import annotations

import hashlib

import pytest

from engine.shortheads import LETTERS, read_short_head, short_head

HEAD = hashlib.sha256(b"an act").digest()


def test_a_head_reads_back_however_it_was_typed():
    text = short_head(7, HEAD)
    assert text.startswith("7-")
    assert len(text) == 25
    for typed in (text, text.lower(), f"  {text} ", text.replace("-", " "), "7-" + text[2:].replace("-", "")):
        read = read_short_head(typed)
        assert read is not None, typed
        assert read.seq == 7
        assert read.fits(HEAD)
    assert not read.fits(hashlib.sha256(b"another act").digest())


def test_letters_that_look_alike_are_read_as_what_they_must_be():
    heads = (short_head(number, hashlib.sha256(bytes([number])).digest()) for number in range(1, 40))
    text = next(one for one in heads if "0" in one[3:] and "1" in one[3:])
    number, _, letters = text.partition("-")
    assert read_short_head(f"{number}-{letters.replace('0', 'O').replace('1', 'l')}") == read_short_head(text)


def test_every_slip_of_one_letter_is_seen_almost_always():
    text = short_head(12, HEAD)
    slips = [
        text[:at] + other + text[at + 1 :]
        for at in range(3, len(text))
        for other in LETTERS
        if text[at] != "-" and other != text[at]
    ]
    assert sum(read_short_head(slip) is not None for slip in slips) <= len(slips) // 100
    assert read_short_head(text.replace("12-", "13-")) is None


@pytest.mark.parametrize(
    "text", ["", "7", "7-", "-ABCDE", "0-" + "0" * 20, "x-" + "0" * 20, "7-" + "U" * 20, "9" * 400]
)
def test_what_is_no_head_is_not_read(text):
    assert read_short_head(text) is None
