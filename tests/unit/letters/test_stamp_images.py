"""An image of a hand or a seal is taken when the decree would take it, and whatever else somebody sends is refused."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from engine.letters.resources import MAX_PICTURE_BYTES, MAX_PIXELS
from engine.letters.stamp_images import LARGEST_FILE, MOST_PIXELS, NotAStampImage, read_stamp_image

from .images import RED, hand, png, seal


def bomb() -> bytes:
    """A PNG of 30,000 by 30,000 pixels in a few hundred bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def moving() -> bytes:
    written = io.BytesIO()
    frames = [Image.open(io.BytesIO(hand(size=(700, 300 + step)))).resize((700, 300)) for step in (0, 9)]
    frames[0].save(written, "PNG", save_all=True, append_images=frames[1:])
    return written.getvalue()


def other_format(kind: str) -> bytes:
    written = io.BytesIO()
    Image.open(io.BytesIO(hand())).convert("RGB").save(written, kind)
    return written.getvalue()


def test_whatever_is_taken_in_fits_on_a_paper() -> None:
    assert LARGEST_FILE * 4 // 3 <= MAX_PICTURE_BYTES
    assert MOST_PIXELS <= MAX_PIXELS


def test_margins_are_cut_off_and_nothing_but_pixels_is_kept() -> None:
    loaded = Image.open(io.BytesIO(hand()))
    loaded.info["comment"] = "canary"
    taken = read_stamp_image(png(loaded) + b"canary after the end", "hand")
    assert taken.width / taken.height > 2, "the empty margins are gone"
    assert taken.width < 700
    assert b"canary" not in taken.png
    assert Image.open(io.BytesIO(taken.png)).mode == "RGBA"
    round_one = read_stamp_image(seal(), "seal")
    assert (round_one.width, round_one.height) == (500, 500)


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (b"", "hand", "không phải ảnh PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "hand", "không phải ảnh PNG"),
        (hand()[:200], "hand", "không phải ảnh PNG"),
        (other_format("JPEG"), "hand", "không phải ảnh PNG"),
        (other_format("GIF"), "hand", "không phải ảnh PNG"),
        (b"\0" * (LARGEST_FILE + 1), "hand", "lớn quá"),
        (bomb(), "hand", "không phải ảnh PNG"),
        (moving(), "hand", "Ảnh động"),
        (hand(ground=(255, 255, 255, 255)), "hand", "nền trong suốt"),
        (png(Image.new("RGBA", (700, 300))), "hand", "nền trong suốt"),
        (hand(RED), "hand", "màu xanh"),
        (hand((0, 0, 0, 255)), "hand", "màu xanh"),
        (hand(size=(120, 60)), "hand", "quá nhỏ"),
        (seal((20, 50, 170, 255)), "seal", "màu đỏ"),
        (seal(size=(500, 380)), "seal", "tròn"),
        (seal(size=(120, 120)), "seal", "quá nhỏ"),
        (hand(RED), "seal", "tròn"),
    ],
)
def test_what_is_no_hand_and_no_seal_is_refused_in_words(content: bytes, kind: str, said: str) -> None:
    with pytest.raises(NotAStampImage, match=said):
        read_stamp_image(content, kind)  # type: ignore[arg-type]
