"""History: versions in words, "as of" any day, and past states that stay as classified as they were."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from summitry.core.action import submit
from summitry.core.actions import (
    AddDocument,
    ChangeAgency,
    ChangeDocument,
    ChangePerson,
    CreateAgency,
    CreatePerson,
    MoveClock,
    RemoveAgency,
)
from summitry.core.history import as_of, differences, record_as_of, shown_value, versions, visible_as_of
from summitry.core.models import Agency, Document, Person
from summitry.core.queries.records import history_rows, history_shown, record_on
from summitry.core.rights import Classification, Role
from summitry.schedule.actions import ChangeTask, CreateTask, SetCoordination
from summitry.schedule.models import Coordination
from tests.factories import make_agency, make_event, make_viewer

pytestmark = pytest.mark.django_db

PUBLIC, INTERNAL, RESTRICTED, SECRET = Classification
OCT_6, OCT_8, OCT_10 = (date(2025, 10, day) for day in (6, 8, 10))


def _move_to(event, viewer, day, hour=1):
    submit([MoveClock(to=datetime(2025, 10, day, hour, tzinfo=UTC))], viewer=viewer, event=event)


def _story(event, viewer):
    """6 October: K01 and K02 are made. 8 October: K01 is renamed, K02 removed. 10 October: K03 is made."""
    submit(
        [CreateAgency(code="K01", name="Guard"), CreateAgency(code="K02", name="Escort")], viewer=viewer, event=event
    )
    _move_to(event, viewer, 8)
    submit([ChangeAgency(code="K01", name="Guard Command"), RemoveAgency(code="K02")], viewer=viewer, event=event)
    _move_to(event, viewer, 10)
    submit([CreateAgency(code="K03", name="Police")], viewer=viewer, event=event)


def test_the_event_as_of_any_day():
    event = make_event()
    _story(event, make_viewer(event))

    def names(day):
        return [(agency.code, agency.name) for agency in as_of(Agency, event, day)]

    assert names(date(2025, 10, 5)) == []
    assert names(OCT_6) == [("K01", "Guard"), ("K02", "Escort")]
    assert names(date(2025, 10, 7)) == names(OCT_6)
    assert names(OCT_8) == [("K01", "Guard Command")]
    assert names(OCT_10) == [("K01", "Guard Command"), ("K03", "Police")]


def test_a_day_ends_at_midnight_of_the_events_own_zone():
    """Hanoi's 8 October ends at 17:00 UTC: what is done at 17:30 UTC belongs to the 9th."""
    event = make_event()
    viewer = make_viewer(event)
    submit([CreateAgency(code="K01", name="Guard")], viewer=viewer, event=event)
    submit([MoveClock(to=datetime(2025, 10, 8, 17, 30, tzinfo=UTC))], viewer=viewer, event=event)
    submit([ChangeAgency(code="K01", name="Guard Command")], viewer=viewer, event=event)
    assert as_of(Agency, event, OCT_8)[0].name == "Guard"
    assert as_of(Agency, event, date(2025, 10, 9))[0].name == "Guard Command"


def test_one_record_as_of_a_day():
    event = make_event()
    viewer = make_viewer(event)
    _story(event, viewer)
    agency = Agency.objects.get(event=event, code="K01")
    assert record_as_of(agency, date(2025, 10, 5)) is None
    assert record_as_of(agency, OCT_6).name == "Guard"
    assert record_as_of(agency, OCT_8).name == "Guard Command"
    then = record_on(agency, OCT_6, viewer)
    assert [(f.title, f.before, f.after) for f in then.fields if f.title == "name"] == [
        ("name", "Guard", "Guard Command")
    ]
    assert not record_on(agency, date(2025, 10, 5), viewer).existed


def test_versions_tell_who_and_what_newest_first():
    event = make_event()
    one, two = make_viewer(event), make_viewer(event)
    submit([CreateAgency(code="K01", name="Guard")], viewer=one, event=event)
    submit([ChangeAgency(code="K01", name="Guard Command", contact="069")], viewer=two, event=event, reason="by letter")
    newest, first = versions(Agency.objects.get(event=event), one)
    assert (newest.entry.actor, newest.entry.reason) == (two.account, "by letter")
    assert [(f.name, f.before, f.after) for f in newest.fields] == [
        ("name", "Guard", "Guard Command"),
        ("contact", "", "069"),
    ]
    assert first.created
    # A new record is told by what it says: nothing that was left empty.
    assert {f.name for f in first.fields} == {"code", "name", "kind"}


def test_a_save_that_changes_nothing_makes_no_version():
    event = make_event()
    viewer = make_viewer(event)
    submit([CreateAgency(code="K01", name="Guard")], viewer=viewer, event=event)
    submit([ChangeAgency(code="K01", name="Guard")], viewer=viewer, event=event)
    agency = Agency.objects.get(event=event)
    assert agency.version == 1
    assert len(versions(agency, viewer)) == 1


def test_the_queries_of_a_history_do_not_grow_with_its_length(django_assert_num_queries):
    event = make_event()
    viewer = make_viewer(event)
    make_agency(event, "MPS")
    submit([CreatePerson(code="P1", name="One", agency="MPS")], viewer=viewer, event=event)
    for number in range(5):
        submit([ChangePerson(code="P1", name=f"Name {number}")], viewer=viewer, event=event)
    ids = history_rows(Person.objects.get(event=event))
    for length in (1, 6):
        viewer.forget()
        with django_assert_num_queries(3):  # the changes, the agency that the first one names, what the viewer sees
            history_shown(ids[-length:], viewer)


# Past states keep their classification


def _opened_later(event):
    """A document that was written as secret, then given a harmless title and made public."""
    high = make_viewer(event)
    submit([AddDocument(code="D1", title="Route of the motorcade", classification=SECRET)], viewer=high, event=event)
    _move_to(event, high, 8)
    submit([ChangeDocument(code="D1", title="Traffic notice")], viewer=high, event=event)
    submit([ChangeDocument(code="D1", classification=PUBLIC)], viewer=high, event=event)
    submit([ChangeDocument(code="D1", title="Traffic notice of 23 October")], viewer=high, event=event)
    return Document.objects.get(event=event)


def test_what_was_secret_stays_so_when_the_record_is_opened():
    event = make_event()
    document = _opened_later(event)
    observer = make_viewer(event, Role.OBSERVER)
    assert observer.sees(document)
    newest, opened, renamed, made = versions(document, observer)
    assert newest.readable
    assert [field.after for field in newest.fields] == ["Traffic notice of 23 October"]
    # The step from secret to public shows both states, and one of them was secret.
    assert (opened.readable, renamed.readable, made.readable) == (False, False, False)
    assert (opened.fields, renamed.fields, made.fields) == ((), (), ())
    assert not record_on(document, OCT_6, observer).readable
    assert record_on(document, OCT_8, observer).readable
    assert "motorcade" not in repr(history_shown(history_rows(document), observer))
    planner = make_viewer(event)
    assert all(version.readable for version in versions(document, planner))


def test_lists_as_of_a_day_hold_only_what_the_viewer_may_read_of_then():
    event = make_event()
    _opened_later(event)
    observer, planner = make_viewer(event, Role.OBSERVER), make_viewer(event)
    assert visible_as_of(Document, observer, OCT_6) == []
    assert [d.title for d in visible_as_of(Document, planner, OCT_6)] == ["Route of the motorcade"]
    assert [d.title for d in visible_as_of(Document, observer, OCT_8)] == ["Traffic notice of 23 October"]
    # And what is secret now is not shown as it was when it was public.
    submit([ChangeDocument(code="D1", classification=SECRET)], viewer=planner, event=event)
    observer.forget()
    assert visible_as_of(Document, observer, OCT_8) == []


def test_a_removed_record_is_in_the_lists_of_its_days():
    event = make_event()
    viewer = make_viewer(event)
    _story(event, viewer)
    assert [agency.code for agency in visible_as_of(Agency, viewer, OCT_6)] == ["K01", "K02"]


def _part(deliverable):
    return SetCoordination(task="T01", agency="K01", deliverable=deliverable)


def _secret_task_with_part(event, planner):
    make_agency(event, "K01")
    submit([CreateTask(code="T01", title="Escort", classification=SECRET)], viewer=planner, event=event)
    submit([_part("Times of the convoy")], viewer=planner, event=event)


OPEN_THE_TASK = ChangeTask(code="T01", classification=PUBLIC)


def test_a_part_of_a_task_is_as_classified_as_the_task_was_then():
    """A coordination has no classification of its own. What stood when the task was opened was open from then on."""
    event = make_event()
    planner, observer = make_viewer(event), make_viewer(event, Role.OBSERVER)
    _secret_task_with_part(event, planner)
    submit([OPEN_THE_TASK], viewer=planner, event=event)
    submit([_part("Notice to drivers")], viewer=planner, event=event)
    coordination = Coordination.objects.get(event=event)
    assert observer.sees(coordination)
    newest, made = versions(coordination, observer)
    assert not made.readable
    assert newest.readable


def test_what_was_replaced_in_the_very_change_that_opened_the_task_was_never_open():
    event = make_event()
    planner, observer = make_viewer(event), make_viewer(event, Role.OBSERVER)
    _secret_task_with_part(event, planner)
    submit([OPEN_THE_TASK, _part("Notice to drivers")], viewer=planner, event=event)
    newest, made = versions(Coordination.objects.get(event=event), observer)
    assert (newest.readable, made.readable) == (False, False)
    assert "convoy" not in repr((newest.fields, made.fields))


# Words


def test_references_are_shown_by_key_only_to_whoever_sees_them():
    event = make_event()
    planner, observer = make_viewer(event), make_viewer(event, Role.OBSERVER)
    secret = make_agency(event, "K01")
    submit([CreatePerson(code="P1", name="Head", agency="K01", classification=SECRET)], viewer=planner, event=event)
    person = Person.objects.get(event=event)
    assert shown_value(Person, "agency_id", secret.pk, observer) == "K01"  # agencies are open to all
    assert shown_value(Person, "classification", SECRET, planner) == "Secret"
    assert shown_value(Person, "phone", "", planner) == "—"
    from summitry.governance.models import Membership

    assert shown_value(Membership, "person_id", person.pk, planner) == "P1"
    assert shown_value(Membership, "person_id", person.pk, observer) == "a record that you may not see"
    assert shown_value(Membership, "person_id", 999_999, planner) == "a record that is gone"
    assert shown_value(Membership, "from_day", "2025-10-08", planner) == "Wed 8 Oct 2025"
    assert shown_value(Agency, "kind", "ministry", planner) == "Ministry"


def test_the_names_of_classifications_are_the_events_own():
    event = make_event(classification_names={"3": {"name": "Secret", "national": "Tối mật"}})
    assert shown_value(Person, "classification", 3, make_viewer(event)) == "Secret · Tối mật"


def test_differences_leave_out_what_is_no_change_of_the_record():
    old = {"id": 1, "version": 1, "name": "a", "code": "K"}
    new = {"id": 1, "version": 2, "name": "b", "code": "K"}
    assert [f.name for f in differences("core.agency", old, new)] == ["name"]
