"""The closed set of doors through which apps add to the core; each is filled once, when the program starts.

CHECKS, ACTIONS, JOBS, PROPOSAL_KINDS, FORECASTERS, READINESS, CHANCES, NAV, SEARCHERS: a second registration under one
name is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, MutableSequence
from contextlib import contextmanager
from typing import Any

from summitry.core import chances, outlook
from summitry.core.action import ACTIONS
from summitry.core.checking import CHECKS
from summitry.core.http.nav import NAV, SEARCHERS
from summitry.core.jobs.registry import JOBS
from summitry.core.proposals.registry import PROPOSAL_KINDS

MAPPINGS: tuple[MutableMapping[str, Any], ...] = (CHECKS, ACTIONS, NAV, JOBS, PROPOSAL_KINDS)
SEQUENCES: tuple[MutableSequence[Any], ...] = (outlook.FORECASTERS, outlook.READINESS, chances.CHANCES, SEARCHERS)


@contextmanager
def temporary() -> Iterator[None]:
    """For tests: whatever is registered or taken out inside is put back as it was afterwards."""
    mappings = [dict(registry) for registry in MAPPINGS]
    sequences = [list(registry) for registry in SEQUENCES]
    outlook.forget()
    try:
        yield
    finally:
        for registry, kept in zip(MAPPINGS, mappings, strict=True):
            registry.clear()
            registry.update(kept)
        for sequence, items in zip(SEQUENCES, sequences, strict=True):
            sequence[:] = items
        outlook.forget()
