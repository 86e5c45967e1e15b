"""What is wrong with a decision model, told to the person who drew it."""

from collections.abc import Iterable, Iterator, Mapping

from rules.decisions import AGGREGATIONS, HIT_POLICIES, Decision, Decisions, Expression, Knowledge, Table, Unsupported
from rules.feel import Parsed, feel
from rules.findings import Finding
from rules.sentences import Sentence
from rules.table_check import check_rows

_ADVICE = {
    "dmn.id": Sentence("Đặt cho mỗi phần tử một mã riêng."),
    "dmn.cells": Sentence("Mở bảng bằng trình thiết kế và lưu lại để số ô khớp với số cột."),
    "dmn.language": Sentence("Đổi ngôn ngữ biểu thức thành FEEL và viết lại ô theo FEEL."),
    "dmn.long": Sentence("Chia biểu thức thành nhiều quyết định nhỏ."),
}


def check_decisions(decisions: Decisions) -> list[Finding]:
    """Everything wrong or doubtful in a DMN file; empty when it may be published.

    Errors: expressions FEEL cannot read, functions nobody has, logic this engine does not know, hit policies that
    cannot be kept, requirements that lead nowhere or round in circles. Warnings: rules that can never match, and names
    that no input of the model declares (most often a text written without its quotation marks).
    """
    return list(_Check(decisions).run())


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
        for model in self.decisions.knowledge.values():
            yield from self.requirements(model)
            yield from self.logic(model)
        for decision in self.decisions.decisions.values():
            yield from self.requirements(decision)
            yield from self.logic(decision)

    def declared_names(self) -> set[str]:
        """Every name the model itself explains: its data, its decisions, its knowledge."""
        names = {data.name for data in self.decisions.data.values()}
        names |= {model.name for model in self.decisions.knowledge.values()}
        for decision in self.decisions.decisions.values():
            names |= set(decision.answers_to)
        return {name for name in names if name}

    def finding(
        self, item: Decision | Knowledge, code: str, message: Sentence, advice: Sentence, *, warning: bool = False
    ) -> Finding:
        return Finding(
            code, "warning" if warning else "error", self.decisions.file, item.id, item.name, message, advice
        )

    def requirements(self, item: Decision | Knowledge) -> Iterator[Finding]:
        model = self.decisions
        if isinstance(item, Decision):
            arrows = {**dict.fromkeys(item.decisions, model.decisions), **dict.fromkeys(item.data, model.data)}
            arrows |= dict.fromkeys(item.knowledge, model.knowledge)
            circle = _in_circle(item.id, {each.id: each.decisions for each in model.decisions.values()})
        else:
            arrows = dict.fromkeys(item.requires, model.knowledge)
            circle = _in_circle(item.id, {each.id: each.requires for each in model.knowledge.values()})
        for missing in sorted(each for each, there in arrows.items() if each not in there):
            message = Sentence("Đòi hỏi “%(missing)s” nhưng trong tệp không có phần tử này.", missing=missing)
            yield self.finding(
                item, "dmn.requirement", message, Sentence("Xoá mũi tên đó hoặc vẽ lại tới phần tử đang có.")
            )
        if circle:
            message = Sentence("Các phần tử đòi hỏi lẫn nhau thành vòng tròn.")
            yield self.finding(
                item, "dmn.circle", message, Sentence("Bỏ một mũi tên để không phần tử nào cần tới chính nó.")
            )

    def logic(self, item: Decision | Knowledge) -> Iterator[Finding]:
        if isinstance(item.logic, Unsupported):
            what = (
                Sentence("“%(what)s” không được hỗ trợ", what=item.logic.what)
                if item.logic.what
                else Sentence("chưa có bảng hay biểu thức")
            )
            advice = Sentence("Viết bằng bảng quyết định, biểu thức FEEL, bảng ngữ cảnh (context) hoặc danh sách.")
            yield self.finding(item, "dmn.logic", Sentence("Quyết định này %(what)s.", what=what), advice)
        elif isinstance(item.logic, Expression):
            yield from self.expressions(
                item, [(text, Sentence("Biểu thức")) for text in item.logic.parts], unary=False, known=True
            )
        else:
            yield from self.table(item, item.logic)

    def table(self, item: Decision | Knowledge, table: Table) -> Iterator[Finding]:
        yield from self.policy(item, table)
        inputs = [
            (each.expression, Sentence("Cột vào “%(label)s”", label=each.label or each.expression))
            for each in table.inputs
        ]
        yield from self.expressions(item, inputs, unary=False, known=bool(self.decisions.data))
        tests, answers = [], []
        for place, rule in enumerate(table.rules, 1):
            tests += [
                (text, Sentence("Ô điều kiện ở dòng %(place)s", place=place))
                for text in rule.tests
                if text not in ("", "-")
            ]
            answers += [
                (text, Sentence("Ô kết quả ở dòng %(place)s", place=place))
                for text in rule.outputs
                if text not in ("", "-")
            ]
        tests += [
            (each.kind.allowed, Sentence("Danh sách giá trị của cột vào")) for each in table.inputs if each.kind.allowed
        ]
        tests += [
            (each.kind.allowed, Sentence("Danh sách giá trị của cột ra")) for each in table.outputs if each.kind.allowed
        ]
        answers += [(each.fallback, Sentence("Kết quả mặc định")) for each in table.outputs if each.fallback]
        named = {name for parsed in feel().parse_all([text for text, _ in inputs], self.known) for name in parsed.names}
        yield from self.expressions(item, tests, unary=True, known=True, also=named)
        yield from self.expressions(item, answers, unary=False, known=True, also=named)
        yield from check_rows(self.decisions.file, item, table)

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

    def expressions(
        self,
        item: Decision | Knowledge,
        texts: Iterable[tuple[str, str]],
        *,
        unary: bool,
        known: bool,
        also: Iterable[str] = (),
    ) -> Iterator[Finding]:
        """Read every text; `known` says whether the model declares its names well enough to doubt an undeclared one."""
        places: dict[str, str] = {}
        for text, place in texts:
            places.setdefault(text, place)
        doubting = known and bool(self.known | set(also))
        explained = {*self.known, *also}
        for (text, place), parsed in zip(
            places.items(), feel().parse_all(list(places), explained, unary=unary), strict=True
        ):
            yield from self.expression(item, text, place, parsed, explained if doubting else None)

    def expression(
        self, item: Decision | Knowledge, text: str, place: str, parsed: Parsed, explained: set[str] | None
    ) -> Iterator[Finding]:
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
        for name in sorted(parsed.functions - (explained or set())):
            message = Sentence("%(place)s: không có hàm nào tên là “%(name)s”.", place=place, name=name)
            yield self.finding(item, "dmn.function", message, Sentence("Kiểm tra lại tên hàm."))
        for name in sorted(parsed.names - explained) if explained is not None and isinstance(item, Decision) else []:
            message = Sentence("%(place)s: tên “%(name)s” không được khai báo trong mô hình.", place=place, name=name)
            advice = Sentence(
                'Nếu đây là chữ, hãy viết "%(name)s" trong dấu ngoặc kép; nếu là dữ liệu, hãy vẽ dữ liệu vào mô hình.',
                name=name,
            )
            yield self.finding(item, "dmn.name", message, advice, warning=True)


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
