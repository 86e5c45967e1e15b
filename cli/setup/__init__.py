"""Making a bare machine ready, with the standard library alone: packages, node, system libraries, built assets."""
