"""Where an answer lives: a path of keys and row numbers through nested dicts and lists."""

from collections.abc import Mapping
from typing import Any

Path = tuple[str | int, ...]


def get_at(data: Any, path: Path, default: Any = None) -> Any:
    """The value at a path, or the default where the path leads nowhere."""
    for step in path:
        if isinstance(step, int):
            if not isinstance(data, list) or step >= len(data):
                return default
            data = data[step]
        else:
            if not isinstance(data, Mapping) or step not in data:
                return default
            data = data[step]
    return data


def has_at(data: Any, path: Path) -> bool:
    """Whether anything stands at a path."""
    missing = object()
    return get_at(data, path, missing) is not missing


def set_at(data: dict[str, Any], path: Path, value: Any) -> None:
    """Put a value at a path, making the dicts and rows on the way; what stands in the way is replaced."""
    here: Any = data
    for step, following in zip(path, (*path[1:], None), strict=True):
        last = following is None
        fresh: Any = value if last else [] if isinstance(following, int) else {}
        if isinstance(step, int):
            while len(here) <= step:
                here.append({})
            if last or not isinstance(here[step], type(fresh)):
                here[step] = fresh
            here = here[step]
        else:
            if last or not isinstance(here.get(step), type(fresh)):
                here[step] = fresh
            here = here[step]


def drop_at(data: Any, path: Path) -> None:
    """Forget the value at a path, if there is one."""
    parent = get_at(data, path[:-1]) if len(path) > 1 else data
    if isinstance(parent, dict):
        parent.pop(path[-1], None)


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Two trees of values laid over each other; where both have a value, `above` wins. Neither is changed."""
    result = dict(below)
    for key, value in above.items():
        lower = result.get(key)
        result[key] = merged(lower, value) if isinstance(lower, Mapping) and isinstance(value, Mapping) else value
    return result


def dotted(path: Path) -> str:
    """A path as input names and errors carry it: `members.0.full_name`."""
    return ".".join(str(step) for step in path)


def undotted(text: str) -> Path:
    """The path a dotted name stands for."""
    return tuple(int(step) if step.isdecimal() and step.isascii() else step for step in text.split("."))
