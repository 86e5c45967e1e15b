"""Reading what another system sends: JSON with files in base64, or multipart with the JSON in the part `dossier`."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, NoReturn

from engine.errors import N_, FieldProblem, Invalid
from engine.usecases.drafts import MOST_FILES

JSON = "application/json"
MULTIPART = "multipart/form-data"
MOST_COMPONENTS = 60
LONGEST_CODE = 100
LONGEST_NAME = 200
DEEPEST = 40
KNOWN = ("channel", "external_code", "procedure", "office", "answers", "components", "files", "owner", "applicant",
         "locale")  # fmt: skip
CONTACT = ("name", "identity", "phone", "email")
COUNTS = ("originals", "certified", "photocopies")
WRONG = N_("Dữ liệu gửi đến chưa đúng.")
MISSING = N_("Thiếu giá trị này.")


@dataclass(frozen=True)
class SentFile:
    """One file for one component of the dossier."""

    component: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Sent:
    """A delivery that could be read; whether its answers fit the form is not known yet.

    `office` is the code of the one-stop centre; `components` are keyword values of `Brought`; `applicant` says who
    hands in and is told of every step where the form itself names nobody.
    """

    channel: str
    external_code: str
    procedure: str
    office: str
    answers: dict[str, Any]
    components: tuple[dict[str, Any], ...]
    files: tuple[SentFile, ...]
    applicant: dict[str, str]
    locale: str


def read_sent(payload: bytes, media_type: str) -> Sent:
    """The delivery as values; refuses (Invalid) with the path of every field that is missing or of another kind."""
    kind = media_type.partition(";")[0].strip().lower()
    if kind == MULTIPART:
        text, parts = _parts(payload, media_type)
    elif kind == JSON:
        text, parts = payload, []
    else:
        raise Invalid("Chỉ nhận application/json hoặc multipart/form-data.")
    return _Reader(_values(text), parts).sent()


def _parts(payload: bytes, media_type: str) -> tuple[bytes, list[SentFile]]:
    head = f"Content-Type: {media_type}\r\nMIME-Version: 1.0\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + payload)
    text, files = None, []
    for part in message.iter_parts() if message.is_multipart() else ():
        name, filename = _names(part)
        content = bytes(part.get_payload(decode=True) or b"")  # type: ignore[arg-type]
        if name == "dossier":
            text = content
        elif filename:
            files.append(SentFile(name, filename, content))
    if text is None:
        raise Invalid(WRONG, [FieldProblem("dossier", "Thiếu phần “dossier” chứa dữ liệu JSON.")])
    return text, files


def _names(part: Message) -> tuple[str, str]:
    name = part.get_param("name", "", header="content-disposition")
    return (name if isinstance(name, str) else ""), (part.get_filename() or "")


def _values(text: bytes) -> dict[str, Any]:
    """The JSON object; what no database can keep (NUL, lone surrogates, NaN, endless nesting) is refused here."""

    def refuse(constant: str) -> NoReturn:
        raise ValueError(constant)

    try:
        values = json.loads(text.decode("utf-8"), parse_constant=refuse)
        storable = _storable(values)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise Invalid("Không đọc được JSON. Hãy gửi JSON đúng chuẩn, mã UTF-8.") from None
    if not storable:
        raise Invalid("Dữ liệu có ký tự không lưu được hoặc lồng quá sâu.")
    if not isinstance(values, dict):
        raise Invalid("Dữ liệu gửi đến phải là một đối tượng JSON.")
    return values


def _storable(value: Any, depth: int = 0) -> bool:
    if depth > DEEPEST:
        return False
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, dict):
        return all(_storable(key, depth + 1) and _storable(one, depth + 1) for key, one in value.items())
    if isinstance(value, list):
        return all(_storable(one, depth + 1) for one in value)
    return not isinstance(value, int) or abs(value) < 2**53


class _Reader:
    """Takes the values of a delivery one by one and remembers what is wrong with them."""

    def __init__(self, values: dict[str, Any], parts: list[SentFile]) -> None:
        self.values, self.parts = values, parts
        self.problems: list[FieldProblem] = []

    def sent(self) -> Sent:
        for name in sorted(set(self.values) - set(KNOWN)):
            self.wrong(name[:LONGEST_CODE], N_("Không có mục này trong giao diện kết nối."))
        read = Sent(
            channel=self.word(self.values, "channel"),
            external_code=self.word(self.values, "external_code"),
            procedure=self.word(self.values, "procedure"),
            office=self.word(self.values, "office"),
            answers=self.table(self.values, "answers", required=True),
            components=self.components(),
            files=tuple(self.parts) + self.files(),
            applicant={**self.contact("owner"), **self.contact("applicant")},
            locale="en" if self.values.get("locale") == "en" else "vi",
        )
        if len(read.files) > MOST_FILES:
            self.wrong("files", N_("Chỉ nhận tối đa %(most)s tệp."), most=MOST_FILES)
        if self.problems:
            raise Invalid(WRONG, self.problems)
        return read

    def wrong(self, path: str, message: str, **params: Any) -> None:
        self.problems.append(FieldProblem(path, message, params))

    def word(self, values: dict[str, Any], name: str, path: str = "", *, longest: int = LONGEST_CODE) -> str:
        value, path = values.get(name), path or name
        if not isinstance(value, str) or not value.strip():
            self.wrong(
                path, MISSING if value in (None, "") or isinstance(value, str) else N_("Phải là một chuỗi ký tự.")
            )
            return ""
        if len(value) > longest or not value.isprintable():
            self.wrong(path, N_("Chỉ nhận tối đa %(most)s ký tự in được."), most=longest)
            return ""
        return value.strip()

    def table(self, values: dict[str, Any], name: str, *, required: bool = False) -> dict[str, Any]:
        value = values.get(name)
        if isinstance(value, dict):
            return value
        if value is not None or required:
            self.wrong(name, MISSING if value is None else N_("Phải là một đối tượng JSON."))
        return {}

    def rows(self, name: str, most: int) -> list[tuple[str, dict[str, Any]]]:
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > most:
            self.wrong(name, N_("Phải là một danh sách có tối đa %(most)s dòng."), most=most)
            return []
        found = []
        for place, row in enumerate(value):
            if isinstance(row, dict):
                found.append((f"{name}.{place}", row))
            else:
                self.wrong(f"{name}.{place}", N_("Phải là một đối tượng JSON."))
        return found

    def contact(self, name: str) -> dict[str, str]:
        values = self.table(self.values, name)
        return {
            key: self.word(values, key, f"{name}.{key}", longest=LONGEST_NAME) for key in CONTACT if values.get(key)
        }

    def components(self) -> tuple[dict[str, Any], ...]:
        found = []
        for path, row in self.rows("components", MOST_COMPONENTS):
            one: dict[str, Any] = {"key": self.word(row, "key", f"{path}.key")}
            for name in COUNTS:
                count = row.get(name, 0)
                if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= 99:
                    self.wrong(f"{path}.{name}", N_("Phải là số nguyên từ 0 đến 99."))
                one[name] = count
            for name, default in (("from_register", False), ("present", True)):
                if not isinstance(row.get(name, default), bool):
                    self.wrong(f"{path}.{name}", N_("Phải là true hoặc false."))
                one[name] = row.get(name, default)
            remark = row.get("remark", "")
            if not isinstance(remark, str) or len(remark) > 1000:
                self.wrong(f"{path}.remark", N_("Chỉ nhận tối đa %(most)s ký tự."), most=1000)
            found.append({**one, "remark": remark})
        keys = [one["key"] for one in found]
        if len(set(keys)) < len(keys):
            self.wrong("components", N_("Mỗi thành phần hồ sơ chỉ được nêu một lần."))
        return tuple(found)

    def files(self) -> tuple[SentFile, ...]:
        found = []
        for path, row in self.rows("files", MOST_FILES):
            component = self.word(row, "component", f"{path}.component")
            name = self.word(row, "name", f"{path}.name", longest=LONGEST_NAME)
            try:
                content = base64.b64decode(row.get("content", ""), validate=True)
            except (binascii.Error, ValueError, TypeError):
                self.wrong(f"{path}.content", N_("Nội dung tệp phải ở dạng base64."))
                continue
            found.append(SentFile(component, name, content))
        return tuple(found)
