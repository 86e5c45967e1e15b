"""Looking at a form or a letter of a working copy as people will see it, filled with sample data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from uuid import UUID

from flask import Response, make_response, render_template, request
from flask_babel import gettext as _

from engine.errors import Invalid, NotFound
from engine.queries.designing import copy_page
from engine.usecases.designing import as_files, readable
from engine.usecases.specimen import specimen_answers, specimen_letter
from forms.answers import read_answers
from forms.definition import BadForm, Form, parse_form
from forms.validation import validate
from forms.view import build_view
from processes.lists import pour, read_list
from processes.reading import BundleError
from web.actor import now
from web.designer.room import blueprint
from web.doors import house, reading
from web.ui.i18n import language


@blueprint.route("/ban/<uuid:copy_id>/xem-thu/<path:path>", methods=["GET", "POST"])
def preview(copy_id: UUID, path: str) -> Response:
    """A form as the server draws it (POST tries its rules on what was typed), or a letter as PDF."""
    with reading() as look:
        page = copy_page(look, copy_id)
    files = as_files(page.files)
    if path not in files:
        raise NotFound("Không có tệp %(path)s.", path=path)
    if path.endswith(".html"):
        return _letter(files, path)
    form = _form(files, path)
    tried = request.method == "POST"
    values = read_answers(form, request.form) if tried else specimen_answers(form, now=now())
    judged = validate(form, values, now=now(), locale=language()) if tried else None
    html = render_template(
        "designer/preview_form.html",
        copy=page,
        path=path,
        view=build_view(form, values, errors=judged.errors if judged else (), now=now(), locale=language()),
        tried=tried,
        errors=judged.errors if judged else (),
    )
    return make_response(html, 422 if judged and judged.errors else 200)


def _letter(files: Mapping[str, bytes], path: str) -> Response:
    bundle = readable(files)
    pdf = specimen_letter(bundle, path, settings=house().settings, now=now())
    name = PurePosixPath(path).stem
    answer = make_response(pdf)
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name if name.isascii() else "letter"}.pdf"'
    return answer


def _form(files: Mapping[str, bytes], path: str) -> Form:
    """A form with the bundle's option lists poured in; the rest of the bundle may still be broken."""
    try:
        lists = {PurePosixPath(name).stem: read_list(source, name) for name, source in files.items()
                 if name.endswith(".json")}  # fmt: skip
        return parse_form(pour(files[path], lists))
    except (BundleError, BadForm, json.JSONDecodeError) as fault:
        raise Invalid(_("Chưa xem thử được biểu mẫu: %(fault)s"), fault=str(fault)) from fault
