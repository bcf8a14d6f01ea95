"""Export and import give an equal event, whatever is in it."""

from __future__ import annotations

import io

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from summitry.core.viewer import system_viewer
from summitry.exchange.transfer import export_workbook, import_workbook
from tests.exchange.comparison import picture, rows_in
from tests.exchange.random_events import events
from tests.factories import make_account, make_event

pytestmark = pytest.mark.django_db


def exported(event) -> bytes:
    file = io.BytesIO()
    assert export_workbook(event, system_viewer(event), file)
    return file.getvalue()


@settings(
    max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate)
)
@given(data=st.data())
def test_export_then_import_into_an_empty_event_gives_an_equal_event(data):
    with transaction.atomic():
        event = data.draw(events(make_account()))
        before = picture(event)
        book = exported(event)
        empty = make_event()
        done = import_workbook(empty, system_viewer(empty), book)
        assert picture(empty) == before
        assert sum(count.added for count in done.plan.counts) == rows_in(before)
        assert not done.plan.removed
        again = import_workbook(empty, system_viewer(empty), exported(empty))
        assert again.applied is None
        assert again.plan.empty
        same = import_workbook(event, system_viewer(event), book)
        assert same.plan.empty
        assert not same.plan.kept
        transaction.set_rollback(True)
