"""Whom the house trusts to vouch for signatures and for time, and what it knows of its own certificates and clock."""
