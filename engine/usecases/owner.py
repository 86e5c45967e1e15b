"""Whose dossier it is, as the answers say: at filing, and again when a supplement corrects them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.accounts.models import fold, sort_key
from engine.dossiers.models import Dossier
from engine.errors import Invalid
from engine.procedures.published import OpenBundle
from engine.work import Work
from rules.feel import expression_of, feel

FACTS = ("name", "identity", "phone", "email", "address", "title")


def owner_of(work: Work, bundle: OpenBundle, clean: Mapping[str, Any]) -> dict[str, str]:
    """The owner's facts by the expressions of the bundle over the answers; Invalid when nobody is named."""
    rules = bundle.procedure.owner
    written = [(name, str(getattr(rules, name))) for name in FACTS if getattr(rules, name)]
    outcomes = feel().evaluate_all([(expression_of(rule), {"form": dict(clean)}) for _, rule in written], now=work.now)
    found = {
        name: str(one.value) if one.value is not None else "" for (name, _), one in zip(written, outcomes, strict=True)
    }
    if not found.get("name"):
        raise Invalid("Hồ sơ chưa có họ tên chủ hồ sơ.")
    return {name: found.get(name, "") for name in FACTS}


def write_owner(dossier: Dossier, owner: Mapping[str, str]) -> None:
    """Put the owner's facts on the dossier; an applicant who is the owner changes with them."""
    for fact in ("name", "identity", "phone", "email"):
        if getattr(dossier, f"applicant_{fact}") in {None, "", getattr(dossier, f"owner_{fact}")}:
            setattr(dossier, f"applicant_{fact}", owner[fact])
        setattr(dossier, f"owner_{fact}", owner[fact])
    dossier.owner_address = owner["address"]
    dossier.owner_search_key, dossier.owner_sort_key = fold(owner["name"]), sort_key(owner["name"])
    dossier.title = owner["title"] or dossier.procedure_name
