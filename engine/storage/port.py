"""What every store of files can do, wherever it keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from engine.errors import N_, TooLarge, Unavailable


@dataclass(frozen=True)
class Stored:
    """A file that lies in the store: its SHA-256 in 64 hexadecimal digits and its size in bytes."""

    sha256: str
    size: int


class Storage(Protocol):
    """Files by the SHA-256 of their content; once `put` has answered, the file survives a power cut."""

    def put(self, source: BinaryIO | bytes, *, limit: int) -> Stored:
        """Take in a file of at most `limit` bytes; the same content twice is one file. FileTooLarge, StorageFull."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """The file, to be read and closed; FileMissing if it is not here."""
        ...

    def verify(self, sha256: str) -> bool:
        """Whether the file is here and its content still has this hash."""
        ...

    def delete(self, sha256: str) -> None:
        """Remove the file; nothing happens if it is not here."""
        ...

    def iter(self) -> Iterator[str]:
        """The hashes of all files kept."""
        ...


class FileTooLarge(TooLarge):
    """The file is larger than the place it was meant for allows."""

    code = "file_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(
            N_("Tệp lớn hơn mức cho phép %(limit_mb)s MB. Hãy nén lại hoặc tách thành nhiều tệp rồi tải lên."),
            limit_mb=f"{limit / 2**20:.1f}".rstrip("0").rstrip(".").replace(".", ","),
        )


class StorageFull(Unavailable):
    """There is no room for the file; nothing of it was kept."""

    code = "storage_full"

    def __init__(self) -> None:
        super().__init__(
            N_("Kho lưu tệp của hệ thống đã đầy, tệp chưa được lưu. Hãy báo người quản trị rồi tải lên lại sau.")
        )


class FileMissing(Unavailable):
    """The store does not have a file that it should have."""

    code = "file_missing"

    def __init__(self, sha256: str) -> None:
        super().__init__(
            N_("Không tìm thấy tệp %(sha256)s trong kho lưu trữ. Hãy báo người quản trị."), sha256=sha256[:12]
        )
