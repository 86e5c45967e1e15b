"""The legal calendar: from a moment of reception and a limit to a due date that explains itself."""
