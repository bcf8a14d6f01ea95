"""`summitry backup`, `restore` and `doctor`."""

from __future__ import annotations

from pathlib import Path

import click

from summitry.cli.base import FINDINGS, boot, emit_json, json_option, main, refuse


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole installation into FILE, while the service runs. See docs/installing.md."""
    boot()
    from summitry.core import archive

    done = archive.backup(file)
    click.echo(f"{file} holds {done.rows} rows of {done.tables} tables and {done.chains} audit logs.")
    for fault in done.faults:
        click.echo(f"Audit log: {fault}", err=True)
    if done.faults:
        click.echo("The backup is complete, but an audit log in it does not verify.", err=True)
        raise click.exceptions.Exit(FINDINGS)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Throw away all that this installation holds.")
def restore(file: Path, replace: bool) -> None:
    """Put a backup into this installation: all of it, or nothing. Stop the service first."""
    boot()
    from summitry.config import installation
    from summitry.core import archive

    if installation.pending_migrations():
        refuse("The database is not prepared for this program. Run: summitry prepare")
    if not replace and not archive.is_empty():
        refuse("This installation is not empty. Restore into a new one, or throw away what is here with --replace.")
    done = archive.restore(file, replace=replace)
    click.echo(f"Restored {done.rows} rows of {done.tables} tables as of {done.created}.")
    if done.faults:
        for fault in done.faults:
            click.echo(f"Audit log: {fault}", err=True)
        click.echo("These faults of the audit log were there when the backup was made.", err=True)
        raise click.exceptions.Exit(FINDINGS)
    click.echo(f"{done.chains} audit logs verify. Everyone signs in again.")


@main.command()
@json_option
def doctor(as_json: bool) -> None:
    """Say what is wrong with this installation, and what to do. Ends with 1 when anything is."""
    from summitry.cli.examination import examine

    marks = list(examine())
    wrong = [mark for mark in marks if not mark.ok]
    if as_json:
        emit_json({"ok": not wrong, "marks": marks})
    else:
        for mark in marks:
            click.echo(f"{'ok   ' if mark.ok else 'WRONG'}  {mark.what}: {mark.found}")
            if not mark.ok:
                click.echo(f"       {mark.remedy}")
        click.echo("All is well." if not wrong else f"{len(wrong)} of {len(marks)} are wrong.")
    if wrong:
        raise click.exceptions.Exit(FINDINGS)
