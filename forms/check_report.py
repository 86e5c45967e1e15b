"""Findings about one form while they are being gathered."""

from typing import Any

from forms.definition import Component
from rules.findings import Finding
from rules.sentences import Sentence


class Report:
    """Findings being gathered about one form."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def error(self, code: str, component: Component | None, message: Sentence, advice: Sentence) -> None:
        """Something that keeps the form from being published."""
        self._add(code, "error", component, message, advice)

    def warning(self, code: str, component: Component | None, message: Sentence, advice: Sentence) -> None:
        """Something its author should look at."""
        self._add(code, "warning", component, message, advice)

    def _add(self, code: str, severity: Any, component: Component | None, message: Sentence, advice: Sentence) -> None:
        element, name = (component.id, component.name) if component else ("", "")
        self.findings.append(Finding(f"form.{code}", severity, self.file, element, name, message, advice))
