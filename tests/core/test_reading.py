"""A reading computes each thing once, and takes over from an earlier one only what cannot have changed."""

from __future__ import annotations

import pytest

from summitry.core.action import rehearse
from summitry.core.actions import ChangeAgency, ChangeEvent, CreateAgency, SetCalendarException
from summitry.core.models import Agency, Document, Waiver
from summitry.core.outlook import Outlook, look
from summitry.core.reading import Reading
from tests.factories import make_agency, make_document, make_event, make_viewer, save

pytestmark = pytest.mark.django_db


def agencies(reading):
    return {row.pk: row.name for row in Agency.objects.filter(event=reading.event)}


def documents_and_their_agencies(reading):
    names = reading.use(agencies)
    return [(row.title, names.get(row.agency_id)) for row in Document.objects.filter(event=reading.event)]


def waivers(reading):
    return list(Waiver.objects.filter(event=reading.event).values_list("reason", flat=True))


def test_each_thing_is_computed_once(django_assert_num_queries):
    reading = Reading(make_event())
    with django_assert_num_queries(2):
        reading.use(documents_and_their_agencies)
        reading.use(agencies)
        reading.use(documents_and_their_agencies)


def test_what_the_change_cannot_have_touched_is_taken_over(django_assert_num_queries):
    event = make_event()
    agency = make_agency(event, name="Guard Command")
    make_document(event, title="Order", agency=agency)
    before = Reading(event)
    for function in (documents_and_their_agencies, waivers):
        before.use(function)
    agency.name = "Command"
    save(agency)
    after = Reading(event, before=before, touched={"core.agency"})
    with django_assert_num_queries(2):
        # Documents refer to agencies, and this was computed from both.
        assert after.use(documents_and_their_agencies) == [("Order", "Command")]
    with django_assert_num_queries(0):
        assert after.use(waivers) == []


def test_what_refers_to_a_touched_record_is_computed_again():
    event = make_event()
    agency = make_agency(event, name="Guard Command")
    make_document(event, title="Order", agency=agency)

    def documents(reading):
        return list(Document.objects.filter(event=reading.event))

    before = Reading(event)
    assert before.use(documents)[0].agency.name == "Guard Command"  # the row now holds its agency
    agency.name = "Command"
    save(agency)
    after = Reading(event, before=before, touched={"core.agency"})
    assert after.use(documents)[0].agency.name == "Command"


@pytest.mark.parametrize("touched", [{"core.event"}, {"core.event", "core.agency"}])
def test_nothing_is_taken_over_when_the_event_itself_changed(touched):
    event = make_event()
    before = Reading(event)
    before.use(waivers)
    assert not Reading(event, before=before, touched=touched)._kept


def test_nothing_is_taken_over_from_another_day():
    from datetime import date

    event = make_event()
    before = Reading(event, date(2025, 10, 5))
    before.use(waivers)
    assert not Reading(event, date(2025, 10, 6), before=before)._kept


def said(outlook: Outlook) -> tuple[object, ...]:
    """All that an outlook says, to compare two."""
    findings = [(f.identity, f.values, f.waiver) for f in outlook.findings.items]
    readiness = [(item.subject, item.percent, [(r, str(why)) for r, why in item.reasons]) for item in outlook.readiness]
    return outlook.day, findings, outlook.forecasts, readiness


@pytest.mark.parametrize(
    "action",
    [
        CreateAgency(code="NEW", name="GUARD-COMMAND"),
        ChangeAgency(code="K01", name="Police", parent="MPS"),
        SetCalendarException(day="2025-10-25", working=True),
        ChangeEvent(working_week="1111111"),
    ],
)
def test_an_outlook_with_what_was_taken_over_says_what_a_fresh_one_says(action):
    event = make_event()
    make_agency(event, "MPS", name="Police")
    make_agency(event, "K01", name="Guard Command")
    viewer = make_viewer(event)
    before = look(event)
    with rehearse([action], viewer=viewer, event=event) as ran:
        fresh = look(event)
        quick = look(event, before=before, touched={label for label, _pk, _key in ran.touched})
        assert said(quick) == said(fresh) != said(before)
