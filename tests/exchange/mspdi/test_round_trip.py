"""A schedule that is exported and imported is the same schedule, whatever is in it."""

from __future__ import annotations

import io

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from summitry.core.viewer import system_viewer
from summitry.exchange import queries
from summitry.exchange.mspdi.left import CARRIED, left_of
from summitry.exchange.mspdi.writing import export_plan
from summitry.exchange.sheets import SHEETS
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


def not_come_back(there: queries.StoredEvent, here: queries.StoredEvent) -> set[tuple[str, str, str]]:
    """What an event lacks that another has: sheet, column ("" for a whole record), key."""
    found = set()
    for label, sheet in SHEETS.items():
        kind, rows = str(sheet.title), here[label].values
        for key, values in there[label].values.items():
            now = next(iter(rows.values())) if label == "core.event" else rows.get(key)
            if now is None:
                found.add((kind, "", key))
                continue
            for column in sheet.columns:
                if column.field in {"slug", "position"}:  # another address; the order is compared as a whole above
                    continue
                if values[column.field] != now[column.field]:
                    header = str(column.header)
                    found.add((kind, "", header) if label == "core.event" else (kind, header, key))
    return found


@settings(
    max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate)
)
@given(data=st.data())
def test_what_does_not_come_back_from_a_file_was_told_before(data):
    with transaction.atomic():
        event = data.draw(events(make_account()))
        before = queries.load(event, system_viewer(event))
        told = {(one.kind, one.what, key) for one in left_of(before) for key in one.keys}
        empty = make_event(planning_start=event.planning_start, name=event.name)
        import_workbook(empty, system_viewer(empty), exported(event))
        gone = not_come_back(before, queries.load(empty, system_viewer(empty)))
        assert gone - told == set()
        whole = {str(SHEETS[label].title) for label in SHEETS if label not in CARRIED}
        assert {one for one in told if one[0] in whole} <= gone, "a kind that comes back is told as left out"
        transaction.set_rollback(True)


def test_the_columns_that_a_file_carries_are_columns_of_the_workbook():
    for label, names in CARRIED.items():
        assert names <= set(SHEETS[label].by_field), label
