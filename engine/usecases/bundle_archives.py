"""A bundle as one zip file that goes to a designer's own computer and comes back from a stranger."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from pathlib import PurePosixPath

from engine.errors import Invalid, TooLarge
from processes.bundle import KINDS, MAX_BYTES, SETTINGS

MOST_PACKED = 10 * 2**20
MOST_BYTES = 20_000_000
MOST_ENTRIES = 300
LONGEST_PATH = 200
_RUBBISH = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


def read_archive(content: bytes) -> dict[str, bytes]:
    """The files of an uploaded zip; Invalid or TooLarge says in words why it is not taken.

    At most 10 MB packed, 20 MB and 300 entries unpacked, 5 MB a file. Nothing is ever written to disk, and no more is
    unpacked than these bounds, whatever the archive declares. One folder around everything is taken off.
    """
    if not content:
        raise Invalid("Tệp rỗng. Hãy chọn lại gói thủ tục (.zip).")
    if len(content) > MOST_PACKED:
        raise TooLarge("Gói lớn quá 10 MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _without_folder(_entries(archive))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise Invalid("Không mở được gói này. Hãy nén lại thành tệp .zip thường, không có mật khẩu.") from None


def _entries(archive: zipfile.ZipFile) -> dict[str, bytes]:
    infos = archive.infolist()
    if len(infos) > MOST_ENTRIES:
        raise TooLarge("Gói có hơn %(most)s tệp.", most=MOST_ENTRIES)
    files: dict[str, bytes] = {}
    room = MOST_BYTES
    for info in infos:
        if info.is_dir() or any(part in _RUBBISH for part in PurePosixPath(info.filename).parts):
            continue
        path = _safe_path(info)
        if path in files:
            raise Invalid("Gói có hai tệp cùng tên: %(path)s", path=path)
        files[path] = _unpacked(archive, info, path, min(room, MAX_BYTES))
        room -= len(files[path])
    return files


def _safe_path(info: zipfile.ZipInfo) -> str:
    path = info.filename
    # zipfile turns a backslash into a slash on some systems and cuts at a zero byte: judge the name as it was written.
    written = info.orig_filename
    parts = PurePosixPath(path).parts
    strange = path.startswith("/") or ".." in parts or "\\" in written or ":" in written or "\0" in written
    if strange or not parts or len(path) > LONGEST_PATH or not path.isprintable():
        raise Invalid("Gói có tên tệp không hợp lệ: %(path)s", path=path[:80])
    if stat.S_ISLNK(info.external_attr >> 16):
        raise Invalid("Gói có liên kết thay cho tệp: %(path)s", path=path)
    if info.flag_bits & 0x1:
        raise Invalid("Gói có mật khẩu. Hãy bỏ mật khẩu rồi tải lên.")
    if not path.endswith(KINDS):
        raise Invalid("Gói không nhận loại tệp này: %(path)s", path=path)
    return path


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, room: int) -> bytes:
    """One file's bytes; reading stops at the first byte too many, so a bomb never unfolds."""
    with archive.open(info) as entry:
        content = entry.read(room + 1)
    if len(content) > room:
        raise TooLarge("Gói phình ra quá lớn khi giải nén (tệp %(path)s) nên không được nhận.", path=path)
    return content


def _without_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    if SETTINGS not in files:
        folders = {path.partition("/")[0] for path in files if "/" in path}
        if len(folders) == 1 and all("/" in path for path in files):
            files = {path.partition("/")[2]: content for path, content in files.items()}
    if SETTINGS not in files:
        raise Invalid("Gói không có tệp procedure.toml nên không phải gói thủ tục.")
    return files
