"""A dry run and an order as people read them in a terminal, and as programs read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.dossiers.moving import CasePlan
    from engine.dossiers.moving_terms import TermChange
    from engine.queries.moving import BatchPage, DryRun
    from rules.sentences import Sentence

FORMAT = 1
MOST_CODES = 12
Say = Callable[[str], str]

WORDS = {
    "vi": {
        "head": "Thủ tục {procedure}: phiên bản {source} → {target}. {count} hồ sơ đang mở. Chỉ thử, chưa ghi gì.",
        "moves": "chuyển", "stays": "ở lại", "later": "chưa chuyển được lúc này", "cannot": "không chuyển được",
        "planned": "chưa đến lượt", "moved": "đã chuyển", "stayed": "ở lại", "skipped": "đã thay đổi, không chuyển",
        "failed": "lỗi", "undone": "đã hoàn lại", "kept": "không hoàn lại được",
        "vanishes": "việc không còn: {old} → {new}", "begins": "bắt đầu chờ: {names}",
        "ends": "thôi chờ: {names}", "task": "việc “{name}” đổi: {what}", "warning": "lưu ý: {text}",
        "term": "thời hạn {term}: {before} → {after}; hạn theo luật {due_before} → {due_after}",
        "promise": "ngày hẹn {before} → {after}", "same": "ngày hẹn giữ nguyên {before}",
        "paper": "ngày hẹn chỉ đổi thành {day} khi có giấy {paper}", "none": "đang dừng",
        "digest": "Mã kết quả thử: {digest}",
        "elsewhere": "{count} hồ sơ đang mở khác thuộc đơn vị ngoài phạm vi của người yêu cầu",
        "codes": "{codes} và {more} hồ sơ khác",
        "order": "Đợt chuyển {id}: {status}. Thủ tục {procedure}, phiên bản {source} → {target}. Căn cứ: {ground}.",
        "which": "Nêu thủ tục và hai phiên bản: ./motcua migrate MÃ --from 3 --to 4",
        "pair": "--map viết là CŨ=MỚI, không phải “{pair}”.",
        "left": "còn {left} hồ sơ", "since": "{count} hồ sơ nhận sau khi lập đợt không nằm trong đợt này",
        "trying": "đang thử", "tried": "đã thử, chưa yêu cầu",
        "asked": "đã yêu cầu, chờ người khác duyệt", "refused": "không duyệt", "approved": "đã duyệt, đang chuyển",
        "done": "đã chuyển xong", "undoing": "đang hoàn lại", "new_name": "tên", "form": "biểu mẫu", "role": "vai trò",
        "office": "đơn vị",
    },
    "en": {
        "head": "Procedure {procedure}: version {source} → {target}. {count} open cases. A trial, nothing is written.",
        "moves": "moves", "stays": "stays", "later": "cannot move now", "cannot": "cannot move",
        "planned": "still to come", "moved": "moved", "stayed": "stayed", "skipped": "changed since, not moved",
        "failed": "failed", "undone": "undone", "kept": "could not be undone",
        "vanishes": "task vanishes: {old} → {new}", "begins": "begins to wait for: {names}",
        "ends": "no longer waits for: {names}", "task": "task “{name}” changes: {what}", "warning": "note: {text}",
        "term": "term {term}: {before} → {after}; due by law {due_before} → {due_after}",
        "promise": "promised date {before} → {after}", "same": "promised date stays {before}",
        "paper": "promised date becomes {day} only with paper {paper}", "none": "standing still",
        "digest": "Mark of this trial: {digest}",
        "elsewhere": "{count} other open cases belong to offices the asker does not answer for",
        "codes": "{codes} and {more} more",
        "order": "Order {id}: {status}. Procedure {procedure}, version {source} → {target}. Ground: {ground}.",
        "which": "Name the procedure and two versions: ./motcua migrate CODE --from 3 --to 4",
        "pair": "--map is written OLD=NEW, not “{pair}”.",
        "left": "{left} cases left", "since": "{count} cases that came after the order was asked for are not in it",
        "trying": "being tried", "tried": "tried, not asked for yet",
        "asked": "asked for, waits for another person's approval", "refused": "turned down",
        "approved": "approved, under way", "done": "carried out", "undoing": "being undone", "new_name": "name",
        "form": "form", "role": "role", "office": "office",
    },
}  # fmt: skip


def as_text(run: DryRun, language: str, say: Say, *, every: bool = False) -> list[str]:
    """A dry run in lines: cases to which the same happens together, with their codes; `every` lists each by itself."""
    words, order = WORDS[language], run.order
    lines = [
        words["head"].format(
            procedure=order.source.procedure,
            source=order.source.version,
            target=order.target.version,
            count=len(run.plans),
        )
    ]
    lines += [f"! {fault.said(say)}" for fault in run.faults]
    lines.append("  " + ", ".join(f"{words[verdict]}: {count}" for verdict, count in run.tally.items()))
    if run.elsewhere:
        lines.append("  " + words["elsewhere"].format(count=run.elsewhere))
    groups: dict[tuple[str, ...], list[str]] = {}
    for plan in run.plans:
        about = tuple(_about(plan, words, say))
        groups.setdefault((plan.verdict, *about, plan.code if every else ""), []).append(plan.code)
    for (verdict, *told, _), codes in sorted(groups.items(), key=lambda one: (-len(one[1]), one[0])):
        shown = ", ".join(codes[:MOST_CODES])
        if len(codes) > MOST_CODES:
            shown = words["codes"].format(codes=shown, more=len(codes) - MOST_CODES)
        lines += ["", f"{words[verdict]} ({len(codes)}): {shown}", *(f"    {text}" for text in told)]
    return [*lines, "", words["digest"].format(digest=run.digest)]


def _about(plan: CasePlan, words: dict[str, str], say: Say) -> Iterable[str]:
    yield from (reason.said(say) for reason in plan.reasons)
    for way in plan.vanishing:
        yield words["vanishes"].format(old=way.old_name, new=way.new_name)
    for one in plan.tasks:
        what = ", ".join(
            f"{words[key]} {value}" for key in ("new_name", "form", "role", "office") if (value := getattr(one, key))
        )
        yield words["task"].format(name=one.name, what=what)
    if plan.begun:
        yield words["begins"].format(names=", ".join(plan.begun))
    if plan.ended:
        yield words["ends"].format(names=", ".join(plan.ended))
    for term in plan.terms:
        yield from _term(term, words)
    yield from (words["warning"].format(text=one.said(say)) for one in plan.warnings)


def _term(term: TermChange, words: dict[str, str]) -> Iterable[str]:
    changed = term.limit_before != term.limit_after or term.due_before != term.due_after
    if changed:
        yield words["term"].format(
            term=term.term,
            before=term.limit_before,
            after=term.limit_after,
            due_before=_day(term.due_before, words),
            due_after=_day(term.due_after, words),
        )
    if term.promised_before is not None and changed:
        before, after = _day(term.promised_before, words), _day(term.promised_after, words)
        yield words["promise" if before != after else "same"].format(before=before, after=after)
    if term.paper:
        yield words["paper"].format(day=_day(term.with_paper, words), paper=term.paper.removeprefix("form"))


def _day(moment: date | datetime | None, words: dict[str, str]) -> str:
    from engine.clock import legal_date

    if moment is None:
        return words["none"]
    return f"{legal_date(moment) if isinstance(moment, datetime) else moment:%d/%m/%Y}"


def as_json(run: DryRun, say: Say) -> dict[str, Any]:
    """A dry run for programs; its shape changes only with `format` (docs/operations.md)."""
    order = run.order
    return {
        "format": FORMAT,
        "procedure": order.source.procedure,
        "from": order.source.version,
        "to": order.target.version,
        "map": dict(order.mapping),
        "letter": order.letter,
        "decided": order.decided,
        "faults": [fault.said(say) for fault in run.faults],
        "tally": dict(run.tally),
        "digest": run.digest,
        "cases": [plan_json(plan, say) for plan in run.plans],
    }


def plan_json(plan: CasePlan, say: Say) -> dict[str, Any]:
    """One case of a dry run for programs, its sentences said in a language."""
    record = plan.record | {"reasons": [one.said(say) for one in plan.reasons]}
    return record | {"warnings": [one.said(say) for one in plan.warnings]}


def order_lines(page: BatchPage, language: str, say: Say) -> list[str]:
    """An order and what became of its cases."""
    words, line = WORDS[language], page.line
    ground = f"{line.ground_number} ({line.ground_on:%d/%m/%Y}): {line.ground_text}"
    lines = [
        words["order"].format(
            id=line.id,
            status=words.get(line.status, line.status),
            procedure=line.procedure,
            source=line.source_version,
            target=line.target_version,
            ground=ground,
        )
    ]
    told = ", ".join(f"{words[status]}: {count}" for status, count in sorted(line.done.items()))
    lines.append("  " + told + (f"; {words['left'].format(left=line.left)}" if line.left else ""))
    if page.filed_since:
        lines.append("  " + words["since"].format(count=page.filed_since))
    for move in page.moves:
        why = _result(move.result, say)
        if why:
            lines.append(f"  {move.code}  {words[move.status]}: {why}")
    return lines


def order_json(page: BatchPage, say: Say) -> dict[str, Any]:
    """An order for programs."""
    line = page.line
    return {
        "format": FORMAT,
        "id": str(line.id),
        "procedure": line.procedure,
        "from": line.source_version,
        "to": line.target_version,
        "status": line.status,
        "ground": {"number": line.ground_number, "date": line.ground_on.isoformat(), "text": line.ground_text},
        "tally": dict(line.tally),
        "done": dict(line.done),
        "left": line.left,
        "filed_since": page.filed_since,
        "cases": [
            {"case": str(one.case_id), "code": one.code, "verdict": one.plan.verdict, "status": one.status,
             "result": _result(one.result, say)}
            for one in page.moves
        ],
    }  # fmt: skip


def _result(result: Sentence | None, say: Say) -> str:
    return result.said(say) if result is not None else ""
