"""The kinds of answers an office asks for, each read as liberally as people write it and kept in one form.

A reader takes what was typed and gives the clean value, or raises `Unreadable` with a message that says what to do.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from forms.dates import read_date
from forms.problems import Unreadable
from forms.texts import compact, many_lines, one_line

MAX_DIGITS = 15  # beyond this a JavaScript number (FEEL) is no longer exact

_EMAIL_LOCAL = re.compile(r"[^\s@,;:<>()\[\]\"\\]{1,64}")
_EMAIL_LABEL = re.compile(r"[^\W_](?:[^\W_]|-){0,62}")
_NAME_MARKS = frozenset(" '’ʼ`´-–.·,()")


def read_identity(text: str, properties: Mapping[str, str]) -> str:
    """A personal identification number of 12 digits (Luật Căn cước 26/2023/QH15, art. 12).

    Property `identity.allow` may add `cmnd` (the old card, 9 digits) and `passport`.
    """
    allowed = set(re.split(r"[\s,;]+", properties.get("identity.allow", "").lower()))
    number = compact(text).upper()
    if re.fullmatch(r"[0-9]{12}", number):
        return number
    if "cmnd" in allowed and re.fullmatch(r"[0-9]{9}", number):
        return number
    if "passport" in allowed and re.fullmatch(r"(?=.*[0-9])[A-Z0-9]{6,12}", number):
        return number
    if "passport" in allowed:
        raise Unreadable("Nhập %(label)s gồm 12 chữ số, hoặc số hộ chiếu")
    if "cmnd" in allowed:
        raise Unreadable("Nhập %(label)s gồm 12 chữ số, hoặc 9 chữ số nếu là chứng minh nhân dân")
    raise Unreadable("Nhập %(label)s gồm 12 chữ số")


def read_phone(text: str, properties: Mapping[str, str]) -> str:
    """A telephone number: Vietnamese ones as `0…`, others as `+…`."""
    number = re.sub(r"^(?:\+|00)", "+", compact(text))
    number = re.sub(r"^\+?84(?=0?[2-9][0-9]{8,9}$)0?", "0", number)
    if re.fullmatch(r"0[35789][0-9]{8}|02[0-9]{8,9}", number) or re.fullmatch(r"\+(?!84)[1-9][0-9]{6,14}", number):
        return number
    raise Unreadable("Nhập %(label)s gồm 10 chữ số, bắt đầu bằng số 0, ví dụ 0901 234 567")


def read_email(text: str, properties: Mapping[str, str]) -> str:
    """An e-mail address, its domain in small letters."""
    local, at, domain = one_line(text).replace(" ", "").rpartition("@")
    labels = domain.rstrip(".").split(".")
    fits = at and len(labels) > 1 and len(domain) <= 253 and all(_EMAIL_LABEL.fullmatch(label) for label in labels)
    if fits and _EMAIL_LOCAL.fullmatch(local) and not local.startswith(".") and not local.endswith("."):
        return f"{local}@{domain.rstrip('.').lower()}"
    raise Unreadable("Nhập %(label)s đúng dạng, ví dụ ten@example.vn")


def read_tax_code(text: str, properties: Mapping[str, str]) -> str:
    """A tax code: 10 digits, 13 for a dependent unit (`0312345678-001`), or the 12 digits of a person.

    Source: Luật Quản lý thuế 38/2019/QH14, art. 30 and 35.7; Thông tư 86/2024/TT-BTC, art. 5.
    """
    number = compact(text)
    if re.fullmatch(r"[0-9]{10}|[0-9]{12}", number):
        return number
    if re.fullmatch(r"[0-9]{13}", number):
        return f"{number[:10]}-{number[10:]}"
    raise Unreadable("Nhập %(label)s gồm 10 hoặc 13 chữ số, hoặc 12 chữ số với cá nhân")


def read_full_name(text: str, properties: Mapping[str, str]) -> str:
    """A person's name as written in the papers: one word is a name, so are `K' Brẽo` and `Y-Bliă`."""
    name = one_line(text).replace("`", "'").replace("´", "'")
    if not any(letter.isalpha() for letter in name):
        raise Unreadable("Nhập %(label)s bằng chữ, đúng như trên giấy tờ")
    if strange := next((c for c in name if not (c.isalpha() or c in _NAME_MARKS or unicodedata.combining(c))), None):
        raise Unreadable("Bỏ ký tự “%(character)s” khỏi %(label)s", character=strange)
    return name


def read_address(text: str, properties: Mapping[str, str]) -> str:
    """An address on one line."""
    return one_line(text.replace("\n", ", "))


def read_number(raw: Any, *, whole: bool) -> Decimal:
    """A number as written in Viet Nam (`1.000.000`, `2,5`) or by a machine (`1000000`, `2.5`).

    Points that stand before groups of three digits group; a comma is the decimal sign unless only a `whole` number
    can be meant. Refuses more than 15 digits.
    """
    if isinstance(raw, bool):
        raise Unreadable("Nhập %(label)s bằng chữ số")
    text = _number_text(raw, whole)
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Unreadable("Nhập %(label)s bằng chữ số") from None
    if len(number.as_tuple().digits) > MAX_DIGITS:
        raise Unreadable("Nhập %(label)s không quá 15 chữ số")
    return number


def _number_text(raw: Any, whole: bool) -> str:
    if isinstance(raw, int | float):
        return format(Decimal(str(raw)), "f") if abs(raw) < 1e16 else "9" * (MAX_DIGITS + 1)
    text = re.sub(r"[\s_]+", "", unicodedata.normalize("NFKC", raw)) if isinstance(raw, str) else ""
    text = text.replace("−", "-").removeprefix("+")
    if len(text) > 60 or not re.fullmatch(r"-?[0-9][0-9.,]*", text):
        raise Unreadable("Nhập %(label)s bằng chữ số")
    body = text.lstrip("-")
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?", body):
        text = text.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[0-9]{1,3}(,[0-9]{3}){2,}(\.[0-9]+)?", body) or (
        whole and re.fullmatch(r"[0-9]{1,3},[0-9]{3}", body)
    ):
        text = text.replace(",", "")
    elif re.fullmatch(r"[0-9]+,[0-9]+", body):
        text = text.replace(",", ".")
    if whole and re.search(r"\.[0-9]{3,}$", text):  # 1.0000: a slip of the finger, not a fraction
        raise Unreadable("Nhập %(label)s bằng chữ số")
    return text


def read_money(raw: Any, properties: Mapping[str, str]) -> int:
    """An amount in đồng, whole."""
    if isinstance(raw, str):
        raw = re.sub(r"(?i)\s*(?:₫|đồng|đ|vnđ|vnd)\s*$", "", unicodedata.normalize("NFC", raw)).strip()
    try:
        amount = read_number(raw, whole=True)
    except Unreadable as error:
        if "15" in error.message:
            raise
        raise Unreadable("Nhập %(label)s bằng chữ số, đơn vị đồng, ví dụ 1.000.000") from None
    if amount != amount.to_integral_value():
        raise Unreadable("Nhập %(label)s là số tiền chẵn, không có phần lẻ")
    return int(amount)


def read_iso_date(text: Any, properties: Mapping[str, str]) -> str:
    """A date in a text field, kept as ISO text."""
    return read_date(text).isoformat()


def read_line(text: str, properties: Mapping[str, str]) -> str:
    """Any text on one line."""
    return one_line(text)


def read_lines(text: str, properties: Mapping[str, str]) -> str:
    """Any text on several lines."""
    return many_lines(text)


READERS: Mapping[str, Callable[[Any, Mapping[str, str]], Any]] = {
    "identity": read_identity,
    "phone": read_phone,
    "email": read_email,
    "date": read_iso_date,
    "money": read_money,
    "full_name": read_full_name,
    "tax_code": read_tax_code,
    "address": read_address,
}
