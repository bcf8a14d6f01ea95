"""Which days are worked, and the calendar page made of it."""

from __future__ import annotations

from datetime import date

import pytest

from summitry.core import clock
from summitry.core.calendars import is_working_day, known_countries, public_holidays, state_days, working_facts
from summitry.core.models import CalendarException
from summitry.core.queries.settings import agency_tree, calendar_page
from summitry.core.rights import Classification, Role
from tests.factories import make_agency, make_document, make_event, make_person, make_viewer, save

pytestmark = pytest.mark.django_db


def _set(event, day, working, agency=None, reason=""):
    return save(CalendarException(event=event, day=day, working=working, agency=agency, reason=reason))


def test_a_week_without_a_country_has_no_holiday(event):
    facts = working_facts(event)
    assert set(facts) == {None}
    assert facts[None] == ("1111100", frozenset(), frozenset())
    assert [facts[None].is_working(date(2025, 10, day)) for day in (24, 25, 26, 27)] == [True, False, False, True]
    assert public_holidays(event) == {}


def test_public_holidays_of_viet_nam_in_2025(event):
    """Cross-checked with the published calendar: Tet 27 to 31 January, 30 April to 2 May, 1 and 2 September."""
    event.country = "VN"
    days = public_holidays(event, first=date(2025, 1, 2), last=date(2025, 12, 31))
    expected = [(1, 27), (1, 28), (1, 29), (1, 30), (1, 31), (4, 30), (5, 1), (5, 2), (9, 1), (9, 2)]
    weekdays = [day for day in days if day.weekday() < 5 and day != date(2025, 4, 7)]  # 7 April is Hung Kings' day
    assert weekdays == [date(2025, month, day) for month, day in expected]
    # 2 May was a day off in exchange for Saturday 26 April.
    assert state_days(event)[date(2025, 4, 26)] is True
    assert is_working_day(event, date(2025, 4, 26))
    assert not is_working_day(event, date(2025, 5, 2))


def test_holidays_are_named_in_the_readers_language(event):
    from django.utils.translation import override

    event.country = "VN"
    day = date(2025, 9, 2)
    with override("en"):
        assert public_holidays(event)[day] == "National Day"
    with override("vi"):
        assert public_holidays(event)[day] == "Quốc khánh"
    with override("fr"):  # not offered for Viet Nam: the country's own language
        assert public_holidays(event)[day] == "Quốc khánh"


def test_an_exception_for_everyone_is_stronger_than_a_holiday_and_the_week(event):
    event.country = "VN"
    _set(event, date(2025, 9, 2), True)
    _set(event, date(2025, 10, 24), False)
    _set(event, date(2025, 10, 25), True)
    facts = working_facts(event)[None]
    assert [facts.is_working(date(2025, *day)) for day in ((9, 1), (9, 2), (10, 24), (10, 25))] == [
        False,
        True,
        False,
        True,
    ]
    assert not facts.working & facts.nonworking


def test_what_is_said_about_an_agency_is_stronger_still_and_holds_for_its_units(event):
    ministry = make_agency(event, "MPS", working_week="1111110")
    unit = make_agency(event, "K01", parent=ministry)
    special = make_agency(event, "K02", parent=ministry, working_week="1111111")
    other = make_agency(event, "MOFA")
    _set(event, date(2025, 10, 25), True)
    _set(event, date(2025, 10, 25), False, ministry)
    _set(event, date(2025, 10, 26), True, unit)
    facts = working_facts(event)
    assert other.pk not in facts
    saturday, sunday, next_saturday = date(2025, 10, 25), date(2025, 10, 26), date(2025, 11, 1)
    worked = {
        code: [facts.get(agency.pk, facts[None]).is_working(day) for day in (saturday, sunday, next_saturday)]
        for code, agency in (("MPS", ministry), ("K01", unit), ("K02", special), ("MOFA", other))
    }
    assert worked == {
        "MPS": [False, False, True],
        "K01": [False, True, True],
        "K02": [False, True, True],
        "MOFA": [True, False, False],
    }


def test_a_loop_of_parents_ends(event):
    one = make_agency(event, "ONE", working_week="1111110")
    two = make_agency(event, "TWO", parent=one)
    one.parent = two
    save(one)
    assert set(working_facts(event)) == {None, one.pk, two.pk}
    assert {row.agency.code for row in agency_tree(make_viewer(event))} == {"ONE", "TWO"}


@pytest.mark.parametrize("agencies", [1, 20])
def test_two_queries_whatever_the_number_of_agencies(event, agencies, django_assert_num_queries):
    for number in range(agencies):
        _set(event, date(2025, 10, 25), True, make_agency(event, f"A{number}"))
    with django_assert_num_queries(2):
        working_facts(event)


def test_working_days_back_from_the_opening(event):
    _set(event, date(2025, 10, 18), True)
    facts = working_facts(event)[None]
    assert facts.back(date(2025, 10, 25), 5) == date(2025, 10, 20)
    assert facts.back(date(2025, 10, 25), 6) == date(2025, 10, 18)
    assert facts.back(date(2025, 10, 25), 0) == date(2025, 10, 25)


def test_a_country_that_nobody_knows_is_refused_with_the_other_faults(event):
    from summitry.core.action import submit
    from summitry.core.actions import ChangeEvent
    from summitry.core.refusals import Invalid

    assert {"VN", "PL", "FR"} <= set(known_countries())
    wrong = ChangeEvent(
        country="XX",
        closing_day=date(2025, 10, 1),
        planning_start=date(2026, 1, 1),
        working_week="0000000",
        timezone="Mars/Base",
        classification_names={"7": {"name": "x"}},
    )
    with pytest.raises(Invalid) as refused:
        submit([wrong], viewer=make_viewer(event), event=event)
    fields = {fault.field for fault in refused.value.faults}
    assert {"country", "closing_day", "planning_start", "classification_names", "timezone", "working_week"} <= fields
    assert event.country == ""


# The page


def test_the_calendar_page_shows_the_months_from_today_to_the_month_after(event):
    event.country = "VN"
    viewer = make_viewer(event)
    _set(event, date(2025, 10, 25), True, reason="First day of the event")
    _set(event, date(2025, 10, 24), False)
    page = calendar_page(event, clock.today(event), viewer)
    assert [month.first for month in page.months] == [date(2025, 10, 1), date(2025, 11, 1)]
    days = {day.day: day for month in page.months for week in month.weeks for day in week if day is not None}
    assert len(days) == 31 + 30
    kinds = {number: days[date(2025, 10, number)].kind for number in (6, 18, 24, 25, 26)}
    assert kinds == {6: "working", 18: "free", 24: "off", 25: "extra", 26: "free"}
    assert days[date(2025, 10, 6)].today
    assert [day.day.day for day in days.values() if day.event] == [25, 26]
    assert days[date(2025, 10, 25)].said == "First day of the event"
    # 6 to 23 October on week days, and the 24th is off: 14 days.
    assert page.working_days_left == 14
    assert [len(week) for month in page.months for week in month.weeks] == [7] * 10


def test_the_calendar_page_of_a_far_event_stays_short():
    event = make_event(opening_day=date(2045, 1, 2), closing_day=date(2045, 1, 3))
    assert len(calendar_page(event, clock.today(event), make_viewer(event)).months) == 18


def test_the_calendar_page_of_a_past_event_shows_its_days(event):
    page = calendar_page(event, date(2026, 3, 1), make_viewer(event))
    assert page.months[0].first == date(2025, 10, 1)
    assert page.working_days_left == 0


def test_the_tree_of_agencies_counts_only_what_the_viewer_sees(event):
    ministry = make_agency(event, "MPS")
    unit = make_agency(event, "K01", parent=ministry)
    make_person(event, agency=unit, classification=Classification.PUBLIC)
    make_person(event, agency=unit, classification=Classification.SECRET)
    make_document(event, agency=unit)
    planner, observer = make_viewer(event, Role.ADMINISTRATOR), make_viewer(event, Role.OBSERVER, agency=unit)

    def rows(viewer):
        return [(row.agency.code, row.depth, row.people, row.accounts) for row in agency_tree(viewer)]

    assert rows(planner) == [("MPS", 0, 0, 0), ("K01", 1, 2, 1)]
    low = make_viewer(event, Role.OBSERVER, clearance=Classification.PUBLIC)
    assert rows(low) == [("MPS", 0, 0, 0), ("K01", 1, 1, 0)]
    assert observer.agency_ids == {unit.pk}
