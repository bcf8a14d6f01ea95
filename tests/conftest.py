"""What all tests share. The installation under test lives in a folder of its own, never in the developer's."""

from __future__ import annotations

import os
import tempfile

os.environ["SUMMITRY_HOME"] = tempfile.mkdtemp(prefix="summitry-tests-")
os.environ["SUMMITRY_DEMO"] = "no"
os.environ["SUMMITRY_DEBUG"] = "no"

import pytest
from django.conf import settings as django_settings

from summitry.core import outlook

pytest.register_assert_rewrite("tests.check_cases")


def pytest_configure() -> None:
    # Tests read templates' static addresses without collecting the files first.
    django_settings.STORAGES = {
        **django_settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _fresh_outlook() -> None:
    """A rolled-back test repeats ids and counters; what an earlier one kept must not answer for it."""
    outlook.forget()
