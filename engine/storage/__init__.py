"""Files by the hash of their content, and a look inside before one is taken in."""
