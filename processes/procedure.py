"""What an administrative procedure is: its names, law, limits, fees, papers, places and letters, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal

from processes.places import PlaceRule
from processes.report import ReportRules
from processes.texts import NOTHING, Text

Unit = Literal["working_days", "days", "months", "hours", "same_day"]
ComponentForm = Literal["original", "certified", "copy", "eform", "presented"]
PAGE_TYPES = ("application/pdf", "image/jpeg", "image/png")
"""Files whose pages can stand in a letter (`Letter.pages_of`)."""


@dataclass(frozen=True)
class Limit:
    """A time limit as a value; hours are working hours (8 make a day), `same_day` has value 0 or 1."""

    value: int
    unit: Unit


@dataclass(frozen=True)
class LegalText:
    """A text of law the procedure stands on, with the days between which it was in force (inclusive)."""

    title: str
    valid_from: date | None
    valid_to: date | None
    verified: bool
    note: Text = NOTHING


@dataclass(frozen=True)
class Decision:
    """A numbered decision of an agency."""

    number: str
    date: date | None
    agency: str


@dataclass(frozen=True)
class Case:
    """A variant of the procedure with its own limit; `when` is FEEL over `form`, asked in the order written.

    `published` is what the office promises where that is less than the `limit` of the law.
    """

    key: str
    name: Text
    limit: Limit
    when: str
    verified: bool
    published: Limit | None = None


@dataclass(frozen=True)
class Limits:
    """Every limit the procedure knows; the legal one, the cases, the acceptance of online dossiers, the step budgets.

    Domain section 9 tells three 15:00 rules apart, so three hours (None = the rule does not apply):
    `same_day_cut_off` a same-day result moves to the next working day; `transfer_cut_off` the transfer to the room may
    wait until next morning; `start_cut_off` counting starts one working day later. "After 15:00" is strict.
    """

    default: Limit
    cases: tuple[Case, ...]
    acceptance: Limit
    steps: Mapping[str, Limit]
    terms: Mapping[str, Limit]
    marks: tuple[int, ...]
    same_day_cut_off: time | None
    transfer_cut_off: time | None
    start_cut_off: time | None
    verified: bool
    note: Text = NOTHING
    published: Limit | None = None

    def for_case(self, key: str | None) -> Limit:
        """Give the limit a case is promised: the published one where the office publishes less than the law allows."""
        found = next((case for case in self.cases if case.key == key), None)
        return (found.published or found.limit) if found is not None else (self.published or self.default)

    def legal(self, key: str | None) -> Limit:
        """Give the limit of the law for a case, or the default one."""
        return next((case.limit for case in self.cases if case.key == key), self.default)

    def step(self, element_id: str, term: str) -> Limit | None:
        """Give the time of a step, by its term or its element; None where the procedure gives it none."""
        found = self.steps.get(term) or self.steps.get(element_id) or self.terms.get(term)
        return self.acceptance if found is None and term == "acceptance" else found


@dataclass(frozen=True)
class PauseRule:
    """By which provision a cause stops the clock, and whether the date shifts by the wait or all is counted again."""

    ground: str
    mode: Literal["shift", "restart"]
    verified: bool


@dataclass(frozen=True)
class Fee:
    """One row of the fee table, in đồng; empty channel or locality means every one; `exempt` is FEEL over `form`.

    `times` (FEEL over `form`, a whole number) says how often the amount is due, e.g. for every page; empty is once.
    """

    key: str
    name: Text
    amount: int
    channel: str
    locality: str
    valid_from: date | None
    valid_to: date | None
    due: Literal["filing", "return"]
    exempt: str
    when: str
    verified: bool
    note: Text = NOTHING
    times: str = ""

    def holds(self, on: date, *, channel: str, locality: str) -> bool:
        """Say whether this row applies to a dossier received on a day, by a channel, for a locality (unit code)."""
        dated = (self.valid_from or date.min) <= on <= (self.valid_to or date.max)
        return dated and self.channel in ("", channel) and self.locality in ("", locality)


@dataclass(frozen=True)
class Component:
    """A paper of the dossier; `condition` (FEEL over `form`) empty and `required` true = always asked for."""

    key: str
    name: Text
    form: ComponentForm
    copies: int
    required: bool
    condition: str
    reusable_from: str
    accepts: tuple[str, ...]
    max_mb: int
    note: Text = NOTHING


@dataclass(frozen=True)
class Places:
    """Where the dossier is received, handled, signed, returned and who is consulted, as rules (see `places`)."""

    territory: str
    receiving: PlaceRule
    handling: PlaceRule
    signing: PlaceRule
    returning: PlaceRule
    consulted: PlaceRule | None
    hotline: PlaceRule | None = None
    unit: PlaceRule | None = None

    def rule(self, place: str) -> PlaceRule | None:
        """Give the rule of one place by its name."""
        rule: PlaceRule | None = getattr(self, place)
        return rule


@dataclass(frozen=True)
class Owner:
    """Whose dossier it is, read from the answers: each value is FEEL over `form`; `title` names the dossier."""

    name: str
    identity: str
    phone: str
    email: str
    address: str
    title: str


@dataclass(frozen=True)
class Supplement:
    """What the law allows when papers are missing after reception."""

    notice_window: Limit
    mode: Literal["shift", "restart"]
    max_rounds: int
    late_approver: str
    applicant_term: Limit
    ground: str
    verified: bool
    note: Text = NOTHING


@dataclass(frozen=True)
class Series:
    """A number series: `pattern` holds `{number}` (and may hold `{year}`).

    `source` says who counts: the office's `own` clerks (restarting each 1 January when `yearly`), or a `national`
    register whose answer holds the number under the FEEL expression `value`.
    """

    name: str
    pattern: str
    source: Literal["own", "national"]
    yearly: bool
    value: str = ""


@dataclass(frozen=True)
class RegisterColumn:
    """A column of a prescribed register: its heading, and FEEL over what the paper's letter may speak of."""

    name: Text
    value: str


@dataclass(frozen=True)
class Register:
    """A prescribed register (sổ): its name, the book (quyển) an entry stands in, and the columns of its own.

    `book_pattern` may hold `{year}`, the year of the number's date, e.g. "01/{year}".
    """

    name: str
    book_pattern: str
    columns: tuple[RegisterColumn, ...] = ()

    def book(self, year: int) -> str:
        """Give the book of a number of this year as it is printed, e.g. "01/2026"."""
        return self.book_pattern.replace("{year}", str(year))


@dataclass(frozen=True)
class Result:
    """What the applicant gets in the end."""

    kind: str
    name: Text
    layout: str
    series: Series
    register: Register | None
    signer: str
    capacity: str
    valid_until: str
    needs_seal: bool


@dataclass(frozen=True)
class FormSet:
    """A national set of forms 01-07 with the days of reception it applies to (inclusive)."""

    key: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Letter:
    """One letter: its template (`{set}` in `file` stands for the form set), page layout, series and signer role.

    `pages_of` names a component of the dossier: the pages of its scans go before this letter, in one file with it.
    """

    key: str
    name: Text
    file: str
    layout: str
    signer: str
    capacity: str
    series: Series | None
    pages_of: str = ""


@dataclass(frozen=True)
class Notice:
    """The words sent to a person at one event; every text may hold `{{ FEEL }}`."""

    event: str
    sms: Text
    subject: Text
    email: Text


@dataclass(frozen=True)
class Statistics:
    """How dossiers of this procedure are counted in the service index (Decision 766)."""

    index: bool
    full_online: bool
    owes_document: bool
    has_fee: bool


@dataclass(frozen=True)
class Procedure:
    """Everything `procedure.toml` says about one version of one procedure.

    `kind` says what runs by it: a dossier, or a report from the public; only the latter has `report`, and its owner,
    supplement and result are empty.
    """

    code: str
    version: str
    replaces: tuple[str, ...]
    name: Text
    field_name: Text
    field_code: str
    level: Literal["commune", "province"]
    subjects: tuple[str, ...]
    keywords: tuple[str, ...]
    description: Text
    who: Text
    steps: tuple[Text, ...]
    online: Literal["full", "partial"]
    valid_from: date | None
    valid_to: date | None
    announced: Decision | None
    internal_process: Decision | None
    legal_basis: tuple[LegalText, ...]
    limits: Limits
    fees: tuple[Fee, ...]
    components: tuple[Component, ...]
    owner: Owner
    places: Places
    supplement: Supplement
    result: Result
    form_sets: tuple[FormSet, ...]
    letters: Mapping[str, Letter]
    notices: Mapping[str, Notice]
    statistics: Statistics
    unverified: tuple[Text, ...] = field(default=())
    pauses: Mapping[str, PauseRule] = field(default_factory=dict)
    kind: Literal["dossier", "report"] = "dossier"
    report: ReportRules | None = None
    labels: Mapping[str, str] = field(default_factory=dict)

    def label(self, name: str, locale: str) -> str:
        """Give a name of the drawing in a locale; Vietnamese where no English was written."""
        return self.labels.get(name, name) if locale.startswith("en") else name

    def register_of(self, letter: str) -> Register | None:
        """Give the prescribed register a letter is entered in: the result's; the office's other letters have none."""
        return self.result.register if letter == "result" else None

    @property
    def trial(self) -> bool:
        """Say whether this is a trial: a published bundle needs both an announcing and an internal-process decision."""
        return self.announced is None or self.internal_process is None

    def in_force(self, received_on: date) -> bool:
        """Say whether a dossier received on that day (Asia/Ho_Chi_Minh) runs under this version."""
        return (self.valid_from or date.min) <= received_on <= (self.valid_to or date.max)

    def form_set(self, received_on: date) -> str:
        """Give the national form set for a dossier received on that day."""
        return next(
            one.key
            for one in reversed(self.form_sets)
            if (one.valid_from or date.min) <= received_on <= (one.valid_to or date.max)
        )

    def letter_file(self, key: str, received_on: date) -> str:
        """Give the bundle path of a letter's template for a dossier received on that day; KeyError if unknown."""
        return self.letters[key].file.replace("{set}", self.form_set(received_on))
