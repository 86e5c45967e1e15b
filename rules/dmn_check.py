"""What is wrong with a decision model, told to the person who drew it."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rules.decisions import (
    AGGREGATIONS,
    HIT_POLICIES,
    Decision,
    Decisions,
    Knowledge,
    Literal,
    ServedDecisions,
    Table,
    Unsupported,
)
from rules.dmn_types import unknown_types
from rules.dmn_walk import boxes_with_names
from rules.feel import Parsed, feel
from rules.findings import Finding
from rules.sentences import Sentence
from rules.table_check import check_rows

_ADVICE = {
    "dmn.id": Sentence("Đặt cho mỗi phần tử một mã riêng."),
    "dmn.cells": Sentence("Mở bảng bằng trình thiết kế và lưu lại để số ô khớp với số cột."),
    "dmn.language": Sentence("Đổi ngôn ngữ biểu thức thành FEEL và viết lại ô theo FEEL."),
    "dmn.import": Sentence("Chép những phần cần dùng vào chính tệp này: mô hình trong tệp khác không được nhập khẩu."),
    "dmn.long": Sentence("Chia biểu thức thành nhiều quyết định nhỏ."),
}


def check_decisions(decisions: Decisions) -> list[Finding]:
    """Everything wrong or doubtful in a DMN file; empty when it may be published.

    Errors: expressions FEEL cannot read, functions nobody has, logic this engine does not know, hit policies that
    cannot be kept, requirements that lead nowhere or round in circles. Warnings: rules that can never match, and names
    that no input of the model declares (most often a text written without its quotation marks).
    """
    return list(_Check(decisions).run())


class _Text(NamedTuple):
    """One text of the model to be read: where it stands, and the names its surroundings explain."""

    item: Decision | Knowledge
    text: str
    place: Sentence
    unary: bool
    own: frozenset[str]
    table: Table | None
    is_input: bool = False


class _Check:
    """One check of one file."""

    def __init__(self, decisions: Decisions) -> None:
        self.decisions = decisions
        self.known = self.declared_names()

    def run(self) -> Iterator[Finding]:
        for fault in self.decisions.faults:
            yield Finding(
                fault.code, "error", self.decisions.file, fault.element, fault.name, fault.message, _ADVICE[fault.code]
            )
        if not self.decisions.decisions:
            message, advice = Sentence("Tệp không có quyết định nào."), Sentence("Thêm ít nhất một bảng quyết định.")
            yield Finding("dmn.empty", "error", self.decisions.file, "", self.decisions.name, message, advice)
        items: list[Decision | Knowledge] = [*self.decisions.knowledge.values(), *self.decisions.decisions.values()]
        texts: list[_Text] = []
        for item in items:
            yield from self.requirements(item)
            yield from self.logic(item, texts)
        for service in self.decisions.services.values():
            yield from self.service(service)
        yield from unknown_types(self.decisions)
        yield from self.read(texts)

    def declared_names(self) -> set[str]:
        """Every name the model itself explains: its data, its decisions, its knowledge."""
        names = {data.name for data in self.decisions.data.values()}
        names |= {model.name for model in self.decisions.knowledge.values()}
        names |= {service.name for service in self.decisions.services.values()}
        for decision in self.decisions.decisions.values():
            names |= set(decision.answers_to)
        return {name for name in names if name}

    def finding(
        self,
        item: Decision | Knowledge | ServedDecisions,
        code: str,
        message: Sentence,
        advice: Sentence,
        *,
        warning: bool = False,
    ) -> Finding:
        return Finding(
            code, "warning" if warning else "error", self.decisions.file, item.id, item.name, message, advice
        )

    def requirements(self, item: Decision | Knowledge) -> Iterator[Finding]:
        model = self.decisions
        called = {*model.knowledge, *model.services}
        if isinstance(item, Decision):
            broken = {each for each in item.decisions if each not in model.decisions}
            broken |= {each for each in item.data if each not in model.data}
            broken |= {each for each in item.knowledge if each not in called}
            circle = _in_circle(item.id, {each.id: each.decisions for each in model.decisions.values()})
        else:
            broken = {each for each in item.requires if each not in called}
            circle = _in_circle(item.id, {each.id: each.requires for each in model.knowledge.values()})
        for missing in sorted(broken):
            message = Sentence("Đòi hỏi “%(missing)s” nhưng trong tệp không có phần tử này.", missing=missing)
            yield self.finding(
                item, "dmn.requirement", message, Sentence("Xoá mũi tên đó hoặc vẽ lại tới phần tử đang có.")
            )
        if circle:
            message = Sentence("Các phần tử đòi hỏi lẫn nhau thành vòng tròn.")
            yield self.finding(
                item, "dmn.circle", message, Sentence("Bỏ một mũi tên để không phần tử nào cần tới chính nó.")
            )

    def service(self, service: ServedDecisions) -> Iterator[Finding]:
        wanted = dict.fromkeys((*service.outputs, *service.encapsulated, *service.decisions), self.decisions.decisions)
        for missing in sorted(each for each, there in wanted.items() if each not in there):
            message = Sentence("Đòi hỏi “%(missing)s” nhưng trong tệp không có phần tử này.", missing=missing)
            advice = Sentence("Xoá mũi tên đó hoặc vẽ lại tới phần tử đang có.")
            yield self.finding(service, "dmn.requirement", message, advice)

    def logic(self, item: Decision | Knowledge, texts: list[_Text]) -> Iterator[Finding]:
        """What is wrong with the boxes themselves; the texts in them are gathered, to be read together."""
        for box, own in boxes_with_names(item.logic, frozenset()):
            if isinstance(box, Unsupported):
                what = (
                    Sentence("“%(what)s” không được hỗ trợ", what=box.what)
                    if box.what
                    else Sentence("chưa có bảng hay biểu thức")
                )
                advice = Sentence("Viết bằng bảng quyết định, biểu thức FEEL, bảng ngữ cảnh (context) hoặc danh sách.")
                yield self.finding(item, "dmn.logic", Sentence("Quyết định này %(what)s.", what=what), advice)
            elif isinstance(box, Literal):
                texts.append(_Text(item, box.text, Sentence("Biểu thức"), False, own, None))
            elif isinstance(box, Table):
                yield from self.policy(item, box)
                texts += _table_texts(item, box, own)
                yield from check_rows(self.decisions, item, box)

    def policy(self, item: Decision | Knowledge, table: Table) -> Iterator[Finding]:
        policy, aggregation = table.hit_policy, table.aggregation
        if policy not in HIT_POLICIES:
            advice = Sentence("Chọn một trong: %(choices)s.", choices=", ".join(HIT_POLICIES))
            yield self.finding(
                item, "dmn.hit-policy", Sentence("Không biết chính sách khớp “%(policy)s”.", policy=policy), advice
            )
        if aggregation and (policy != "COLLECT" or aggregation not in AGGREGATIONS or len(table.outputs) != 1):
            message = Sentence(
                "Phép gộp “%(aggregation)s” chỉ dùng được với COLLECT và bảng có đúng một cột kết quả.",
                aggregation=aggregation,
            )
            yield self.finding(
                item, "dmn.aggregation", message, Sentence("Đổi chính sách khớp thành COLLECT, giữ một cột kết quả.")
            )
        if policy in ("PRIORITY", "OUTPUT ORDER") and not any(each.kind.allowed for each in table.outputs):
            message = Sentence(
                "Chính sách %(policy)s cần danh sách giá trị xếp theo thứ tự ưu tiên ở cột kết quả.", policy=policy
            )
            yield self.finding(
                item, "dmn.priority", message, Sentence("Khai báo các giá trị cho phép của cột kết quả, ưu tiên trước.")
            )
        names = [each.name for each in table.outputs]
        if not names or (len(names) > 1 and (not all(names) or len(set(names)) < len(names))):
            message = Sentence("Bảng không có cột kết quả, hoặc các cột kết quả thiếu tên hay trùng tên.")
            yield self.finding(item, "dmn.outputs", message, Sentence("Đặt cho mỗi cột kết quả một tên riêng."))
        if not table.rules:
            yield self.finding(
                item,
                "dmn.no-rules",
                Sentence("Bảng chưa có dòng nào."),
                Sentence("Thêm ít nhất một dòng."),
                warning=True,
            )

    def read(self, texts: list[_Text]) -> Iterator[Finding]:
        """Read every text of the file, in two crossings, and say what is wrong with each."""
        known = self.known.union(*(each.own for each in texts))
        parsed: dict[tuple[str, bool], Parsed] = {}
        for unary in (False, True):
            wanted = list(dict.fromkeys(each.text for each in texts if each.unary is unary))
            found = feel().parse_all(wanted, known, unary=unary)
            parsed |= {(text, unary): one for text, one in zip(wanted, found, strict=True)}
        columns: dict[int, set[str]] = {}
        for each in texts:
            if each.is_input:
                columns.setdefault(id(each.table), set()).update(parsed[each.text, False].names)
        told: set[tuple[str, str, bool]] = set()
        for each in texts:
            if (each.item.id, each.text, each.unary) in told:
                continue
            told.add((each.item.id, each.text, each.unary))
            explained = self.known | each.own
            doubting = bool(self.decisions.data) if each.is_input else True
            if each.table is not None and not each.is_input:
                explained |= columns.get(id(each.table), set())
            doubting = doubting and bool(explained)
            one = parsed[each.text, each.unary]
            yield from self.expression(each, one, explained if doubting else None)

    def expression(self, where: _Text, parsed: Parsed, explained: set[str] | None) -> Iterator[Finding]:
        item, text, place = where.item, where.text, where.place
        if not text:
            yield self.finding(
                item,
                "dmn.feel",
                Sentence("%(place)s: chưa viết biểu thức.", place=place),
                Sentence("Viết biểu thức FEEL vào đây."),
            )
        elif parsed.error:
            advice = Sentence("Sửa lại theo cú pháp FEEL; chữ phải đặt trong dấu ngoặc kép.")
            yield self.finding(
                item, "dmn.feel", Sentence("%(place)s: %(error)s", place=place, error=parsed.error), advice
            )
        for name in sorted(parsed.functions - (explained or self.known | where.own)):
            message = Sentence("%(place)s: không có hàm nào tên là “%(name)s”.", place=place, name=name)
            yield self.finding(item, "dmn.function", message, Sentence("Kiểm tra lại tên hàm."))
        for name in sorted(parsed.names - explained) if explained is not None and isinstance(item, Decision) else []:
            message = Sentence("%(place)s: tên “%(name)s” không được khai báo trong mô hình.", place=place, name=name)
            advice = Sentence(
                'Nếu đây là chữ, hãy viết "%(name)s" trong dấu ngoặc kép; nếu là dữ liệu, hãy vẽ dữ liệu vào mô hình.',
                name=name,
            )
            yield self.finding(item, "dmn.name", message, advice, warning=True)


def _table_texts(item: Decision | Knowledge, table: Table, own: frozenset[str]) -> Iterator[_Text]:
    """Every text of a table with its place."""
    for column in table.inputs:
        label = Sentence("Cột vào “%(label)s”", label=column.label or column.expression)
        yield _Text(item, column.expression, label, False, own, table, True)
    for place, rule in enumerate(table.rules, 1):
        for text in rule.tests:
            if text not in ("", "-"):
                yield _Text(item, text, Sentence("Ô điều kiện ở dòng %(place)s", place=place), True, own, table)
        for text in rule.outputs:
            if text not in ("", "-"):
                yield _Text(item, text, Sentence("Ô kết quả ở dòng %(place)s", place=place), False, own, table)
    for column in table.inputs:
        if column.kind.allowed:
            yield _Text(item, column.kind.allowed, Sentence("Danh sách giá trị của cột vào"), True, own, table)
    for output in table.outputs:
        if output.kind.allowed:
            yield _Text(item, output.kind.allowed, Sentence("Danh sách giá trị của cột ra"), True, own, table)
        if output.fallback:
            yield _Text(item, output.fallback, Sentence("Kết quả mặc định"), False, own, table)


def _in_circle(start: str, arrows: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether following the arrows leads back to where it started."""
    seen: set[str] = set()
    ahead = list(arrows[start])
    while ahead:
        each = ahead.pop()
        if each == start:
            return True
        if each not in seen:
            seen.add(each)
            ahead += arrows.get(each, ())
    return False
