"""The command line, `summitry`. Exit codes: 0 fine, 1 findings or no solution, 2 bad input.

The commands speak English, since scripts read them; records keep their own words.
"""

from __future__ import annotations

from summitry.cli import documentation, keeping, people, reading, running, writing  # noqa: F401  (decorators register)
from summitry.cli.base import main

__all__ = ["main"]
