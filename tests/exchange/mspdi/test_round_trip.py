"""A schedule that is exported and imported is the same schedule, whatever is in it."""

from __future__ import annotations

import io

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from summitry.core.viewer import system_viewer
from summitry.exchange.mspdi.writing import export_plan
from summitry.exchange.transfer import import_workbook
from tests.exchange.plans.picture import schedule_of
from tests.exchange.random_events import events
from tests.factories import make_account, make_event

pytestmark = pytest.mark.django_db


def exported(event) -> bytes:
    file = io.BytesIO()
    assert export_plan(event, system_viewer(event), file).complete
    return file.getvalue()


@settings(
    max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate)
)
@given(data=st.data())
def test_export_then_import_keeps_all_that_the_file_carries(data):
    with transaction.atomic():
        event = data.draw(events(make_account()))
        before = schedule_of(event)
        plan = exported(event)
        empty = make_event()
        done = import_workbook(empty, system_viewer(empty), plan)
        assert schedule_of(empty) == before
        assert not done.plan.removed
        same = import_workbook(event, system_viewer(event), plan)
        assert same.plan.empty, [
            (one.key, [(f.column.field, f.before, f.after) for f in one.fields]) for one in same.plan.changed
        ] + [(one.key, one.values) for one in same.plan.added]
        again = import_workbook(empty, system_viewer(empty), exported(empty))
        assert again.plan.empty
        transaction.set_rollback(True)
