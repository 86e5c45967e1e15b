"""The one other system the sample office is connected to, with a key that everybody may know."""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy import select

from engine.accounts.models import ApiClient
from engine.db import new_id
from engine.settings import Settings
from engine.work import Work

NAME = "Cổng dịch vụ công quốc gia (mẫu)"


def sample_key(settings: Settings) -> str:
    """The sample client's key: of this installation only, made from its secret, never of use outside the sample."""
    mark = hmac.new(settings.secret.encode(), b"sample client", hashlib.sha256).hexdigest()
    return f"mau_{mark[:40]}"


def add_clients(work: Work) -> None:
    """Let the sample portal hand dossiers in; its key follows the secret of the installation."""
    digest = hashlib.sha256(sample_key(work.ports.settings).encode()).hexdigest()
    client = work.session.scalar(select(ApiClient).where(ApiClient.name == NAME))
    if client is None:
        client = ApiClient(id=new_id(), name=NAME, channels=["inbound"], active=True, created_at=work.now)
        work.session.add(client)
    client.key_hash = digest
