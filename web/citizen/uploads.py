"""Taking in an uploaded file: its limits said first, checked by content, refused in words."""

from __future__ import annotations

from io import BytesIO

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from engine.errors import Invalid, TooLarge
from engine.storage.inspection import inspect
from engine.usecases.drafts import store_upload
from web.doors import house

TYPES = {
    "application/pdf": "PDF",
    "image/jpeg": "JPG",
    "image/png": "PNG",
    "image/heic": "HEIC",
    "image/vnd.dwg": "DWG",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/vnd.oasis.opendocument.text": "ODT",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
}
ANSWER_TYPES = ("application/pdf", "image/jpeg", "image/png")
ANSWER_MB = 10

Stored = tuple[str, int, str, str]


def type_words(accepts: tuple[str, ...]) -> str:
    """Media types as people call them: "PDF, JPG, PNG"."""
    return ", ".join(TYPES.get(media_type, media_type) for media_type in accepts)


def megabytes(max_mb: int) -> int:
    """The largest file taken for a paper: its own limit, never more than the installation's."""
    return min(max_mb, house().settings.upload_limit // 2**20)


def sent_files() -> list[FileStorage]:
    """The files of this request, empty file fields left out."""
    return [one for one in request.files.getlist("file") if one.filename]


def take(sent: FileStorage, accepts: tuple[str, ...], max_mb: int) -> Stored:
    """Check one file and put it into the store; Invalid or TooLarge says in words what to do instead."""
    limit = megabytes(max_mb)
    content = sent.stream.read(limit * 2**20 + 1)
    if len(content) > limit * 2**20:
        raise TooLarge("Tệp lớn hơn %(limit)s MB. Hãy chọn tệp nhỏ hơn.", limit=limit)
    name = sent.filename or ""
    found = inspect(content, name)
    if found.problem:
        raise Invalid(found.problem)
    if found.media_type not in accepts:
        raise Invalid("Mục này chỉ nhận tệp %(types)s. Hãy chuyển tệp rồi tải lại.", types=type_words(accepts))
    return store_upload(house().ports, BytesIO(content), name)


def nothing_chosen() -> str:
    """What is said when the button was pressed without a file."""
    return str(_("Chọn tệp trước khi bấm tải lên"))
