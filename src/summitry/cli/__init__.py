"""The command line, `summitry`. Exit codes: 0 fine, 1 findings or no solution, 2 bad input.

The commands speak English, since scripts read them; records keep their own words.
"""

from __future__ import annotations

from summitry.cli import (  # noqa: F401  (their decorators register)
    documentation,
    keeping,
    people,
    reading,
    running,
    working,
    writing,
)
from summitry.cli.base import main

__all__ = ["main"]
