"""What this room says when it will not sign."""


class SigningRefused(Exception):
    """The paper was not signed or filled; `message` says why in Vietnamese, `code` in one stable word."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(message)


class PerhapsSigned(SigningRefused):
    """A key was asked and nobody knows whether it signed: for this act it may be asked for the very same only."""
