"""What all tests share. The installation and the database under test are chosen in tests/settings.py."""

from __future__ import annotations

import gc

import pytest

from summitry.core import outlook
from tests.browser import chromium  # noqa: F401  (fixture of journeys)
from tests.server import _demo_template, demo_server, drop_template  # noqa: F401  (fixtures of journeys)

pytest.register_assert_rewrite("tests.check_cases")

SHARED = {"demo_server", "installation"}
"""Fixtures of one module that start processes."""


@pytest.fixture(autouse=True)
def _fresh_outlook() -> None:
    """A rolled-back test repeats ids and counters; what an earlier one kept must not answer for it."""
    outlook.forget()


def pytest_collection_finish() -> None:
    """Everything is loaded now and stays: the collector of garbage need not walk over it again and again.

    Pages and queries make much garbage of their own; with the usual threshold a sixth of all tests' time is spent on
    looking for cycles in it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several workers, the tests of one module that share an installation stay on one worker.

    They and the walks over all addresses are the longest and come first: none of them shall be what everybody waits
    for at the end.
    """

    def shares(item: pytest.Item) -> bool:
        return not SHARED.isdisjoint(getattr(item, "fixturenames", ()))

    for item in items:
        if shares(item):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.split("::")[0]))
    items.sort(key=lambda item: (not shares(item), not item.nodeid.startswith("tests/security/")))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        drop_template()
