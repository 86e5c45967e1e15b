"""The part of JSON Schema that openapi.json uses, checked without a library."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from web.api.routes import OPENAPI

DOCUMENT: dict[str, Any] = json.loads(OPENAPI.read_text(encoding="utf-8"))
KINDS: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None),
}  # fmt: skip
FORMATS = {"uuid": UUID, "date": date.fromisoformat, "date-time": datetime.fromisoformat, "uri": lambda text: text}
KNOWN = {
    "type", "properties", "required", "additionalProperties", "items", "enum", "const", "pattern", "minimum", "maximum",
    "minLength", "maxLength", "minItems", "maxItems", "format", "description", "default", "$ref", "contentEncoding",
    "contentMediaType",
}  # fmt: skip


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    """What a reference stands for."""
    if "$ref" not in schema:
        return schema
    found: Any = DOCUMENT
    for step in schema["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return resolve(found)


def faults(value: Any, schema: dict[str, Any], path: str = "$") -> list[str]:
    """Every place where a value is not what the description says."""
    schema = resolve(schema)
    assert set(schema) <= KNOWN, f"{path}: this check does not know {set(schema) - KNOWN}"
    kinds = schema.get("type", list(KINDS))
    kinds = [kinds] if isinstance(kinds, str) else kinds
    fits = any(isinstance(value, KINDS[kind]) and (kind == "boolean") == isinstance(value, bool) for kind in kinds)
    if not fits:
        return [f"{path}: {value!r} is none of {kinds}"]
    return [*_plain(value, schema, path), *_table(value, schema, path), *_rows(value, schema, path)]


def _plain(value: Any, schema: dict[str, Any], path: str) -> list[str]:
    wrong = []
    if "enum" in schema and value not in schema["enum"]:
        wrong.append("not in the list")
    if "const" in schema and value != schema["const"]:
        wrong.append("not the constant")
    if isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        wrong.append("out of range")
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        wrong.append("does not match")
    if isinstance(value, str) and "format" in schema:
        try:
            read = FORMATS[schema["format"]](value)
        except ValueError:
            wrong.append(f"no {schema['format']}")
        else:
            if isinstance(read, datetime) and read.tzinfo is None:
                wrong.append("a moment without its offset")
    return [f"{path}: {value!r} {one}" for one in wrong]


def _table(value: Any, schema: dict[str, Any], path: str) -> list[str]:
    if not isinstance(value, dict) or "properties" not in schema:
        return []
    found = [f"{path}.{name}: missing" for name in schema.get("required", ()) if name not in value]
    for name, one in value.items():
        if name in schema["properties"]:
            found += faults(one, schema["properties"][name], f"{path}.{name}")
        elif schema.get("additionalProperties") is False:
            found.append(f"{path}.{name}: not described")
    return found


def _rows(value: Any, schema: dict[str, Any], path: str) -> list[str]:
    if not isinstance(value, list) or "items" not in schema:
        return []
    found = [fault for place, one in enumerate(value) for fault in faults(one, schema["items"], f"{path}[{place}]")]
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        found.append(f"{path}: {len(value)} items")
    return found


def check(response: Any, path: str, method: str = "get") -> None:
    """Fail unless the answer is one that the description of this address promises."""
    promised = DOCUMENT["paths"][path][method]["responses"]
    assert str(response.status_code) in promised, f"{response.status_code} is not described for {method} {path}"
    described = resolve(promised[str(response.status_code)])
    assert response.mimetype in described["content"], f"{response.mimetype} is not described"
    if response.is_json:
        wrong = faults(response.get_json(), described["content"][response.mimetype]["schema"])
        assert not wrong, "\n".join(wrong)
