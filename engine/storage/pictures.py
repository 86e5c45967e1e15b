"""Pictures a scanner or a camera made: what their headers say of size, resolution, colour and which way is up."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from PIL import ExifTags, Image

Colours = Literal["colour", "grey", "black_and_white", ""]
"""What a page is scanned in; "" where nothing of it is a picture."""

POINTS = 72
MM = 25.4
A4 = (210.0, 297.0)
"""In millimetres, upright."""
A3_LONG = 420.0
SCREEN_DPI = 100
"""Below it a number is a screen's or a camera's habit, unless the paper it would make is no larger than A3."""
FINEST_DPI = 4800
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}


@dataclass(frozen=True)
class Picture:
    """A picture as it is looked at: `width` and `height` in pixels once it is turned by `orientation` (EXIF, 1 to 8).

    `dpi` (across, down) is what the file says of itself, None where it says nothing that can be believed.
    """

    form: str
    width: int
    height: int
    orientation: int
    dpi: tuple[float, float] | None
    mode: str
    adobe: bool

    @property
    def size(self) -> tuple[float, float]:
        """The paper's size in millimetres: the true one, or as much of an A4 sheet as the picture fills."""
        if self.dpi is not None:
            return self.width / self.dpi[0] * MM, self.height / self.dpi[1] * MM
        sheet = A4 if self.height >= self.width else A4[::-1]
        scale = min(sheet[0] / self.width, sheet[1] / self.height)
        return self.width * scale, self.height * scale

    @property
    def resolution(self) -> int:
        """Dots per inch on that paper, the coarser of both directions."""
        width, height = self.size
        return round(min(self.width / width, self.height / height) * MM)

    @property
    def colours(self) -> Colours:
        if self.mode == "1":
            return "black_and_white"
        return "grey" if self.mode in ("L", "LA", "I", "I;16", "I;16B", "F") else "colour"


def picture_of(content: bytes, media_type: str) -> Picture:
    """Read the header of a JPEG or PNG that was inspected before; no pixel is decoded. Raises OSError or ValueError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(BytesIO(content), formats=[FORMATS[media_type]]) as image:
            orientation = int(image.getexif().get(ExifTags.Base.Orientation, 1) or 1)
            orientation = orientation if 1 <= orientation <= 8 else 1
            width, height = image.size
            dpi = _pair(image.info.get("dpi"))
            if orientation >= 5:
                width, height, dpi = height, width, dpi and (dpi[1], dpi[0])
            return Picture(
                form=FORMATS[media_type],
                width=width,
                height=height,
                orientation=orientation,
                dpi=_believed(dpi, width, height),
                mode=image.mode,
                adobe="adobe" in image.info,
            )


def _pair(said: object) -> tuple[float, float] | None:
    if not isinstance(said, tuple) or len(said) != 2:
        return None
    across, down = float(said[0]), float(said[1])
    return (across, down) if across > 0 and down > 0 else None


def _believed(dpi: tuple[float, float] | None, width: int, height: int) -> tuple[float, float] | None:
    """What a camera writes by habit (72 dpi, a sheet of a metre and a half) says nothing of the paper."""
    if dpi is None or not 1 < min(dpi) <= max(dpi) <= FINEST_DPI:
        return None
    longest = max(width / dpi[0], height / dpi[1]) * MM
    return None if min(dpi) < SCREEN_DPI and longest > A3_LONG + 1 else dpi
