"""What `summitry doctor` looks at. Each look is independent: one that fails says so and the others go on."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from summitry.cli.base import boot, counted

MEGABYTE = 1024 * 1024
ENOUGH_SPACE = 500 * MEGABYTE
OLDEST_POSTGRESQL = 140000


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One thing looked at: what was found, and what to do when it is wrong."""

    what: str
    ok: bool
    found: str
    remedy: str = ""


def examine() -> Iterator[Mark]:
    """Look at everything, the foundations first. Without sane settings or a database the rest is not asked."""
    try:
        boot()
        from django.conf import settings

        settings.DATABASES  # noqa: B018  (reading it loads the settings)
    except Exception as error:
        yield Mark(what="settings", ok=False, found=str(error), remedy="Correct the setting named: docs/settings.md.")
        return
    yield Mark(what="settings", ok=True, found="readable")
    for look in (_python, _debug, _demo, _hosts, _home, _secret_key, _space):
        yield _looked(look)
    reachable = _looked(_reachable)
    yield reachable
    if not reachable.ok:
        return
    migrated = _looked(_migrated)
    yield migrated
    for look in (_static, _translations):
        yield _looked(look)
    if migrated.ok:
        for look in (_durable, _append_only, _chains, _clock, _accounts, _workers):
            yield _looked(look)


def _looked(look: Callable[[], Mark]) -> Mark:
    try:
        return look()
    except Exception as error:  # a look that fails is itself a finding
        what = look.__name__.strip("_").replace("_", " ")
        text = " ".join(str(error).split()) or type(error).__name__
        return Mark(what=what, ok=False, found=text, remedy="This could not be looked at: mend what it names first.")


def _python() -> Mark:
    ok = sys.version_info >= (3, 11) and sqlite3.sqlite_version_info >= (3, 35)
    return Mark(
        what="Python",
        ok=ok,
        found=f"{sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}",
        remedy="Use Python 3.11 or later, with SQLite 3.35 or later.",
    )


def _debug() -> Mark:
    from django.conf import settings

    return Mark(
        what="debug pages",
        ok=not settings.DEBUG,
        found="on" if settings.DEBUG else "off",
        remedy="They show records and settings to anyone: unset SUMMITRY_DEBUG.",
    )


def _demo() -> Mark:
    from django.conf import settings

    from summitry.cli.running import is_loopback

    open_hosts = [host for host in settings.ALLOWED_HOSTS if not is_loopback(host)]
    return Mark(
        what="demo mode",
        ok=not (settings.DEMO and open_hosts),
        found="on" if settings.DEMO else "off",
        remedy=f"It signs anyone in, yet SUMMITRY_ALLOWED_HOSTS names {', '.join(open_hosts)}: unset one of the two.",
    )


def _hosts() -> Mark:
    from django.conf import settings

    wild = [host for host in settings.ALLOWED_HOSTS if host == "*" or host.startswith(".")]
    return Mark(
        what="host names",
        ok=bool(settings.ALLOWED_HOSTS) and not wild,
        found=" ".join(settings.ALLOWED_HOSTS) or "none",
        remedy="Name the hosts in SUMMITRY_ALLOWED_HOSTS one by one, without wildcards.",
    )


def _closed(path: Path) -> bool:
    facts = path.stat()
    return not stat.S_IMODE(facts.st_mode) & 0o077 and facts.st_uid == os.geteuid()


def _home() -> Mark:
    from django.conf import settings

    ok = _closed(settings.HOME) and os.access(settings.HOME, os.W_OK | os.X_OK)
    mode = stat.S_IMODE(settings.HOME.stat().st_mode)
    return Mark(
        what="home folder",
        ok=ok,
        found=f"{settings.HOME}, mode {mode:03o}",
        remedy=f"It must belong to the user that serves, and to nobody else: chmod 700 {settings.HOME}",
    )


def _secret_key() -> Mark:
    from django.conf import settings

    path = settings.HOME / "secret-key"
    return Mark(
        what="secret key",
        ok=_closed(path) and len(settings.SECRET_KEY) >= 50,
        found=f"{path.name}, mode {stat.S_IMODE(path.stat().st_mode):03o}, {len(settings.SECRET_KEY)} signs",
        remedy=f"Others could forge sessions with it: chmod 600 {path}",
    )


def _space() -> Mark:
    from django.conf import settings

    free = shutil.disk_usage(settings.HOME).free
    return Mark(
        what="disk space",
        ok=free >= ENOUGH_SPACE,
        found=f"{free // MEGABYTE} MB free",
        remedy=f"Saves fail on a full disk: keep at least {ENOUGH_SPACE // MEGABYTE} MB free below {settings.HOME}.",
    )


def _reachable() -> Mark:
    from django.db import connection

    remedy = "Start it, or correct SUMMITRY_DATABASE_URL."
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:
        return Mark(what="database", ok=False, found=" ".join(str(error).split()), remedy=remedy)
    if connection.vendor == "sqlite":
        return Mark(what="database", ok=True, found=f"SQLite, {connection.settings_dict['NAME']}")
    number = int(connection.pg_version)  # type: ignore[attr-defined]  # the PostgreSQL wrapper's own
    return Mark(
        what="database",
        ok=number >= OLDEST_POSTGRESQL,
        found=f"PostgreSQL {number // 10000}.{number % 10000}",
        remedy="Use PostgreSQL 14 or later.",
    )


def _migrated() -> Mark:
    from summitry.config import installation

    pending, unknown = installation.pending_migrations(), installation.unknown_migrations()
    if unknown:
        return Mark(
            what="schema",
            ok=False,
            found=f"newer than this program: {', '.join(unknown)}",
            remedy="Install the newer program again.",
        )
    return Mark(
        what="schema",
        ok=not pending,
        found=f"lacks {', '.join(pending)}" if pending else "in step",
        remedy="Run: summitry prepare",
    )


def _durable() -> Mark:
    """Whether an acknowledged save survives a crash, and the file is whole."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            facts = {}
            for name in ("journal_mode", "synchronous", "foreign_keys", "quick_check"):
                cursor.execute(f"PRAGMA {name}")
                facts[name] = str(cursor.fetchone()[0])
            path = Path(connection.settings_dict["NAME"])
            closed = not path.exists() or _closed(path) or _closed(path.parent)
            return Mark(
                what="durability",
                ok=facts == {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "quick_check": "ok"}
                and closed,
                found=", ".join(f"{name} {value}" for name, value in facts.items()),
                remedy="Restore a backup if the check names damage; else see that the folder is on a local disk.",
            )
        facts = {}
        for name in ("fsync", "full_page_writes", "synchronous_commit", "server_encoding"):
            cursor.execute("SELECT current_setting(%s)", [name])
            facts[name] = str(cursor.fetchone()[0])
    return Mark(
        what="durability",
        ok=facts["fsync"] == "on"
        and facts["full_page_writes"] == "on"
        and facts["synchronous_commit"] != "off"
        and facts["server_encoding"] == "UTF8",
        found=", ".join(f"{name} {value}" for name, value in facts.items()),
        remedy="Set fsync, full_page_writes and synchronous_commit on; the database must be made with encoding UTF8.",
    )


def _append_only() -> Mark:
    """The triggers that keep the database itself from changing the log."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'core_%_no_%'")
            wanted = 4
        else:
            cursor.execute(
                "SELECT count(*) FROM pg_trigger WHERE tgname LIKE '%_append_only' AND tgenabled <> 'D' "
                "AND tgrelid IN ('core_auditentry'::regclass, 'core_change'::regclass)"
            )
            wanted = 2
        found = int(cursor.fetchone()[0])
    return Mark(
        what="append-only log",
        ok=found >= wanted,
        found=f"{found} of {wanted} triggers stand",
        remedy="Somebody removed them: find out who, verify the chains, and restore a backup made before.",
    )


def _chains() -> Mark:
    from summitry.core import audit
    from summitry.core.models import AuditChain, AuditEntry

    faults = audit.verify_all()
    if faults:
        shown = "; ".join(str(fault) for fault in faults[:3]) + (f"; {len(faults) - 3} more" if len(faults) > 3 else "")
        return Mark(
            what="audit chains",
            ok=False,
            found=shown,
            remedy="The log was changed outside Summitry. Keep a copy of the database, then restore a backup.",
        )
    return Mark(
        what="audit chains",
        ok=True,
        found=f"{AuditChain.objects.count()} verify, {AuditEntry.objects.count()} entries",
    )


def _clock() -> Mark:
    from django.db.models import Max

    from summitry.core import clock
    from summitry.core.models import AuditEntry

    now = clock.system_now()
    last = AuditEntry.objects.aggregate(last=Max("recorded_at"))["last"]
    zones = "Asia/Ho_Chi_Minh" in zoneinfo.available_timezones()
    behind = last is not None and last > now + timedelta(minutes=1)
    return Mark(
        what="clock",
        ok=zones and not behind,
        found=f"{now:%Y-%m-%d %H:%M:%S} UTC"
        + (f", before the last entry of {last:%Y-%m-%d %H:%M:%S}" if behind else ""),
        remedy="Set the machine's clock (and install tzdata).",
    )


def _accounts() -> Mark:
    from django.conf import settings

    from summitry.core.models import Account

    real = Account.objects.filter(is_active=True, is_demo=False)
    administrators = real.filter(is_administrator=True).count()
    return Mark(
        what="accounts",
        ok=settings.DEMO or administrators > 0,
        found=f"{real.count()} that may sign in, {administrators} administrators",
        remedy="Nobody can manage this installation. Run: summitry user create NAME --administrator",
    )


def _workers() -> Mark:
    """Whether anybody takes the jobs that wait. Where `summitry serve` starts workers, none need run before it."""
    from django.conf import settings

    from summitry.core import clock
    from summitry.core.jobs import signs
    from summitry.core.models import Job

    running = signs.alive().count()
    waiting = Job.objects.filter(state=Job.State.QUEUED, due_at__lt=clock.system_now() - signs.ALIVE).count()
    return Mark(
        what="workers",
        ok=running > 0 or (settings.WORKERS > 0 and waiting == 0),
        found=f"{running or 'none'} running"
        + (f", {counted(settings.WORKERS, 'worker')} started by summitry serve" if settings.WORKERS else "")
        + (f", {counted(waiting, 'job')} waiting" if waiting and not running else ""),
        remedy="Nobody takes background jobs. "
        + ("Run: summitry serve" if settings.WORKERS else "Run: summitry worker (as a service, docs/installing.md)"),
    )


def _static() -> Mark:
    from summitry.config import installation

    ok = installation.static_in_step()
    return Mark(
        what="static files",
        ok=ok,
        found="collected" if ok else "not those of this program",
        remedy="Run: summitry prepare",
    )


def _translations() -> Mark:
    from summitry.config import installation

    ok = installation.catalogues_in_step()
    return Mark(
        what="translations",
        ok=ok,
        found="compiled" if ok else "not those of this program",
        remedy="Run: summitry prepare",
    )
