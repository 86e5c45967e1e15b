"""Option lists that many forms share, such as the communes of the city, kept once beside the forms."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from processes.reading import BundleError
from rules.sentences import Sentence

Options = Sequence[Mapping[str, str]]


def read_list(source: bytes, file: str) -> list[dict[str, str]]:
    """Read one list: rows with a `value`, a `label` and, for English readers, `en`; BundleError otherwise."""
    rows = json.loads(source)
    good = isinstance(rows, list) and all(
        isinstance(row, dict) and {"value", "label"} <= row.keys() and all(isinstance(v, str) for v in row.values())
        for row in rows
    )
    if not good:
        raise BundleError(file, "", Sentence("phải là danh sách các dòng có value và label"))
    return rows


def pour(form: bytes, lists: Mapping[str, Options]) -> bytes:
    """Give a form-js source in which each `valuesKey` that names a list has become that list's options.

    A list is rows of `value`, `label` and, for English readers, `en`.
    """
    document = json.loads(form)
    for component in _components(document):
        name = component.get("valuesKey")
        if isinstance(name, str) and name in lists:
            del component["valuesKey"]
            component["values"] = [{"value": one["value"], "label": one["label"]} for one in lists[name]]
            english = {f"option.{one['value']}.en": one["en"] for one in lists[name] if "en" in one}
            component["properties"] = {**english, **component.get("properties", {})}
    return json.dumps(document, ensure_ascii=False).encode()


def _components(document: Any) -> list[dict[str, Any]]:
    children = document.get("components") if isinstance(document, dict) else None
    found: list[dict[str, Any]] = []
    for child in children if isinstance(children, list) else ():
        if isinstance(child, dict):
            found += [child, *_components(child)]
    return found
