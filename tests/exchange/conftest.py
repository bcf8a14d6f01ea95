"""One sample event a module, for tests that must leave it as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction

from summitry.core import audit
from summitry.core.models import Event
from tests.exchange.comparison import rows_of
from tests.exchange.sample import sample_event, workbook_of


class Sample:
    """The event, its workbook, and how it looked."""

    def __init__(self) -> None:
        self.event: Event = sample_event()
        self.data = workbook_of(self.event)
        self.before = rows_of(self.event)
        self.counter = audit.change_counter(self.event)

    def untouched(self) -> bool:
        return rows_of(self.event) == self.before and audit.change_counter(self.event) == self.counter


@pytest.fixture(scope="module")
def sample(django_db_setup, django_db_blocker) -> Iterator[Sample]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield Sample()
        transaction.set_rollback(True)
