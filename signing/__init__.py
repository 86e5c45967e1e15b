"""Signatures on papers: PDF bytes in, signed PDF bytes out, and a verdict in words on any PDF."""
