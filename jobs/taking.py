"""How a worker takes a message off the broker."""

from __future__ import annotations

from celery.worker.request import Request


class Taken(Request):  # type: ignore[misc]
    """A message whose taking the broker must have noted before its job is begun.

    Celery only logs that a broker did not hear the word; the message then counts as under way for ever, and a worker
    that takes one message at a time never takes another. Here the connection is given up and made anew instead; the
    job is sent again when its lease ends.
    """

    acknowledged: bool

    def acknowledge(self) -> None:
        """Tell the broker; raises the broker's connection error."""
        if not self.acknowledged:
            self.message.ack()
            self.acknowledged = True
