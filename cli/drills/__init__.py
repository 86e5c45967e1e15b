"""Drills: what the house promises, tried on a temporary installation until it breaks or holds."""
