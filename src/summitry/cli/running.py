"""`summitry prepare`, `serve` and `demo`."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
import warnings
from contextlib import suppress

import click

from summitry.cli.base import boot, counted, event_of, main, refuse
from summitry.cli.working import terminated_in_order, workers


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine alone."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _prepare() -> None:
    from summitry.config import installation

    if unknown := installation.unknown_migrations():
        refuse(
            f"This program is older than its database, which also has {', '.join(unknown)}. "
            "Install the newer program again. Nothing was changed."
        )
    applied = installation.migrate()
    click.echo(f"Database: {counted(len(applied), 'migration') + ' applied' if applied else 'in step'}.")
    compiled = installation.compile_catalogues()
    click.echo(f"Translations: {counted(compiled, 'catalogue') + ' compiled' if compiled else 'in step'}.")
    click.echo(f"Static files: {'collected' if installation.collect_static() else 'in step'}.")


@main.command()
def prepare() -> None:
    """Bring database, translations and static files in step with this program.

    Run it after installing and after every upgrade. With nothing to do it is done at once.
    """
    boot()
    _prepare()


def _demo(reset: bool) -> None:
    from summitry.core.models import Event
    from summitry.demo.load import SLUG, load_demo

    there = Event.objects.filter(slug=SLUG).exists()
    if there and not reset:
        click.echo(f"The reference event {SLUG} is there already.")
        return
    load_demo(reset=reset)
    click.echo(f"The reference event “{event_of(SLUG).name}” is {'built anew' if there else 'loaded'}.")


@main.command()
@click.option("--reset", is_flag=True, help="Build the event anew: what was changed in it is gone.")
def demo(reset: bool) -> None:
    """Load the reference event, Hanoi 2025. Without --reset an event that is there stays as it is."""
    boot()
    _demo(reset)


def _bound(host: str, port: int) -> socket.socket:
    """A listening socket, or a sentence that says why there is none."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror:
        refuse(f"“{host}” is no address of this machine.")
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        refuse(
            f"Cannot listen on {host} port {port}: {(error.strerror or str(error)).lower()}. "
            "Choose another port: summitry serve --port 8001 (or make run PORT=8001)."
        )
    return listener


def _check_ready(demo_mode: bool) -> None:
    """Refuse to serve what would fail on its first page."""
    from summitry.config import installation

    if unknown := installation.unknown_migrations():
        refuse(f"This program is older than its database ({', '.join(unknown)}). Install the newer program again.")
    if pending := installation.pending_migrations():
        refuse(f"The database lacks {counted(len(pending), 'migration')}. Run: summitry prepare")
    if not installation.static_in_step():
        refuse("The static files are not those of this program. Run: summitry prepare")
    if demo_mode:
        return
    from summitry.core.models import Account

    if not Account.objects.filter(is_active=True, is_demo=False).exists():
        from summitry.cli.people import ask_for_administrator

        if not sys.stdin.isatty():
            refuse(
                "Nobody can sign in yet. Name the first administrator: "
                "summitry user create NAME --administrator (or serve with --demo to look around)."
            )
        ask_for_administrator()


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
@click.option("--demo", "demo_mode", is_flag=True, help="Demo mode, as SUMMITRY_DEMO=yes: sign in as any role.")
@click.option("--prepare", "prepare_first", is_flag=True, help="First summitry prepare; in demo mode summitry demo.")
def serve(host: str, port: int, demo_mode: bool, prepare_first: bool) -> None:
    """Serve the pages, until interrupted.

    Demo mode listens on loopback addresses alone. Put a proxy that ends TLS before any other address.
    """
    if demo_mode:
        os.environ["SUMMITRY_DEMO"] = "yes"
    boot()
    from django.conf import settings

    if settings.DEMO and not is_loopback(host):
        refuse(
            f"Demo mode signs anyone in without a password, so it serves this machine alone, not {host}. "
            "Use --host 127.0.0.1, or leave demo mode (SUMMITRY_DEMO=no)."
        )
    if prepare_first:
        _prepare()
        if settings.DEMO:
            _demo(reset=False)
    _check_ready(settings.DEMO)
    listener = _bound(host, port)

    import uvicorn
    from django.db import connections

    # The checks above used a plain connection; the application turns to its pool.
    connections.close_all()
    from summitry.config.asgi import application

    config = uvicorn.Config(
        application,
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=settings.SECURE_PROXY_SSL_HEADER is not None,
        # Live pages hold their streams open for ever: they must not hold up the end.
        timeout_graceful_shutdown=3,
    )
    shown = f"[{host.strip('[]')}]" if ":" in host else host
    # Static files are small: that whitenoise hands them over in one piece is as it should be.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
    # From here on a browser that comes early waits instead of being turned away.
    listener.listen(1024)
    click.echo(f"Summitry serves http://{shown}:{listener.getsockname()[1]}/  (Ctrl-C ends it)")
    if settings.DEMO:
        click.echo("Demo mode: the first page signs you in as any role; nothing leaves this machine.")
    sys.stdout.flush()
    # Ctrl-C is how a person ends it: no fault. A SIGTERM ends the process as a service manager expects.
    with terminated_in_order(), suppress(KeyboardInterrupt), workers(settings.WORKERS):
        uvicorn.Server(config).run(sockets=[listener])
