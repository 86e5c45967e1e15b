# ruff: noqa: E501  (a drawing reads best on one line)
"""Transactions after BPMN 2.0.2, 10.3.5: success, cancel and hazard."""

from tests.unit.bpmn.drawings import (
    boundary,
    drawing,
    end,
    error,
    event,
    flow,
    flows,
    gateway,
    io,
    loop,
    message,
    node,
    start,
    sub,
    user,
)  # fmt: skip
from tests.unit.bpmn.undoing import cancel_end, cancelled, compensate, transaction, undo_event, undo_sheet, undoable
from tests.unit.bpmn.walk import Walk


def booking(*parts: str) -> dict[str, bytes]:
    """Two bookings, then success or cancel; a hazard boundary event and one for a message."""
    choose = gateway("x", default="x-ok") + flow("x", "no", "=refused") + flow("x", "ok", id="x-ok")
    inside = [start("s1"), undoable("a"), undoable("b"), choose, cancel_end("no"), end("ok"), flows("s1 a b x")]
    edges = [
        cancelled("gone", "tr"),
        boundary("hazard", "tr", event("error", "E")),
        boundary("stop", "tr", event("message", "m")),
    ]
    ends = [end(), end("e-gone"), end("e-hazard"), end("e-stop")]
    return drawing(start(), transaction("tr", *inside, *parts), *edges, user("after"), *ends,
                   flows("start tr end", "gone after e-gone", "hazard e-hazard", "stop e-stop"), definitions=error("E") + message("m"))  # fmt: skip


def test_a_successful_transaction_goes_on_like_a_sub_process() -> None:
    walk = Walk(booking()).start().complete("a").complete("b", refused=False)
    assert walk.last.end_element == "end"
    assert walk.trace == ["start", "s1", "a", "b", "x", "ok", "tr", "end"]


def test_a_cancelled_transaction_is_undone_before_its_cancel_event_leads_on() -> None:
    walk = Walk(booking()).start().complete("a").complete("b", refused=True)
    assert walk.open == ["undo-b"]
    assert walk.complete("undo-b").open == ["undo-a"]
    assert walk.complete("undo-a").open == ["after"]
    assert walk.complete("after").last.end_element == "e-gone"
    assert walk.trace == [
        "start",
        "s1",
        "a",
        "b",
        "x",
        "no",
        "c-b",
        "undo-b",
        "c-a",
        "undo-a",
        "gone",
        "after",
        "e-gone",
    ]


def test_a_cancelled_transaction_in_which_nothing_can_be_undone_leaves_at_once() -> None:
    inside = transaction("tr", start("s1"), user("a"), cancel_end("no"), flows("s1 a no"))
    models = drawing(start(), inside, cancelled("gone", "tr"), end(), end("g"), flows("start tr end", "gone g"))
    assert Walk(models).start().complete("a").last.end_element == "g"


def test_a_hazard_leaves_at_once_and_undoes_nothing() -> None:
    walk = Walk(booking()).start().complete("a").throw("b", "E")
    assert (walk.last.end_element, walk.open) == ("e-hazard", [])
    assert "undo-a" not in walk.trace


def test_any_other_interruption_undoes_nothing() -> None:
    walk = Walk(booking()).start().complete("a").deliver("m")
    assert (walk.last.end_element, walk.open) == ("e-stop", [])


def test_a_handler_that_fails_while_cancelling_is_a_hazard() -> None:
    walk = Walk(booking()).start().complete("a").complete("b", refused=True).throw("undo-b", "E")
    assert (walk.last.end_element, walk.open) == ("e-hazard", [])


def test_cancelling_ends_what_goes_on_beside_and_undoes_what_that_had_completed() -> None:
    beside = sub("s", start("s2"), undoable("d"), user("e"), end("e2"), flows("s2 d e e2"))
    inside = [
        start("s1"),
        gateway("f", "parallel"),
        undoable("a"),
        cancel_end("no"),
        beside,
        end("ok"),
        flows("s1 f", "f a no", "f s ok"),
    ]
    models = drawing(
        start(), transaction("tr", *inside), cancelled("gone", "tr"), end(), end("g"), flows("start tr end", "gone g")
    )
    walk = Walk(models).start().complete("d")
    assert walk.work == ["a", "e"]
    walk.complete("a")
    assert walk.work == ["undo-d"], "the part still going on comes first: it is the latest"
    assert walk.complete("undo-d").work == ["undo-a"]
    assert walk.complete("undo-a").last.end_element == "g"


def test_cancelling_undoes_the_rounds_of_a_loop_done_and_still_going_on() -> None:
    each = sub(
        "s",
        start("s2"),
        undoable("d", ext=io({"k": "=i"})),
        user("e"),
        end("e2"),
        flows("s2 d e e2"),
        inner=loop("=[1,2]", "i"),
    )
    inside = [
        start("s1"),
        gateway("f", "parallel"),
        user("a"),
        cancel_end("no"),
        each,
        end("ok"),
        flows("s1 f", "f a no", "f s ok"),
    ]
    models = drawing(
        start(), transaction("tr", *inside), cancelled("gone", "tr"), end(), end("g"), flows("start tr end", "gone g")
    )
    walk = Walk(models).start().complete("d").complete("d").complete("e").complete("a")
    assert walk.work == ["undo-d"]
    assert walk.complete("undo-d").work == ["undo-d"]
    assert walk.complete("undo-d").last.end_element == "g"


def test_a_cancel_end_deep_inside_cancels_the_transaction_around_it() -> None:
    inner = sub("s", start("s2"), undoable("b"), cancel_end("no"), flows("s2 b no"))
    inside = [start("s1"), undoable("a"), inner, end("ok"), flows("s1 a s ok")]
    models = drawing(
        start(), transaction("tr", *inside), cancelled("gone", "tr"), end(), end("g"), flows("start tr end", "gone g")
    )
    walk = Walk(models).start().complete("a").complete("b")
    assert walk.work == ["undo-b"]
    assert walk.complete("undo-b").work == ["undo-a"]
    assert walk.complete("undo-a").last.end_element == "g"


def test_a_completed_transaction_can_be_undone_later() -> None:
    models = drawing(
        start(),
        transaction("tr", start("s1"), undoable("a"), end("ok"), flows("s1 a ok")),
        compensate("t"),
        end(),
        flows("start tr t end"),
    )
    assert Walk(models).start().complete("a").complete("undo-a").ended


def test_cancelling_does_not_ask_the_compensation_sub_process_of_what_was_never_completed() -> None:
    undo = undo_sheet("h", user("whole"), end("eh"), flows("on-h whole eh"))
    inside = [start("s1"), undoable("a"), cancel_end("no"), flows("s1 a no"), undo]
    models = drawing(
        start(), transaction("tr", *inside), cancelled("gone", "tr"), end(), end("g"), flows("start tr end", "gone g")
    )
    walk = Walk(models).start().complete("a")
    assert walk.work == ["undo-a"]
    assert walk.complete("undo-a").last.end_element == "g"


def test_what_is_being_undone_when_the_transaction_is_cancelled_is_undone_from_its_beginning() -> None:
    done = sub("s", start("s2"), undoable("y1"), undoable("y2"), end("e2"), flows("s2 y1 y2 e2"))
    inside = [
        start("s1"),
        undoable("x"),
        done,
        undoable("z"),
        gateway("f", "parallel"),
        compensate("c"),
        user("stop"),
        cancel_end("no"),
        end("ok"),
    ]
    line = flows("s1 x s z f", "f c ok", "f stop no")
    models = drawing(
        start(),
        transaction("tr", *inside, line),
        cancelled("gone", "tr"),
        end(),
        end("g"),
        flows("start tr end", "gone g"),
    )
    for undone in range(4):
        walk, expected = Walk(models).start(), ["undo-z", "undo-y2", "undo-y1", "undo-x"]
        for task in ("x", "y1", "y2", "z"):
            walk.complete(task)
        for handler in expected[:undone]:
            walk.complete(handler)
        walk.complete("stop")
        for handler in expected[undone:]:
            assert walk.work == [handler]
            walk.complete(handler)
        assert walk.last.end_element == "g"


def test_a_compensation_sub_process_cut_off_by_cancelling_begins_anew() -> None:
    undo = undo_sheet("h", user("h1"), user("h2"), end("eh"), flows("on-h h1 h2 eh"))
    done = sub("s", start("s2"), user("y"), end("e2"), flows("s2 y e2"), undo)
    inside = [
        start("s1"),
        done,
        gateway("f", "parallel"),
        compensate("c"),
        user("stop"),
        cancel_end("no"),
        end("ok"),
        flows("s1 s f", "f c ok", "f stop no"),
    ]
    models = drawing(
        start(), transaction("tr", *inside), cancelled("gone", "tr"), end(), end("g"), flows("start tr end", "gone g")
    )
    walk = Walk(models).start().complete("y").complete("h1").complete("stop")
    assert walk.work == ["h1"]
    assert walk.complete("h1").complete("h2").last.end_element == "g"


def test_a_handler_that_cancels_the_transaction_it_undoes_only_ends() -> None:
    undo = sub("u", start("us"), user("uu"), cancel_end("again"), flows("us uu again"), isForCompensation="true")
    inside = [start("s1"), user("a"), undo_event("c", "a", "u"), undo, cancel_end("no"), flows("s1 a no")]
    models = drawing(
        start(), transaction("tr", *inside), cancelled("gone", "tr"), end(), end("g"), flows("start tr end", "gone g")
    )
    walk = Walk(models).start().complete("a")
    assert walk.work == ["uu"]
    assert walk.complete("uu").last.end_element == "g"


def test_an_event_sub_process_inside_may_cancel() -> None:
    asked = sub(
        "es",
        node("startEvent", "m1", inner=event("message", "m")),
        cancel_end("no"),
        flows("m1 no"),
        triggeredByEvent="true",
    )
    inside = [start("s1"), undoable("a"), user("b"), end("ok"), flows("s1 a b ok"), asked]
    models = drawing(
        start(),
        transaction("tr", *inside),
        cancelled("gone", "tr"),
        end(),
        end("g"),
        flows("start tr end", "gone g"),
        definitions=message("m"),
    )
    walk = Walk(models).start().complete("a").deliver("m")
    assert walk.open == ["undo-a"]
    assert walk.complete("undo-a").last.end_element == "g"
