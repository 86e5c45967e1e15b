"""FEEL, the one expression language of gateways, decisions, forms and letters (OMG DMN 1.3, chapter 10).

Read by feelin's grammar and calculated by rules/feel.compile.js inside an isolated V8 (docs/adr/0002). Worth knowing
before writing an expression:

- Numbers are decimals of 15 digits: `0.1 + 0.2 = 0.3` holds, a fraction that never ends is cut at the fifteenth digit
  (`1 / 3 * 3` is not 1), whole numbers are exact below 2^53 and what would pass it is refused, as is a number written
  with more than 15 digits. Money is always whole đồng.
- `now()` and `today()` are the moment handed in, in Asia/Ho_Chi_Minh. Every date and time is in that zone: one written
  or given in another is converted, one without a zone is taken as Vietnamese.
- A date plus hours stays a date: write `date and time(d, time("00:00:00")) + duration("PT36H")` to keep them.
- Comparing a text with a number (`"4" > 3`) is null, so no condition holds; declare types in tables, use `number(x)`
  elsewhere.
- A name nobody knows is an error (in a filter, a name no item has). An absent entry of a context (`applicant.email`)
  is null: forms leave fields out.
- Beside the built-in functions there are `tien(1234567)` "1.234.567", `ngay(date)` "05/02/2026", `ngay_chu(date)`
  "ngày 05 tháng 02 năm 2026" and `bang_chu(5000)` "Năm nghìn đồng"; all give null for null. A variable of the same name
  hides the function.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from rules.closures import Beyond, compiled
from rules.crossing import LEGAL_ZONE, CannotCross, from_feel, to_feel
from rules.sentences import Sentence
from rules.v8 import Isolate, Overrun

LONGEST_EXPRESSION = 20_000
_AT_ONCE = 100
_MOST_READ = 20_000  # texts kept read
_Reading = tuple[tuple[str, ...], bool]  # the names known while reading, and whether the text is a unary test
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ANY_TIME = datetime(2000, 1, 1, tzinfo=LEGAL_ZONE)


class FeelError(Exception):
    """An expression that cannot be read or calculated; `message` says why, in Vietnamese."""

    def __init__(self, expression: str, message: str) -> None:
        super().__init__(f"{message} [{expression[:200]}]" if expression else message)
        self.expression = expression
        self.message = message


class FeelOverrun(FeelError):
    """An expression stopped because it took too long or too much memory."""


class Outcome(NamedTuple):
    """What became of one of many expressions: its value, what FEEL remarked, and the error (Vietnamese) or None."""

    value: Any
    warnings: tuple[str, ...]
    error: str | None


class Parsed(NamedTuple):
    """What an expression asks of its surroundings, known without calculating it.

    `names` are the variables it certainly needs, `error` (Vietnamese) why it cannot be read, `functions` the functions
    it calls that neither FEEL nor this house has, `maybe` the names inside a filter (variables, or entries of the items
    filtered), `paths` dotted paths such as `applicant.email`.
    """

    names: frozenset[str]
    error: Sentence | None
    functions: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()


class Feel:
    """A FEEL engine: an isolated V8 of its own, safe to share between threads, made anew after a fork or an overrun."""

    def __init__(self, *, timeout_ms: int = 250, memory_mb: int = 64) -> None:
        self._isolate = Isolate(timeout_ms=timeout_ms, memory_mb=memory_mb)
        self._read: dict[tuple[str, _Reading], Parsed] = {}

    def evaluate(
        self, expression: str, context: Mapping[str, Any] | None = None, *, now: datetime, strict: bool = True
    ) -> Any:
        """Calculate one expression (without a leading “=”) over the variables of `context` at the moment `now`.

        `now` is aware. Values as in `rules.crossing`. Raises FeelError; with `strict` also for a name or function that
        is not known, without it such a name is null.
        """
        return self._one({"kind": "expression", "text": expression, "strict": strict}, context, now)

    def evaluate_all(
        self, items: Sequence[tuple[str, Mapping[str, Any]]], *, now: datetime, strict: bool = True
    ) -> list[Outcome]:
        """Calculate many expressions in one crossing; an error of one does not touch the others.

        Items sharing one context object send it once. Raises FeelError only when nothing could be calculated (a context
        that cannot cross, an overrun of all together).
        """
        contexts: dict[int, Mapping[str, Any]] = {}
        places: dict[int, int] = {}
        jobs: list[dict[str, Any]] = []
        for text, context in items:
            place = places.setdefault(id(context), len(places))
            contexts[place] = context
            jobs.append({"kind": "expression", "text": text, "strict": strict, "context": place})
        if not jobs:
            return []
        answers = self.perform(jobs, [contexts[place] for place in range(len(places))], now=now)
        return [_outcome(job["text"], answer) for job, answer in zip(jobs, answers, strict=True)]

    def unary_test(
        self, test: str, value: Any, context: Mapping[str, Any] | None = None, *, now: datetime, strict: bool = True
    ) -> bool:
        """Whether a value passes a test as a decision table writes it (`"a","b"`, `[1..5]`, `? > x`, `-`)."""
        if test.strip() in ("", "-"):
            return True
        job = {"kind": "test", "text": test, "strict": strict, "value": _cross(test, value)}
        return self._one(job, context, now) is True

    def parse(self, expression: str, known: Iterable[str] = (), *, unary: bool = False) -> Parsed:
        """Read an expression without calculating it; `known` are variables whose names contain spaces or signs."""
        return self.parse_all([expression], known, unary=unary)[0]

    def parse_all(self, expressions: Sequence[str], known: Iterable[str] = (), *, unary: bool = False) -> list[Parsed]:
        """Read many expressions, a hundred in each crossing; one that is too long, or takes too long, has an `error`.

        What was read is kept: a check that hands all its texts over at once may afterwards ask for each by itself.
        """
        names = sorted(set(known))
        key = (tuple(names), unary)
        if len(self._read) > _MOST_READ:
            self._read.clear()
        found = {text: _too_long(text) or self._read.get((text, key)) for text in expressions}
        wanted = [text for text, one in found.items() if one is None]
        for start in range(0, len(wanted), _AT_ONCE):
            texts = wanted[start : start + _AT_ONCE]
            for text, one in zip(texts, self._parse_some(texts, names, unary), strict=True):
                found[text] = self._read[text, key] = one
        return [read for text in expressions if (read := found[text]) is not None]

    def _parse_some(self, texts: Sequence[str], names: list[str], unary: bool) -> list[Parsed]:
        """Read some expressions together; when that takes too long, find the one that does by halving."""
        jobs = [{"kind": "names", "text": text, "known": names, "unary": unary} for text in texts]
        try:
            answers = self.perform(jobs, [{}], now=_ANY_TIME)
        except FeelOverrun as error:
            if len(texts) == 1:
                return [Parsed(frozenset(), Sentence.of(error.message))]
            half = len(texts) // 2
            return [*self._parse_some(texts[:half], names, unary), *self._parse_some(texts[half:], names, unary)]
        return [_parsed(text, answer) for text, answer in zip(texts, answers, strict=True)]

    def perform(
        self, jobs: Sequence[dict[str, Any]], contexts: Sequence[Mapping[str, Any]], *, now: datetime
    ) -> list[dict[str, Any]]:
        """Perform jobs as rules/feel.entry.js knows them (kind, text, context by place), plain answers come back.

        The plainest are answered by closures; all others cross together.
        """
        if now.tzinfo is None:
            raise ValueError("now must be an aware datetime")
        for job in jobs:
            if len(job.get("text", "")) > LONGEST_EXPRESSION:
                raise FeelError(job["text"], f"Biểu thức dài quá {LONGEST_EXPRESSION} ký tự.")
        answers = [_plainly(job, contexts) for job in jobs]
        left = [place for place, answer in enumerate(answers) if answer is None]
        if left:
            for place, answer in zip(left, self.cross([jobs[place] for place in left], contexts, now=now), strict=True):
                answers[place] = answer
        return [answer for answer in answers if answer is not None]

    def cross(
        self, jobs: Sequence[dict[str, Any]], contexts: Sequence[Mapping[str, Any]], *, now: datetime
    ) -> list[dict[str, Any]]:
        """As `perform`, with every job calculated by V8, also those that closures could answer."""
        wanted = sorted({job.get("context", 0) for job in jobs})
        places = {place: at for at, place in enumerate(wanted)}
        pictures = [_cross("", _spoken_of(contexts[place], jobs, place)) for place in wanted]
        local = now.astimezone(LEGAL_ZONE).isoformat()
        clock = {"moment": local, "offset": local[-6:]}
        sent = [{**job, "context": places[job.get("context", 0)]} for job in jobs]
        message = {"clock": clock, "contexts": pictures, "jobs": sent}
        try:
            answers: list[dict[str, Any]] = self._isolate.send(message)
        except Overrun as error:
            raise FeelOverrun(str(jobs[0].get("text", "")) if len(jobs) == 1 else "", error.message) from error
        return answers

    @property
    def process_id(self) -> int | None:
        """The number of the process V8 lives in, None while there is none; for measuring it."""
        return self._isolate.process_id

    def close(self) -> None:
        """Give V8 back; using this engine again makes a new one."""
        self._isolate.close()

    def _one(self, job: dict[str, Any], context: Mapping[str, Any] | None, now: datetime) -> Any:
        outcome = _outcome(job["text"], self.perform([job], [context or {}], now=now)[0])
        if outcome.error is not None:
            raise FeelError(job["text"], outcome.error)
        return outcome.value


def _spoken_of(context: Mapping[str, Any], jobs: Sequence[Mapping[str, Any]], place: int) -> Mapping[str, Any]:
    """The part of the data that the texts of these jobs can be speaking of; the rest need not cross.

    A name of more than letters, digits and _ can be written in several ways and always crosses.
    """
    own = [job for job in jobs if job.get("context", 0) == place]
    if any(job["kind"] not in ("expression", "test") for job in own):
        return context
    texts = "\n".join(job["text"] for job in own)
    return {
        name: value
        for name, value in context.items()
        if not isinstance(name, str) or name in texts or not _PLAIN_NAME.fullmatch(name)
    }


def _plainly(job: Mapping[str, Any], contexts: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """A closure's answer where the job is plain enough for one (rules/closures.py), None where V8 must be asked."""
    kind = job["kind"]
    if job.get("standard"):  # by the bare standard tests are read in another way
        return None
    closure = compiled(job["text"]) if kind == "expression" or (kind == "test" and job["value"] is None) else None
    if closure is None:
        return None
    context = contexts[job.get("context", 0)]
    try:
        value = closure.value(context) if kind == "expression" else closure.holds(context)
    except Beyond:
        return None
    return {"value": value, "warnings": []}


_own = Feel()


def feel() -> Feel:
    """This process's own engine, shared by its threads; V8 starts with the first call, and anew in a forked child."""
    return _own


def is_expression(text: object) -> bool:
    """Whether a text of a model is an expression (“=…”) rather than a plain value."""
    return isinstance(text, str) and text.startswith("=")


def expression_of(text: str) -> str:
    """The expression in a text of a model, without its leading “=”."""
    return text.removeprefix("=").strip()


def _cross(expression: str, value: Any) -> Any:
    try:
        return to_feel(value)
    except CannotCross as error:
        raise FeelError(expression, str(error)) from error


def _too_long(text: str) -> Parsed | None:
    """What is said of a text that is not read at all for its length."""
    if len(text) <= LONGEST_EXPRESSION:
        return None
    return Parsed(frozenset(), Sentence("Biểu thức dài quá %(most)s ký tự.", most=LONGEST_EXPRESSION))


def _parsed(expression: str, answer: dict[str, Any]) -> Parsed:
    if answer.get("error"):
        return Parsed(frozenset(), describe(answer["error"], expression))
    found = answer["value"]
    problem = found["problem"]
    return Parsed(
        frozenset(found["names"]),
        describe(problem, expression) if problem else None,
        frozenset(found["functions"]),
        frozenset(found["maybe"]),
        frozenset(found["paths"]),
    )


def _outcome(expression: str, answer: dict[str, Any]) -> Outcome:
    warnings = tuple(warning["message"] for warning in answer["warnings"])
    if answer.get("error"):
        return Outcome(None, warnings, describe(answer["error"], expression))
    try:
        return Outcome(from_feel(answer["value"]), warnings, None)
    except CannotCross as error:
        return Outcome(None, warnings, str(error))


_TOLD = {
    "unknown-name": Sentence("Không biết tên “%(name)s”: không có dữ liệu hay hàm nào mang tên này."),
    "unknown-function": Sentence("Không có hàm nào tên là “%(name)s”."),
    "unknown-arguments": Sentence("Gọi hàm “%(name)s” không đúng số lượng hoặc tên tham số."),
    "unknown-unsupported": Sentence("Biểu thức dùng cách viết không được hỗ trợ: “%(name)s”."),
    "digits": Sentence("Số “%(name)s” có quá 15 chữ số nên không tính chính xác được."),
    "inexact": Sentence("Kết quả là số nguyên quá lớn để tính chính xác (quá 2 mũ 53)."),
    "large": Sentence("Kết quả là một số quá lớn."),
    "pattern": Sentence("Mẫu “%(name)s” không viết đúng: hãy viết như XPath, không dùng \\b hay (?=…)."),
    "twice": Sentence("Một ngữ cảnh đặt hai lần cùng một tên: “%(name)s”."),
    "type": Sentence("Gọi hàm “%(name)s” với giá trị không đúng kiểu đã khai báo."),
    "deep": Sentence("Biểu thức lồng nhau quá sâu hoặc tạo danh sách quá dài."),
}


def describe(problem: Mapping[str, Any], expression: str) -> Sentence:
    """The Vietnamese sentence for a problem the bundle reports."""
    kind = problem["kind"]
    if kind == "syntax":
        place = problem["from"] + 1
        if place > len(expression.rstrip()):
            return Sentence("Biểu thức viết chưa xong: thiếu phần cuối.")
        near = problem.get("near") or expression[max(0, place - 13) : place + 12]
        return Sentence("Biểu thức viết sai ở ký tự thứ %(place)s, gần “%(near)s”.", place=place, near=near)
    if kind in _TOLD:
        return Sentence(_TOLD[kind].msgid, name=problem.get("name", ""))
    if kind == "misplaced":
        return Sentence(
            "Phép so sánh ở ký tự thứ %(place)s thiếu vế trái (FEEL so sánh bằng một dấu “=”, không phải “==”).",
            place=problem["from"] + 1,
        )
    if kind == "told":
        return Sentence(str(problem["message"]))
    return Sentence("Không tính được biểu thức (%(why)s).", why=problem.get("message", kind))
