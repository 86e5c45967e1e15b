"""Images of hands and seals as somebody may bring them."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

BLUE, RED = (20, 50, 170, 255), (205, 20, 30, 255)
CLEAR = (0, 0, 0, 0)


def png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def hand(colour: tuple[int, ...] = BLUE, ground: tuple[int, ...] = CLEAR, size: tuple[int, int] = (700, 300)) -> bytes:
    """A pen line with wide empty margins."""
    picture = Image.new("RGBA", size, ground)
    width, height = size
    points = [(width * (0.2 + 0.05 * step), height * (0.3 if step % 2 else 0.7)) for step in range(13)]
    ImageDraw.Draw(picture).line(points, fill=colour, width=max(size[0] // 90, 1))
    return png(picture)


def seal(colour: tuple[int, ...] = RED, size: tuple[int, int] = (500, 500)) -> bytes:
    """Two rings and a full middle, cut close."""
    picture = Image.new("RGBA", size, CLEAR)
    drawing = ImageDraw.Draw(picture)
    right, bottom = size[0] - 1, size[1] - 1
    drawing.ellipse((0, 0, right, bottom), outline=colour, width=12)
    drawing.ellipse((right * 0.3, bottom * 0.3, right * 0.7, bottom * 0.7), fill=colour)
    return png(picture)
