"""The blueprint of moving running cases: open to those who may ask for a move and those who may approve one."""

from __future__ import annotations

from flask import Blueprint

from engine.errors import Refusal
from engine.queries.moving import APPROVERS, ASKERS
from web.actor import check_role, current_actor
from web.moving import words
from web.ui.i18n import say

blueprint = Blueprint("moving", __name__, template_folder="templates", url_prefix="/chuyen-ho-so")
blueprint.context_processor(
    lambda: {
        "verdict_words": words.verdict_words,
        "outcome_words": words.outcome_words,
        "order_words": words.order_words,
        "letter_words": words.letter_words,
        "term_words": words.term_words,
        "limit_words": words.limit_words,
        "shift_words": words.shift_words,
        "difference_words": words.difference_words,
    }
)


@blueprint.before_request
def only_those_concerned() -> None:
    """Everything here is internal: 401 for a stranger, 403 for everybody else."""
    check_role(*ASKERS, *APPROVERS)


def may_ask() -> bool:
    """Whether the person who asks may request a move."""
    return bool(current_actor().roles & set(ASKERS))


def may_approve() -> bool:
    """Whether the person who asks could approve a move somebody else requested."""
    return bool(current_actor().roles & set(APPROVERS))


def problems_of(refusal: Refusal) -> list[tuple[str, str]]:
    """What was wrong with what was sent, each with the field it belongs to; the refusal itself where there is none."""
    found = [(f"#{one.path}", say(one.message, **one.params)) for one in getattr(refusal, "problems", ())]
    return found or [("", say(refusal.message, **refusal.params))]
