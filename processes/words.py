"""The words expressions may use: what a running dossier knows, and what letters and notices know besides."""

from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from forms.definition import Component, Form
from processes.places import DOSSIER_PLACES, REPORT_PLACES
from rules.feel import Parsed

START_WORDS = frozenset(
    {
        "dossier_id",
        "channel",
        "components_complete",
        "form",
        "case_key",
        "limit_case",
        "received_at",
        "supplement_stage",
        "apology_case",
        "apology_draft",
        *DOSSIER_PLACES,
    }
)
"""Variables every drawing finds at its start or with the message that wakes it (`apology.due`: the last two); `form`
holds the applicant's answers by page and key."""

REPORT_START_WORDS = frozenset(
    {"report_id", "code", "channel", "form", "received_at", "forward_limit", "urgent_limit", "rating_window", "rating"}
    | set(REPORT_PLACES)
)
"""Variables the drawing of a report finds at its start; `rating` comes with the message `report.rated`."""

NOTICE_WORDS = frozenset(
    {"procedure", "dossier", "owner", "applicant", "components", "supplement", "today", "sample", "trial", "form"}
) | frozenset(DOSSIER_PLACES)
"""What notices know beside the variables of the drawing."""

HOUSE_WORDS: Mapping[str, frozenset[str]] = {"result_acted_on": frozenset({"act", "paper"})}
"""What a notice of the house knows besides, by its event: the decision and the paper it acts on."""

LETTER_WORDS = NOTICE_WORDS | {"letter", "control"}
"""What letters know besides: `letter` (title, capacity, signer, verify_url), and form 06 its hand-overs (`control`)."""


def answer_paths(form: Form) -> frozenset[str]:
    """Every dotted path below which a form keeps an answer; a list of rows counts as one answer."""
    paths: set[str] = set()
    for page in form.pages:
        own = page.group.keys if page.group else ()
        paths.update(".".join(own[:size]) for size in range(1, len(own) + 1))
        for component in page.components:
            _collect(component, own, paths)
    return frozenset(paths)


def _collect(component: Component, above: tuple[str, ...], paths: set[str]) -> None:
    here = above + component.keys
    paths.update(".".join(here[:size]) for size in range(1, len(here) + 1))
    if component.type != "dynamiclist":
        for child in component.components:
            _collect(child, here, paths)


def unknown_words(parsed: Parsed, known: Iterable[str], answers: frozenset[str]) -> Iterator[str]:
    """List what an expression asks for and nobody gives: names not known, answers no form asks for.

    `answers` are full paths such as `form.owner.full_name` or `check.outcome`.
    """
    known = frozenset(known)
    yield from sorted(parsed.names - known)
    roots = {path.partition(".")[0] for path in answers}
    for path in sorted(parsed.paths):
        root = path.partition(".")[0]
        if root in roots and root in parsed.names and path not in answers and not _inside_value(path, answers):
            yield path


def _inside_value(path: str, answers: frozenset[str]) -> bool:
    """Whether a path goes on below an answer, as `form.birth.date.year` does."""
    leaves = {one for one in answers if not any(other.startswith(f"{one}.") for other in answers)}
    return any(path.startswith(f"{leaf}.") for leaf in leaves)


def letter_expressions(root: etree._Element) -> Iterator[tuple[str, frozenset[str]]]:
    """Every FEEL expression of a letter with the names its data-each elements add around it.

    Contract of the letters: `{{ FEEL }}` in text and attributes, `data-if="FEEL"`, `data-each="name in FEEL"`, which
    also adds `name_no`.
    """
    yield from _expressions(root, frozenset())


def text_expressions(text: str | None) -> Iterator[str]:
    """List the expressions between double braces of a text."""
    for part in (text or "").split("{{")[1:]:
        yield part.partition("}}")[0].strip()


def _expressions(element: etree._Element, names: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    each = element.get("data-each")
    if each is not None:
        name, _, expression = each.partition(" in ")
        yield expression.strip(), names
        names = names | {name.strip(), f"{name.strip()}_no"}
    if element.get("data-if") is not None:
        yield element.get("data-if", ""), names
    attributes = [str(value) for key, value in element.attrib.items() if key not in ("data-each", "data-if")]
    for text in [element.text, *attributes]:
        for expression in text_expressions(text):
            yield expression, names
    for child in element:
        if isinstance(child.tag, str):
            yield from _expressions(child, names)
        for expression in text_expressions(child.tail):
            yield expression, names
