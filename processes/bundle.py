"""A folder with a procedure in it becomes one immutable, content-addressed bundle."""

import hashlib
import json
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from lxml import etree

from processes.lists import pour, read_list
from processes.procedure import Procedure
from processes.reading import BundleError
from processes.settings_file import DEFAULTS, SETTINGS, read_procedure
from processes.toml import read_toml
from rules.sentences import Sentence

KINDS = (".toml", ".bpmn", ".dmn", ".form", ".html", ".json", ".svg", ".png")
MAX_BYTES = 5_000_000
MOST_ATTRIBUTES = 500  # of one element
_ROOM = Path(__file__).parent
_LIBRARY = _ROOM / "library"
_COMMON = _ROOM / "common"
_SHARED = _LIBRARY / "_shared"


@dataclass(frozen=True)
class Bundle:
    """One version of one procedure with all its files; equal content has an equal digest.

    `files` maps a path with forward slashes (`process.bpmn`, `forms/check.form`, `letters/2025/form01.html`) to its
    bytes; `digest` is 64 hexadecimal digits.
    """

    procedure: Procedure
    files: Mapping[str, bytes] = field(repr=False)
    digest: str

    def named(self, suffix: str) -> dict[str, bytes]:
        """Give the files that end in a suffix, by path, e.g. all `.bpmn` models."""
        return {path: content for path, content in self.files.items() if path.endswith(suffix)}

    @property
    def models(self) -> dict[str, bytes]:
        """Give the drawings, as `engine.bpmn.load` wants them."""
        return self.named(".bpmn")

    @property
    def forms(self) -> dict[str, bytes]:
        """Give the form sources by form id (the `formId` of the drawings), the bundle's lists poured in."""
        sources = [self.form_source(path) for path in self.named(".form")]
        return {str(json.loads(source).get("id") or "form"): source for source in sources}

    def form_source(self, path: str) -> bytes:
        """Give one form with the options of `lists/<valuesKey>.json` written into its questions."""
        return pour(self.files[path], self.lists)

    @cached_property
    def lists(self) -> dict[str, list[dict[str, str]]]:
        """Give the option lists of the bundle by name, each a list of `value` and `label`."""
        return {PurePosixPath(path).stem: read_list(source, path) for path, source in self.named(".json").items()}

    @property
    def application_form(self) -> str:
        """Give the id of the form the applicant fills in."""
        return "application"


def library() -> list[Path]:
    """List the folders that come with the house, procedures and the report to the hotline, in a stable order."""
    return sorted(path.parent for path in _LIBRARY.glob(f"*/{SETTINGS}"))


def load_bundle(folder: Path) -> Bundle:
    """Read a bundle from a folder (BundleError); below its own files stand common letters and forms, shared drawings.

    A report has only the option lists in common with dossiers.
    """
    own = _files_of(folder)
    common = {**_files_of(_COMMON), **{f"shared/{path}": content for path, content in _files_of(_SHARED).items()}}
    if _is_report(own):
        common = {path: content for path, content in common.items() if path.startswith("lists/")}
    return read_bundle({**common, **own})


def _is_report(files: Mapping[str, bytes]) -> bool:
    """Whether a folder holds the process of a report, which has nothing in common with a dossier's papers."""
    try:
        return read_toml(files.get(SETTINGS, b"").decode("utf-8")).get("kind") == "report"
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False


def read_bundle(files: Mapping[str, bytes]) -> Bundle:
    """Read a bundle from its files by path, as they were stored or uploaded; BundleError names file and key."""
    for path, content in files.items():
        _refuse_strange(path, content)
    if SETTINGS not in files:
        raise BundleError(SETTINGS, "", Sentence("thiếu tệp này"))
    kept = MappingProxyType(dict(sorted(files.items())))
    bundle = Bundle(read_procedure(kept[SETTINGS], kept.get(DEFAULTS, b"")), kept, digest_of(kept))
    for path, source in bundle.named(".form").items():
        if not isinstance(json.loads(source), dict):
            raise BundleError(path, "", Sentence("không phải một biểu mẫu form-js"))
    _ = bundle.lists
    return bundle


def digest_of(files: Mapping[str, bytes]) -> str:
    """Address files by what they mean: line ends, JSON key order and XML writing habits do not count."""
    table = {path: hashlib.sha256(_canonical(path, content)).hexdigest() for path, content in files.items()}
    return hashlib.sha256(json.dumps(table, sort_keys=True).encode()).hexdigest()


def parse_xml(source: bytes, file: str = "") -> etree._Element:
    """Parse XML that a stranger may have sent: no document type, no entities, no network; BundleError otherwise."""
    if b"<!DOCTYPE" in source.replace(b"\x00", b""):
        raise BundleError(file, "", Sentence("không được khai báo DOCTYPE"))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as fault:
        raise BundleError(file, "", Sentence("không phải XML hợp lệ: %(fault)s", fault=fault)) from fault
    if root.getroottree().docinfo.doctype:
        raise BundleError(file, "", Sentence("không được khai báo DOCTYPE"))
    if root.xpath(f"boolean(//*[count(@*) > {MOST_ATTRIBUTES}])"):  # sorted one by one when written canonically
        raise BundleError(file, "", Sentence("có phần tử mang quá nhiều thuộc tính"))
    return root


def _files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in KINDS
    }


def _refuse_strange(path: str, content: bytes) -> None:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\\" in path or PurePosixPath(path).as_posix() != path:
        raise BundleError(path, "", Sentence("đường dẫn không hợp lệ"))
    if PurePosixPath(path).suffix not in KINDS:
        raise BundleError(path, "", Sentence("loại tệp không được nhận; chỉ nhận %(kinds)s", kinds=", ".join(KINDS)))
    if len(content) > MAX_BYTES:
        raise BundleError(path, "", Sentence("tệp lớn quá 5 MB"))


def _canonical(path: str, content: bytes) -> bytes:
    if path.endswith(".png"):
        return content
    if path.endswith((".bpmn", ".dmn")):
        try:
            return etree.tostring(parse_xml(content, path), method="c14n")
        except etree.LxmlError as fault:
            raise BundleError(path, "", Sentence("không phải XML chuẩn tắc: %(fault)s", fault=fault)) from fault
    try:
        text = unicodedata.normalize("NFC", content.decode("utf-8-sig").replace("\r\n", "\n"))
        if path.endswith((".form", ".json")):
            return json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as fault:
        raise BundleError(path, "", Sentence("không đọc được: %(fault)s", fault=fault)) from fault
    return text.encode()
