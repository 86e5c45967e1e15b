"""Which system asks: every client sends its own key as a bearer token (RFC 6750, section 2.1)."""

from __future__ import annotations

import hashlib

from flask import g, request
from flask_limiter.util import get_remote_address

from engine.errors import NotSignedIn
from engine.usecases.inbound import actor_of_client, client_of
from engine.work import Actor
from web.doors import reading


def _sent_key() -> str:
    kind, _blank, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else ""


def caller() -> Actor:
    """The system that asks; NotSignedIn (401) without a key that is in use."""
    if "machine" not in g:
        key = _sent_key()
        if not key:
            raise NotSignedIn("Hãy gửi khóa kết nối trong tiêu đề Authorization: Bearer …", code="key_missing")
        with reading() as look:
            client = client_of(look.session, key)
        if client is None:
            raise NotSignedIn("Khóa kết nối không đúng hoặc đã bị thu hồi.", code="key_unknown")
        g.machine = actor_of_client(client)
    found: Actor = g.machine
    return found


def knocker() -> str:
    """Whom a limit counts: the key that was sent, or the address of whoever sends none."""
    key = _sent_key()
    return f"key:{hashlib.sha256(key.encode()).hexdigest()[:20]}" if key else f"address:{get_remote_address()}"
