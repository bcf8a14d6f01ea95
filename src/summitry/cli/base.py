"""What all commands share: starting Django, errors as sentences, JSON, and the name under which they act."""

from __future__ import annotations

import dataclasses
import getpass
import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from summitry.core.models import Event
    from summitry.core.viewer import Viewer

FINDINGS = 1
BAD_INPUT = 2
OWN_FAULT = 3


class Sentence(click.ClickException):
    """An end with one sentence on standard error."""

    def __init__(self, message: str, exit_code: int = BAD_INPUT) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click says so itself: a class attribute that instances set

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), err=True, file=file)


def boot() -> None:
    """Start Django. Commands call it first; `summitry --help` need not wait for it."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "summitry.config.settings")
    django.setup()


def _as_sentence(error: Exception) -> Sentence | None:
    """What to tell a person about an error that they can do something about."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError, InterfaceError

    from summitry.core.refusals import Invalid, Refused

    if isinstance(error, Invalid):
        return Sentence("\n".join(str(fault) for fault in error.faults))
    if isinstance(error, Refused):
        return Sentence(str(error))
    if isinstance(error, ImproperlyConfigured):
        return Sentence(f"A setting is wrong: {error}")
    if isinstance(error, DatabaseError | InterfaceError):
        return Sentence(_database_sentence(error))
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return Sentence(f"{where}{error.strerror or error}.")
    return None


def _database_sentence(error: Exception) -> str:
    from django.db import DataError, IntegrityError

    text = " ".join(str(error).split())
    if "no such table" in text or ("does not exist" in text and "relation" in text):
        return "The database is not prepared for this program. Run: summitry prepare"
    if isinstance(error, IntegrityError | DataError):
        return f"The database refused a value, so nothing was changed: {text}"
    if "locked" in text:
        return "The database is busy: another program holds it. Nothing was changed; try again."
    return f"The database does not answer: {text}"


class Commands(click.Group):
    """A group whose errors are sentences. A fault of the program itself names its kind, and ends with 3."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            raise
        except Exception as error:
            if os.environ.get("SUMMITRY_DEBUG", "").lower() in {"1", "true", "yes", "on"}:
                raise
            sentence = _as_sentence(error) or Sentence(
                f"Summitry stopped on a fault of its own ({type(error).__name__}: {error}). "
                "Run the command with SUMMITRY_DEBUG=yes to see where, and report it.",
                OWN_FAULT,
            )
            raise sentence from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="summitry", message="Summitry %(version)s")
def main() -> None:
    """Prepare, secure and run a state-level international event.

    Settings come from the environment (docs/settings.md). Exit codes: 0 fine, 1 findings or no solution, 2 bad input.
    """


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Every reading command has it."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")(command)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return str(value)


def emit_json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=_plain))


def refuse(message: str) -> NoReturn:
    raise Sentence(message)


def event_of(slug: str) -> Event:
    """The event of a short name."""
    from summitry.core.models import Event
    from summitry.core.refusals import NotFound

    event = Event.objects.filter(slug=slug).first()
    if event is None:
        raise NotFound(what=Event._meta.verbose_name, key=slug)
    return event


def the_system(event: Event | None = None) -> Viewer:
    """The viewer as which commands act: the audit log names the command line."""
    from summitry.core.viewer import system_viewer

    return system_viewer(event, acts_as="command line")


def why(reason: str = "") -> str:
    """The reason that the audit log keeps of a command: which user of the operating system gave it."""
    name = "unknown user"
    with suppress(OSError, KeyError):
        name = getpass.getuser()
    return f"{reason} (command line, {name})".strip() if reason else f"command line, {name}"


def counted(number: int, word: str) -> str:
    """A number with its noun: 1 check, 2 checks."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def table(rows: Sequence[tuple[str, ...]], heads: tuple[str, ...], right: frozenset[int] = frozenset()) -> str:
    """Columns as wide as their widest cell; those of `right` aligned to the right."""
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    lines = []
    for row in [heads, *rows]:
        cells = [
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
