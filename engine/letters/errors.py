"""What this room says when a letter cannot be made."""

from rules.sentences import Sentence


class LetterError(Exception):
    """The letter cannot be made; `message` says why in Vietnamese, `expression` names the FEEL at fault, if any."""

    def __init__(self, message: str, *, expression: str = "") -> None:
        self.message = Sentence.of(message)
        self.expression = expression
        super().__init__(f"{message} [{expression}]" if expression else message)
