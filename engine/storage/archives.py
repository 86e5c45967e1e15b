"""Office documents are zip archives: what they are, and whether they are bombs."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO

from engine.errors import N_

MOST_ENTRIES = 5_000
MOST_BYTES = 300 * 2**20
HIGHEST_RATIO = 200
RATIO_FROM = 10 * 2**20
DEEPEST = 2
CHUNK = 1 << 20

BROKEN = N_("Không mở được tệp này. Hãy mở bằng Word, Excel hoặc LibreOffice, lưu lại rồi tải lên.")
BOMB = N_("Tệp phình ra quá lớn khi giải nén nên không được nhận. Hãy lưu lại thành PDF rồi tải lên.")
LOCKED = N_("Tệp có mật khẩu. Hãy bỏ mật khẩu rồi tải lên.")
MACROS = N_("Tệp có mã lệnh macro nên không được nhận. Hãy lưu lại thành DOCX, XLSX không có macro hoặc PDF.")


@dataclass(frozen=True)
class OfficeType:
    """A kind of office document."""

    media_type: str
    extension: str


_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_BY_PART = {
    "word/document.xml": OfficeType(f"{_OPEN_XML}wordprocessingml.document", "docx"),
    "xl/workbook.xml": OfficeType(f"{_OPEN_XML}spreadsheetml.sheet", "xlsx"),
}
_BY_MIMETYPE = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}


def office_type_of(content: bytes) -> OfficeType | None:
    """Which office document the archive is by its parts; None for any other archive."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                return next((kind for part, kind in _BY_PART.items() if part in names), None)
            if "mimetype" in names and "content.xml" in names:
                with archive.open("mimetype") as entry:
                    media_type = entry.read(200).strip()
                extension = _BY_MIMETYPE.get(media_type)
                return OfficeType(media_type.decode("ascii"), extension) if extension else None
    except Exception:  # a broken archive is no office document
        return None
    return None


def problem_of(content: bytes) -> str:
    """Whether the document is broken, locked, carries macros or swells beyond reason; "" if all is well."""
    try:
        return _Look().problem(content, 1)
    except Exception:  # zip and inflate errors alike
        return BROKEN


class _Look:
    """One look through an archive and what is embedded in it, under a common budget of inflated bytes."""

    def __init__(self) -> None:
        self.budget = MOST_BYTES
        self.entries = MOST_ENTRIES

    def problem(self, content: bytes, depth: int) -> str:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            infos = archive.infolist()
            self.entries -= len(infos)
            declared = sum(info.file_size for info in infos)
            packed = sum(info.compress_size for info in infos)
            # Entries that share their packed bytes are how a small archive pretends to be a huge one.
            if self.entries < 0 or packed > len(content) or declared > self.budget:
                return BOMB
            if declared > RATIO_FROM and declared > HIGHEST_RATIO * len(content):
                return BOMB
            for info in infos:
                if problem := self._entry_problem(archive, info, depth):
                    return problem
        return ""

    def _entry_problem(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, depth: int) -> str:
        if info.flag_bits & 0x1:
            return LOCKED
        if ".." in re.split(r"[/\\]", info.filename) or info.filename.startswith(("/", "\\")):
            return BROKEN
        if info.filename.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")):
            return MACROS
        return self._read(archive, info, depth)

    def _read(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, depth: int) -> str:
        """Inflate the entry piece by piece and keep none of it, unless it is an archive within the archive."""
        with archive.open(info) as entry:
            start = entry.read(CHUNK)
            self.budget -= len(start)
            kept = bytearray(start) if start.startswith(b"PK\x03\x04") else None
            while piece := entry.read(CHUNK):
                self.budget -= len(piece)
                if self.budget < 0:
                    return BOMB
                if kept is not None:
                    kept += piece
        if kept is None:
            return ""
        return BOMB if depth >= DEEPEST else self.problem(bytes(kept), depth + 1)
