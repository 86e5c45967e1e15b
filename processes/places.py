"""Who receives, handles, signs and returns, said as a rule so that one bundle serves every commune.

A place is written as one of five phrases (a closed vocabulary; the engine resolves it to an office of its own tree):

* `filed` - the office that took the dossier in;
* `chosen` - the office where the applicant asked to collect the result, else the one that took the dossier in;
* `same as <place>` - the office found for another place, e.g. `same as handling`;
* `<kind> of <level>` - kind `one-stop` (service centre) or `committee` (People's Committee), level `commune` or `city`;
* `room:<function> of commune`, `department:<function> of city`, `agency:<function> of <level>` - the body that holds
  this function there, whatever its name is (a ward's and a commune's economic room are called differently).

The commune meant is the one whose code the FEEL expression `places.territory` gives.
"""

from dataclasses import dataclass
from typing import Literal

from rules.sentences import Sentence

DOSSIER_PLACES = ("receiving", "handling", "signing", "returning", "consulted")
REPORT_PLACES = ("hotline", "unit")
"""Of a report from the public: the hotline itself, and the unit that has to answer (found when it is passed on)."""
PLACES = DOSSIER_PLACES + REPORT_PLACES
ROLES = (
    "counter_clerk",
    "specialist",
    "unit_head",
    "leader",
    "clerical",
    "cashier",
    "centre_director",
    "procedure_controller",
    "hotline_operator",
    "hotline_point",
    "postal_clerk",
    "inspector",
)
FUNCTIONS = (
    "economy",
    "construction",
    "justice",
    "culture-society",
    "committee-office",
    "police",
    "tax",
    "land",
    "fire",
    "hotline",
    "environment",
    "health",
)
KINDS = ("one-stop", "committee", "room", "department", "agency")

Kind = Literal["filed", "chosen", "same", "one-stop", "committee", "room", "department", "agency"]


@dataclass(frozen=True)
class PlaceRule:
    """One rule that finds an office; unused parts are empty texts."""

    kind: Kind
    function: str = ""
    level: Literal["", "commune", "city"] = ""
    place: str = ""

    def __str__(self) -> str:
        """Write the rule the way a bundle writes it."""
        if self.kind == "same":
            return f"same as {self.place}"
        head = f"{self.kind}:{self.function}" if self.function else self.kind
        return f"{head} of {self.level}" if self.level else head


def read_place(rule: str) -> PlaceRule:
    """Read one rule; ValueError (Vietnamese) when it is outside the vocabulary."""
    words = rule.split()
    if rule in ("filed", "chosen"):
        return PlaceRule("filed" if rule == "filed" else "chosen")
    if words[:2] == ["same", "as"] and len(words) == 3 and words[2] in PLACES:
        return PlaceRule("same", place=words[2])
    if len(words) == 3 and words[1] == "of" and words[2] in ("commune", "city"):
        kind, _, function = words[0].partition(":")
        plain = kind in ("one-stop", "committee") and not function
        functional = kind in ("room", "department", "agency") and function in FUNCTIONS
        if plain or functional:
            return PlaceRule(kind, function, words[2])  # type: ignore[arg-type]
    raise ValueError(
        Sentence(
            "không hiểu quy tắc nơi “%(rule)s”; ví dụ: filed, one-stop of commune, room:economy of commune", rule=rule
        )
    )


def candidate_group_problem(group: str) -> Sentence | None:
    """Say in Vietnamese what is wrong with a candidate group `<place>.<role>`, or None when it is well formed."""
    place, dot, role = group.partition(".")
    if not dot or place not in PLACES:
        return Sentence("“%(group)s”: nơi phải là một trong %(places)s", group=group, places=", ".join(PLACES))
    if role not in ROLES:
        return Sentence("“%(group)s”: vai trò phải là một trong %(roles)s", group=group, roles=", ".join(ROLES))
    return None
