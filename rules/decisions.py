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
    """A declared type: its name ("" or "Any" accepts everything; of FEEL or of an item definition of the file) and the
    values allowed here besides, as a unary test."""

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
    """A row: one test per input ("" or "-" is anything), one expression per output; `types` are those written on the
    outputs of this row alone, when any is."""

    id: str
    tests: tuple[str, ...]
    outputs: tuple[str, ...]
    types: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A decision table; `hit_policy` and `aggregation` are kept as written, for the check to judge."""

    hit_policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    type: str = ""


@dataclass(frozen=True)
class Literal:
    """One FEEL expression, "" where none was written."""

    text: str
    type: str = ""


@dataclass(frozen=True)
class Unsupported:
    """Logic this engine does not know, by the name of its XML element."""

    what: str


@dataclass(frozen=True)
class Named:
    """A box with a name and a declared type: an entry of a context, an argument, a column's cell."""

    name: str
    box: "Box"
    type: str = ""


@dataclass(frozen=True)
class Context:
    """Entries calculated in order, each seeing those before it; `result`, when there is one, is the whole's value."""

    entries: tuple[Named, ...]
    result: "Box | None"
    type: str = ""


@dataclass(frozen=True)
class Listing:
    """A boxed list."""

    items: tuple["Box", ...]
    type: str = ""


@dataclass(frozen=True)
class Relation:
    """A boxed list of contexts, as a table of cells without conditions."""

    columns: tuple[tuple[str, str], ...]  # name and type
    rows: tuple[tuple["Box", ...], ...]
    type: str = ""


@dataclass(frozen=True)
class Invocation:
    """A call of a function by the names of its parameters."""

    called: "Box"
    bindings: tuple[Named, ...]
    type: str = ""


@dataclass(frozen=True)
class Function:
    """A function defined in boxes; `parameters` are names and types."""

    parameters: tuple[tuple[str, str], ...]
    body: "Box"
    type: str = ""


@dataclass(frozen=True)
class Conditional:
    """If, then, else, in boxes (DMN 1.4)."""

    test: "Box"
    yes: "Box"
    no: "Box"
    type: str = ""


@dataclass(frozen=True)
class Loop:
    """`for`, `some` or `every` in boxes (DMN 1.4)."""

    kind: str
    variable: str
    source: "Box"
    each: "Box"
    type: str = ""


@dataclass(frozen=True)
class Filter:
    """A boxed filter (DMN 1.4)."""

    source: "Box"
    match: "Box"
    type: str = ""


Box = Table | Literal | Unsupported | Context | Listing | Relation | Invocation | Function | Conditional | Loop | Filter


@dataclass(frozen=True)
class Item:
    """An item definition (DMN 7.3.3): a type by another's name, by components, or of a function; a list when `many`."""

    type: str = ""
    many: bool = False
    allowed: str = ""
    constraint: str = ""
    components: tuple[tuple[str, "Item"], ...] = ()
    parameters: tuple[tuple[str, str], ...] | None = None
    result: str = ""


@dataclass(frozen=True)
class Knowledge:
    """A business knowledge model: a named function other decisions call."""

    id: str
    name: str
    logic: Function | Unsupported
    requires: tuple[str, ...]
    kind: Kind = field(default_factory=Kind)


@dataclass(frozen=True)
class Data:
    """An input of the whole model, with its declared type."""

    id: str
    name: str
    kind: Kind


@dataclass(frozen=True)
class ServedDecisions:
    """A decision service: some decisions of the model as one function of their data and of other decisions' results."""

    id: str
    name: str
    kind: Kind
    outputs: tuple[str, ...]
    encapsulated: tuple[str, ...]
    decisions: tuple[str, ...]
    data: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """One decision: its logic and the ids of the decisions, data and knowledge (models or services) it requires."""

    id: str
    name: str
    variable: str
    kind: Kind
    logic: Box
    decisions: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()

    @property
    def answers_to(self) -> tuple[str, ...]:
        """The names under which other decisions find its result."""
        return tuple(dict.fromkeys(name for name in (self.variable, self.name, self.id) if name))


@dataclass(frozen=True)
class Space:
    """What the names of one file mean: its item definitions, and the namespaces of the files it imports by prefix.

    The prefix "" brings names in as they are.
    """

    items: Mapping[str, Item]
    imports: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Decisions:
    """A DMN file read: everything in it by id, plus what reading already found fault with.

    Elements of files it imports, where those were loaded (`rules.dmn_imports`), stand beside its own under
    `namespace#id`, and what their names mean is in `spaces`, by namespace.
    """

    file: str
    name: str
    decisions: Mapping[str, Decision]
    data: Mapping[str, Data] = field(default_factory=dict)
    knowledge: Mapping[str, Knowledge] = field(default_factory=dict)
    services: Mapping[str, ServedDecisions] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    namespace: str = ""
    imports: tuple[tuple[str, str], ...] = ()
    spaces: Mapping[str, Space] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the decisions, in the order of the file."""
        return tuple(self.decisions)
