"""A DMN model together with the models it imports (OMG DMN 1.5, 6.3.3), as one.

A bundle's decisions may not import: what a procedure decides has to stand in one file that is published whole. The
compatibility kit, and tools that have the other files at hand, load them through here.
"""

from collections.abc import Iterable
from dataclasses import replace

from rules.decisions import Decisions, Space


def with_imports(model: Decisions, others: Iterable[Decisions]) -> Decisions:
    """The model with everything it imports, directly or not, from `others`, found by their namespaces.

    An import whose namespace none of them has stays a fault of the model.
    """
    by_space = {other.namespace: other for other in others if other.namespace != model.namespace}
    found: dict[str, Decisions] = {}
    ahead = [space for _, space in model.imports]
    while ahead:
        space = ahead.pop()
        if space in by_space and space not in found:
            found[space] = by_space[space]
            ahead += [further for _, further in by_space[space].imports]
    if not found:
        return model
    whole = replace(
        model, spaces={each.namespace: Space(each.items, each.imports) for each in (model, *found.values())}
    )
    for other in found.values():
        whole = _joined(whole, other)
    missing = {name for name, space in model.imports if space not in found}
    faults = (fault for fault in whole.faults if fault.code != "dmn.import" or fault.name in missing)
    return replace(whole, faults=tuple(faults))


def _joined(whole: Decisions, other: Decisions) -> Decisions:
    """The whole with another file's elements under `namespace#id`."""

    def far(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(id if "#" in id else f"{other.namespace}#{id}" for id in ids)

    def id_of(id: str) -> str:
        return f"{other.namespace}#{id}"

    decisions = {
        id_of(each.id): replace(
            each,
            id=id_of(each.id),
            decisions=far(each.decisions),
            data=far(each.data),
            knowledge=far(each.knowledge),
        )
        for each in other.decisions.values()
    }
    knowledge = {
        id_of(each.id): replace(each, id=id_of(each.id), requires=far(each.requires))
        for each in other.knowledge.values()
    }
    services = {
        id_of(each.id): replace(
            each,
            id=id_of(each.id),
            outputs=far(each.outputs),
            encapsulated=far(each.encapsulated),
            decisions=far(each.decisions),
            data=far(each.data),
        )
        for each in other.services.values()
    }
    data = {id_of(each.id): replace(each, id=id_of(each.id)) for each in other.data.values()}
    return replace(
        whole,
        decisions={**whole.decisions, **decisions},
        knowledge={**whole.knowledge, **knowledge},
        services={**whole.services, **services},
        data={**whole.data, **data},
    )
