"""Reads for screens and machines: frozen records out, nothing written, filtered by visible_to(actor)."""
