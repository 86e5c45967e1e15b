"""What a file may be called once it is ours."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 100
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def is_tricky(name: str) -> bool:
    """Whether the name tries to climb out of its folder, hides control characters or turns its letters around."""
    parts = re.split(r"[/\\]", name)
    return ".." in parts or any(
        unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(char) in BIDI
        or char in "\u200e\u200f\u061c"
        for char in name
    )


def extension_of(name: str) -> str:
    """The extension in small letters without its dot; empty if there is none."""
    stem, dot, extension = re.split(r"[/\\]", name)[-1].strip().rpartition(".")
    return extension.lower() if dot and stem else ""


def safe_name(name: str, extension: str) -> str:
    """The name as it is shown and offered for download: last part only, composed letters, ending in `extension`.

    Vietnamese letters stay; what no file system wants becomes "_"; at most 100 characters before the extension.
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    name = "".join(char for char in name if unicodedata.category(char)[0] != "C")
    stem = name[: -len(extension) - 1] if extension and name.lower().endswith(f".{extension}") else name
    if extension_of(name) in ("jpeg", "heif") and extension in ("jpg", "heic"):
        stem = name[:-5]
    stem = re.sub(r'[<>:"|?*%]', "_", re.sub(r"\s+", " ", stem)).strip(" .")[:LONGEST].rstrip(" .")
    if RESERVED.fullmatch(stem):
        stem = f"_{stem}"
    return f"{stem or 'tep'}.{extension}" if extension else stem or "tep"
