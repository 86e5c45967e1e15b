"""One procedure: who, which papers, how much, how long, on which law, with a filled-in sample and the drawing."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for

from engine.bpmn.outline import diagram, outline
from engine.clock import legal_date
from engine.queries.catalogue import ProcedurePage, procedure_page
from engine.queries.coming import coming_versions
from engine.sample.applicants import sample_answers
from forms.summary import summarise
from processes.procedure import Limits, Procedure
from web.actor import now
from web.doors import reading
from web.public.catalogue import limit_words
from web.public.room import blueprint
from web.ui.i18n import drawn, language
from web.ui.security import cacheable


def _fees(procedure: Procedure) -> list[Any]:
    today = legal_date(now())
    return [fee for fee in procedure.fees if (fee.valid_to or today) >= today]


@blueprint.get("/thu-tuc/<code>")
def procedure(code: str) -> str:
    """All a citizen has to know of a procedure before filing."""
    with reading() as look:
        page, coming = procedure_page(look, code), coming_versions(look, code)
    rules = page.open.procedure
    limits = [(case.name.in_(language()), *_promised(rules.limits, case.key), case.verified)
              for case in rules.limits.cases]  # fmt: skip
    promised, by_law = _promised(rules.limits, None)
    return render_template(
        "public/procedure.html",
        page=page,
        coming=coming,
        procedure=rules,
        locale=language(),
        fees=_fees(rules),
        default_limit=promised,
        law_limit=by_law,
        limits=limits,
        limit_words=limit_words,
        steps=_steps(page),
        file_address=url_for("citizen.start", code=code),
    )


def _promised(limits: Limits, key: str | None) -> tuple[str, str]:
    """The limit the office promises in words, and that of the law where it is another ("" where it is the same)."""
    promised, law = limits.for_case(key), limits.legal(key)
    return limit_words(promised.value, promised.unit), limit_words(law.value, law.unit) if law != promised else ""


def _steps(page: ProcedurePage) -> list[dict[str, Any]]:
    """The drawing in words: every named element in order, with the ways on where there are several."""
    nodes = outline(page.open.definition, page.open.main_process)
    procedure, locale = page.open.procedure, language()
    names = {node.element_id: procedure.label(node.name, locale) for node in nodes}
    steps = []
    for node in nodes:
        several = node.next if len(node.next) > 1 else ()
        ways = [(procedure.label(way.label, locale), names.get(way.target, "")) for way in several]
        if node.name:
            steps.append({"name": drawn(node.name, procedure.labels), "depth": node.depth, "ways": ways})
    return steps


@blueprint.get("/thu-tuc/<code>/mau-don")
def sample(code: str) -> str:
    """The online form as it looks filled in."""
    with reading() as look:
        page = procedure_page(look, code)
    form = page.open.application
    groups = summarise(form, sample_answers(form), now=now(), locale=language())
    return render_template(
        "public/sample.html", page=page, procedure=page.open.procedure, groups=groups, locale=language()
    )


@blueprint.get("/thu-tuc/<code>/so-do.bpmn")
@cacheable(300)
def procedure_drawing(code: str) -> Response:
    """The drawing of the process as it is in force today."""
    with reading() as look:
        page = procedure_page(look, code)
        labels = page.open.procedure.labels if request.args.get("words") == "en" else None
        xml = diagram(page.open.definition, page.open.main_process, labels)
    return Response(xml, mimetype="application/xml")
