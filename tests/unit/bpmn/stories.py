# ruff: noqa: E501  (a drawing reads best on one line)
"""Cases of every kind that are saved on their way: what was done before, what is done after they are read again.

Frozen with each released format of the saved state by `python -m tests.unit.bpmn.golden v1`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from rules.crossing import Months
from tests.unit.bpmn.drawings import (
    COUNTING,
    again,
    boundary,
    call,
    condition,
    drawing,
    end,
    error,
    event,
    file,
    flow,
    flows,
    gateway,
    io,
    loop,
    message,
    node,
    process,
    script,
    service,
    signal,
    start,
    sub,
    timer,
    user,
)  # fmt: skip
from tests.unit.bpmn.undoing import cancel_end, cancelled, compensate, transaction, undo_event, undoable, undoer

Act = tuple[Any, ...]
"""A verb of the door with the element it is done to, as `telling.Told` takes it."""


@dataclass(frozen=True)
class Story:
    """A drawing, how a case of it begins, what is done before it is saved and what after."""

    models: dict[str, bytes]
    begin: Act
    before: tuple[Act, ...]
    after: tuple[Act, ...]


def done(*elements: str, **variables: Any) -> tuple[Act, ...]:
    """Tasks completed one after another, the last one with these answers."""
    return (*(("complete", one, {}) for one in elements[:-1]), ("complete", elements[-1], variables))


CAUGHT = {
    "message": node("intermediateCatchEvent", "m1", inner=event("message", "m")),
    "signal": node("intermediateCatchEvent", "s1", inner=event("signal", "s")),
}
FORM = {
    "owner": {"name": "Đỗ Thị Ánh", "born_on": "1984-03-09", "gender": "f", "id": "079184001234", "phone": "0901234567"},
    "business": {"name": "Hộ kinh doanh Phở Ánh", "address": "12 Lê Lợi, Phường Bến Thành", "capital": 150000000, "staff": 4},
    "lines": [{"code": "5610", "name": "Nhà hàng", "main": True}, {"code": "4711", "name": "Bán lẻ", "main": False}],
    "remarks": "Mở cửa từ 6 giờ\nđến 22 giờ; “phở bò”, 'phở gà'", "agreed": True, "fax": None, "area": 62.5,
}  # fmt: skip
EXACT = {
    "day": date(2026, 2, 28), "moment": datetime(2026, 2, 28, 23, 59, 59, 123456, tzinfo=UTC), "span": timedelta(days=3, seconds=7),
    "months": Months(14), "fee": Decimal("75000.10"), "large": 2**53 + 1, "tiny": 1e-9, "whole": 1.0, "$": "kept", "$dt": [1],
    "nested": {"$": {"v": [date(2026, 1, 1)]}, "z": 1, "a": 2}, "text": "\u0000\u2028 ơ̛", "empty": [{}, [], ""],
}  # fmt: skip

INNER = sub("s", start("s1"), script("calc", "=i * 10", "o"), user("a", ext=io({"mine": "=o"})), call("c", "q"), end("e1"), flows("s1 calc a c e1"),
            ext=io({"o": "=0"}), inner=loop("=rows", "i", "all", "=o"))  # fmt: skip
BOOKING = drawing(
    start(), transaction("tr", start("t1"), undoable("a"), undoable("b"), user("pay"), gateway("x", default="ok"), cancel_end("no"), end("yes"),
                         flows("t1 a b pay x"), flow("x", "no", "=refused"), flow("x", "yes", id="ok")),
    cancelled("gone", "tr"), user("after"), end(), end("e2"), flows("start tr end", "gone after e2"),
)  # fmt: skip
UNDONE = drawing(
    start(), sub("s", start("s1"), user("a", ext=io({"mine": "=n"})), undo_event("ca", "a", "ua"), undoer("ua", ext=io({"was": "=mine"}, {"back": "=was"})),
                 end("e1"), flows("s1 a e1")),
    script("grow", "=n + 100", "n"), undoable("b"), user("c"), compensate("t"), user("z"), end(), flows("start s grow b c t z end"),
)  # fmt: skip
WATCHED = drawing(
    start(), user("u"), boundary("daily", "u", timer("Cycle", "R3/P1D"), interrupting=False), boundary("late", "u", timer("Duration", "P10D")),
    user("remind"), user("late-u"), node("intermediateCatchEvent", "on", inner=timer("Date", "2026-04-01T08:00:00+07:00")), end(), end("e2"), end("e3"),
    flows("start u on end", "daily remind e2", "late late-u e3"),
)  # fmt: skip
HEARD = drawing(
    start(), user("u"), sub("es", node("startEvent", "asked", inner=event("message", "m"), isInterrupting="false"), user("answer"), end("ee"),
                            flows("asked answer ee"), triggeredByEvent="true"),
    sub("stop", node("startEvent", "stopped", inner=event("error", "E")), user("clear"), end("se"), flows("stopped clear se"), triggeredByEvent="true"),
    end(), flows("start u end"), definitions=message("m", "=key") + error("E"),
)  # fmt: skip
OPINIONS = node(
    "complexGateway", "g", inner="<bpmn:activationCondition>=activationCount &gt;= 2</bpmn:activationCondition>"
)
CHOSEN = "<bpmn:completionCondition>=enough</bpmn:completionCondition>"

STORIES: dict[str, Story] = {
    "plain": Story(drawing(start(), user("review"), service("render", "letter.render", headers={"letter": "decision"}), user("sign"), end(), flows("start review render sign end")),
                   ("start", {}), done("review"), done("render", "sign")),
    "form": Story(drawing(start(), user("review", form="application"), gateway("g", default="no"), user("grant"), user("refuse"), end(), flows("start review g", "grant end", "refuse end"),
                          flow("g", "grant", '=form.business.capital > 1000 and count(form.lines) = 2 and form.owner.gender = "f"'), flow("g", "refuse", id="no")),
                  ("start", {"form": FORM, "channel": "online"}), (), done("review", "grant", approval={"outcome": "approve", "on": "2026-03-02"})),
    "exact values": Story(drawing(start(), user("a", ext=io({"mine": "=day"})), script("x", '=day + duration("P1D")', "next"), user("b"), end(), flows("start a x b end")),
                          ("start", EXACT), (), done("a", "b")),
    "ended": Story(drawing(start(), user("a"), end("granted"), flows("start a granted")), ("start", {"form": FORM}), done("a", n=1), ()),
    "multi-instance at once": Story(drawing(start(), user("u", groups='=[string(i)]', ext=io({}, {"o": "=given"}), inner=loop("=rows", "i", "all", "=o")), end(), flows("start u end")),
                                    ("start", {"rows": [1, 2, 3]}), (("complete", "u", {"given": 5}),), (("complete", "u", {"given": 6}), ("complete", "u", {"given": 7}))),
    "multi-instance in turn": Story(drawing(start(), user("u", inner=loop("=rows", "i", "all", "=i * 2", sequential=True, done="=stop = true")), end(), flows("start u end")),
                                    ("start", {"rows": [1, 2, 3, 4], "stop": False}), done("u"), (*done("u"), ("complete", "u", {"stop": True}))),
    "standard loop": Story(drawing(start(), user("u", inner=again("=more", most=5)), end(), flows("start u end")), ("start", {"more": True}), done("u", "u"), (*done("u"), ("complete", "u", {"more": False}))),
    "sub-processes and called processes in a loop": Story({"p.bpmn": file(process("p", start(), INNER, user("z"), end(), flows("start s z end")), COUNTING)},
                                                          ("start", {"rows": [1, 2], "n": 5}), done("a", "qa", n=9), done("a", "qa", "z")),
    "called process": Story({"p.bpmn": file(process("p", start(), call("c", '="q"', propagateAllParentVariables="false", ext=io({"n": "=own"}, {"back": "=n"})), user("u"), end(), flows("start c u end")), COUNTING)},
                            ("start", {"n": 5, "own": 1, "day": date(2026, 3, 2)}), (), done("qa", "u", said={"x": [1, 2]})),
    "compensation": Story(UNDONE, ("start", {"n": 1}), done("a", "b"), done("c", "undo-b", "ua", "z")),
    "compensation on its way": Story(UNDONE, ("start", {"n": 1}), done("a", "b", "c"), done("undo-b", "ua", "z")),
    "transaction": Story(BOOKING, ("start", {}), done("a", "b"), (("complete", "pay", {"refused": True}), *done("undo-b", "undo-a", "after"))),
    "event sub-processes": Story(HEARD, ("start", {"key": "K1"}), (("deliver", "m", "K1", {"n": 1}),), (("deliver", "m", "K1", {"n": 2}), *done("answer"), ("throw", "u", "E"), *done("clear"))),
    "timers": Story(WATCHED, ("start", {}), (("wait", {"days": 1, "hours": 1}),), (("wait", {"days": 1}), ("complete", "remind", {}), ("complete", "u", {}), ("complete", "remind", {}), ("wait", {"days": 40}))),
    "messages": Story(drawing(start(), gateway("g", "parallel"), CAUGHT["message"], node("receiveTask", "r", messageRef="message_paid"), gateway("j", "parallel"), end(),
                              flows("start g m1 j end", "g r j"), definitions=message("m", "=ref") + message("paid")),
                      ("start", {"ref": "A-1"}), (), (("deliver", "m", "A-2", {}), ("deliver", "m", "A-1", {"x": 1}), ("deliver", "paid", None, {"y": 2}))),
    "signals": Story(drawing(start(), user("u"), boundary("b", "u", event("signal", "s"), interrupting=False), CAUGHT["signal"], user("v"), end(), end("e2"), flows("start u s1 end", "b v e2"), definitions=signal("s")),
                     ("start", {}), (("signal", "s", {"n": 1}),), (("complete", "u", {}), ("signal", "s", {"n": 2}), ("complete", "v", {}))),
    "event gateway": Story(drawing(start(), node("eventBasedGateway", "race"), CAUGHT["message"], CAUGHT["signal"], node("intermediateCatchEvent", "t1", inner=timer("Duration", "P2D")),
                                   user("u"), end(), flows("start race m1 u end", "race s1 u", "race t1 u"), definitions=message("m", "=1") + signal("s")),
                           ("start", {}), (), (("wait", {"days": 3}), *done("u"))),
    "condition": Story(drawing(start(), gateway("g", "parallel"), node("intermediateCatchEvent", "c1", inner=condition("=total > 10")), user("u"), user("v"), end(), flows("start g c1 end", "g u v end")),
                       ("start", {"total": 1}), (), (*done("u", total=11), *done("v"))),
    "ad-hoc": Story(drawing(start(), node("adHocSubProcess", "s", inner=user("a") + user("b") + user("c") + flows("a c") + CHOSEN), user("z"), end(), flows("start s z end")),
                    ("start", {"enough": False}), (("begin", "a"), ("begin", "b")), (("complete", "b", {}), ("begin", "b"), ("complete", "a", {}), ("begin", "c"), ("complete", "c", {"enough": True}), *done("z"))),
    "inclusive join": Story(drawing(start(), gateway("g", "inclusive"), user("a"), user("b"), user("c"), gateway("j", "inclusive"), user("z"), end(), flows("start g", "a j", "b j", "c j z end"),
                                    flow("g", "a", "=true"), flow("g", "b", "=n > 1"), flow("g", "c", "=n > 5")),
                            ("start", {"n": 2}), done("a"), done("b", "z")),
    "complex gateway": Story(drawing(start(), gateway("f", "parallel"), *map(user, "abcz"), OPINIONS, end(), flows("start f", "f a", "f b", "f c", "a g", "b g", "c g z end")),
                             ("start", {}), done("a", "b"), done("z", "c")),
    "quantities": Story(drawing(start(), gateway("f", "parallel"), user("a"), user("b"), user("u", startQuantity="2", completionQuantity="2"), user("z"), end(), flows("start f", "f a u z end", "f b u")),
                        ("start", {}), done("a"), (*done("b", "u", "z"), *done("z"))),
    "incident": Story(drawing(start(), user("u"), gateway("g"), user("a"), user("b"), end(), flows("start u g", "a end", "b end"), flow("g", "a", "=n > 1"), flow("g", "b", "=n <= 1")),
                      ("start", {}), done("u", form=FORM), (("retry", {"n": 2}), *done("a"))),
    "uncaught error": Story(drawing(start(), user("u"), end(), flows("start u end")), ("start", {}), (("throw", "u", "E9"),), (("retry", {}), *done("u"))),
    "begun by a message": Story(drawing(node("startEvent", "filed", inner=event("message", "filed")), user("u"), CAUGHT["message"], end(), flows("filed u m1 end"),
                                        definitions=message("filed", "=number") + message("m", "=number")),
                                ("start_by_message", "filed", {"number": "N7"}), (), (*done("u"), ("deliver", "m", "N7", {"x": 1}))),
}  # fmt: skip
