"""What an installation is told from outside, read once from the environment."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 16
SIMULATED = "simulation.json"
DATABASES = ("sqlite", "postgresql+psycopg")
BROKERS = ("amqp", "amqps", "redis", "rediss")


class SettingsError(Exception):
    """A setting that nothing can be started with; the text names it and says what to do."""


def _flag(value: str | None) -> bool:
    return (value or "").strip().lower() in {"1", "true", "yes", "on"}


@dataclass(frozen=True)
class Settings:
    """Where this installation keeps its things and how it reaches the world.

    `database_url` is an SQLAlchemy URL (`sqlite:///…` or `postgresql+psycopg://…`), `broker_url` a Celery one, empty
    for the file-system broker in the data folder. `sample` marks every paper and page as a sample. `signer`: a process
    of this installation holds the unlocked keys. `tsa_url` is where a real office's time stamps come
    from until an order lays down an authority (`engine.trust.stamps`).
    `desk_helper` is where a leader's own PC answers for the token in it, seen from that PC's browser
    (docs/desk-helper.md).
    `pki_hosts` are hosts of the inside that may be asked for revocation, when a certificate names them. `pki_proxy` is
    the proxy through which all other authorities are asked, for revocation and for time stamps; "" asks directly.
    """

    data: Path
    database_url: str
    broker_url: str = ""
    secret: str = ""
    sample: bool = True
    public_url: str = "http://127.0.0.1:8080"
    storage_quota: int = 50 * 2**30
    upload_limit: int = 30 * 2**20
    smtp_url: str = ""
    sms_url: str = ""
    mail_from: str = "motcua@localhost"
    portal_open: bool = True
    signer: bool = False
    tsa_url: str = ""
    desk_helper: str = "http://127.0.0.1:17170"
    pki_hosts: frozenset[str] = frozenset()
    pki_proxy: str = ""

    @property
    def files(self) -> Path:
        return self.data / "files"

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def simulated(self) -> bool:
        """Whether what lies in the data folder was never lived: `./motcua simulate` leaves a mark there."""
        return (self.data / SIMULATED).exists()

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


def _secret(data: Path) -> str:
    """The installation's own secret: made at first start, kept in the data folder, readable by its owner only."""
    path = data / "keys" / "secret"
    try:
        found = _kept_secret(path)
    except OSError as fault:
        raise SettingsError(
            f"The secret of this installation, {path}, cannot be read: {fault.strerror or fault}. "
            "Let the user who starts motcua own the data folder, or name another folder."
        ) from fault
    if len(found) < SHORTEST_SECRET:
        raise SettingsError(
            f"The secret of this installation, {path}, is damaged (fewer than {SHORTEST_SECRET} characters). "
            "Restore it from a backup: keys were encrypted with it."
        )
    return found


def _kept_secret(path: Path) -> str:
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


def _scheme(name: str, url: str, known: tuple[str, ...], example: str) -> str:
    """An address of a known kind; SettingsError names the kinds otherwise, not the address: it may hold a password."""
    scheme = url.partition("://")[0]
    if "://" not in url or scheme not in known:
        kinds = ", ".join(f"{one}://" for one in known)
        raise SettingsError(f"{name} begins with none of {kinds}. Write it like {example}")
    return url


def _count(env: Mapping[str, str], name: str, otherwise: int) -> int:
    given = env.get(name) or str(otherwise)
    if not given.strip().isdecimal():
        raise SettingsError(f"{name} is no whole number: {given}. Write bytes in digits, like {otherwise}.")
    return int(given)


def _database_url(env: Mapping[str, str], data: Path) -> str:
    url = env.get("DATABASE_URL") or f"sqlite:///{data / 'motcua.sqlite3'}"
    _scheme("DATABASE_URL", url, DATABASES, "postgresql+psycopg://user:password@host/name or sqlite:////path/to/file")
    if url.partition("://")[2].strip("/") in {"", ":memory:"}:
        raise SettingsError("DATABASE_URL names no database: pages and workers need one they share.")
    return url


def _tsa_url(env: Mapping[str, str]) -> str:
    url = env.get("MOTCUA_TSA_URL", "")
    return _scheme("MOTCUA_TSA_URL", url, ("http", "https"), "https://tsa.example.vn/") if url else ""


def _pki_proxy(env: Mapping[str, str]) -> str:
    """A proxy somebody named for this very purpose: the machine's own HTTP_PROXY is no leave to send through it."""
    given = env.get("MOTCUA_PKI_PROXY", "").strip()
    if not given:
        return ""
    example = "http://proxy.example.vn:3128"
    parts = urlsplit(_scheme("MOTCUA_PKI_PROXY", given, ("http", "https"), example))
    try:
        sound = bool(parts.hostname) and parts.port != 0 and parts.path in ("", "/") and not parts.query
    except ValueError:
        sound = False
    if not sound:
        raise SettingsError(f"MOTCUA_PKI_PROXY is no host with a port. Write it like {example}")
    return given


DESK_HELPER = re.compile(r"http://127\.0\.0\.1:[1-9][0-9]{3,4}")


def _desk_helper(env: Mapping[str, str]) -> str:
    """An origin of the loopback and nothing else: it is written into the content policy of a page."""
    given = env.get("MOTCUA_DESK_HELPER") or Settings.desk_helper
    if not DESK_HELPER.fullmatch(given):
        raise SettingsError("MOTCUA_DESK_HELPER is no address of the own machine. Write it like http://127.0.0.1:17170")
    return given


def _given_secret(env: Mapping[str, str]) -> str:
    given = env.get("MOTCUA_SECRET", "")
    if given and len(given) < SHORTEST_SECRET:
        raise SettingsError(
            f"MOTCUA_SECRET is too short: {len(given)} characters, at least {SHORTEST_SECRET} are needed. "
            "Make one with: openssl rand -base64 48. Or leave it out; one is made and kept in the data folder."
        )
    return given


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings named in the environment, with a ward office's defaults for all that is not.

    SettingsError names a setting that cannot be used and says what to do.
    """
    env = os.environ if environment is None else environment
    data = Path(env.get("MOTCUA_DATA") or ROOT / "data").resolve()
    database_url, given = _database_url(env, data), _given_secret(env)
    broker_url = env.get("BROKER_URL", "")
    if broker_url:
        _scheme("BROKER_URL", broker_url, BROKERS, "amqp://user:password@host/ or redis://host:6379/0")
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise SettingsError(
            f"The data folder {data} cannot be used: {fault.strerror}. Choose another with --data or MOTCUA_DATA."
        ) from fault
    return Settings(
        data=data,
        database_url=database_url,
        broker_url=broker_url,
        secret=given or _secret(data),
        sample=_flag(env.get("MOTCUA_SAMPLE", "1")),
        public_url=env.get("MOTCUA_PUBLIC_URL", "http://127.0.0.1:8080").rstrip("/"),
        storage_quota=_count(env, "MOTCUA_STORAGE_QUOTA", 50 * 2**30),
        upload_limit=_count(env, "MOTCUA_UPLOAD_LIMIT", 30 * 2**20),
        smtp_url=env.get("MOTCUA_SMTP_URL", ""),
        sms_url=env.get("MOTCUA_SMS_URL", ""),
        mail_from=env.get("MOTCUA_MAIL_FROM", "motcua@localhost"),
        signer=_flag(env.get("MOTCUA_SIGNER")),
        tsa_url=_tsa_url(env),
        desk_helper=_desk_helper(env),
        pki_hosts=frozenset(env.get("MOTCUA_PKI_HOSTS", "").replace(",", " ").lower().split()),
        pki_proxy=_pki_proxy(env),
    )
