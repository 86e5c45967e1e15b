"""Rows of a decision table that stand in one another's way, and cases no row answers, each with an example."""

from collections.abc import Iterator, Sequence

from rules.decisions import Decision, Decisions, Knowledge, Table
from rules.dmn_types import allowed_by, plain_type
from rules.findings import Finding
from rules.sentences import Sentence
from rules.table_regions import Column, column_of

MOST_ROWS = 500  # beyond this comparing every pair takes too long for a check while somebody waits
MOST_STEPS = 20_000  # how far the search for a gap goes
MOST_TOLD = 10
_ANYTHING = ("", "-")


def check_rows(decisions: Decisions, item: Decision | Knowledge, table: Table) -> Iterator[Finding]:
    """Findings for overlapping rows, rows never reached, and gaps.

    Two rows that can match together are an error under UNIQUE, and under ANY where their results differ; a row all of
    whose cases earlier rows take is a warning under FIRST; a case without a row is a warning under every policy that
    gives one answer, unless the table has a default. Cells the texts alone do not explain are given the benefit of
    the doubt; a number column that speaks of whole numbers only is taken to hold nothing else.
    """
    if not table.rules or len(table.rules) > MOST_ROWS or any(len(r.tests) != len(table.inputs) for r in table.rules):
        return
    columns = _columns(decisions, table)
    if table.hit_policy in ("UNIQUE", "ANY"):
        yield from _limited(_overlaps(decisions, item, table, columns))
    if table.hit_policy == "FIRST":
        yield from _limited(_unreachable(decisions, item, table, columns))
    if table.hit_policy in ("UNIQUE", "ANY", "FIRST", "PRIORITY") and not any(each.fallback for each in table.outputs):
        yield from _gaps(decisions, item, table, columns)


def _limited(findings: Iterator[Finding]) -> Iterator[Finding]:
    return (finding for _, finding in zip(range(MOST_TOLD), findings, strict=False))


def _columns(decisions: Decisions, table: Table) -> list[Column | None]:
    columns = []
    for at, column in enumerate(table.inputs):
        tests = [rule.tests[at] for rule in table.rules]
        allowed = column.kind.allowed or allowed_by(decisions, column.kind.name)
        columns.append(column_of(tests, plain_type(decisions, column.kind.name), allowed))
    return columns


def _meeting(
    table: Table, columns: Sequence[Column | None], one: int, other: int
) -> list[tuple[int, int | None]] | None:
    """For each column a value both rows take (None where any will do); None when they never or not certainly meet."""
    found: list[tuple[int, int | None]] = []
    for at, column in enumerate(columns):
        left, right = table.rules[one].tests[at].strip(), table.rules[other].tests[at].strip()
        a, b = (None, None) if column is None else (column.rows[one], column.rows[other])
        if column is not None and a is not None and b is not None:
            if not a & b:
                return None
            found.append((at, (a & b & -(a & b)).bit_length() - 1))
        elif left in _ANYTHING or right in _ANYTHING or left == right:
            found.append((at, None))
        else:
            return None
    return found


def _example(table: Table, columns: Sequence[Column | None], values: Sequence[tuple[int, int | None]]) -> str:
    """Values of the columns, as `tuoi = 18, loai = "a"`; columns in which any value will do are left out."""
    told = []
    for at, value in values:
        column = columns[at]
        if column is not None and value is not None:
            told.append(f"{table.inputs[at].expression} = {column.examples[value]}")
    return ", ".join(told)


def _overlaps(
    decisions: Decisions, item: Decision | Knowledge, table: Table, columns: Sequence[Column | None]
) -> Iterator[Finding]:
    for later, rule in enumerate(table.rules):
        for earlier, other in enumerate(table.rules[:later]):
            if table.hit_policy == "ANY" and rule.outputs == other.outputs:
                continue
            met = _meeting(table, columns, earlier, later)
            if met is None:
                continue
            policy = table.hit_policy
            example = _example(table, columns, met)
            if example:
                message = Sentence(
                    "Dòng %(earlier)s và dòng %(later)s có thể cùng khớp (ví dụ khi %(example)s), điều mà chính sách "
                    "%(policy)s của bảng không cho phép.",
                    earlier=earlier + 1,
                    later=later + 1,
                    example=example,
                    policy=policy,
                )
            else:
                message = Sentence(
                    "Dòng %(earlier)s và dòng %(later)s luôn cùng khớp, điều mà chính sách %(policy)s của bảng không "
                    "cho phép.",
                    earlier=earlier + 1,
                    later=later + 1,
                    policy=policy,
                )
            advice = Sentence("Thu hẹp điều kiện của một dòng, hoặc đổi chính sách khớp thành FIRST.")
            certain = policy == "UNIQUE" or _plainly_differ(rule.outputs, other.outputs)
            yield Finding(
                "dmn.overlap", "error" if certain else "warning", decisions.file, item.id, item.name, message, advice
            )
            break


def _plainly_differ(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two rows' results are literals that are not the same."""
    plain = [text for text in (*one, *other) if text.replace(".", "", 1).lstrip("-").isdigit() or text.startswith('"')]
    return len(plain) == len(one) + len(other)


def _unreachable(
    decisions: Decisions, item: Decision | Knowledge, table: Table, columns: Sequence[Column | None]
) -> Iterator[Finding]:
    for later in range(1, len(table.rules)):
        covering = [earlier for earlier in range(later) if _covers(table, columns, earlier, later)]
        if not covering:
            continue
        message = Sentence(
            "Dòng %(later)s không bao giờ được dùng vì dòng %(earlier)s phía trên đã khớp trước.",
            later=later + 1,
            earlier=covering[0] + 1,
        )
        advice = Sentence("Đưa dòng cụ thể hơn lên trên, hoặc xoá dòng thừa.")
        yield Finding("dmn.unreachable", "warning", decisions.file, item.id, item.name, message, advice)


def _covers(table: Table, columns: Sequence[Column | None], wide: int, narrow: int) -> bool:
    """Whether every case the narrow row matches is matched by the wide one too, as far as the texts tell."""
    for at, column in enumerate(columns):
        left, right = table.rules[wide].tests[at].strip(), table.rules[narrow].tests[at].strip()
        if left in _ANYTHING or left == right:
            continue
        a, b = (None, None) if column is None else (column.rows[wide], column.rows[narrow])
        if a is None or b is None or right in _ANYTHING or b & ~a:
            return False
    return True


def _gaps(
    decisions: Decisions, item: Decision | Knowledge, table: Table, columns: Sequence[Column | None]
) -> Iterator[Finding]:
    """A case no row answers: the first one found, with its example."""
    told = [(at, column) for at, column in enumerate(columns) if column is not None]
    everybody = (1 << len(table.rules)) - 1
    seen: set[tuple[int, int]] = set()
    ahead: list[tuple[int, int, tuple[tuple[int, int | None], ...]]] = [(0, everybody, ())]
    steps = 0
    while ahead:
        place, alive, chosen = ahead.pop()
        steps += 1
        if steps > MOST_STEPS:
            return
        if not alive:
            message = Sentence("Không dòng nào khớp, ví dụ khi %(example)s.", example=_example(table, columns, chosen))
            advice = Sentence("Thêm một dòng cho trường hợp này, hoặc khai báo kết quả mặc định.")
            yield Finding("dmn.gap", "warning", decisions.file, item.id, item.name, message, advice)
            return
        if place == len(told) or (place, alive) in seen:
            continue
        seen.add((place, alive))
        at, column = told[place]
        for value in reversed(range(len(column.examples))):
            still = sum(1 << row for row, bits in enumerate(column.rows) if bits is None or bits >> value & 1)
            ahead.append((place + 1, alive & still, (*chosen, (at, value))))
