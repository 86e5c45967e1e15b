"""The procedures themselves, and how a folder on disk becomes a bundle the engine can run."""
