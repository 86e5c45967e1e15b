"""People, offices and mandates, and who may do what."""
