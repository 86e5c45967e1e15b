"""Moves of running cases as another system may look at them: the dry run and how an order stands.

Nothing can be asked for, approved or undone here. A move rests on a legal ground that one person answers for and
another approves (docs/adr, how cases move): a key proves a system, never two people.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from engine.dossiers.moving import CasePlan
from engine.errors import FieldProblem, Invalid
from engine.queries.moving import BatchLine, BatchPage, DryRun
from web.api.presenting import day, moment
from web.ui.i18n import say


def asked() -> dict[str, Any]:
    """What a dry run is asked for, from the address; Invalid names each part that cannot be read."""
    given, problems = request.args, []
    numbers: dict[str, int] = {}
    for name in ("from", "to"):
        if given.get(name, "").isdigit():
            numbers[name] = int(given[name])
        else:
            problems.append(FieldProblem(name, "Nhập số của phiên bản"))
    mapping: dict[str, str] = {}
    for pair in given.getlist("map"):
        old, sign, new = pair.partition("=")
        if old.strip() and sign and new.strip():
            mapping[old.strip()] = new.strip()
        else:
            problems.append(FieldProblem("map", "Viết bước đổi tên là CŨ=MỚI"))
    if problems:
        raise Invalid("Có %(count)s chỗ cần sửa.", problems, count=len(problems))
    return {
        "procedure": given.get("procedure", ""),
        "source": numbers["from"],
        "target": numbers["to"],
        "mapping": mapping,
        "letter": given.get("letter", ""),
        "decided": given.get("decided", "") in ("true", "1"),
    }


def trial(run: DryRun) -> dict[str, Any]:
    """A dry run: every open case, what would become of it and why."""
    order = run.order
    return {
        "procedure": order.source.procedure,
        "from": order.source.version,
        "to": order.target.version,
        "map": dict(order.mapping),
        "letter": order.letter,
        "decided": order.decided,
        "faults": [spoken(fault) for fault in run.faults],
        "tally": dict(run.tally),
        "digest": run.digest,
        "cases": [case(plan) for plan in run.plans],
    }


def case(plan: CasePlan) -> dict[str, Any]:
    """One case of a dry run."""
    return {
        "code": plan.code,
        "verdict": plan.verdict,
        "reasons": [spoken(one) for one in plan.reasons],
        "warnings": [spoken(one) for one in plan.warnings],
        "steps": [{"old": way.old, "new": way.new, "how": way.how.replace(" ", "_")} for way in plan.ways],
        "terms": [
            {
                "term": one.term,
                "limit_before": one.limit_before,
                "limit_after": one.limit_after,
                "due_before": moment(one.due_before),
                "due_after": moment(one.due_after),
                "promised_before": day(one.promised_before),
                "promised_after": day(one.promised_after),
                "paper": one.paper,
            }
            for one in plan.terms
        ],
    }


def line(row: BatchLine) -> dict[str, Any]:
    """An order in a list."""
    return {
        "id": str(row.id),
        "procedure": row.procedure,
        "from": row.source_version,
        "to": row.target_version,
        "status": row.status,
        "ground": {"number": row.ground_number, "date": day(row.ground_on), "text": row.ground_text},
        "asked_at": moment(row.asked_at),
        "answered_at": moment(row.answered_at),
        "finished_at": moment(row.finished_at),
        "planned": dict(row.tally),
        "done": dict(row.done),
        "left": row.left,
    }


def order(page: BatchPage) -> dict[str, Any]:
    """An order with a page of its cases."""
    return line(page.line) | {
        "page": page.page,
        "pages": page.pages,
        "cases": [
            {
                "code": one.code,
                "verdict": one.plan.verdict,
                "status": one.status,
                "reason": spoken(one.result) if one.result is not None else "",
                "done_at": moment(one.done_at),
                "undone_at": moment(one.undone_at),
            }
            for one in page.moves
        ],
    }


def spoken(sentence: Any) -> str:
    """A sentence in the language that was asked for."""
    return str(sentence.said(lambda text: say(text)))


def page_number(given: Mapping[str, str]) -> int:
    """Which page was asked for; the first where that is no number."""
    return int(given["page"]) if given.get("page", "").isdigit() else 1
