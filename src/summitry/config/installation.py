"""Bringing an installation in step with its program: database, message catalogues, static files.

Each step is cheap when there is nothing to do, so that every start may ask.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

STAMP = ".in-step"


def pending_migrations() -> list[str]:
    """The migrations that the database lacks, such as `core.0002_audit_append_only`."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def unknown_migrations() -> list[str]:
    """The applied migrations that this program does not have: it is older than its database."""
    loader = MigrationLoader(connection)
    ours = {config.label for config in apps.get_app_configs()}
    found = {key for key in loader.applied_migrations or {} if key[0] in ours}
    # Squashed migrations stay in `disk_migrations` under the names that they replace.
    known = set(loader.disk_migrations or {})
    for migration in (loader.disk_migrations or {}).values():
        known.update(migration.replaces)
    return sorted(f"{app}.{name}" for app, name in found - known)


def migrate() -> list[str]:
    """Apply what is pending; the names of what was applied."""
    pending = pending_migrations()
    if pending:
        call_command("migrate", interactive=False, verbosity=0)
    return pending


def _static_sources() -> Iterator[tuple[str, Path]]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            yield name, Path(storage.path(name))


def _signature(files: Iterator[tuple[str, Path]]) -> str:
    digest = hashlib.sha256()
    for name, path in sorted(files):
        facts = path.stat()
        digest.update(f"{name}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _in_step(folder: Path, signature: str) -> bool:
    stamp = folder / STAMP
    return stamp.is_file() and stamp.read_text(encoding="ascii") == signature


def static_in_step() -> bool:
    """Whether the collected static files are those of this program."""
    return _in_step(Path(settings.STATIC_ROOT), _signature(_static_sources()))


def collect_static() -> bool:
    """Collect and compress static files where they changed; whether there was anything to do.

    Old files stay, since pages of a running server may still name them.
    """
    if static_in_step():
        return False
    signature = _signature(_static_sources())
    call_command("collectstatic", interactive=False, verbosity=0)
    (Path(settings.STATIC_ROOT) / STAMP).write_text(signature, encoding="ascii")
    return True


def _catalogue_sources() -> Iterator[tuple[str, Path]]:
    root = settings.PACKAGE / "locale"
    for path in root.glob("*/LC_MESSAGES/*.po"):
        yield str(path.relative_to(root)), path


def catalogues_in_step() -> bool:
    """Whether the compiled message catalogues are those of this program."""
    return _in_step(settings.HOME / "locale", _signature(_catalogue_sources()))


def compile_catalogues() -> int:
    """Compile changed message catalogues (.po) into SUMMITRY_HOME/locale (.mo); how many were compiled.

    The program's own folder may be read-only, and no gettext program is needed.
    """
    if catalogues_in_step():
        return 0
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    target = settings.HOME / "locale"
    done = 0
    for name, path in _catalogue_sources():
        with path.open("rb") as file:
            catalogue = read_po(file)
        compiled = (target / name).with_suffix(".mo")
        compiled.parent.mkdir(parents=True, exist_ok=True)
        fresh = compiled.with_suffix(".new")
        with fresh.open("wb") as file:
            write_mo(file, catalogue)
        fresh.replace(compiled)
        done += 1
    target.mkdir(parents=True, exist_ok=True)
    (target / STAMP).write_text(_signature(_catalogue_sources()), encoding="ascii")
    return done
