"""Places on a page that are kept free until a number, a date or a signature goes there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Box:
    """A rectangle on one page, in PDF points from the lower left corner; `page` counts from 0.

    `size` (points), `italic`, `bold` and `align` say how text is written into it; a signature ignores them.
    """

    page: int
    x1: float
    y1: float
    x2: float
    y2: float
    size: float = 13.0
    italic: bool = False
    bold: bool = False
    align: Literal["left", "center", "right"] = "left"

    @property
    def width(self) -> float:
        return self.x2 - self.x1

    @property
    def height(self) -> float:
        return self.y2 - self.y1
