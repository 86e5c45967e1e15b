"""A diagnosis as people read it in a terminal, and as programs read it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import Refusal
from engine.queries.doctor import Diagnosis, Recheck
from engine.queries.doctor_findings import Finding, moment
from engine.queries.doctor_lists import StandingCase
from engine.spoken import speaker
from rules.sentences import Sentence, said

FORMAT = 1
WORDS = {
    "vi": {
        "cause": "Nguyên nhân", "since": "Từ lúc", "do": "Cách làm", "before": "Trước khi làm", "then": "Khi làm",
        "waits": "Đang chờ", "none": "Không có hồ sơ nào đứng lại.", "more": "việc", "expression": "Biểu thức",
        "detail": "Chi tiết kỹ thuật", "office": "Không có đơn vị mang mã “{office}”.",
        "act": "Hồ sơ này không có việc “{verb}” nào làm được ở đây.",
        "several": "Có {count} chỗ cho làm “{verb}”: chọn một bằng --on.",
    },
    "en": {
        "cause": "Cause", "since": "Since", "do": "What to do", "before": "Before", "then": "What it does",
        "waits": "Waiting for", "none": "No dossier stands still.", "more": "troubles", "expression": "Expression",
        "detail": "Technical details",
        "office": "There is no office with the code “{office}”.",
        "act": "There is no “{verb}” to be done here for this dossier.",
        "several": "“{verb}” is offered in {count} places: choose one with --on.",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Teller:
    """Says things in one language, as text or as JSON (its shape changes only with `format`)."""

    language: str
    as_json: bool = False

    def say(self, text: Sentence | str | None) -> str:
        """A sentence in the teller's language."""
        return str(said(text, speaker(self.language))) if text else ""

    def refusal(self, refusal: Refusal) -> str:
        """Why something was not done."""
        return f"motcua: {self.say(Sentence(refusal.message, **refusal.params))}"

    def no_such(self, key: str, values: Mapping[str, object]) -> str:
        """That what was named on the command line is not there."""
        return f"motcua: {WORDS[self.language][key].format(**values)}"

    def tell(self, diagnosis: Diagnosis, recheck: Recheck | None = None) -> None:
        """One case, and after an act what the fresh look saw of it."""
        if self.as_json:
            self._print(json.dumps(self._record(diagnosis, recheck), ensure_ascii=False, indent=2))
            return
        lines = [f"{diagnosis.code}  {self.say(diagnosis.headline)}"]
        if recheck is not None:
            lines.insert(0, self.say(recheck.words))
        for one in diagnosis.wrong:
            lines += ["", *self._finding(one)]
        if diagnosis.waits:
            lines += ["", f"{WORDS[self.language]['waits']}:"]
            lines += [f"  - {self.say(one.what)}" for one in diagnosis.waits]
        self._print("\n".join(lines))

    def tell_list(self, lines: Sequence[StandingCase], found: Sequence[Finding] = ()) -> None:
        """Every case that stands still, then what is wrong with the house itself."""
        if self.as_json:
            cases = [
                {"code": one.code, "kind": one.kind, "step": one.step, "cause": self.say(one.cause),
                 "since": one.since.isoformat(), "troubles": one.count}
                for one in lines
            ]  # fmt: skip
            house = [self._finding_record(one) for one in found]
            self._print(json.dumps({"format": FORMAT, "cases": cases, "house": house}, ensure_ascii=False, indent=2))
            return
        words = WORDS[self.language]
        if not lines:
            self._print(words["none"])
        for one in lines:
            self._print(f"{one.code or one.case_id}  {moment(one.since)}  {one.kind}  {self.say(one.cause)}")
        for finding in found:
            self._print("\n".join(["", *self._finding(finding)]))

    def _finding(self, one: Finding) -> list[str]:
        words = WORDS[self.language]
        lines = [f"! {self.say(one.what)}"]
        if one.since is not None:
            lines.append(f"  {words['since']}: {moment(one.since)}")
        if one.cause:
            lines.append(f"  {words['cause']}: {self.say(one.cause)}")
        if one.text:
            lines.append(f"  {words['expression']}: {one.text}")
        lines += [
            f"    {seen.path}: {self.say(seen.kind)}{f' {seen.shown}' if seen.shown else ''}" for seen in one.values
        ]
        if one.who:
            lines.append(f"  {self.say(one.who)}")
        if one.action is not None:
            how = "" if one.action.verb == "outside" else f"  [--do {one.action.verb} --on {one.key}]"
            lines.append(f"  {words['do']}: {self.say(one.action.label)}{how}")
            lines.append(f"  {words['before']}: {self.say(one.action.precondition)}")
            lines.append(f"  {words['then']}: {self.say(one.action.effect)}")
        if one.detail:
            lines.append(f"  {words['detail']}: {one.detail}")
        return lines

    def _record(self, diagnosis: Diagnosis, recheck: Recheck | None) -> dict[str, Any]:
        found: dict[str, Any] = {
            "format": FORMAT,
            "code": diagnosis.code,
            "verdict": diagnosis.verdict,
            "headline": self.say(diagnosis.headline),
            "looked_at": diagnosis.looked_at.isoformat(),
            "findings": [self._finding_record(one) for one in diagnosis.findings],
        }
        if recheck is not None:
            found["recheck"] = {"well": recheck.well, "words": self.say(recheck.words)}
        return found

    def _finding_record(self, one: Finding) -> dict[str, Any]:
        action = one.action
        return {
            "key": one.key,
            "kind": one.kind,
            "wrong": one.wrong,
            "what": self.say(one.what),
            "since": one.since.isoformat() if one.since else None,
            "element": one.element_id,
            "cause": self.say(one.cause),
            "expression": one.text,
            "values": [{"path": seen.path, "kind": self.say(seen.kind), "value": seen.shown} for seen in one.values],
            "who": self.say(one.who),
            "action": None
            if action is None
            else {
                "verb": action.verb,
                "label": self.say(action.label),
                "precondition": self.say(action.precondition),
                "effect": self.say(action.effect),
                "roles": list(action.roles),
            },
        }

    @staticmethod
    def _print(text: str) -> None:
        sys.stdout.buffer.write(f"{text}\n".encode())
