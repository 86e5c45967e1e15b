"""Questions of one form put into another version of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Collection, Iterator
from typing import Any

_OWN = ("components", "id", "layout")
"""What a question keeps when it is asked in the library's words: what stands in it, its number, its place."""


def take_questions(library: bytes, office: bytes, ids: Collection[str]) -> bytes:
    """The office's form with these questions as the library asks them (taken out where it does not)."""
    document, theirs = json.loads(office), json.loads(library)
    for id_, question, above, before in list(_questions(theirs)):
        if id_ not in ids:
            continue
        mine = {one: found for one, found, *_rest in _questions(document)}
        if id_ in mine:
            _reword(mine[id_], question)
            continue
        row = (mine[above] if above else document).setdefault("components", [])
        neighbour = next((mine[one] for one in reversed(before) if one in mine and mine[one] in row), None)
        inside: dict[str, Any] = {"components": []} if "components" in question else {}
        row.insert(0 if neighbour is None else row.index(neighbour) + 1, copy.deepcopy(question) | inside)
    if "" in ids:
        kept = document.get("components", [])
        document = {key: value for key, value in theirs.items() if key != "components"} | {"components": kept}
    gone = {id_ for id_ in ids if id_} - {id_ for id_, *_rest in _questions(theirs)}
    asked = {id_: question for id_, question, *_rest in _questions(document)}
    for id_, question, above, _before in list(_questions(document)):
        if id_ in gone:
            (asked[above] if above else document)["components"].remove(question)
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def _reword(mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    kept = {key: mine[key] for key in _OWN if key in mine}
    mine.clear()
    mine.update({key: copy.deepcopy(value) for key, value in theirs.items() if key not in _OWN} | kept)


def _questions(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str, list[str]]]:
    """Each question with its id (as `processes.parts` calls it), the group it stands in, and those before it there."""
    seen = {""}

    def collect(components: Any, above: str) -> Iterator[tuple[str, dict[str, Any], str, list[str]]]:
        before: list[str] = []
        for place, one in enumerate(components if isinstance(components, list) else ()):
            if not isinstance(one, dict):
                continue
            prefix = f"{above}." if above else ""
            known = f"{prefix}{one.get('key') or one.get('path') or one.get('id') or f'{prefix}{place}'}"
            while known in seen:
                known += "′"
            seen.add(known)
            yield known, one, above, list(before)
            before.append(known)
            yield from collect(one.get("components"), known)

    yield from collect(document.get("components"), "")
