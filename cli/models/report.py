"""Findings as people read them in a terminal, and as programs read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.procedures.checking import about, is_executable, is_valid
from engine.spoken import speaker
from rules.findings import Finding

FORMAT = 1
WORDS = {
    "vi": {"error": "Lỗi", "warning": "Lưu ý", "well": "không có gì phải sửa", "advice": "Cách sửa"},
    "en": {"error": "Error", "warning": "Note", "well": "nothing to put right", "advice": "What to do"},
}
OUTCOME = {
    "vi": "{errors} lỗi, {warnings} lưu ý. Hợp lệ: {valid}. Thực hiện được: {executable}.",
    "en": "{errors} errors, {warnings} notes. Valid: {valid}. Executable: {executable}.",
}
YES = {"vi": ("không", "có"), "en": ("no", "yes")}


@dataclass(frozen=True)
class Checked:
    """A bundle or file with the profile it was asked by and what was found; `path` as the caller wrote it."""

    path: Path
    is_bundle: bool
    profile: str
    findings: list[Finding]

    @property
    def valid(self) -> bool:
        """Whether the standard is kept."""
        return is_valid(self.findings)

    @property
    def executable(self) -> bool:
        """Whether the engine would execute it."""
        return is_executable(self.findings)

    def place(self, finding: Finding) -> str:
        """The file a finding is about, below the path that was given."""
        return (self.path / finding.file).as_posix() if self.is_bundle and finding.file else self.path.as_posix()


def as_json(path: Path, checked: list[Checked], say: Callable[[str], str]) -> dict[str, Any]:
    """The report for programs; its shape is described in docs/bpmn-and-dmn.md and changes only with `format`."""
    findings = [(one, finding) for one in checked for finding in one.findings]
    return {
        "format": FORMAT,
        "path": path.as_posix(),
        "valid": all(one.valid for one in checked),
        "executable": all(one.executable for one in checked),
        "errors": sum(finding.severity == "error" for _, finding in findings),
        "warnings": sum(finding.severity == "warning" for _, finding in findings),
        "checked": [
            {
                "path": one.path.as_posix(),
                "profile": one.profile,
                "valid": one.valid,
                "executable": one.executable,
                "errors": sum(finding.severity == "error" for finding in one.findings),
            }
            for one in checked
        ],
        "findings": [
            {
                "file": one.place(finding),
                "element": finding.element,
                "name": finding.name,
                "code": finding.code,
                "severity": finding.severity,
                "message": finding.message.said(say),
                "advice": finding.advice.said(say),
                "profile": "procedure" if about(finding) == "office" else "bpmn",
                "about": about(finding),
            }
            for one, finding in findings
        ],
    }


def as_text(checked: list[Checked], language: str) -> str:
    """The report for people: each file, and under it each finding with its element, what is wrong and what to do."""
    say, words = speaker(language), WORDS[language]
    lines: list[str] = []
    for one in checked:
        if not one.findings:
            lines.append(f"{one.path.as_posix()}: {words['well']}")
        for finding in one.findings:
            place = " ".join(part for part in (finding.element, f"«{finding.name}»" if finding.name else "") if part)
            lines.append(f"{one.place(finding)}: {place}" if place else one.place(finding))
            lines.append(f"  {words[finding.severity]} [{finding.code}]: {finding.message.said(say)}")
            lines.append(f"  {words['advice']}: {finding.advice.said(say)}")
    errors = sum(finding.severity == "error" for one in checked for finding in one.findings)
    warnings = sum(len(one.findings) for one in checked) - errors
    yes = YES[language]
    valid, executable = all(one.valid for one in checked), all(one.executable for one in checked)
    lines.append("")
    lines.append(
        OUTCOME[language].format(errors=errors, warnings=warnings, valid=yes[valid], executable=yes[executable])
    )
    return "\n".join(lines)
