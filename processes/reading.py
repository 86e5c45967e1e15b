"""A settings file read with every complaint naming the file and the key it is about."""

from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any, TypeVar

from rules.sentences import Sentence

T = TypeVar("T")


class BundleError(Exception):
    """A bundle that cannot be read; `file` and `key` say where, `message` (Vietnamese) says what is wrong."""

    def __init__(self, file: str, key: str, message: Sentence) -> None:
        """Keep the place beside the words, so that a screen can point at it."""
        super().__init__(f"{file}: {key}: {message}" if key else f"{file}: {message}")
        self.file, self.key, self.message = file, key, message


class Table:
    """One table of a settings file; every read is typed, and what nobody read is refused at the end."""

    def __init__(self, values: Mapping[str, Any], *, file: str, path: str = "") -> None:
        """Open the table found under `path` in `file`."""
        self.file, self.path = file, path
        self._values = values
        self._read: set[str] = set()
        self._inner: list[Table] = []

    def __contains__(self, key: str) -> bool:
        """Say whether the key is written at all."""
        return key in self._values

    def where(self, key: str) -> str:
        """Name a key by its whole path."""
        return f"{self.path}.{key}" if self.path else key

    def refuse(self, key: str, message: Sentence) -> BundleError:
        """Make the error about one key of this table."""
        return BundleError(self.file, self.where(key), message)

    def keys(self) -> tuple[str, ...]:
        """List the keys in the order they were written."""
        return tuple(self._values)

    def _get(self, key: str, kinds: tuple[type, ...], wanted: str, default: T | None, required: bool) -> Any:
        self._read.add(key)
        if key not in self._values:
            if required:
                raise self.refuse(key, Sentence("thiếu giá trị (%(wanted)s)", wanted=wanted))
            return default
        value = self._values[key]
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise self.refuse(
                key, Sentence("phải là %(wanted)s, không phải %(value)s", wanted=wanted, value=repr(value))
            )
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Read a text; without a default it must be there and not be blank."""
        value: str = self._get(key, (str,), Sentence("một đoạn chữ"), default, default is None)
        if default is None and not value.strip():
            raise self.refuse(key, Sentence("không được để trống"))
        return value.strip()

    def one_of(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """Read a text that must be one of a closed list of words."""
        value = self.text(key, default)
        if value not in allowed:
            raise self.refuse(
                key,
                Sentence(
                    "phải là một trong: %(allowed)s; không phải “%(value)s”", allowed=", ".join(allowed), value=value
                ),
            )
        return value

    def number(self, key: str, default: int | None = None) -> int:
        """Read a whole number."""
        value: int = self._get(key, (int,), Sentence("một số nguyên"), default, default is None)
        return value

    def flag(self, key: str, default: bool | None = None) -> bool:
        """Read true or false."""
        value: bool = self._get(key, (bool,), Sentence("true hoặc false"), default, default is None)
        return value

    def day(self, key: str) -> date | None:
        """Read a date, or None where none is written."""
        value: date | None = self._get(key, (date,), Sentence("một ngày, ví dụ 2026-07-01"), None, False)
        return value

    def hour(self, key: str) -> time | None:
        """Read an hour of the day, or None where none is written."""
        value: time | None = self._get(key, (time,), Sentence("một giờ, ví dụ 15:00:00"), None, False)
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Read a list of texts."""
        values = self._get(key, (list,), Sentence("một danh sách chữ"), list(default or ()), default is None)
        if any(not isinstance(value, str) for value in values):
            raise self.refuse(key, Sentence("phải là một danh sách chữ"))
        return tuple(values)

    def numbers(self, key: str, default: tuple[int, ...]) -> tuple[int, ...]:
        """Read a list of whole numbers."""
        values = self._get(key, (list,), Sentence("một danh sách số"), list(default), False)
        if any(not isinstance(value, int) or isinstance(value, bool) for value in values):
            raise self.refuse(key, Sentence("phải là một danh sách số nguyên"))
        return tuple(values)

    def table(self, key: str, *, required: bool = True) -> "Table":
        """Open an inner table; an optional one that is missing reads as empty."""
        values = self._get(key, (dict,), Sentence("một bảng [%(key)s]", key=self.where(key)), {}, required)
        return self._open(values, self.where(key))

    def tables(self, key: str) -> Iterator["Table"]:
        """Open each table of a list of tables; a missing list has none."""
        for index, values in enumerate(
            self._get(key, (list,), Sentence("các bảng [[%(key)s]]", key=self.where(key)), [], False)
        ):
            if not isinstance(values, dict):
                raise self.refuse(f"{key}[{index}]", Sentence("phải là một bảng"))
            yield self._open(values, f"{self.where(key)}[{index}]")

    def named_tables(self, key: str) -> Iterator[tuple[str, "Table"]]:
        """Open each inner table of a table of tables, with its name."""
        outer = self.table(key, required=False)
        for name in outer.keys():  # noqa: SIM118 - a Table is not a mapping
            yield name, outer.table(name)

    def _open(self, values: Mapping[str, Any], path: str) -> "Table":
        inner = Table(values, file=self.file, path=path)
        self._inner.append(inner)
        return inner

    def finish(self) -> None:
        """Refuse keys that nobody read: a misspelt rule must not pass for a rule that is not there."""
        for key in self._values:
            if key not in self._read:
                raise self.refuse(key, Sentence("khóa không được biết đến (viết sai tên?)"))
        for inner in self._inner:
            inner.finish()
