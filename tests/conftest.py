"""What all tests share. The installation and the database under test are chosen in tests/settings.py."""

from __future__ import annotations

import pytest

from summitry.core import outlook
from tests.browser import chromium  # noqa: F401  (fixture of journeys)
from tests.server import _demo_template, demo_server  # noqa: F401  (fixtures of journeys)

pytest.register_assert_rewrite("tests.check_cases")


@pytest.fixture(autouse=True)
def _fresh_outlook() -> None:
    """A rolled-back test repeats ids and counters; what an earlier one kept must not answer for it."""
    outlook.forget()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several workers, the tests of one module that share a server stay on one worker."""
    for item in items:
        if "demo_server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.split("::")[0]))
