"""How often one address may knock: sign-in, tracking and verification are guarded against guessing."""

from __future__ import annotations

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(key_func=get_remote_address, storage_uri="memory://", strategy="moving-window", headers_enabled=False)
"""Use as `@limiter.limit("10 per minute", methods=["POST"])` above a view."""
