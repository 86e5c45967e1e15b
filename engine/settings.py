"""What an installation is told from outside, read once from the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _flag(value: str | None) -> bool:
    return (value or "").strip().lower() in {"1", "true", "yes", "on"}


@dataclass(frozen=True)
class Settings:
    """Where this installation keeps its things and how it reaches the world.

    `database_url` is an SQLAlchemy URL (`sqlite:///…` or `postgresql+psycopg://…`), `broker_url` a Celery one, empty
    for the file-system broker in the data folder. `sample` marks every paper and page as a sample.
    """

    data: Path
    database_url: str
    broker_url: str = ""
    secret: str = ""
    sample: bool = True
    public_url: str = "http://127.0.0.1:8080"
    storage_quota: int = 50 * 2**30
    upload_limit: int = 20 * 2**20
    smtp_url: str = ""
    sms_url: str = ""
    mail_from: str = "motcua@localhost"
    portal_open: bool = True

    @property
    def files(self) -> Path:
        return self.data / "files"

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


def _secret(data: Path) -> str:
    """The installation's own secret: made at first start, kept in the data folder, readable by its owner only."""
    path = data / "keys" / "secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = secrets.token_urlsafe(48)
        temporary = path.with_name(f"secret.{os.getpid()}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(fresh)
            handle.flush()
            os.fsync(handle.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return path.read_text().strip()


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings named in the environment, with a ward office's defaults for all that is not."""
    env = os.environ if environment is None else environment
    data = Path(env.get("MOTCUA_DATA") or ROOT / "data").resolve()
    data.mkdir(parents=True, exist_ok=True)
    return Settings(
        data=data,
        database_url=env.get("DATABASE_URL") or f"sqlite:///{data / 'motcua.sqlite3'}",
        broker_url=env.get("BROKER_URL", ""),
        secret=env.get("MOTCUA_SECRET") or _secret(data),
        sample=_flag(env.get("MOTCUA_SAMPLE", "1")),
        public_url=env.get("MOTCUA_PUBLIC_URL", "http://127.0.0.1:8080").rstrip("/"),
        storage_quota=int(env.get("MOTCUA_STORAGE_QUOTA", 50 * 2**30)),
        upload_limit=int(env.get("MOTCUA_UPLOAD_LIMIT", 20 * 2**20)),
        smtp_url=env.get("MOTCUA_SMTP_URL", ""),
        sms_url=env.get("MOTCUA_SMS_URL", ""),
        mail_from=env.get("MOTCUA_MAIL_FROM", "motcua@localhost"),
    )
