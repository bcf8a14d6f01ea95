"""`summitry docs`: the pages that are made from the program itself, so that they cannot fall behind it."""

from __future__ import annotations

from pathlib import Path

import click

from summitry.cli.base import FINDINGS, boot, main
from summitry.cli.pages import MADE, pages


@main.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; end with 1 when a page is stale.")
@click.option(
    "--into",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("docs"),
    show_default=True,
    help="Folder of the pages.",
)
def docs(only_check: bool, folder: Path) -> None:
    """Write the pages that are made from the program: settings, commands, checks, actions, roles."""
    boot()
    wanted = {folder / name: text for name, text in pages().items()}
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    # Pages of what is gone: a check that was removed, an old name.
    left = [
        path
        for path in folder.rglob("*.md")
        if path not in wanted and path.read_text(encoding="utf-8").startswith(MADE)
    ]
    if only_check:
        for path in [*stale, *left]:
            click.echo(f"{path} is stale: run summitry docs.")
        if stale or left:
            raise click.exceptions.Exit(FINDINGS)
    for path in [] if only_check else stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
        click.echo(f"{path} written.")
    for path in [] if only_check else left:
        path.unlink()
        click.echo(f"{path} removed.")
    click.echo(f"{len(wanted)} pages are in step.")
