"""The text of the pages that `summitry docs` makes from the program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from summitry.cli.base import main

Page = tuple[str, str]
MADE = "<!-- Made by `summitry docs`. Change the program, not this page. -->"


def settings_page() -> Iterator[Page]:
    """docs/settings.md: every environment variable."""
    from summitry.config.environment import SETTINGS

    lines = [
        MADE,
        "",
        "# Settings",
        "",
        "An installation is set up by environment variables; there is no settings file. `summitry doctor` says whether",
        "they make sense together. Yes and no may be written yes/no, true/false, on/off or 1/0.",
    ]
    for setting in SETTINGS:
        lines += ["", f"## {setting.name}", "", setting.help, "", f"Default: {_default(setting.name, setting.default)}"]
    yield "settings.md", "\n".join(lines) + "\n"


def _default(name: str, default: str) -> str:
    if name == "SUMMITRY_HOME":
        # The default depends on who asks; the page must not.
        return "`summitry` below `XDG_DATA_HOME`, or `~/.local/share/summitry`."
    return f"`{default}`." if default else "empty."


def commands_page() -> Iterator[Page]:
    """docs/commands.md: the command line, from its own help."""
    lines = [MADE, "", "# The command line", "", _help(main)]
    lines += ["", "Every command answers `--help`. Those with `--json` print JSON for programs."]
    for path, command in _commands(main, ("summitry",)):
        lines += ["", f"## {path}", "", _help(command), "", "```text", _usage(path, command), "```"]
    yield "commands.md", "\n".join(lines) + "\n"


def _help(command: click.Command) -> str:
    return " ".join((command.help or "").split())


def _commands(group: click.Group, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    for name in sorted(group.commands):
        command = group.commands[name]
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


def _usage(path: str, command: click.Command) -> str:
    context = click.Context(command, info_name=path, max_content_width=100, terminal_width=100)
    lines = [f"Usage: {' '.join([path, *command.collect_usage_pieces(context)])}"]
    rows = [row for parameter in command.params if (row := parameter.get_help_record(context))]
    if rows:
        width = max(len(row[0]) for row in rows)
        lines += ["", *(f"  {left.ljust(width)}  {right}".rstrip() for left, right in rows)]
    return "\n".join(lines)


def pages() -> dict[Path, str]:
    """Every made page by its path below docs/."""
    from summitry.core.docs import pages as registered_pages
    from summitry.exchange.guide import workbook_page

    sources = (settings_page, commands_page, registered_pages, workbook_page)
    return {Path(name): text for source in sources for name, text in source()}
