"""HTTP only: parse what a browser or a machine sends, call one use case or query, answer in words."""
