"""Form definitions as the form-js editor exports them: read, filled in, checked and shown, with no database and no browser."""
