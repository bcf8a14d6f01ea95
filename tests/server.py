"""A real installation for journeys: a home and database of its own, a server process, and clients that sign in.

    def test_something(demo_server):            # fresh for each test module, with the reference event loaded
        planner = demo_server.sign_in("planner")
        page = planner.get("/e/hanoi-2025/")
        demo_server.kill(); demo_server.start() # SIGKILL, and again on the same address and data

The database is the kind that the run is about (SUMMITRY_TEST_DATABASE). Browsers open `demo_server.url`.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psycopg
import pytest

from tests import postgres
from tests.once import once_a_run

START_SECONDS = 60


def on_postgresql() -> bool:
    return os.environ.get("SUMMITRY_TEST_DATABASE", "sqlite") == "postgresql"


class _FormReader(HTMLParser):
    """Collects the fields of a page's forms: inputs, chosen options, text areas."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._name = ""
        self._in_text = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and given.get("name"):
            boxes = given.get("type") in {"checkbox", "radio"}
            if given.get("type") not in {"submit", "file"} and (not boxes or "checked" in given):
                self.values[given["name"]] = given.get("value", "on" if boxes else "")
        elif tag == "select":
            self._name = given.get("name", "")
        elif tag == "option" and self._name and ("selected" in given or self._name not in self.values):
            self.values[self._name] = given.get("value", "")
        elif tag == "textarea":
            self._name, self._in_text = given.get("name", ""), True
            self.values[self._name] = ""

    def handle_data(self, data: str) -> None:
        if self._in_text:
            self.values[self._name] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in {"select", "textarea"}:
            self._name, self._in_text = "", False


@dataclass
class Answer:
    """A response: its status, headers in lower case, and text."""

    status: int
    headers: dict[str, str]
    text: str

    def form(self) -> dict[str, str]:
        """The values with which the page's forms would be sent as they stand, by the names of their fields."""
        reader = _FormReader()
        reader.feed(self.text)
        return reader.values


@dataclass
class Client:
    """A browser without a screen: cookies and forms. One connection a request; copies may run in threads."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    timeout: float = 60.0

    def request(self, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None) -> Answer:
        """Raises OSError or HTTPException when the server went away: then nothing was acknowledged."""
        where = urlsplit(self.url)
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=self.timeout)
        try:
            sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            connection.request(method, path, body.encode() or None, {**sent, **(headers or {})})
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        finally:
            connection.close()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(value).items()}
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, text)

    def get(self, path: str) -> Answer:
        return self.request("GET", path)

    def post(self, path: str, values: Mapping[str, str]) -> Answer:
        """Send a form with the token that the last page gave."""
        form = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **values}
        return self.request("POST", path, urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})

    def copy(self) -> Client:
        return Client(self.url, dict(self.cookies), self.timeout)


class Server:
    """One installation and, while it runs, its server process."""

    def __init__(self, home: Path, database_url: str = "", demo: bool = True) -> None:
        self.home, self.database_url, self.demo = home, database_url, demo
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.home.with_suffix(".log")

    def environment(self) -> dict[str, str]:
        plain = {
            name: value
            for name, value in os.environ.items()
            if name != "DJANGO_SETTINGS_MODULE" and not name.startswith("SUMMITRY_")
        }
        return plain | {
            "SUMMITRY_HOME": str(self.home),
            "SUMMITRY_DATABASE_URL": self.database_url,
            "SUMMITRY_DEMO": "yes" if self.demo else "no",
            # On PostgreSQL none by default: there it runs as a service of its own.
            "SUMMITRY_WORKERS": "1",
        }

    def command(self, *args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `summitry ...` in this installation."""
        done = subprocess.run(
            [sys.executable, "-m", "summitry", *args],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def python(self, script: str) -> str:
        """Run a script with this installation's Django; what it prints."""
        start = "import django; django.setup()\n"
        environment = self.environment() | {"DJANGO_SETTINGS_MODULE": "summitry.config.settings"}
        done = subprocess.run(
            [sys.executable, "-c", start + script], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        """Serve, on the same port as before; returns when the server listens."""
        assert self.process is None, "it runs already"
        before = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "summitry", "serve", "--prepare", "--port", str(self.port)],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            said = self.log.read_bytes()[before:].decode("utf-8", "replace")
            if found := re.search(r"serves http://127\.0\.0\.1:(\d+)/", said):
                self.port = int(found[1])
                return
            if self.process.poll() is not None:
                self.process = None
                raise AssertionError(f"the server did not start:\n{said}")
            time.sleep(0.05)
        self.kill()
        raise AssertionError(f"the server said nothing for {START_SECONDS} s")

    def kill(self) -> None:
        """SIGKILL: as when the power goes, but for the operating system."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM, as a service manager does; must end within 15 s even with live pages open."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("the server did not end") from None
        finally:
            self.process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def client(self) -> Client:
        return Client(self.url)

    def sign_in(self, username: str) -> Client:
        """A client that signed in as a demonstration account: administrator, planner, head, protocol, security ..."""
        client = self.client()
        assert client.get("/demo/").status == 200
        answer = client.post("/demo/", {"username": username})
        assert answer.status == 302, answer.text[:500]
        assert client.cookies.get("summitry_session"), "no session was begun"
        return client


def prepared_home() -> Path:
    """A folder that `summitry prepare` has made, with an embedded database: to be copied, never to be used."""
    return once_a_run("prepared", lambda home: Server(home).command("prepare"))


@dataclass
class Template:
    """An installation with the reference event, made once a run and copied for each server: that is much faster."""

    home: Path
    database: str = ""

    @classmethod
    def make(cls) -> Template:
        database = f"summitry_template_{os.environ['SUMMITRY_TEST_RUN']}" if on_postgresql() else ""

        def filled(home: Path) -> None:
            if database:
                _create_database(database, "template0")
                cls.server(home, database).command("prepare")
            else:
                shutil.copytree(prepared_home(), home)
            cls.server(home, database).command("demo")

        return cls(once_a_run("demo", filled), database)

    @staticmethod
    def server(home: Path, database: str) -> Server:
        return Server(home, postgres.with_name(postgres.server_url(), database) if database else "")

    def copy(self, home: Path) -> Server:
        shutil.copytree(self.home, home)
        database = f"summitry_{uuid.uuid4().hex[:12]}" if self.database else ""
        if database:
            _create_database(database, self.database)
        return self.server(home, database)


def _create_database(name: str, template: str) -> None:
    with psycopg.connect(postgres.server_url(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" ENCODING \'UTF8\' TEMPLATE "{template}"')


def _drop_database(url: str) -> None:
    name = urlsplit(url).path.lstrip("/")
    if name:
        with psycopg.connect(postgres.server_url(), autocommit=True) as connection, suppress(psycopg.Error):
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def drop_template() -> None:
    """At the end of a run, when no worker needs it any more."""
    if on_postgresql():
        _drop_database(f"//x/summitry_template_{os.environ['SUMMITRY_TEST_RUN']}")


@pytest.fixture(scope="session")
def _demo_template() -> Template:
    return Template.make()


@pytest.fixture(scope="module")
def demo_server(_demo_template: Template) -> Iterator[Server]:
    """A running server with the reference event, of this test module alone."""
    server = _demo_template.copy(Path(tempfile.mkdtemp(prefix="summitry-journey-")) / "home")
    try:
        server.start()
        yield server
    finally:
        server.stop()
        _drop_database(server.database_url)
        shutil.rmtree(server.home.parent, ignore_errors=True)
