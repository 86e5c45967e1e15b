"""A letter cannot reach out, run anything, hide the mark or keep the printer busy."""

from __future__ import annotations

import base64
import html
import http.server
import io
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from engine.letters import markup
from engine.letters.errors import LetterError
from engine.letters.pdf import render
from engine.letters.resources import OnlyHouseFonts, OnlyInline

from .conftest import NOW


def shown(body: str) -> str:
    letter = render(body, sample=True, now=NOW)
    return pypdfium2.PdfDocument(letter.pdf)[0].get_textpage().get_text_range()


@pytest.fixture
def visits() -> Iterator[tuple[str, list[str]]]:
    """A server on the loopback that writes down whoever comes."""
    seen: list[str] = []

    class Door(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()


def test_nothing_is_fetched_from_any_network(visits: tuple[str, list[str]]) -> None:
    address, seen = visits
    text = shown(
        f'<img src="{address}/a.png"/><p style="background:url({address}/b)">a</p>'
        f'<link rel="stylesheet" href="{address}/c"/>'
        f"<style>@import url({address}/d); p{{background:url({address}/e)}}</style><object data='{address}/f'/>"
        f'<iframe src="{address}/g"/><embed src="{address}/h"/><svg><image href="{address}/i"/></svg><p>còn lại</p>'
        f'<p style="list-style-image:url({address}/j);content:url({address}/k)">b</p>'
        f'<a rel="attachment" href="{address}/l">c</a>'
    )
    assert "còn lại" in text
    assert seen == []


def test_no_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("BÍ MẬT")
    picture = tmp_path / "secret.png"
    Image.new("RGB", (4, 4), "red").save(picture)
    for body in (
        f'<img src="file://{picture}"/>',
        f'<a rel="attachment" href="file://{secret}">x</a><link rel="attachment" href="file://{secret}"/>',
        f'<object data="{secret}"/>',
    ):
        letter = render(f"<p>a</p>{body}", sample=False, now=NOW)
        assert "BÍ MẬT".encode() not in letter.pdf
        assert b"EmbeddedFile" not in letter.pdf
        assert not list(pypdfium2.PdfDocument(letter.pdf)[0].get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,)))


@pytest.mark.parametrize(
    "body", ['<!DOCTYPE a SYSTEM "file:///etc/passwd"><p>&a;</p>', "<!ENTITY x><p/>", "<![CDATA[x]]>"]
)
def test_declarations_are_refused(body: str) -> None:
    with pytest.raises(LetterError):
        markup.read(body)


def test_scripts_and_handlers_are_taken_out() -> None:
    tree = markup.read('<p onclick="x()" id="i">a<script>b</script>c<a href="javascript:x()">d</a>e</p><?php x ?>')
    assert markup.write(tree) == "<p>ace</p>"


def test_the_sample_mark_cannot_be_hidden() -> None:
    assert markup.write(markup.read('<p style="position:fixed;top:0;background:#fff;z-index:9;color:#fff">a</p>')) == (
        '<p style="">a</p>'
    )
    text = shown('<style>.mark{display:none}</style><div style="position:absolute;width:999mm">a</div>')
    assert "PHÁP" in text


@pytest.mark.parametrize("value", ["9999mm", "1e9px", "calc(1px*9)", "url(x)", "var(--x)", "expression(1)", "a" * 5000])
def test_style_values_are_short_and_plain(value: str) -> None:
    started = time.monotonic()
    tree = markup.read(f'<p style="margin-top:{value};text-align:center">a</p>')
    assert tree[0].get("style") == "text-align:center"
    assert time.monotonic() - started < 1


def png(width: int, height: int) -> str:
    """A picture that says it is very large in very few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x01\x00\x00\x00\x00"
    body = zlib.compress(bytes((width // 8 + 1) * min(height, 100)))
    file = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(file).decode()


@pytest.mark.parametrize(
    "address",
    [
        png(60_000, 60_000),
        png(5_000, 5_000),
        "data:image/png;base64," + "A" * 600_000,
        "data:image/svg+xml;base64,PHN2Zy8+",
        "data:text/html,<p>x</p>",
        "data:image/png;base64,bm90IGEgcGljdHVyZQ==",
        "file:///etc/passwd",
        "house:tinos-latin-400-normal.woff2",
    ],
)
def test_only_small_pictures_given_inline_are_taken(address: str) -> None:
    with pytest.raises(ValueError, match="picture"):
        OnlyInline().fetch(address)
    render(f'<p>a<img src="{html.escape(address)}"/></p>', sample=True, now=NOW)


def test_a_small_picture_is_printed() -> None:
    file = io.BytesIO()
    Image.new("RGB", (20, 20), "green").save(file, "PNG")
    source = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
    letter = render(f'<p><img src="{source}" alt="sơ đồ"/></p>', sample=False, now=NOW)
    kinds = [one.type for one in pypdfium2.PdfDocument(letter.pdf)[0].get_objects()]
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE in kinds


@pytest.mark.parametrize(
    "address", ["house:../../../../etc/passwd", "file:///etc/passwd", "http://127.0.0.1/", "house:x"]
)
def test_style_sheets_get_the_fonts_of_the_house_only(address: str) -> None:
    with pytest.raises(ValueError, match="fonts of the house"):
        OnlyHouseFonts().fetch(address)


def test_too_long_too_deep_too_many_pages() -> None:
    with pytest.raises(LetterError, match="quá dài"):
        markup.read("<p>" + "a" * 1_000_001 + "</p>")
    with pytest.raises(LetterError, match="lồng nhau quá sâu"):
        markup.read("<div>" * 100 + "</div>" * 100)
    with pytest.raises(LetterError, match="trang"):
        render('<p style="page-break-before:always">a</p>' * 230, sample=False, now=NOW)
