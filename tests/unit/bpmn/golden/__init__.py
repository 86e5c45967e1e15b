"""Saved states of every released format, each with its drawing and what must come of it."""
