"""Dry runs and orders as table files that spreadsheets open with their marks intact: one line a case and term."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from flask import Response
from flask_babel import gettext as _
from markupsafe import Markup

from engine.dossiers.moving import CasePlan
from engine.queries.moving import MoveLine
from web.moving.grouping import TermLine, groups_of, term_lines
from web.moving.words import limit_words, outcome_words, term_words, verdict_words
from web.ui.format import date_words, moment_words
from web.ui.i18n import spoken


def plans_file(plans: Iterable[CasePlan], labels: Mapping[str, str], name: str) -> Response:
    """A dry run; cases of one group stand together."""
    rows = []
    for group in groups_of(plans, labels):
        told = [_plain(one) for one in (*group.reasons, *group.changes, *group.warnings)]
        vanished = "; ".join(f"{_plain(old)} → {_plain(new)}" for old, new in (*group.vanishing, *group.renamed))
        for line in group.cases:
            about = [line.plan.code, verdict_words(group.verdict)[0], " ".join(told), vanished]
            rows += [[*about, *_term(term)] for term in line.terms or (None,)]
    head = [_("Mã hồ sơ"), _("Kết quả thử"), _("Lý do, lưu ý"), _("Bước cũ → bước mới")]
    return _file([*head, *_term_head()], rows, name)


def moves_file(lines: Iterable[MoveLine], name: str) -> Response:
    """What became of every case of an order."""
    rows = []
    for line in lines:
        about = [
            line.code, verdict_words(line.plan.verdict)[0], outcome_words(line.status)[0],
            str(spoken(line.result)) if line.result else "", moment_words(line.undone_at or line.done_at),
        ]  # fmt: skip
        rows += [[*about, *_term(term)] for term in term_lines(line.plan) or (None,)]
    head = [_("Mã hồ sơ"), _("Kết quả thử"), _("Đã làm"), _("Lý do"), _("Lúc")]
    return _file([*head, *_term_head()], rows, name)


def _term_head() -> list[str]:
    return [
        _("Thời hạn"), _("Mức cũ"), _("Mức mới"), _("Hạn theo luật cũ"), _("Hạn theo luật mới"), _("Chênh (ngày)"),
        _("Ngày hẹn cũ"), _("Ngày hẹn mới"), _("Ngày hẹn khi giấy mới đã gửi"),
    ]  # fmt: skip


def _term(term: TermLine | None) -> list[str]:
    if term is None:
        return [""] * 9
    one = term.change
    return [
        term_words(one.term), limit_words(one.limit_before), limit_words(one.limit_after), moment_words(one.due_before),
        moment_words(one.due_after), "" if term.days is None else str(term.days), date_words(one.promised_before),
        date_words(one.promised_after), date_words(one.with_paper),
    ]  # fmt: skip


def _file(head: list[str], rows: list[list[str]], name: str) -> Response:
    buffer = io.StringIO()
    table = csv.writer(buffer)
    table.writerow(head)
    table.writerows([_harmless(str(value)) for value in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + buffer.getvalue(), mimetype="text/csv", headers=headers)


def _plain(words: str) -> str:
    """Words for a page without what marks their language there."""
    return words.striptags() if isinstance(words, Markup) else words


def _harmless(value: str) -> str:
    """A cell that no spreadsheet takes for a formula, whatever a step is called; numbers stay numbers."""
    return f"'{value}" if value and value[0] in "=+-@\t\r" and not value.lstrip("-").isdigit() else value
