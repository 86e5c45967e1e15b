"""Archives of a whole installation: database rows, files and keys with a manifest that says what must be in them."""
