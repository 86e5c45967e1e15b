"""Rows of a decision table that stand in one another's way."""

import re
from collections.abc import Iterator

from rules.decisions import Decision, Decisions, Knowledge, Rule, Table
from rules.findings import Finding
from rules.sentences import Sentence

MOST_ROWS = 500  # beyond this comparing every pair takes too long for a check while somebody waits
_LISTED = re.compile(r'\s*"[^"\\]*"(\s*,\s*"[^"\\]*")*\s*')


def check_rows(decisions: Decisions, item: Decision | Knowledge, table: Table) -> Iterator[Finding]:
    """Findings for rows another row wholly covers.

    A covered row is an error under UNIQUE (two rows match together), and a warning under FIRST when the covering row
    comes earlier (it can never be reached). Rows that merely overlap are found when the decision is taken.
    """
    file = decisions.file
    if table.hit_policy not in ("UNIQUE", "FIRST") or len(table.rules) > MOST_ROWS:
        return
    for later, rule in enumerate(table.rules):
        for earlier, other in enumerate(table.rules[:later]):
            if table.hit_policy == "UNIQUE" and (_covers(other, rule) or _covers(rule, other)):
                message = Sentence(
                    "Dòng %(earlier)s và dòng %(later)s có thể cùng khớp, trong khi bảng chỉ cho phép một dòng khớp "
                    "(UNIQUE).",
                    earlier=earlier + 1,
                    later=later + 1,
                )
                advice = Sentence("Thu hẹp điều kiện của một dòng, hoặc đổi chính sách khớp thành FIRST.")
                yield Finding("dmn.overlap", "error", file, item.id, item.name, message, advice)
                break
            if table.hit_policy == "FIRST" and _covers(other, rule):
                message = Sentence(
                    "Dòng %(later)s không bao giờ được dùng vì dòng %(earlier)s phía trên đã khớp trước.",
                    later=later + 1,
                    earlier=earlier + 1,
                )
                advice = Sentence("Đưa dòng cụ thể hơn lên trên, hoặc xoá dòng thừa.")
                yield Finding("dmn.unreachable", "warning", file, item.id, item.name, message, advice)
                break


def _covers(wide: Rule, narrow: Rule) -> bool:
    """Whether every case the narrow row matches is matched by the wide one too, as far as the texts tell."""
    if len(wide.tests) != len(narrow.tests):
        return False
    return all(_covers_cell(each, other) for each, other in zip(wide.tests, narrow.tests, strict=True))


def _covers_cell(wide: str, narrow: str) -> bool:
    if wide in ("", "-") or wide == narrow:
        return True
    if _LISTED.fullmatch(wide) and _LISTED.fullmatch(narrow):
        return set(re.findall(r'"([^"]*)"', narrow)) <= set(re.findall(r'"([^"]*)"', wide))
    return False
