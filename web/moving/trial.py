"""The dry run: what moving would do to every open case of a version, shown before anybody asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from engine.dossiers.moving import LETTERS, VERDICTS
from engine.errors import Conflict, Invalid
from engine.queries.moving import DryRun, dry_run
from engine.queries.moving_desk import gone_steps, names_of, other_versions
from engine.usecases.moving import Ground, request_move
from forms.dates import read_date
from forms.problems import Unreadable
from web.actor import require_role
from web.doors import reading, unit_of_work
from web.moving.grouping import Group, groups_of
from web.moving.room import ASKERS, blueprint, may_ask
from web.moving.table import plans_file
from web.ui.i18n import say, spoken

SHOWN = 10
"""Cases of a group on the whole page; one group alone shows `ALONE` of them at a time."""
ALONE = 100
MAP = "buoc."
"""What a field for a vanished step is called in the address, before the id of the step."""


@dataclass(frozen=True)
class Asked:
    """How the cases are to be moved, as the address says it."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    letter: str = ""
    decided: bool = False

    @property
    def address(self) -> dict[str, str]:
        """The same as values of an address."""
        values = {f"{MAP}{old}": new for old, new in self.mapping.items()}
        values |= {"giay": self.letter} if self.letter else {}
        return values | ({"ca-da-co-ket-qua": "1"} if self.decided else {})


def asked() -> Asked:
    """What this address asks for."""
    mapping = {key[len(MAP) :]: value for key, value in request.args.items() if key.startswith(MAP) and value}
    letter = request.args.get("giay", "")
    return Asked(mapping, letter if letter in LETTERS else "", request.args.get("ca-da-co-ket-qua") == "1")


@blueprint.get("/<code>/<int:target>")
@require_role(*ASKERS)
def choose(code: str, target: int) -> str | Answer:
    """From which version cases are to be moved to this one; straight on where only one has any."""
    with reading() as look:
        others = other_versions(look, code, target)
        named = names_of(look, code, target)
    running = [one for one in others if one.open]
    if len(running) == 1:
        return redirect(url_for("moving.trial", code=code, source=running[0].number, target=target), 303)
    return render_template("moving/choose.html", code=code, target=target, others=running, named=named)


@blueprint.get("/<code>/<int:source>/<int:target>")
def trial(code: str, source: int, target: int) -> Answer:
    """What would happen to every open case; nothing is written."""
    return _page(code, source, target)


@blueprint.get("/<code>/<int:source>/<int:target>.csv")
def trial_file(code: str, source: int, target: int) -> Response:
    """The same as a table file, one line a case and term."""
    wish = asked()
    with reading() as look:
        found = _run(look, code, source, target, wish)
        labels = names_of(look, code, source, target).labels
    return plans_file(found.plans, labels, f"thu-chuyen-{code}-{source}-{target}.csv")


def _run(look: Any, code: str, source: int, target: int, wish: Asked) -> DryRun:
    return dry_run(look, code, source, target, mapping=wish.mapping, letter=wish.letter, decided=wish.decided)


@blueprint.post("/<code>/<int:source>/<int:target>")
@require_role(*ASKERS)
def ask(code: str, source: int, target: int) -> Answer:
    """Ask that what was shown be carried out, on a legal ground; somebody else has to approve it."""
    typed = {name: request.form.get(name, "").strip() for name in ("number", "dated_on", "text")}
    ground, problems = _ground(typed)
    if problems:
        return _page(code, source, target, typed, problems, 422)
    try:
        with reading() as look:
            found = _run(look, code, source, target, asked())
        with unit_of_work() as work:
            batch_id = request_move(work, found.order, found.plans, ground, shown=request.form.get("digest", ""))
    except Conflict as refusal:
        if refusal.code != "plan_changed":
            raise
        return _page(code, source, target, typed, [("", say(refusal.message, **refusal.params))], 409)
    except Invalid as refusal:
        problems = [(f"#{one.path}", say(one.message, **one.params)) for one in refusal.problems]
        problems = problems or [("", say(refusal.message, **refusal.params))]
        return _page(code, source, target, typed, problems, 422)
    flash(_("Đã gửi yêu cầu chuyển. Chưa hồ sơ nào được chuyển cho đến khi một người khác duyệt."), "success")
    return redirect(url_for("moving.order", batch_id=batch_id), 303)


def _ground(typed: Mapping[str, str]) -> tuple[Ground, list[tuple[str, str]]]:
    """The legal ground as typed, and what is wrong with its date; the rest is the engine's to judge."""
    day: date | None = None
    problems = []
    try:
        day = read_date(typed["dated_on"]) if typed["dated_on"] else None
    except (Unreadable, ValueError):
        problems = [("#dated_on", _("Nhập ngày dạng 01/07/2026"))]
    return Ground(typed["number"], day, typed["text"]), problems


def _page(
    code: str, source: int, target: int, typed: Mapping[str, str] | None = None,
    problems: list[tuple[str, str]] | None = None, status: int = 200,
) -> Answer:  # fmt: skip
    wish = asked()
    with reading() as look:
        found = _run(look, code, source, target, wish)
        named = names_of(look, code, source, target)
        gone = gone_steps(look, code, source, target)
    faults = [("", str(spoken(one))) for one in found.faults]
    html = render_template(
        "moving/trial.html",
        code=code,
        source=source,
        target=target,
        found=found,
        named=named,
        gone=gone,
        wish=wish,
        letters=LETTERS,
        shown=chosen(groups_of(found.plans, named.labels), VERDICTS),
        errors=[*faults, *(problems or [])],
        typed=typed or {},
        may_ask=may_ask(),
    )
    return make_response(html, status)


@dataclass(frozen=True)
class Chosen:
    """The groups a page shows: all, those of one verdict, those with one dossier, or one of them page by page."""

    groups: tuple[Group, ...]
    verdict: str
    text: str
    alone: Group | None
    page: int
    pages: int

    def cases(self, group: Group) -> tuple[Any, ...]:
        """The cases of a group that are shown."""
        return group.cases[(self.page - 1) * ALONE : self.page * ALONE] if self.alone else group.cases[:SHOWN]


def chosen(groups: tuple[Group, ...], verdicts: tuple[str, ...]) -> Chosen:
    """What of these groups the address asks to see."""
    verdict = request.args.get("ket-qua", "")
    verdict = verdict if verdict in verdicts else ""
    text = request.args.get("tim", "").strip()[:60]
    alone = next((one for one in groups if one.key == request.args.get("nhom")), None)
    if alone is not None:
        pages = -(-len(alone.cases) // ALONE)
        page = min(max(request.args.get("page", 1, type=int) or 1, 1), pages)
        return Chosen((alone,), alone.verdict, "", alone, page, pages)
    kept = [one for one in groups if not verdict or one.verdict == verdict]
    if text:
        kept = [found for one in kept if (found := one.only(text)) is not None]
    return Chosen(tuple(kept), verdict, text, None, 1, 1)
