"""A sign of source files, under which machine code that is made of them is kept.

Numba keeps machine code on disk and asks only whether the function's own file is as it was; but a kernel has functions
and numbers of other modules within it. Kept under a name with this sign, what was made of an older source of any of
them is never taken for today's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def stamp_of(sources: Iterable[Path]) -> str:
    """Another one for other sources, 12 signs. Raises ``OSError`` for a file that cannot be read."""
    digest = hashlib.sha256()
    for path in sources:
        source = path.read_bytes()
        digest.update(b"%d\n" % len(source) + source)
    return digest.hexdigest()[:12]
