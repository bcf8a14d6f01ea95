"""Every setting that an installation can give, read from the environment in one place.

Each `Setting` is documented in docs/settings.md; a test fails when one is not.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One environment variable: its name, its default as a person would write it, and what it does."""

    name: str
    default: str
    help: str

    def text(self) -> str:
        return os.environ.get(self.name, "").strip() or self.default

    def flag(self) -> bool:
        value = self.text().lower()
        if value in {"1", "true", "yes", "on"}:
            return True
        if value in {"0", "false", "no", "off", ""}:
            return False
        raise ImproperlyConfigured(f"{self.name} must be yes or no, found {self.text()!r}.")

    def number(self) -> int:
        try:
            return int(self.text())
        except ValueError as error:
            raise ImproperlyConfigured(f"{self.name} must be a whole number, found {self.text()!r}.") from error

    def words(self) -> list[str]:
        return [word for word in self.text().replace(",", " ").split() if word]


def _default_home() -> str:
    data = os.environ.get("XDG_DATA_HOME", "").strip()
    return str((Path(data) if data else Path("~/.local/share").expanduser()) / "summitry")


HOME = Setting(
    name="SUMMITRY_HOME",
    default=_default_home(),
    help=(
        "Folder for the embedded database, the secret key and collected static files. "
        "Made on first start, readable by its owner alone."
    ),
)
DATABASE_URL = Setting(
    name="SUMMITRY_DATABASE_URL",
    default="",
    help=(
        "postgresql://user:password@host:5432/name to use PostgreSQL; "
        "empty for the embedded SQLite database in SUMMITRY_HOME."
    ),
)
DEMO = Setting(
    name="SUMMITRY_DEMO",
    default="no",
    help=(
        "Demo mode: a page to sign in as any role without a password. "
        "Refuses to listen on an address other than loopback."
    ),
)
DEBUG = Setting(name="SUMMITRY_DEBUG", default="no", help="Django's debug pages. For developers, never in service.")
ALLOWED_HOSTS = Setting(
    name="SUMMITRY_ALLOWED_HOSTS",
    default="127.0.0.1 localhost [::1]",
    help="Host names under which the service answers, separated by blanks.",
)
TRUSTED_ORIGINS = Setting(
    name="SUMMITRY_TRUSTED_ORIGINS",
    default="",
    help="Origins such as https://summit.example that may post forms when a proxy ends TLS.",
)
HTTPS = Setting(
    name="SUMMITRY_HTTPS",
    default="no",
    help=(
        "The service stands behind a proxy that ends TLS and sets X-Forwarded-Proto: "
        "cookies are sent over HTTPS alone and HSTS is set."
    ),
)
UPLOAD_LIMIT_MB = Setting(
    name="SUMMITRY_UPLOAD_LIMIT_MB", default="20", help="Largest file that may be uploaded, in megabytes."
)
WORKERS = Setting(
    name="SUMMITRY_WORKERS",
    default="auto",
    help=(
        "How many worker processes `summitry serve` starts beside itself for background work: a number, or `auto`, "
        "which is one with the embedded database and none with PostgreSQL, where `summitry worker` runs as a service "
        "of its own."
    ),
)
JOB_LEASE_SECONDS = Setting(
    name="SUMMITRY_JOB_LEASE_SECONDS",
    default="15",
    help=(
        "After so many seconds without a sign of life from its worker a job is taken by another. The clocks of all "
        "machines must agree to much less than this."
    ),
)
JOB_KEEP_DAYS = Setting(
    name="SUMMITRY_JOB_KEEP_DAYS",
    default="30",
    help=(
        "Days after which background jobs that have ended are thrown away. "
        "What they changed stays, and so does the log of it."
    ),
)
SETTINGS: tuple[Setting, ...] = (
    HOME,
    DATABASE_URL,
    DEMO,
    DEBUG,
    ALLOWED_HOSTS,
    TRUSTED_ORIGINS,
    HTTPS,
    UPLOAD_LIMIT_MB,
    WORKERS,
    JOB_LEASE_SECONDS,
    JOB_KEEP_DAYS,
)


def workers(embedded: bool) -> int:
    """How many worker processes the server starts."""
    return (1 if embedded else 0) if WORKERS.text() == "auto" else max(0, WORKERS.number())


def home() -> Path:
    """The installation's folder, made if absent, closed to other users of the machine."""
    folder = Path(HOME.text()).expanduser()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_key() -> str:
    """The signing key: made once, kept in SUMMITRY_HOME, never in the repository."""
    path = home() / "secret-key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_text(encoding="ascii").strip()
        if len(key) < 50:
            raise ImproperlyConfigured(
                f"{path} holds no usable key. Remove it to have a new one made; everyone then signs in again."
            ) from None
        return key
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = secrets.token_urlsafe(64)
        file.write(key)
    return key
