"""Typed characters made plain: control and invisible steering characters gone, marks composed, spaces tidy."""

import re
import unicodedata
from typing import Any

# C0 and C1 controls except newline and tab, bidirectional overrides, and lone surrogates that no UTF-8 can carry.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SPACES = re.compile(r"\s+")


def without_controls(text: str) -> str:
    """The text as typed, without characters that cannot be seen and can only do harm; line ends as newlines."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """One line, composed (NFC), outer spaces gone and inner ones single."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", without_controls(text))).strip()


def many_lines(text: str) -> str:
    """Several lines, composed (NFC), trailing spaces and outer blank lines gone."""
    lines = unicodedata.normalize("NFC", without_controls(text)).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def compact(text: str) -> str:
    """For numbers and codes: full-width forms folded, and every space, dot, hyphen and slash between them gone."""
    return re.sub(r"[\s.\-‐-―/()_]+", "", unicodedata.normalize("NFKC", without_controls(text)))


def decapitalised(label: str) -> str:
    """A label inside a sentence: "Họ và tên" becomes "họ và tên", "UBND xã" stays."""
    label = label.strip().rstrip(":?*").rstrip()
    if len(label) > 1 and label[0].isupper() and not label[1].isupper():
        return label[0].lower() + label[1:]
    return label


def plain(value: Any) -> str:
    """A value inside a templated text: nothing for null, whole numbers without a fraction."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | tuple):
        return ", ".join(plain(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {plain(item)}" for key, item in value.items())
    return str(value)
