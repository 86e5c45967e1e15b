"""What a check of a model has to say to the person who drew it."""

from dataclasses import dataclass
from typing import Literal

from rules.sentences import Sentence


@dataclass(frozen=True)
class Finding:
    """One thing a check found in a model, told so that its author can put it right.

    `code` is a short stable word such as `dmn.hit-policy`; `file` and `element` say where (file name, id of the
    element, either may be empty); `name` is the label the author gave that element; `message` (what is wrong) and
    `advice` (what to do) are Vietnamese sentences that
    can be said in another language. An `error` keeps the model from being published, a `warning` does not.
    """

    code: str
    severity: Literal["error", "warning"]
    file: str
    element: str
    name: str
    message: Sentence
    advice: Sentence
