"""What a DMN file holds, as plain values: decisions, their tables and expressions, and what they ask of one another."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.sentences import Sentence

HIT_POLICIES = ("UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "RULE ORDER", "OUTPUT ORDER")
AGGREGATIONS = ("SUM", "MIN", "MAX", "COUNT")


class DecisionError(Exception):
    """A decision that could not be taken; `message` says why, in Vietnamese, `decision_id` where."""

    def __init__(self, decision_id: str, message: str) -> None:
        super().__init__(f"{decision_id}: {message}" if decision_id else message)
        self.decision_id = decision_id
        self.message = Sentence.of(message)


@dataclass(frozen=True)
class Fault:
    """Something reading already found wrong: a finding's code, the element and its name, and what (Vietnamese)."""

    code: str
    element: str
    name: str
    message: Sentence


@dataclass(frozen=True)
class Kind:
    """A declared type: a FEEL type name ("" or "Any" accepts everything) and the values it allows, as a unary test."""

    name: str = ""
    allowed: str = ""


@dataclass(frozen=True)
class Input:
    """A column a table looks at: its expression and its declared type."""

    id: str
    label: str
    expression: str
    kind: Kind


@dataclass(frozen=True)
class Output:
    """A column a table answers with: its name, declared type, and the answer when no rule matches."""

    id: str
    label: str
    name: str
    kind: Kind
    fallback: str


@dataclass(frozen=True)
class Rule:
    """A row: one test per input ("" or "-" is anything), one expression per output."""

    id: str
    tests: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A decision table; `hit_policy` and `aggregation` are kept as written, for the check to judge."""

    hit_policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Expression:
    """A decision written as one FEEL expression; boxed contexts, lists, relations and calls are written out as one."""

    text: str
    parts: tuple[str, ...] = ()  # the texts as their author wrote them


@dataclass(frozen=True)
class Unsupported:
    """Logic this engine does not know, by the name of its XML element."""

    what: str


@dataclass(frozen=True)
class Knowledge:
    """A business knowledge model: a named function other decisions call."""

    id: str
    name: str
    logic: Expression | Unsupported
    requires: tuple[str, ...]


@dataclass(frozen=True)
class Data:
    """An input of the whole model, with its declared type."""

    id: str
    name: str
    kind: Kind


@dataclass(frozen=True)
class Decision:
    """One decision: its logic and the ids of the decisions, data and knowledge it requires."""

    id: str
    name: str
    variable: str
    kind: Kind
    logic: Table | Expression | Unsupported
    decisions: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()

    @property
    def answers_to(self) -> tuple[str, ...]:
        """The names under which other decisions find its result."""
        return tuple(dict.fromkeys(name for name in (self.variable, self.name, self.id) if name))


@dataclass(frozen=True)
class Decisions:
    """A DMN file read: everything in it by id, plus what reading already found fault with."""

    file: str
    name: str
    decisions: Mapping[str, Decision]
    data: Mapping[str, Data] = field(default_factory=dict)
    knowledge: Mapping[str, Knowledge] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the decisions, in the order of the file."""
        return tuple(self.decisions)
