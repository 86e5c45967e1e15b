"""Published bundles and the version in force on a day."""
