"""Vietnamese text written into a form field: Tinos, only the letters used, embedded in the PDF."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from signing.errors import SigningRefused

FONTS = Path(__file__).resolve().parent.parent / "node_modules" / "@fontsource" / "tinos" / "files"
# Tinos comes cut in pieces by script; a letter is taken from the first piece that has it.
_PIECES = ("latin", "vietnamese", "latin-ext")


@dataclass(frozen=True)
class Face:
    """One piece of Tinos: its TrueType bytes, which glyph draws which letter, and how wide each is (1/1000 em)."""

    data: bytes
    glyphs: dict[int, int]
    widths: dict[int, float]
    ascent: float
    descent: float
    box: tuple[float, float, float, float]


@lru_cache(maxsize=16)
def face(piece: str, weight: int, slope: str) -> Face:
    """Read one piece once; raises `SigningRefused` when the fonts are not installed."""
    path = FONTS / f"tinos-{piece}-{weight}-{slope}.woff2"
    try:
        font = TTFont(path)
    except OSError as missing:
        raise SigningRefused("no_font", "Máy chủ thiếu phông chữ Tinos để ghi số và ngày.") from missing
    font.flavor = None
    plain = io.BytesIO()
    font.save(plain)
    em = 1000 / font["head"].unitsPerEm
    glyphs = {letter: font.getGlyphID(name) for letter, name in font.getBestCmap().items()}
    widths = {number: font["hmtx"][font.getGlyphName(number)][0] * em for number in glyphs.values()}
    head, hhea = font["head"], font["hhea"]
    box = (head.xMin * em, head.yMin * em, head.xMax * em, head.yMax * em)
    return Face(plain.getvalue(), glyphs, widths, hhea.ascent * em, hhea.descent * em, box)


@dataclass(frozen=True)
class Run:
    """Letters in a row that come from the same piece."""

    piece: str
    text: str


def runs(text: str, weight: int, slope: str) -> list[Run]:
    """Split a text by the piece that has its letters; raises `SigningRefused` for a letter Tinos does not have."""
    found: list[Run] = []
    for letter in text:
        # A space looks the same everywhere: it stays in the run it stands in.
        piece = next((name for name in _PIECES if ord(letter) in face(name, weight, slope).glyphs), None)
        if piece is None:
            raise SigningRefused("no_letter", "Phông chữ không có ký tự “%(letter)s”.", letter=letter)
        if found and found[-1].piece == piece:
            found[-1] = Run(piece, found[-1].text + letter)
        else:
            found.append(Run(piece, letter))
    return found


def width_of(text: str, weight: int, slope: str, size: float) -> float:
    """How wide a text is, in points."""
    total = 0.0
    for run in runs(text, weight, slope):
        piece = face(run.piece, weight, slope)
        total += sum(piece.widths[piece.glyphs[ord(letter)]] for letter in run.text)
    return total * size / 1000


def appearance(
    writer: BasePdfFileWriter,
    text: str,
    *,
    width: float,
    height: float,
    size: float,
    bold: bool,
    italic: bool,
    align: str,
) -> generic.IndirectObject:
    """A form XObject that shows `text` on one line in a box (points); a text too long is written smaller, never cut."""
    weight, slope = (700 if bold else 400), ("italic" if italic else "normal")
    wanted = width_of(text, weight, slope, size)
    if wanted > width:
        size, wanted = size * width / wanted, width
    left = {"left": 0.0, "center": (width - wanted) / 2, "right": width - wanted}[align]
    latin = face("latin", weight, slope)
    # The same rule as CSS: ascent and descent, with the remaining height shared above and below.
    line = (latin.ascent - latin.descent) * size / 1000
    base = (height - line) / 2 - latin.descent * size / 1000
    used: dict[str, set[str]] = {}
    drawn = []
    for run in runs(text, weight, slope):
        used.setdefault(run.piece, set()).update(run.text)
        glyphs = face(run.piece, weight, slope).glyphs
        codes = "".join(f"{glyphs[ord(letter)]:04X}" for letter in run.text)
        drawn.append(f"/{_resource(run.piece)} {size:.3f} Tf <{codes}> Tj")
    content = f"/Tx BMC q BT 0 g {left:.3f} {base:.3f} Td {' '.join(drawn)} ET Q EMC"
    fonts = generic.DictionaryObject(
        {
            pdf_name("/" + _resource(piece)): _embed(writer, piece, weight, slope, "".join(sorted(letters)))
            for piece, letters in sorted(used.items())
        }
    )
    return writer.add_object(_form(content.encode(), width, height, fonts))


def empty_appearance(writer: BasePdfFileWriter, width: float, height: float) -> generic.IndirectObject:
    """The look of a field nobody has filled yet: nothing."""
    return writer.add_object(_form(b"", width, height, generic.DictionaryObject()))


def blank_font(writer: BasePdfFileWriter, *, bold: bool, italic: bool) -> generic.IndirectObject:
    """Tinos with nothing but the space, for forms that must name a font."""
    return _embed(writer, "latin", 700 if bold else 400, "italic" if italic else "normal", " ")


def _form(content: bytes, width: float, height: float, fonts: generic.DictionaryObject) -> generic.StreamObject:
    return generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(map(generic.FloatObject, (0, 0, width, height))),
            pdf_name("/Resources"): generic.DictionaryObject({pdf_name("/Font"): fonts}),
        },
        stream_data=content,
    )


def _resource(piece: str) -> str:
    return "Tinos" + piece.replace("-", "").capitalize()


@lru_cache(maxsize=256)
def _cut(piece: str, weight: int, slope: str, letters: str) -> bytes:
    """The piece with only these letters left, glyph numbers kept."""
    font = TTFont(io.BytesIO(face(piece, weight, slope).data))
    options = subset.Options(retain_gids=True, notdef_outline=True, layout_features=[], name_IDs=[], hinting=True)
    options.drop_tables += ["GDEF", "GPOS", "GSUB", "gasp"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=letters)
    cutter.subset(font)
    # A font inside a PDF is addressed by glyph number: these tables are dead weight there.
    for table in ("cmap", "name", "OS/2"):
        if table in font:
            del font[table]
    font["post"].formatType = 3.0
    # Same letters, same bytes: the moment of cutting is not part of the font.
    font.recalcTimestamp = False
    result = io.BytesIO()
    font.save(result)
    return result.getvalue()


def _embed(writer: BasePdfFileWriter, piece: str, weight: int, slope: str, letters: str) -> generic.IndirectObject:
    found = face(piece, weight, slope)
    style = {(400, "normal"): "Regular", (700, "normal"): "Bold", (400, "italic"): "Italic"}.get(
        (weight, slope), "BoldItalic"
    )
    name = pdf_name(f"/{_tag(letters)}+Tinos-{style}-{piece}")
    data = _cut(piece, weight, slope, letters)
    program = generic.StreamObject({pdf_name("/Length1"): generic.NumberObject(len(data))}, stream_data=data)
    program.compress()
    descriptor = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/FontDescriptor"),
            pdf_name("/FontName"): name,
            pdf_name("/Flags"): generic.NumberObject(4 | (64 if slope == "italic" else 0)),
            pdf_name("/FontBBox"): generic.ArrayObject(map(generic.FloatObject, found.box)),
            pdf_name("/ItalicAngle"): generic.NumberObject(-16 if slope == "italic" else 0),
            pdf_name("/Ascent"): generic.FloatObject(found.ascent),
            pdf_name("/Descent"): generic.FloatObject(found.descent),
            pdf_name("/CapHeight"): generic.NumberObject(662),
            pdf_name("/StemV"): generic.NumberObject(140 if weight == 700 else 80),
            pdf_name("/FontFile2"): writer.add_object(program),
        }
    )
    widths = generic.ArrayObject()
    for letter in letters:
        number = found.glyphs[ord(letter)]
        widths.append(generic.NumberObject(number))
        widths.append(generic.ArrayObject([generic.FloatObject(found.widths[number])]))
    descendant = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/CIDFontType2"),
            pdf_name("/BaseFont"): name,
            pdf_name("/CIDSystemInfo"): generic.DictionaryObject(
                {
                    pdf_name("/Registry"): generic.TextStringObject("Adobe"),
                    pdf_name("/Ordering"): generic.TextStringObject("Identity"),
                    pdf_name("/Supplement"): generic.NumberObject(0),
                }
            ),
            pdf_name("/CIDToGIDMap"): pdf_name("/Identity"),
            pdf_name("/FontDescriptor"): writer.add_object(descriptor),
            pdf_name("/W"): widths,
        }
    )
    return writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Font"),
                pdf_name("/Subtype"): pdf_name("/Type0"),
                pdf_name("/BaseFont"): name,
                pdf_name("/Encoding"): pdf_name("/Identity-H"),
                pdf_name("/DescendantFonts"): generic.ArrayObject([writer.add_object(descendant)]),
                pdf_name("/ToUnicode"): writer.add_object(_to_unicode(found, letters)),
            }
        )
    )


def _tag(letters: str) -> str:
    """Six capitals in front of a subset's name, the same for the same letters."""
    number = 0
    for letter in letters:
        number = (number * 31 + ord(letter)) % 26**6
    tag = ""
    for _ in range(6):
        number, digit = divmod(number, 26)
        tag += chr(65 + digit)
    return tag


def _to_unicode(found: Face, letters: str) -> generic.StreamObject:
    """The table by which a reader copies the text out again."""
    pairs = [f"<{found.glyphs[ord(letter)]:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for letter in letters]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    table = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{body}\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    )
    stream = generic.StreamObject(stream_data=table.encode("ascii"))
    stream.compress()
    return stream
