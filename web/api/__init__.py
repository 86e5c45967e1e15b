"""The door for other systems: they hand dossiers in and ask how these stand, each with its own key."""
