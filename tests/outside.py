"""Where the outside data lies: benchmark instances and standards that nobody here wrote and the project does not carry.

The folder is named by the environment variable ``SUMMITRY_DATA``, else it is ``shared/data`` beside the project. Tests
that need it are marked ``outside_data`` and skip, loudly, where it is missing.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest

BESIDE_THE_PROJECT = Path(__file__).resolve().parents[2] / "shared" / "data"


def outside_folder() -> Path:
    """The folder of the outside data; it need not exist."""
    return Path(os.environ.get("SUMMITRY_DATA") or BESIDE_THE_PROJECT)


def outside(relative: str) -> Path:
    """A file or folder of the outside data. Skips the test, with a warning in the summary, if it is not there."""
    path = outside_folder() / relative
    if not path.exists():
        reason = f"outside data missing: {relative} (set SUMMITRY_DATA to the folder that has it)"
        warnings.warn(reason, stacklevel=2)
        pytest.skip(reason)
    return path
