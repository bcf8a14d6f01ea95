"""Many rows saved or removed together leave the same trace as one by one."""

from __future__ import annotations

import pytest
from django.db.models import ProtectedError

from summitry.core.models import Agency
from summitry.core.records import WriteOutsideAction, delete_all, recording, save_all
from tests.factories import make_agency, make_event

pytestmark = pytest.mark.django_db


def test_only_what_differs_is_written_and_everything_is_recorded(django_assert_num_queries):
    event = make_event()
    rows = [make_agency(event, code, contact="before") for code in ("A", "B", "C")]
    rows[0].name, rows[1].contact = "New", "after"
    with recording() as recorder, django_assert_num_queries(2):
        save_all(rows)
    assert {key[1] for key in recorder.changes} == {rows[0].pk, rows[1].pk}
    stored = {a.code: (a.name, a.contact, a.version) for a in Agency.objects.filter(event=event)}
    assert stored == {"A": ("New", "before", 2), "B": ("Agency B", "after", 2), "C": ("Agency C", "before", 1)}
    for change in recorder.changes.values():
        assert change.before is not None
        assert change.after == Agency.objects.get(pk=change.pk).snapshot()


def test_removing_together_is_recorded_like_one_by_one():
    event = make_event()
    first, second = make_agency(event, "A"), make_agency(event, "B")
    before = {first.pk: first.snapshot(), second.pk: second.snapshot()}
    with recording() as recorder:
        delete_all([first, second])
    assert not Agency.objects.filter(event=event).exists()
    assert {pk: change.before for (_label, pk), change in recorder.changes.items()} == before
    assert all(change.after is None for change in recorder.changes.values())
    assert {change.key for change in recorder.changes.values()} == {"A", "B"}


def test_what_is_referred_to_is_not_removed_with_others():
    event = make_event()
    parent = make_agency(event, "A")
    make_agency(event, "A1", parent=parent)
    alone = make_agency(event, "B")
    with recording() as recorder, pytest.raises(ProtectedError):
        delete_all([alone, parent])
    assert not recorder.changes
    assert Agency.objects.filter(event=event).count() == 3


def test_nothing_is_removed_outside_an_action():
    agency = make_agency(make_event(), "A")
    with pytest.raises(WriteOutsideAction):
        delete_all([agency])
    delete_all([])
