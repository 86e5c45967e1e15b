"""The verbs of the house, one module per moment; each function runs inside the caller's transaction."""
