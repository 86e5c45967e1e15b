"""Sending a stored file to a browser: what may be looked at in the browser, and what is only kept."""

from __future__ import annotations

from typing import Protocol

from flask import Response, send_file

from web.doors import house

SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png"})
"""Types that a browser shows without running anything of ours."""


class FileFacts(Protocol):
    """What is known of a stored file (engine.queries.files.FileLine)."""

    @property
    def sha256(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def media_type(self) -> str: ...


def send_stored(file: FileFacts, *, inline: bool = False) -> Response:
    """The bytes of a file under its own name; `inline` opens PDFs and pictures in the browser."""
    shown = inline and file.media_type in SHOWN
    return send_file(
        house().ports.storage.open(file.sha256),
        mimetype=file.media_type,
        as_attachment=not shown,
        download_name=file.name,
        max_age=0,
    )
