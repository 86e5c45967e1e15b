"""The open side of the office: procedures to read, dossiers to track, papers to verify; nobody signs in here."""
