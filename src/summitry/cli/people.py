"""`summitry user`: accounts and their access to events."""

from __future__ import annotations

import sys
from typing import IO, Any

import click

from summitry.cli.base import boot, emit_json, event_of, json_option, main, refuse, table, the_system, why

CLEARANCES = ("public", "internal", "restricted", "secret")
ROLES = (
    "administrator",
    "planner",
    "head",
    "focal_point",
    "security_planner",
    "unit_officer",
    "partner",
    "observer",
)

password_option = click.option(
    "--password-file",
    type=click.File(encoding="utf-8"),
    help="File that holds the password in its first line; - reads standard input. Asked for when absent.",
)


def password_from(file: IO[str] | None) -> str:
    """The new password: from the file given, or asked for twice at a terminal."""
    if file is not None:
        password = file.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt="The same again")
    else:
        refuse("There is no terminal to ask for a password: give --password-file (- for standard input).")
    if not password:
        refuse("The password is empty.")
    return str(password)


def create_account(username: str, name: str, email: str, language: str, password: str, administrator: bool) -> None:
    """Create an account by its action."""
    from pydantic import SecretStr

    from summitry.core.action import submit_to_installation
    from summitry.core.actions import CreateAccount

    act = CreateAccount(
        username=username,
        name=name or username,
        email=email,
        language=language,
        password=SecretStr(password),
        is_administrator=administrator,
    )
    submit_to_installation([act], viewer=the_system(), reason=why())


def ask_for_administrator() -> None:
    """Without any account nobody could sign in: ask for the first administrator, at a terminal."""
    click.echo("Nobody can sign in yet. Name the first administrator of this installation.")
    username = click.prompt("User name (letters, digits, - and _)")
    name = click.prompt("Full name", default=username)
    create_account(username, name, "", "", password_from(None), administrator=True)
    click.echo(f"{username} is the administrator.")


@main.group()
def user() -> None:
    """Manage accounts and their access to events."""


@user.command()
@click.argument("username")
@click.option("--name", default="", help="Full name; the user name when absent.")
@click.option("--email", default="", help="E-mail address.")
@click.option("--language", default="", help="Language of the pages, such as vi.")
@click.option("--administrator", is_flag=True, help="May create events and accounts.")
@password_option
def create(
    username: str, name: str, email: str, language: str, administrator: bool, password_file: IO[str] | None
) -> None:
    """Create an account. Give it access to an event with `summitry user access`."""
    boot()
    from summitry.core.models import Account

    if Account.objects.filter(username=username).exists():
        refuse(f"There is an account {username} already.")
    create_account(username, name, email, language, password_from(password_file), administrator)
    click.echo(f"{username} may sign in{' and is an administrator' if administrator else ''}.")


def _facts(account: Any) -> dict[str, Any]:
    return {
        "username": account.username,
        "name": account.name,
        "email": account.email,
        "administrator": account.is_administrator,
        "active": account.is_active,
        "demonstration": account.is_demo,
        "access": [
            {
                "event": access.event.slug,
                "role": access.role,
                "agency": access.agency.code if access.agency else None,
                "clearance": CLEARANCES[access.clearance],
            }
            for access in account.accesses.all()
        ],
    }


@user.command(name="list")
@json_option
def list_(as_json: bool) -> None:
    """List the accounts and what each may do where."""
    boot()
    from summitry.core.models import Account

    rows = Account.objects.order_by("username").prefetch_related("accesses__event", "accesses__agency")
    accounts = [_facts(account) for account in rows]
    if as_json:
        emit_json({"accounts": accounts})
        return
    if not accounts:
        click.echo("There is no account yet. Make one: summitry user create NAME --administrator")
        return
    click.echo(table([_row(account) for account in accounts], ("user name", "name", "standing", "access")))


def _row(account: dict[str, Any]) -> tuple[str, ...]:
    standing = [
        word
        for word, holds in (
            ("administrator", account["administrator"]),
            ("demonstration", account["demonstration"]),
            ("disabled", not account["active"]),
        )
        if holds
    ]
    access = [
        f"{one['event']}: {one['role']}{' of ' + one['agency'] if one['agency'] else ''}, {one['clearance']}"
        for one in account["access"]
    ]
    return account["username"], account["name"], ", ".join(standing) or "-", "; ".join(access) or "-"


@user.command()
@click.argument("username")
@password_option
def password(username: str, password_file: IO[str] | None) -> None:
    """Set an account's password."""
    boot()
    from pydantic import SecretStr

    from summitry.core.action import submit_to_installation
    from summitry.core.actions import SetPassword

    act = SetPassword(username=username, password=SecretStr(password_from(password_file)))
    submit_to_installation([act], viewer=the_system(), reason=why())
    click.echo(f"The password of {username} is set.")


@user.command()
@click.argument("username")
@click.option("--event", "slug", required=True, help="Short name of the event.")
@click.option("--role", type=click.Choice(ROLES), help="What the account is at this event.")
@click.option("--agency", default=None, help="Code of the agency that it speaks for.")
@click.option("--clearance", type=click.Choice(CLEARANCES), default="internal", show_default=True)
@click.option("--end", is_flag=True, help="End the access instead.")
def access(username: str, slug: str, role: str | None, agency: str | None, clearance: str, end: bool) -> None:
    """Give an account its role at an event, change it, or end it."""
    boot()
    from summitry.core.action import Action, submit
    from summitry.core.actions import GrantAccess, RevokeAccess
    from summitry.core.rights import Role

    if end == (role is not None):
        refuse("Say either --role or --end.")
    event = event_of(slug)
    act: Action
    if role is None:
        act = RevokeAccess(username=username)
    else:
        act = GrantAccess(username=username, role=Role(role), agency=agency, clearance=CLEARANCES.index(clearance))
    submit([act], viewer=the_system(event), event=event, reason=why())
    click.echo(f"{username} has no access to {slug} any more." if end else f"{username} is {role} at {slug}.")


@user.command()
@click.argument("username")
@click.option("--undo", is_flag=True, help="Let the account sign in again.")
def disable(username: str, undo: bool) -> None:
    """Keep an account from signing in. What it did stays, and so does its access."""
    boot()
    from summitry.core.action import submit_to_installation
    from summitry.core.actions import ChangeAccount

    act = ChangeAccount(username=username, is_active=undo)
    submit_to_installation([act], viewer=the_system(), reason=why())
    click.echo(f"{username} may sign in again." if undo else f"{username} may not sign in any more.")
