"""Form definitions as the form-js editor exports them: read, filled in, checked and shown; no database, no browser."""
