"""Images of a hand or a seal that somebody brings: judged and cleaned before a paper shows them.

Decree 30/2020/NĐ-CP, Annex I, section II, items 7 and 8: PNG on a transparent ground, the hand blue, the seal red.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import Literal

from PIL import Image

from rules.sentences import Sentence

Kind = Literal["hand", "seal"]
LARGEST_FILE = 384 * 1024
"""Bytes; what a paper takes as base64 (`MAX_PICTURE_BYTES` in resources.py, which would load the printing press)."""
MOST_PIXELS = 4_000_000
LEAST_WIDTH = {"hand": 200, "seal": 300}
"""Pixels of the ink's width below which print shows steps: 52 mm and 35 mm at about 100 and 220 dots an inch."""
_FAINT, _SOLID = 16, 128
_COLOURED = 0.85


class NotAStampImage(Exception):
    """Why an image cannot stand for a hand or a seal, as a sentence for whoever brought it."""

    def __init__(self, why: Sentence) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class StampImage:
    """A clean PNG (transparent margins cut off, nothing in it but pixels) with its size in pixels."""

    png: bytes
    width: int
    height: int


def read_stamp_image(content: bytes, kind: Kind) -> StampImage:
    """Judge an image by its pixels alone and write it anew; raises `NotAStampImage`."""
    picture = _opened(content)
    alpha = picture.getchannel("A")
    inked = alpha.point(lambda value: 255 if value > _FAINT else 0).getbbox()
    if inked is None or alpha.getextrema()[0] > _FAINT:  # type: ignore[operator]  # one channel has one pair
        raise NotAStampImage(
            Sentence("Ảnh phải có nền trong suốt: chỉ có nét chữ ký hoặc dấu, không có nền trắng hay khung.")
        )
    picture = picture.crop(inked)
    if picture.width < LEAST_WIDTH[kind]:
        raise NotAStampImage(
            Sentence("Ảnh quá nhỏ: phần có nét phải rộng từ %(least)s điểm ảnh.", least=LEAST_WIDTH[kind])
        )
    if kind == "seal" and not 0.94 <= picture.width / picture.height <= 1.06:
        raise NotAStampImage(Sentence("Ảnh dấu phải tròn: chiều ngang và chiều dọc của dấu bằng nhau."))
    if kind == "hand" and not 0.8 <= picture.width / picture.height <= 8:
        raise NotAStampImage(Sentence("Ảnh chữ ký phải nằm ngang: chiều ngang không nhỏ hơn chiều dọc."))
    _check_ink(picture, kind)
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    if written.tell() > LARGEST_FILE:
        raise NotAStampImage(Sentence("Tệp ảnh lớn quá %(most)s KB.", most=LARGEST_FILE // 1024))
    return StampImage(written.getvalue(), picture.width, picture.height)


def _opened(content: bytes) -> Image.Image:
    """The picture as it is to be seen, decoded only when it is a PNG of an honest size."""
    broken = NotAStampImage(Sentence("Tệp này không phải ảnh PNG đọc được."))
    if len(content) > LARGEST_FILE:
        raise NotAStampImage(Sentence("Tệp ảnh lớn quá %(most)s KB.", most=LARGEST_FILE // 1024))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise NotAStampImage(Sentence("Ảnh có quá nhiều điểm ảnh."))
                if getattr(image, "n_frames", 1) != 1:
                    raise NotAStampImage(Sentence("Ảnh động không dùng làm chữ ký hoặc dấu được."))
                image.verify()  # checksums; the printing library has pictures that were cut off be read all the same
            with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
                return image.convert("RGBA")
    except NotAStampImage:
        raise
    except Exception as fault:  # whatever a decoder trips over, the answer is the same
        raise broken from fault


def _check_ink(picture: Image.Image, kind: Kind) -> None:
    """Whether what is seen is a line drawing of the colour the decree wants."""
    small = picture.copy()
    small.thumbnail((400, 400))
    raw = small.tobytes()  # four bytes a pixel
    ink = [raw[at : at + 3] for at in range(0, len(raw), 4) if raw[at + 3] >= _SOLID]
    if not 0.005 <= 4 * len(ink) / len(raw) <= 0.75:
        raise NotAStampImage(
            Sentence("Ảnh phải có nền trong suốt: chỉ có nét chữ ký hoặc dấu, không có nền trắng hay khung.")
        )
    right = sum(_is_blue(*one) if kind == "hand" else _is_red(*one) for one in ink)
    if right < _COLOURED * len(ink):
        raise NotAStampImage(
            Sentence("Chữ ký phải màu xanh (Nghị định 30/2020/NĐ-CP).")
            if kind == "hand"
            else Sentence("Dấu phải màu đỏ (Nghị định 30/2020/NĐ-CP).")
        )


def _is_blue(red: int, green: int, blue: int) -> bool:
    return blue >= red + 25 and blue >= green + 10


def _is_red(red: int, green: int, blue: int) -> bool:
    return red >= green + 40 and red >= blue + 40
