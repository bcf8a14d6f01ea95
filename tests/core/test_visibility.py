"""Who may see which rows, table by table: role, classification and involvement against a table written by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summitry.core.action import submit
from summitry.core.actions import ChangeDocument
from summitry.core.models import Access, Account, Agency, CalendarException, Document, Event, SavedView, Waiver
from summitry.core.rights import Classification, Role
from summitry.core.viewer import system_viewer, viewer_for
from summitry.governance.models import Clause
from summitry.schedule.models import Coordination, Evidence, Link, Task
from tests.factories import (
    make_account,
    make_agency,
    make_clause,
    make_coordination,
    make_decision,
    make_document,
    make_duty,
    make_event,
    make_link,
    make_person,
    make_task,
    make_viewer,
    save,
)

pytestmark = pytest.mark.django_db

PUBLIC, INTERNAL, RESTRICTED, SECRET = Classification
ALL = {PUBLIC, INTERNAL, RESTRICTED, SECRET}

# Cleared for everything: the levels seen when the viewer's agency takes no part. With a part, all four are seen.
AT_LARGE = {
    Role.ADMINISTRATOR: ALL,
    Role.PLANNER: ALL,
    Role.HEAD: ALL,
    Role.SECURITY_PLANNER: ALL,
    Role.FOCAL_POINT: {PUBLIC, INTERNAL},
    Role.UNIT_OFFICER: {PUBLIC, INTERNAL},
    Role.PARTNER: {PUBLIC},
    Role.OBSERVER: {PUBLIC},
}


def _document(event, agency, level):
    return make_document(event, agency=agency, classification=level)


def _person(event, agency, level):
    return make_person(event, agency=agency, classification=level)


def _led_task(event, agency, level):
    return make_task(event, lead=agency, classification=level)


def _coordinated_task(event, agency, level):
    task = make_task(event, lead=make_agency(event), classification=level)
    if agency is not None:
        make_coordination(task, agency)
    return task


def _duty(event, agency, level):
    return make_duty(agency or make_agency(event), classification=level)


KINDS = (_document, _person, _led_task, _coordinated_task, _duty)


@pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__.strip("_"))
@pytest.mark.parametrize("role", list(Role))
def test_every_role_sees_what_the_table_says(role, make):
    event = make_event()
    ours, theirs = make_agency(event, "OURS"), make_agency(event, "THEIRS")
    rows = {
        (level, part): make(event, agency, level)
        for level in ALL
        for part, agency in (("ours", ours), ("theirs", theirs), ("nobody's", None))
    }
    model = type(next(iter(rows.values())))
    for clearance in sorted(ALL):
        viewer = make_viewer(event, role, agency=ours, clearance=clearance)
        seen = set(model.objects.visible_to(viewer))
        expected = {
            row
            for (level, part), row in rows.items()
            if level <= clearance and (level in AT_LARGE[role] or part == "ours")
        }
        assert seen == expected, (role, clearance)
        assert {row for row in rows.values() if viewer.sees(row)} == expected


def test_a_unit_below_ones_agency_is_ours_and_the_agency_above_is_not():
    event = make_event()
    ministry = make_agency(event, "MPS")
    command = make_agency(event, "K01", parent=ministry)
    unit = make_agency(event, "K01-1", parent=command)
    secret = {
        code: make_document(event, code, agency=agency, classification=SECRET)
        for code, agency in (("M", ministry), ("C", command), ("U", unit))
    }
    viewer = make_viewer(event, Role.FOCAL_POINT, agency=command)
    assert set(Document.objects.visible_to(viewer)) == {secret["C"], secret["U"]}


def test_a_task_of_two_coordinations_of_ours_comes_once():
    event = make_event()
    ministry = make_agency(event, "MPS")
    task = make_task(event, lead=make_agency(event), classification=SECRET)
    for code in ("K01", "K02"):
        make_coordination(task, make_agency(event, code, parent=ministry))
    assert list(Task.objects.visible_to(make_viewer(event, Role.FOCAL_POINT, agency=ministry))) == [task]


def test_a_role_without_agency_sees_no_record_of_nobody():
    """An empty agency on both sides is no involvement."""
    event = make_event()
    make_document(event, agency=None, classification=RESTRICTED)
    assert not Document.objects.visible_to(make_viewer(event, Role.OBSERVER, agency=None)).exists()


def test_nothing_of_another_event_is_seen_by_anybody():
    event, other = make_event(), make_event()
    document, agency = make_document(other, classification=PUBLIC), make_agency(other)
    save(CalendarException(event=other, day=date(2025, 10, 25), working=True))
    for role in Role:
        viewer = make_viewer(event, role, agency=make_agency(event))
        assert not Document.objects.visible_to(viewer).exists()
        assert not viewer.sees(document)
        assert not viewer.sees(agency)
        assert not CalendarException.objects.visible_to(viewer).exists()
        assert list(Event.objects.visible_to(viewer)) == [event]
    assert list(Document.objects.visible_to(system_viewer(event))) == []


def test_open_records_are_seen_by_every_role():
    event = make_event()
    agency = make_agency(event)
    for role in Role:
        viewer = make_viewer(event, role, agency=agency, clearance=PUBLIC)
        assert list(Agency.objects.visible_to(viewer)) == [agency]


def test_what_belongs_to_a_record_is_seen_with_it():
    event = make_event()
    ours, theirs = make_agency(event, "OURS"), make_agency(event, "THEIRS")
    viewer = make_viewer(event, Role.FOCAL_POINT, agency=ours)
    open_task, ours_secret, theirs_secret = (
        make_task(event, lead=lead, classification=level)
        for lead, level in ((theirs, INTERNAL), (ours, SECRET), (theirs, SECRET))
    )
    seen = make_link(open_task, ours_secret)
    make_link(open_task, theirs_secret)
    assert list(Link.objects.visible_to(viewer)) == [seen]

    part = make_coordination(open_task, ours)
    hidden_part = make_coordination(theirs_secret, make_agency(event))
    assert list(Coordination.objects.visible_to(viewer)) == [part]
    assert not viewer.sees(hidden_part)

    public, secret = make_document(event, classification=PUBLIC), make_document(event, classification=SECRET)
    both = save(Evidence(event=event, task=open_task, document=public, added_on=date(2025, 10, 1)))
    save(Evidence(event=event, task=open_task, document=secret, added_on=date(2025, 10, 1)))
    save(Evidence(event=event, task=theirs_secret, document=public, added_on=date(2025, 10, 1)))
    assert list(Evidence.objects.visible_to(viewer)) == [both]

    shown = make_clause(make_decision(event, classification=INTERNAL))
    make_clause(make_decision(event, classification=RESTRICTED))
    assert list(Clause.objects.visible_to(viewer)) == [shown]


def test_accesses_are_for_administrators_and_accounts_for_whom_they_concern():
    event, other = make_event(), make_event()
    administrator, observer = make_viewer(event, Role.ADMINISTRATOR), make_viewer(event, Role.OBSERVER)
    elsewhere = make_viewer(other)
    assert Access.objects.visible_to(administrator).count() == 2
    assert not Access.objects.visible_to(observer).exists()
    assert set(Account.objects.visible_to(administrator)) == {administrator.account, observer.account}
    assert list(Account.objects.visible_to(observer)) == [observer.account]
    chief = make_account(is_administrator=True)
    everyone = set(Account.objects.visible_to(make_viewer(event, Role.ADMINISTRATOR, account=chief)))
    assert {elsewhere.account, chief} <= everyone


def test_saved_filters_are_ones_own():
    event = make_event()
    one, two = make_viewer(event), make_viewer(event, Role.ADMINISTRATOR)
    view = save(SavedView(event=event, account=one.account, page="tasks", name="late"))
    assert list(SavedView.objects.visible_to(one)) == [view]
    assert not SavedView.objects.visible_to(two).exists()


def _waiver(event, key, level=INTERNAL, label="core.document"):
    values = {"check_code": "DOC001", "subject_label": label, "subject_key": key, "classification": level}
    return save(Waiver(event=event, reason="x", until=date(2025, 10, 20), given_by=make_account(), **values))


def test_a_waiver_is_seen_with_its_record_as_that_is_classified_now():
    """The waiver was given when the record was internal; the record is secret now, and so is what was said of it."""
    event = make_event()
    make_document(event, "D1", classification=SECRET)
    make_document(event, "D2", classification=INTERNAL)
    one, two = _waiver(event, "D1", level=INTERNAL), _waiver(event, "D2", level=SECRET)
    focal_point = make_viewer(event, Role.FOCAL_POINT, agency=make_agency(event))
    low_planner = make_viewer(event, Role.PLANNER, clearance=INTERNAL)
    planner = make_viewer(event, Role.PLANNER)
    assert list(Waiver.objects.visible_to(focal_point)) == [two]
    assert list(Waiver.objects.visible_to(low_planner)) == [two]
    assert set(Waiver.objects.visible_to(planner)) == {one, two}


def test_a_waiver_of_a_record_that_is_gone_is_for_those_who_see_all_within_their_clearance():
    event = make_event()
    gone = _waiver(event, "GONE", level=RESTRICTED)
    of_event = _waiver(event, event.slug, label="core.event")
    assert list(Waiver.objects.visible_to(make_viewer(event, Role.PLANNER, clearance=INTERNAL))) == [of_event]
    assert set(Waiver.objects.visible_to(make_viewer(event, Role.PLANNER))) == {gone, of_event}
    assert list(Waiver.objects.visible_to(make_viewer(event, Role.PARTNER, agency=make_agency(event)))) == [of_event]


def test_a_viewer_asks_again_after_a_change():
    event = make_event()
    planner = make_viewer(event)
    document = make_document(event, "D1", classification=INTERNAL)
    observer = make_viewer(event, Role.OBSERVER)
    assert not observer.sees(document)
    submit([ChangeDocument(code="D1", classification=PUBLIC)], viewer=planner, event=event)
    assert not observer.sees(document)
    observer.forget()
    assert observer.sees(document)


def test_a_blocked_account_has_no_access():
    from summitry.core.refusals import NotFound

    event = make_event()
    account = make_account(is_active=False)
    save(Access(event=event, account=account, role=Role.PLANNER))
    with pytest.raises(NotFound):
        viewer_for(account, event)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    role=st.sampled_from(list(Role)),
    clearance=st.sampled_from(list(Classification)),
    level=st.sampled_from(list(Classification)),
    involved=st.booleans(),
)
def test_what_a_row_says_now_is_covered_exactly_when_the_row_is_seen(db, role, clearance, level, involved):
    """The rule for past states agrees with the rule for rows wherever both can be asked."""
    event = make_event()
    agency = make_agency(event)
    viewer = make_viewer(event, role, agency=agency if involved else make_agency(event), clearance=clearance)
    for record in (
        make_document(event, agency=agency, classification=level),
        make_task(event, lead=agency, classification=level),
    ):
        covered = type(record).visibility.covers(type(record), record.snapshot(), viewer, lambda label, pk: None)
        assert covered == viewer.sees(record)
