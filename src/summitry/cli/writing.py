"""`summitry import` and `summitry export`: the workbook of an event, and plans of other programs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summitry.cli.base import FINDINGS, boot, counted, emit_json, event_of, json_option, main, refuse, the_system, why

if TYPE_CHECKING:
    from summitry.core.preview import Consequences
    from summitry.exchange.mspdi.left import Left
    from summitry.exchange.plans.model import Lost
    from summitry.exchange.transfer import Imported


@main.command(name="export")
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace FILE if it is there.")
def export_(slug: str, file: Path, overwrite: bool) -> None:
    """Write the whole event SLUG into the workbook FILE (.xlsx), readable by its owner alone.

    A FILE that ends in .xml gets the master schedule alone, for Microsoft Project.
    """
    boot()
    from summitry.exchange.mspdi.writing import export_plan
    from summitry.exchange.transfer import export_workbook

    event = event_of(slug)
    if file.exists() and not overwrite:
        refuse(f"{file} is there already: choose another name, or say --overwrite.")
    partial = file.with_name(f".{file.name}.{os.getpid()}.partial")
    try:
        # It holds secret records, whatever the mask of the user says.
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        left: tuple[Left, ...] = ()
        as_plan = file.suffix.lower() == ".xml"
        with os.fdopen(handle, "wb") as out:
            if as_plan:
                left = export_plan(event, the_system(event), out).left
            else:
                export_workbook(event, the_system(event), out)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    if left:
        click.echo("The file does not hold:")
    for one in left:
        click.echo(f"  {one}")
    what = "master schedule of" if as_plan else "event"
    click.echo(f"{file} holds the whole {what} {slug}, whatever its classification.")


@main.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--event", "slug", required=True, help="Short name of the event; one that is not there yet is made.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be done, and what would follow.")
@click.option(
    "--on-conflict",
    type=click.Choice(["stop", "keep", "take"]),
    default="stop",
    show_default=True,
    help="Where the event changed since the export, too: import nothing, keep the event's, or take the workbook's.",
)
@click.option("--lead", default="", help="Of a plan: code of the agency that leads tasks for which it names nobody.")
@click.option("--project", default="", help="Of a plan: which project, where the file holds several.")
@click.option("--keep-calendar", is_flag=True, help="Of a plan: leave the event's working days as they are.")
@click.option("--remove", is_flag=True, help="Of a plan: remove what an earlier version brought and this one lacks.")
@json_option
def import_(
    file: Path,
    slug: str,
    dry_run: bool,
    on_conflict: Any,
    lead: str,
    project: str,
    keep_calendar: bool,
    remove: bool,
    as_json: bool,
) -> None:
    """Make an event what the workbook FILE says: all of it, or nothing. Every fault of the file is named.

    FILE may also be a plan of Microsoft Project (.xml) or Primavera (.xer), for an event that is there; what has no
    counterpart here is listed.

    With --dry-run it ends with 1 when the import would break a deadline or cause an error.
    """
    boot()
    from summitry.core.models import Event
    from summitry.exchange.plans.book import Wishes
    from summitry.exchange.transfer import create_event_from_workbook, import_workbook

    data = _read(file)
    event = Event.objects.filter(slug=slug).first()
    if event is None:
        done = create_event_from_workbook(
            data, the_system(), slug=slug, dry_run=dry_run, file_name=file.name, reason=why()
        )
    else:
        done = import_workbook(
            event,
            the_system(event),
            data,
            dry_run=dry_run,
            file_name=file.name,
            on_conflict=on_conflict,
            reason=why(),
            wishes=Wishes(project=project, lead=lead, calendar=not keep_calendar, remove=remove),
        )
    if as_json:
        emit_json(_facts(done, slug, made=event is None))
    else:
        _tell(done, slug, made=event is None, dry_run=dry_run)
    if dry_run and done.consequences is not None and _serious(done.consequences):
        raise click.exceptions.Exit(FINDINGS)


def _read(file: Path) -> bytes:
    from django.conf import settings

    size, limit = file.stat().st_size, settings.UPLOAD_LIMIT_BYTES
    if size > limit:
        refuse(f"{file} has {size} bytes; SUMMITRY_UPLOAD_LIMIT_MB lets in {limit}.")
    return file.read_bytes()


def _serious(seen: Consequences) -> bool:
    from summitry.core.preview import Weight

    return seen.weight is Weight.SERIOUS


def _facts(done: Imported, slug: str, made: bool) -> dict[str, Any]:
    return {
        "event": slug,
        "made": made,
        "applied": done.applied is not None,
        "sheets": [
            {"sheet": str(one.sheet.title), "added": one.added, "changed": one.changed, "removed": one.removed}
            for one in done.plan.counts
        ],
        "notes": [str(note) for note in done.plan.notes],
        "without_counterpart": [
            {
                "line": one.line,
                "place": one.place,
                "what": one.what,
                "value": one.value,
                "why": one.why,
                "loss": one.loss.value,
            }
            for one in _lost(done)
        ],
        "consequences": _consequences(done.consequences) if done.consequences is not None else None,
    }


def _is_plan(done: Imported) -> bool:
    from summitry.exchange.plans.book import PlanBook

    return isinstance(done.plan.book, PlanBook)


def _lost(done: Imported) -> list[Lost]:
    from summitry.exchange.plans.book import PlanBook

    return done.plan.book.lost if isinstance(done.plan.book, PlanBook) else []


def _consequences(seen: Consequences) -> dict[str, Any]:
    return {
        "weight": seen.weight.value,
        "moves": [
            {"key": one.subject.key, "old_finish": one.old_finish, "new_finish": one.new_finish} for one in seen.moves
        ],
        "broken": [{"key": one.subject.key, "deadline": one.deadline, "finish": one.finish} for one in seen.broken],
        "saved": [{"key": one.subject.key, "deadline": one.deadline, "finish": one.finish} for one in seen.saved],
        "caused": [{"code": one.code, "message": one.message} for one in seen.caused],
        "cured": [{"code": one.code, "message": one.message} for one in seen.cured],
        "ready_before": seen.ready_before,
        "ready_after": seen.ready_after,
    }


def _tell(done: Imported, slug: str, made: bool, dry_run: bool) -> None:
    from summitry.exchange.actions import told

    for one in _lost(done):
        value = f" {one.value}" if one.value else ""
        place = f"{one.place}: " if one.place else ""
        click.echo(f"Line {one.line}, {place}{one.what}{value}: {one.loss.value}. {one.why}")
    if done.plan.empty and not made:
        kind = "plan" if _is_plan(done) else "workbook"
        click.echo(f"The event {slug} is what the {kind} says already: nothing to do.")
        return
    for line in [*told(done.plan), *(str(note) for note in done.plan.notes)]:
        click.echo(line)
    if done.consequences is not None:
        for line in _following(done.consequences):
            click.echo(line)
    if dry_run:
        click.echo(f"Nothing was changed. Without --dry-run the event {slug} would be {'made' if made else 'changed'}.")
    else:
        click.echo(f"The event {slug} is {'made' if made else 'changed'}.")


def _following(seen: Consequences) -> list[str]:
    lines = [f"{counted(len(seen.moves), 'forecast')} would move."]
    lines += [
        f"Deadline broken: {one.subject}: {one.finish:%Y-%m-%d} instead of {one.deadline:%Y-%m-%d}."
        for one in seen.broken
    ]
    lines += [f"Deadline saved: {one.subject}: {one.finish:%Y-%m-%d}." for one in seen.saved]
    lines += [f"Caused: {one.code} {one.message}" for one in seen.caused]
    lines += [f"Cured: {one.code} {one.message}" for one in seen.cured]
    if seen.ready_before != seen.ready_after:
        lines.append(f"Readiness: {_percent(seen.ready_before)} before, {_percent(seen.ready_after)} after.")
    return lines


def _percent(value: int | None) -> str:
    return "unknown" if value is None else f"{value} %"
