"""Working calendars for whoever looks after them: days off and make-up days, hours, changes by a document."""
