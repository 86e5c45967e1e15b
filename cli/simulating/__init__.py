"""A whole year of the sample office, lived event by event on a moved clock, and what must hold at its end."""
