"""The settings under test: an installation of its own, never the developer's, on the database that was asked for.

SUMMITRY_TEST_DATABASE chooses it: `sqlite` (in memory, the default) or `postgresql` (see tests/postgres.py). The
environment is set before the product's settings are read; pytest-xdist's workers inherit it.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile

# These tests start dozens of processes. An environment without bytecode would have each compile the whole program,
# Django and NumPy anew, for a second or two every time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

from tests import postgres  # noqa: E402

if "SUMMITRY_TEST_RUN" not in os.environ:
    os.environ["SUMMITRY_TEST_RUN"] = f"{os.getpid()}"
    os.environ["SUMMITRY_HOME"] = tempfile.mkdtemp(prefix="summitry-tests-")
    atexit.register(shutil.rmtree, os.environ["SUMMITRY_HOME"], ignore_errors=True)
    if os.environ.get("SUMMITRY_TEST_DATABASE", "sqlite") == "postgresql":
        os.environ["SUMMITRY_DATABASE_URL"] = postgres.server_url()
    else:
        os.environ["SUMMITRY_DATABASE_URL"] = ""
for name in ("SUMMITRY_DEMO", "SUMMITRY_DEBUG", "SUMMITRY_HTTPS", "SUMMITRY_ALLOWED_HOSTS", "SUMMITRY_TRUSTED_ORIGINS"):
    os.environ.pop(name, None)

from summitry.config.settings import *  # noqa: E402, F403
from summitry.config.settings import DATABASES, STORAGES  # noqa: E402

# Several runs may share one server: each has a database of its own.
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["TEST"] = {"NAME": f"test_summitry_{os.environ['SUMMITRY_TEST_RUN']}"}
# Tests read templates' static addresses without collecting the files first.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
