"""What a bundle's letters look like filled in: invented people, the sample answers of its forms, nothing written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from engine.accounts.capacities import Power, lines_of
from engine.clock import LEGAL_ZONE, legal_date
from engine.errors import Invalid, NotFound
from engine.letters import markup
from engine.letters.errors import LetterError
from engine.letters.template import expressions, fill_template
from engine.settings import Settings
from engine.shortheads import short_head
from engine.usecases.control_sheet import specimen_control
from engine.usecases.rendering import long_date, register_facts
from forms.definition import BadForm, Component, Form, parse_form
from forms.validation import validate
from processes.bundle import Bundle
from processes.procedure import Letter
from rules.feel import feel

CODE = "H29.18-261123-0007"
HEAD = short_head(4, bytes(32))
SIGNER = "[Chức vụ người ký]"


def specimen_answers(form: Form, *, now: datetime) -> dict[str, Any]:
    """An answer to every question: the author's sample, else something of the right kind that says which question."""
    answers: dict[str, Any] = {}
    for page in form.pages:
        _fill(page.components, _place(answers, page.group.keys if page.group else ()), now)
    return answers


def _place(answers: dict[str, Any], keys: Iterable[str | int]) -> dict[str, Any]:
    for key in keys:
        answers = answers.setdefault(str(key), {})
    return answers


def _fill(components: Iterable[Component], answers: dict[str, Any], now: datetime) -> None:
    for component in components:
        if component.type == "dynamiclist":
            row: dict[str, Any] = {}
            _fill(component.components, row, now)
            if component.keys and row:
                _place(answers, component.keys[:-1])[str(component.keys[-1])] = [row]
        elif component.components:
            _fill(component.components, _place(answers, component.keys), now)
        elif component.keys and not component.is_static:
            value = component.properties.get("sample", _invented(component, now))
            if value is not None:
                _place(answers, component.keys[:-1])[str(component.keys[-1])] = value


def _invented(component: Component, now: datetime) -> Any:
    if component.type == "number":
        return 1
    if component.type == "checkbox":
        return True
    if component.type == "datetime":
        moment = now.astimezone(LEGAL_ZONE)
        day, hour = moment.strftime("%d/%m/%Y"), moment.strftime("%H:%M")
        return {"date": day, "time": hour}.get(component.subtype, f"{day} {hour}")
    values = component.source.get("values")
    if component.type in ("radio", "select", "checklist", "taglist"):
        first = values[0].get("value") if isinstance(values, list) and values and isinstance(values[0], dict) else None
        return first if component.type in ("radio", "select") else [first]
    return None if component.type == "filepicker" else f"[{component.name}]"


def specimen_letter(bundle: Bundle, path: str, *, settings: Settings, now: datetime) -> bytes:
    """One letter of a bundle as PDF, marked as a sample; Invalid says which expression cannot be filled."""
    from engine.letters.pdf import render  # the printing press weighs 40 MB: only who prints loads it

    letter = next((one for one in bundle.procedure.letters.values() if _is_file_of(bundle, one, path)), None)
    if path not in bundle.files or letter is None:
        raise NotFound("Tệp %(path)s chưa gắn với văn bản nào trong procedure.toml nên chưa xem thử được.", path=path)
    try:
        html = bundle.files[path].decode("utf-8")
        facts = _facts(bundle, letter, settings, now)
        _add_missing(facts, html)
        filled = fill_template(html, facts, now=now)
        parts = _parts(bundle, letter, facts)
        trial = bundle.procedure.trial
        return render(
            filled, layout=letter.layout, sample=True, trial=trial, now=now, parts=parts, title=letter.name.vi
        ).pdf
    except (LetterError, UnicodeDecodeError) as fault:
        raise Invalid("Chưa dựng được văn bản: %(fault)s", fault=str(fault)) from fault


def _is_file_of(bundle: Bundle, letter: Letter, path: str) -> bool:
    return any(letter.file.replace("{set}", one.key) == path for one in bundle.procedure.form_sets)


def _facts(bundle: Bundle, letter: Letter, settings: Settings, now: datetime) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for form_id, source in bundle.forms.items():
        try:
            form = parse_form(source)
        except BadForm:
            continue
        # As an officer's act would keep them: amounts are numbers, days are days, what is hidden is left out.
        answers = validate(form, specimen_answers(form, now=now), now=now).clean
        facts.update({"form": answers} if form_id == bundle.application_form else answers)
    procedure = bundle.procedure
    today = legal_date(now)
    morning = datetime.combine(today, time(9), LEGAL_ZONE)
    promised = today + timedelta(days=5)
    office = _office()
    facts |= dict.fromkeys(("receiving", "handling", "signing", "returning", "consulted"), office)
    person = {
        "name": "Nguyễn Thị Ngọc Ẩn",
        "identity": "079185001234",
        "phone": "0901234567",
        "email": "ngoc.an@example.vn",
        "address": "45 Nguyễn Thái Bình, phường Bến Thành",
    }
    facts |= {
        "procedure": {
            "code": procedure.code,
            "name": procedure.name.vi,
            "name_en": procedure.name.en,
            "field": procedure.field_name.vi,
        },
        "dossier": {
            "id": "00000000-0000-0000-0000-000000000000",
            "code": CODE,
            "title": procedure.name.vi,
            "filing_code": CODE,
            "channel": "online",
            "channel_name": "Trực tuyến",
            "submitted_at": morning,
            "accepted_at": morning,
            "received_at": morning,
            "effective_on": today,
            "promised_on": promised,
            "promised_at": datetime.combine(promised, time(17), LEGAL_ZONE),
            "provisional": False,
            "limit": "03 ngày làm việc",
            "due_on": promised,
            "fee": 0,
            "return_mode": "office",
            "status": 2,
            "status_reason": "",
            "head": HEAD,
            "track_url": f"{settings.public_url}/tra-cuu?code={CODE}&dau={HEAD}",
        },
        "owner": person,
        "applicant": person,
        "components": [_paper(number, one) for number, one in enumerate(procedure.components, 1)],
        "supplement": {
            "round": 1,
            "reason": "[Lý do yêu cầu bổ sung]",
            "items": [],
            "answer_by": promised,
            "requested_at": morning,
            "answered_at": None,
            "late": False,
            "received": [],
            "left": [],
        },
        "letter": {
            "key": letter.key,
            "title": letter.name.vi,
            "verify_code": "MAU0MAU0MAU0",
            "verify_url": f"{settings.public_url}/v/MAU0MAU0MAU0",
            "office": office,
            "capacity": letter.capacity,
            "signer": {"name": "Trần Văn Mẫu", "title": SIGNER, "capacity": "", "lines": [SIGNER]},
            "register": register_facts(procedure.register_of(letter.key), today),
            "pages": 2 if letter.pages_of else 0,
        },
        "control": specimen_control(CODE, procedure.name.vi, office["name"], morning),
        "today": today,
        "sample": True,
        "trial": procedure.trial,
    }
    return facts


def _paper(number: int, component: Any) -> dict[str, Any]:
    return {
        "position": number,
        "key": component.key,
        "name": component.name.vi,
        "form": component.form,
        "originals": 1,
        "certified": 0,
        "photocopies": 0,
        "from_register": "",
        "present": True,
        "remark": "",
    }


def _office() -> dict[str, str]:
    return {
        "code": "bt",
        "name": "Ủy ban nhân dân phường Bến Thành",
        "short_name": "UBND phường Bến Thành",
        "abbreviation": "UBND",
        "superior": "Ủy ban nhân dân Thành phố Hồ Chí Minh",
        "address": "92 Nguyễn Trãi, phường Bến Thành, Thành phố Hồ Chí Minh",
        "phone": "1022",
        "email": "mau@example.vn",
        "place": "Bến Thành",
        "agency": "Ủy ban nhân dân phường Bến Thành",
        "agency_short": "UBND phường Bến Thành",
    }


def _add_missing(facts: dict[str, Any], html: str) -> None:
    """Whatever a letter asks for and nobody gives here (answers of registers, results of decisions) shows its name."""
    asked: set[str] = set()
    for _element, _kind, expression in expressions(markup.read_template(html)):
        parsed = feel().parse(expression.partition(" in ")[2] or expression)
        asked |= parsed.paths | parsed.names
    # What has parts comes before its own name, which would be no more than a word.
    for path in sorted(asked, key=lambda one: (-one.count("."), one)):
        _put(facts, path.split("."))


def _put(facts: dict[str, Any], keys: list[str]) -> None:
    place: Any = facts
    for key in keys[:-1]:
        place = place.setdefault(key, {}) if isinstance(place, dict) else None
        if isinstance(place, str) and place.startswith("["):
            return
    if isinstance(place, dict):
        place.setdefault(keys[-1], f"[{'.'.join(keys)}]")


def _parts(bundle: Bundle, letter: Letter, facts: Mapping[str, Any]) -> dict[str, str]:
    """What the layout prints around the letter's own words, as for a real one."""
    office, signer = facts["signing"], facts["letter"]["signer"]
    series = letter.series or (bundle.procedure.result.series if letter.key == "result" else None)
    lines = lines_of(Power(signer["title"]), "ward", letter.capacity)
    parts = {
        "superior": office["superior"].upper(),
        "agency": office["name"].upper(),
        "place": office["place"],
        "signer": signer["name"],
        "title": "\n".join(lines.titles),
        "capacity": lines.collective,
        "link": facts["letter"]["verify_url"],
        "code": CODE,
    }
    if series is None:
        return parts | {"unsealed": "1", "date": long_date(facts["today"]), "number": CODE}
    return parts | {"symbol": series.pattern.replace("{number}", "").lstrip("/")}
