"""Everything wrong with a bundle or with a single model, before anything is stored; no database is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Literal

from lxml.etree import LxmlError

from engine.bpmn.advance import Refused
from engine.bpmn.lint import Profile, lint
from engine.bpmn.rulebook import HARMLESS, RULES
from forms.check import check_form
from forms.definition import BadForm, parse_form
from processes.bundle import read_bundle
from processes.check import check_bundle
from processes.reading import BundleError
from rules.decisions import DecisionError, Decisions
from rules.dmn import parse_decisions
from rules.dmn_check import check_decisions
from rules.findings import Finding
from rules.sentences import Sentence

About = Literal["standard", "execution", "office"]
MODELS = (".bpmn", ".dmn", ".form")
_NO_BPMN = frozenset(f"bpmn.{code}" for code in ("xml", "encoding", "doctype", "too-large", "not-bpmn", *RULES))
_UNREADABLE = frozenset({"bundle.unreadable", "bundle.drawing", "bundle.decisions", "bundle.form"})
_ASKED_BY_OFFICES = (
    "no-form", "unknown-form", "no-group", "no-name", "no-end", "no-script", "raw-timer", "task-type", "decision",
    "several-starts", "unattended-start", "unattended-choice",
)  # fmt: skip
_OFFICE = frozenset(f"bpmn.{code}" for code in _ASKED_BY_OFFICES)
_NOT_TAKEN_HERE = frozenset({"dmn.import", "dmn.language", "dmn.logic", "dmn.long"})
"""What DMN allows and this house does not decide."""


def about(finding: Finding) -> About:
    """What a finding is about: the standard the file follows, what this engine executes, or what an office needs."""
    if finding.code in _UNREADABLE or finding.code in _NOT_TAKEN_HERE:
        return "execution"
    if finding.code in _NO_BPMN or finding.code.startswith(("dmn.", "form.")):
        return "standard"
    if finding.code in _OFFICE or finding.code.startswith(("bundle.", "letter.")):
        return "office"
    return "execution"


def is_valid(findings: Iterable[Finding]) -> bool:
    """Whether nothing found breaks the standard."""
    return not any(one.severity == "error" and about(one) == "standard" for one in findings)


def is_executable(findings: Iterable[Finding]) -> bool:
    """Whether the engine would execute what was checked; a drawing that is only documentation is not."""
    nothing = ("bpmn.no-process", "bpmn.drawn-only")
    return not any(
        one.code in nothing or (one.severity == "error" and about(one) != "office" and one.code not in HARMLESS)
        for one in findings
    )


def check(files: Mapping[str, bytes]) -> list[Finding]:
    """Everything wrong with a bundle: its settings, drawings, forms and decisions. Raises BundleError."""
    bundle = read_bundle(files)
    return _unique([*check_bundle(bundle), *lint(bundle.models, profile="procedure")])


def check_files(files: Mapping[str, bytes]) -> list[Finding]:
    """Everything wrong with files that may not even be a bundle; errors first, in the order of the files."""
    try:
        found = check(files)
    except BundleError as fault:
        advice = Sentence("Sửa lại tệp này rồi kiểm tra lần nữa; các tệp khác được kiểm tra sau khi tệp này đọc được.")
        return [Finding("bundle.unreadable", "error", fault.file, fault.key, fault.key, fault.message, advice)]
    except Refused as refusal:
        found = list(refusal.findings)
    except LxmlError as fault:
        message = Sentence("Không đọc được XML: %(fault)s", fault=fault)
        advice = Sentence("Mở lại bằng trình thiết kế rồi lưu.")
        return [Finding("bundle.unreadable", "error", "", "", "", message, advice)]
    return sorted(found, key=lambda one: (one.severity != "error", one.file, one.element))


def check_models(files: Mapping[str, bytes], profile: Profile) -> list[Finding]:
    """Everything wrong with loose models that belong together: drawings, decisions and forms, by file name."""
    decisions: dict[str, Decisions] = {}
    found: list[Finding] = []
    for file, source in files.items():
        if PurePosixPath(file).suffix == ".dmn":
            found += _decisions(file, source, decisions)
        elif PurePosixPath(file).suffix == ".form":
            found += _form(file, source)
    drawings = {file: source for file, source in files.items() if PurePosixPath(file).suffix == ".bpmn"}
    if drawings:
        known = [name for one in decisions.values() for name in one.ids] if decisions else None
        found += lint(drawings, profile, decisions=known)
    return _unique(found)


def _decisions(file: str, source: bytes, into: dict[str, Decisions]) -> Iterator[Finding]:
    try:
        into[file] = parse_decisions(source, file)
    except DecisionError as fault:
        advice = Sentence("Mở lại bằng trình thiết kế quyết định.")
        yield Finding("dmn.unreadable", "error", file, fault.decision_id, "", fault.message, advice)
        return
    yield from check_decisions(into[file])


def _form(file: str, source: bytes) -> Iterator[Finding]:
    try:
        form = parse_form(source)
    except (BadForm, ValueError) as fault:
        told = fault.args[0] if isinstance(fault, BadForm) else str(fault)
        advice = Sentence("Mở lại bằng trình thiết kế biểu mẫu.")
        yield Finding("form.unreadable", "error", file, "", "", Sentence.of(told), advice)
        return
    yield from check_form(form, file=file)


def _unique(findings: Iterable[Finding]) -> list[Finding]:
    return list({(one.code, one.file, one.element, one.message): one for one in findings}.values())
