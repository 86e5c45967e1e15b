"""The case doctor on a terminal: what it says there, and the acts asked for there."""
