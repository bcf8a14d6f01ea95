from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db.models import Q

from summitry.governance.ownership import OWNED, OwnedKind
from summitry.schedule.models import Task


@pytest.fixture
def tasks_are_owned() -> Iterator[None]:
    """Tasks as the schedule registers them: these tests hold whatever it does besides."""
    kind = OwnedKind(
        model=Task,
        owner="owner",
        is_open=Q(closed_on__isnull=True, waived_on__isnull=True),
        agency="lead",
        group="objective",
        due="deadline",
        clauses=("mandate", "deadline_clause"),
    )
    before = list(OWNED)
    OWNED[:] = [kind, *(known for known in before if known.label != kind.label)]
    yield
    OWNED[:] = before
