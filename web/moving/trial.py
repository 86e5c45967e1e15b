"""The dry run: what moving would do to every open case of a version, shown before anybody asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from engine.dossiers.moving import LETTERS, VERDICTS
from engine.queries.moving import DryRun, dry_run
from engine.queries.moving_desk import gone_steps, names_of, other_versions
from engine.work import Reading
from web.actor import require_role
from web.doors import reading
from web.moving.grouping import Group, groups_of
from web.moving.room import ASKERS, blueprint, may_ask
from web.moving.table import plans_file
from web.ui.i18n import spoken

SHOWN = 10
"""Cases of a group on the whole page; one group alone shows `ALONE` of them at a time."""
ALONE = 100
AT_ONCE = 200
"""Cases that are planned while the page waits, about a second; more are tried by a worker and kept."""
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
    return trial_page(code, source, target)


@blueprint.get("/<code>/<int:source>/<int:target>.csv")
def trial_file(code: str, source: int, target: int) -> Answer:
    """The same as a table file, one line a case and term."""
    wish = asked()
    with reading() as look:
        found = run(look, code, source, target, wish)
        if found.unplanned:
            return redirect(trial_address(code, source, target, wish), 303)
        labels = names_of(look, code, source, target).labels
    return plans_file(found.plans, labels, f"thu-chuyen-{code}-{source}-{target}.csv")


def trial_address(code: str, source: int, target: int, wish: Asked) -> str:
    """Where the dry run of a wish is shown."""
    values: dict[str, Any] = {"code": code, "source": source, "target": target, **wish.address}
    return url_for("moving.trial", **values)


def run(look: Reading, code: str, source: int, target: int, wish: Asked) -> DryRun:
    """The dry run an address asks for, of as many cases as may be planned while somebody waits."""
    return dry_run(
        look, code, source, target, mapping=wish.mapping, letter=wish.letter, decided=wish.decided, most=AT_ONCE
    )


def trial_page(
    code: str, source: int, target: int, typed: Mapping[str, str] | None = None,
    problems: list[tuple[str, str]] | None = None, status: int = 200,
) -> Answer:  # fmt: skip
    """The page of a dry run, with what was wrong with a request just sent."""
    wish = asked()
    with reading() as look:
        found = run(look, code, source, target, wish)
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
