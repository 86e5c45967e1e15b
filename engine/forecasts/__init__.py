"""How long cases like this one still take, from the office's own finished ones: pure statistics, no database."""
