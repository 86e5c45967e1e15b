"""Cases to which the same happens, together: what a reader has to understand is the groups, not the cases."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from markupsafe import Markup

from engine.bpmn.moving import Way
from engine.dossiers.moving import CasePlan, TaskChange
from engine.dossiers.moving_terms import TermChange
from web.moving.words import days_between
from web.ui.format import moment_words
from web.ui.i18n import drawn, spoken
from web.ui.roles import role_name

ORDER = ("moves", "later", "cannot", "stays")


@dataclass(frozen=True)
class TermLine:
    """One term of a case before and after, with the calendar days between them (None: it stands still)."""

    change: TermChange
    days: int | None
    promise_days: int | None

    @property
    def paper_days(self) -> int | None:
        """How many days later the promise falls once its paper is out."""
        return days_between(self.change.promised_before, self.change.with_paper)

    @property
    def moves(self) -> tuple[tuple[str, int | None], ...]:
        """The days by which each of its dates moves: of the law, and of what the applicant is told."""
        law = ("law", self.days)
        if self.change.paper:
            return law, ("paper", self.paper_days)
        return (law, ("promise", self.promise_days)) if self.change.promised_before is not None else (law,)


@dataclass(frozen=True)
class CaseLine:
    """One case of a group with its terms."""

    plan: CasePlan
    terms: tuple[TermLine, ...]


@dataclass(frozen=True)
class Shift:
    """How far one kind of date moves: of a term, by "law", as "promise", or with a "paper"; (days, cases) each."""

    term: str
    what: str
    days: tuple[tuple[int | None, int], ...]


@dataclass(frozen=True)
class Group:
    """Cases of which the plan says the same but for their dates; `key` finds the group again in an address.

    `vanishing` are tasks that are gone, each with the step its case goes on at; `renamed` tasks that stay open as
    another step.
    """

    key: str
    verdict: str
    reasons: tuple[str, ...]
    vanishing: tuple[tuple[str, str], ...]
    renamed: tuple[tuple[str, str], ...]
    changes: tuple[str, ...]
    begun: tuple[str, ...]
    ended: tuple[str, ...]
    warnings: tuple[str, ...]
    cases: tuple[CaseLine, ...]

    @property
    def quiet(self) -> bool:
        """Whether nothing but the version changes for these cases, their dates aside."""
        told = (self.reasons, self.vanishing, self.renamed, self.changes, self.begun, self.ended, self.warnings)
        return self.verdict == "moves" and not any(told)

    @property
    def shifts(self) -> tuple[Shift, ...]:
        """How far the dates of this group move, each kind of date once."""
        counted: dict[tuple[str, str], Counter[int | None]] = {}
        for line in self.cases:
            for term in line.terms:
                for what, days in term.moves:
                    counted.setdefault((term.change.term, what), Counter())[days] += 1
        return tuple(Shift(*which, tuple(days.most_common())) for which, days in sorted(counted.items()))

    def only(self, text: str) -> Group | None:
        """This group with the cases whose code holds these letters; None when it has none such."""
        kept = tuple(line for line in self.cases if text.upper() in line.plan.code.upper())
        return replace(self, cases=kept) if kept else None


def groups_of(plans: Iterable[CasePlan], labels: Mapping[str, str]) -> tuple[Group, ...]:
    """The groups, moving ones first, then by size; `labels` are what drawings call their steps in English."""
    found: dict[tuple[object, ...], list[CasePlan]] = {}
    for plan in plans:
        found.setdefault(_same(plan), []).append(plan)
    groups = [_group(alike, labels) for alike in found.values()]
    return tuple(sorted(groups, key=lambda one: (ORDER.index(one.verdict), -len(one.cases), one.key)))


def _same(plan: CasePlan) -> tuple[object, ...]:
    vanishing = tuple((way.old, way.new, way.how) for way in plan.vanishing)
    return (plan.verdict, plan.reasons, vanishing, plan.tasks, plan.begun, plan.ended, plan.warnings)


def _group(alike: list[CasePlan], labels: Mapping[str, str]) -> Group:
    first = alike[0]
    mark = "\n".join(str(one) for one in _same(first))
    return Group(
        key=hashlib.sha256(mark.encode()).hexdigest()[:10],
        verdict=first.verdict,
        reasons=tuple(str(spoken(one)) for one in first.reasons),
        vanishing=tuple(_steps(way, labels) for way in first.vanishing if way.how == "goes on"),
        renamed=tuple(_steps(way, labels) for way in first.vanishing if way.how != "goes on"),
        changes=tuple(_change_words(one, labels) for one in first.tasks),
        begun=tuple(drawn(name, labels) for name in first.begun),
        ended=tuple(drawn(name, labels) for name in first.ended),
        warnings=tuple(str(spoken(one)) for one in first.warnings),
        cases=tuple(CaseLine(plan, term_lines(plan)) for plan in alike),
    )


def term_lines(plan: CasePlan) -> tuple[TermLine, ...]:
    """The terms of one case with how far their dates move."""
    return tuple(
        TermLine(
            one,
            days_between(one.due_before, one.due_after),
            days_between(one.promised_before, one.promised_after),
        )
        for one in plan.terms
    )


def _steps(way: Way, labels: Mapping[str, str]) -> tuple[str, str]:
    """A step of the old version and the one of the new; where both are called the same, with their ids."""
    old, new = drawn(way.old_name or way.old, labels), drawn(way.new_name or way.new, labels)
    if old != new:
        return old, new
    both = Markup("{} ({})")
    return both.format(old, way.old), both.format(new, way.new)


def _change_words(change: TaskChange, labels: Mapping[str, str]) -> Markup:
    """What the new drawing says otherwise of a task that stays open."""
    parts: list[str] = []
    if change.new_name is not None:
        parts.append(Markup(_("tên mới “%(name)s”")) % {"name": drawn(change.new_name, labels)})
    if change.form is not None:
        parts.append(_("biểu mẫu khác") if change.form else _("không còn biểu mẫu"))
    if change.role is not None:
        parts.append(_("người làm: %(role)s", role=role_name(change.role)))
    if change.office is not None:
        parts.append(_("đơn vị khác"))
    if change.due_at is not None:
        parts.append(_("hạn của bước: %(when)s", when=moment_words(change.due_at)))
    told = {"name": drawn(change.name, labels), "what": Markup(", ").join(parts)}
    return Markup(_("“%(name)s”: %(what)s")) % told
