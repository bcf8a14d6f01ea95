"""Backup and restore: the whole installation as one portable file, the same for SQLite and PostgreSQL.

A backup is a ZIP archive:

manifest.json           format, its version, the program's version, when and from which kind of database, the applied
                        migrations, the head of every audit chain, and for each table its rows, bytes, SHA-256 and
                        the highest id ever given out
tables/<model>.jsonl    one line a row: a JSON array in the order of the manifest's columns. Instants are ISO 8601 in
                        UTC, bytes are base64, decimals and UUIDs are text

It is read in one snapshot, so that saves may go on meanwhile. What is not in it: the secret key and the sessions
(everyone signs in again after a restore), the signs of life of workers, collected static files, and Django's own lookup
tables, which `summitry prepare` makes. Highest ids are kept since history names rows by id: one that was removed must
never lend its id to another.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from summitry.core import append_only, audit, clock
from summitry.core.models import AuditChain, WorkerSign
from summitry.core.refusals import Invalid

FORMAT = "summitry-backup"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
MANIFEST_LIMIT = 16 * 1024 * 1024
CHUNK = 400


@dataclass(frozen=True)
class Summary:
    """What a backup or restore moved. `faults` are those of the audit chains, as text; none is the rule."""

    tables: int
    rows: int
    chains: int
    created: str
    faults: tuple[str, ...]


def kept_models() -> list[type[models.Model]]:
    """The models whose rows a backup holds: all of the product's own, but for the signs of life of processes."""
    return sorted(
        (
            model
            for config in apps.get_app_configs()
            if config.name.startswith("summitry.")
            for model in config.get_models(include_auto_created=True)
            if model._meta.managed and not model._meta.proxy and model is not WorkerSign
        ),
        key=lambda model: model._meta.label_lower,
    )


def applied_migrations() -> dict[str, list[str]]:
    """The applied migrations of the product's own apps: the schema's version."""
    labels = {config.label for config in apps.get_app_configs() if config.name.startswith("summitry.")}
    found: dict[str, list[str]] = {label: [] for label in sorted(labels)}
    for app, name in MigrationRecorder(connection).applied_migrations():
        if app in labels:
            found[app].append(name)
    return {app: sorted(names) for app, names in found.items()}


@contextmanager
def _snapshot() -> Iterator[None]:
    """One consistent view of the database, without holding up anybody's save."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        # A deferred transaction: Django's own would take the write lock.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def _encoded(field: models.Field[Any, Any], value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(value, bytes | memoryview | bytearray):
        return base64.b64encode(bytes(value)).decode("ascii")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{field} holds a {type(value).__name__}, for which a backup has no form")


def _decoded(field: models.Field[Any, Any], value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(field, models.BinaryField):
        return base64.b64decode(value, validate=True)
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return target.to_python(value)


class _Hashed(io.RawIOBase):
    """Writes through to a file, counting and hashing."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.digest.update(data)
        self.size += len(data)
        self.file.write(data)
        return len(data)


def _highest_id(model: type[models.Model]) -> int | None:
    """The highest id that the table ever gave out, None for a table that gives out none."""
    meta = model._meta
    if not isinstance(meta.pk, models.AutoField):
        return None
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [meta.db_table])
            row = cursor.fetchone()
            return int(row[0]) if row else 0
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [_quoted(meta.db_table), meta.pk.column])
        (sequence,) = cursor.fetchone()
        cursor.execute(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608 (PostgreSQL's own, quoted name)
        last, called = cursor.fetchone()
        return int(last) if called else 0


def _set_highest_id(model: type[models.Model], highest: int) -> None:
    meta = model._meta
    assert meta.pk is not None
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [meta.db_table])
            if highest:
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [meta.db_table, highest])
        else:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)",
                [_quoted(meta.db_table), meta.pk.column, max(highest, 1), highest > 0],
            )


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _chains() -> list[dict[str, Any]]:
    rows = AuditChain.objects.order_by("name").values_list("name", "length", "head")
    return [{"name": name, "length": length, "head": head} for name, length, head in rows]


def backup(path: Path) -> Summary:
    """Write the installation into a new file, readable by its owner alone, complete or not at all."""
    if path.exists():
        raise Invalid.of("", _("{path} is there already: a backup never overwrites a file.").format(path=path))
    if not path.parent.is_dir():
        raise Invalid.of("", _("There is no folder {folder}.").format(folder=path.parent))
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive, _snapshot():
                manifest = _write(archive)
            file.flush()
            os.fsync(file.fileno())
        # link() refuses to overwrite what somebody else put there meanwhile; rename() would not.
        os.link(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return _summary(manifest)


def _write(archive: zipfile.ZipFile) -> dict[str, Any]:
    faults = [str(fault) for fault in audit.verify_all()]
    tables = [_write_table(archive, model) for model in kept_models()]
    manifest = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "summitry": version("summitry"),
        "created": clock.system_now().isoformat(timespec="seconds"),
        "database": connection.vendor,
        "migrations": applied_migrations(),
        "chains": _chains(),
        "chain_faults": faults,
        "tables": tables,
    }
    archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


def _write_table(archive: zipfile.ZipFile, model: type[models.Model]) -> dict[str, Any]:
    label = model._meta.label_lower
    fields = model._meta.concrete_fields
    rows = 0
    with archive.open(f"tables/{label}.jsonl", "w", force_zip64=True) as member:
        out = _Hashed(member)
        found = model._base_manager.order_by("pk").values_list(*(field.attname for field in fields))
        for row in found.iterator(chunk_size=CHUNK):
            values = [_encoded(field, value) for field, value in zip(fields, row, strict=True)]
            out.write(json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n")
            rows += 1
    return {
        "model": label,
        "columns": [field.attname for field in fields],
        "rows": rows,
        "bytes": out.size,
        "sha256": out.digest.hexdigest(),
        "highest_id": _highest_id(model),
    }


def _summary(manifest: dict[str, Any]) -> Summary:
    return Summary(
        tables=len(manifest["tables"]),
        rows=sum(table["rows"] for table in manifest["tables"]),
        chains=len(manifest["chains"]),
        created=manifest["created"],
        faults=tuple(manifest["chain_faults"]),
    )


def is_empty() -> bool:
    """Whether the installation holds nothing that a restore would replace."""
    return not any(model._base_manager.exists() for model in kept_models())


def read_manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    """The manifest, when this program can restore the archive into this database. `Invalid` says why not."""
    try:
        info = archive.getinfo(MANIFEST)
        if info.file_size > MANIFEST_LIMIT:
            raise ValueError("its manifest is too large")
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
        if manifest["format"] != FORMAT:
            raise ValueError("it says that it is something else")
        number = manifest["format_version"]
        tables = {table["model"]: table for table in manifest["tables"]}
        for table in tables.values():
            if not isinstance(table["rows"], int) or len(table["sha256"]) != 64:
                raise ValueError("its manifest is damaged")
        _summary(manifest)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise Invalid.of("", _("This file is no backup of Summitry: {why}.").format(why=error)) from error
    if number != FORMAT_VERSION:
        raise Invalid.of(
            "",
            _("This backup has format {found}, this program reads {known}. Use the program that made it.").format(
                found=number, known=FORMAT_VERSION
            ),
        )
    here = applied_migrations()
    if manifest["migrations"] != here:
        raise Invalid.of(
            "",
            _(
                "The backup was made by Summitry {version} with another database schema ({difference}). "
                "Restore it with that version into an empty installation, then upgrade."
            ).format(version=manifest["summitry"], difference=_schema_difference(manifest["migrations"], here)),
        )
    for model in kept_models():
        table = tables.get(model._meta.label_lower)
        if table is None or table["columns"] != [field.attname for field in model._meta.concrete_fields]:
            raise Invalid.of("", _("The backup does not hold {model} as this program does.").format(model=model))
    return manifest


def _schema_difference(there: Any, here: dict[str, list[str]]) -> str:
    theirs = {f"{app}.{name}" for app, names in dict(there).items() for name in names}
    ours = {f"{app}.{name}" for app, names in here.items() for name in names}
    return ", ".join([f"+ {name}" for name in sorted(theirs - ours)] + [f"- {name}" for name in sorted(ours - theirs)])


def _verify_members(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    """Every table's bytes are those that were written: nothing is touched before all of them are."""
    for table in manifest["tables"]:
        digest, rows, size = hashlib.sha256(), 0, 0
        with archive.open(f"tables/{table['model']}.jsonl") as member:
            while block := member.read(1 << 20):
                digest.update(block)
                rows += block.count(b"\n")
                size += len(block)
                if size > table["bytes"]:
                    break
        if (digest.hexdigest(), rows, size) != (table["sha256"], table["rows"], table["bytes"]):
            raise Invalid.of(
                "", _("The backup is damaged: {model} is not as it was written.").format(model=table["model"])
            )


def restore(path: Path, *, replace: bool = False) -> Summary:
    """Put a backup into this installation: all of it or nothing. Verified before, and again before it is kept.

    replace: throw away what the installation holds; without it, one that holds anything is refused.
    """
    if not replace and not is_empty():
        raise Invalid.of("", _("This installation is not empty. Restore into a new one, or replace what is here."))
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = read_manifest(archive)
            _verify_members(archive, manifest)
            with transaction.atomic():
                _put(archive, manifest)
                return _verified(manifest)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, UnicodeDecodeError) as error:
        raise Invalid.of("", _("{path} is no backup of Summitry, or it is damaged.").format(path=path)) from error


def _put(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    tables = {table["model"]: table for table in manifest["tables"]}
    # PostgreSQL alters no table whose deferred checks are pending.
    connection.check_constraints()
    append_only.remove(connection)
    everything: list[type[models.Model]] = [*kept_models(), Session]
    for model in everything:
        model._base_manager.all()._raw_delete(connection.alias)
    connection.check_constraints()
    for model in kept_models():
        table = tables[model._meta.label_lower]
        _put_rows(archive, model)
        if table["highest_id"] is not None:
            largest = model._base_manager.aggregate(largest=models.Max("pk"))["largest"] or 0
            _set_highest_id(model, max(table["highest_id"], largest))
    connection.check_constraints()
    append_only.install(connection)


def _put_rows(archive: zipfile.ZipFile, model: type[models.Model]) -> None:
    meta = model._meta
    fields = meta.concrete_fields
    columns = ", ".join(_quoted(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {_quoted(meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608 (the model's own names)
    with archive.open(f"tables/{meta.label_lower}.jsonl") as member, connection.cursor() as cursor:
        rows = (
            [
                field.get_db_prep_save(_decoded(field, value), connection)
                for field, value in zip(fields, json.loads(line), strict=True)
            ]
            for line in member
        )
        while chunk := list(islice(rows, CHUNK)):
            cursor.executemany(statement, chunk)


def _verified(manifest: dict[str, Any]) -> Summary:
    """The restored rows counted and the chains walked; a difference from the backup undoes the restore."""
    tables = {table["model"]: table["rows"] for table in manifest["tables"]}
    for model in kept_models():
        found = model._base_manager.count()
        if found != tables[model._meta.label_lower]:
            raise Invalid.of(
                "",
                _("{model} has {found} rows instead of {rows}. Nothing was restored.").format(
                    model=model._meta.label_lower, found=found, rows=tables[model._meta.label_lower]
                ),
            )
    faults = [str(fault) for fault in audit.verify_all()]
    if _chains() != manifest["chains"] or faults != manifest["chain_faults"]:
        raise Invalid.of(
            "", _("The audit log does not verify: {faults}. Nothing was restored.").format(faults="; ".join(faults))
        )
    return _summary(manifest)
