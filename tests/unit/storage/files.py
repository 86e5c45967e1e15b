"""Real files, honest and hostile, made on the spot."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image
from pypdf import PdfWriter

CONTENT_TYPES = ("[Content_Types].xml", b"<Types/>")


def pdf(pages: int = 1, password: str | None = None, owner: str | None = None) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    if password is not None:
        writer.encrypt(password, owner, algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_with_stream(packed: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    """A PDF with one more object, put before its first: a stream that nobody refers to."""
    head, rest = pdf().split(b"\n", 1)
    dictionary = b"<< /Length %d /Filter %s >>" % (len(packed), filters)
    return head + b"\n99 0 obj\n" + dictionary + b"\nstream\n" + packed + b"\nendstream\nendobj\n" + rest


def zeros(megabytes: int) -> bytes:
    """So many megabytes of nothing, deflated to a thousandth: one megabyte, packed once and said again and again."""
    packer, block = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS), bytes(1 << 20)
    one = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    adler = (megabytes * len(block) % 65521 << 16) | 1
    return b"\x78\xda" + one * megabytes + packer.flush() + struct.pack(">I", adler)


def picture(form: str, size=(60, 40)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "navy").save(out, form)
    return out.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims that size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def heic_claiming(width: int, height: int) -> bytes:
    extents = struct.pack(">I4sIII", 20, b"ispe", 0, width, height)
    return struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"heic", 0, b"mif1", b"heic") + extents + bytes(64)


def archive(*entries: tuple[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", packing) as made:
        for name, data in entries:
            made.writestr(name, data)
    return out.getvalue()


def docx(*more: tuple[str, bytes]) -> bytes:
    return archive(CONTENT_TYPES, ("word/document.xml", b"<w:document/>" * 20), *more)


def xlsx() -> bytes:
    return archive(CONTENT_TYPES, ("xl/workbook.xml", b"<workbook/>"))


def odt() -> bytes:
    media_type = b"application/vnd.oasis.opendocument.text"
    return archive(("mimetype", media_type), ("content.xml", b"<office/>"))


def lying_docx() -> bytes:
    """A DOCX whose directory declares 10 bytes for an entry that inflates to 30 MB."""
    honest = docx(("word/media/image1.bmp", bytes(30 << 20)))
    return honest.replace(struct.pack("<I", 30 << 20), struct.pack("<I", 10))


def overlapping_docx() -> bytes:
    """A DOCX in whose directory many entries share the packed bytes of one (a bomb without nesting)."""
    honest = docx(("a", bytes(2 << 20)))
    end = honest.rindex(b"PK\x05\x06")
    directory_at = struct.unpack("<I", honest[end + 16 : end + 20])[0]
    last = honest.rindex(b"PK\x01\x02", 0, end)
    copies = b"".join(honest[last : end - 1] + bytes([letter]) for letter in range(ord("b"), ord("z"))) * 40
    directory = honest[directory_at:end] + copies
    count = 3 + 24 * 40
    ending = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(directory), directory_at, 0)
    return honest[:directory_at] + directory + ending
