"""Settings through a browser's requests: who reads, who changes, and two people who change one thing at once."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from summitry.core.action import submit
from summitry.core.actions import ChangeAgency, ChangeEvent
from summitry.core.http.nav import nav_for, search
from summitry.core.models import Access, Account, Agency, CalendarException, Event, Person
from summitry.core.rights import Classification, Role
from tests.factories import make_account, make_agency, make_person, make_viewer, save

pytestmark = pytest.mark.django_db


def _url(event, name, *arguments):
    return reverse(f"core:{name}", args=[event.slug, *arguments])


READ = ("settings", "calendar", "agencies", "people")


@pytest.mark.parametrize("role", list(Role))
def test_everyone_reads_the_settings_but_access(event, signed_in, role):
    client = signed_in(make_viewer(event, role, agency=make_agency(event, "K01")))
    assert [client.get(_url(event, name)).status_code for name in READ] == [200] * len(READ)
    assert client.get(_url(event, "access")).status_code == (200 if role == Role.ADMINISTRATOR else 403)
    may_plan = role in {Role.ADMINISTRATOR, Role.PLANNER}
    changing = (
        ("change_event", ()),
        ("classification_names", ()),
        ("set_exceptional_day", ()),
        ("add_agency", ()),
        ("change_agency", ("K01",)),
        ("add_person", ()),
    )
    for name, arguments in changing:
        assert client.get(_url(event, name, *arguments)).status_code == (200 if may_plan else 403), name
    page = client.get(_url(event, "agencies")).content.decode()
    assert (_url(event, "change_agency", "K01") in page) == may_plan


def test_the_rail_shows_only_what_one_may_see(event):
    def keys(role):
        return {item.key for item in nav_for(make_viewer(event, role, agency=make_agency(event)))}

    assert "log" in keys(Role.ADMINISTRATOR)
    assert "log" not in keys(Role.PLANNER)
    assert {"documents", "checks", "settings"} <= keys(Role.OBSERVER)


def test_search_finds_agencies_people_and_documents_that_one_sees(event):
    agency = make_agency(event, "K01", name="Guard Command")
    make_person(event, "P1", name="Head of the guard", classification=Classification.SECRET, agency=agency)
    planner, observer = make_viewer(event), make_viewer(event, Role.OBSERVER)
    assert {hit.key for hit in search(planner, "guard")} == {"K01", "P1"}
    assert {hit.key for hit in search(observer, "guard")} == {"K01"}
    assert search(planner, "k01")[0].key == "K01"


# The event


def _event_values(event, **changed):
    """What a browser sends from the form as it was opened."""
    values = {
        "name": event.name,
        "name_national": "",
        "theme": "",
        "host": "",
        "venue": event.venue,
        "opening_day": event.opening_day.isoformat(),
        "closing_day": event.closing_day.isoformat(),
        "planning_start": event.planning_start.isoformat(),
        "timezone": event.timezone,
        "country": event.country,
        "working_week": [str(index) for index, sign in enumerate(event.working_week) if sign == "1"],
        "stale_after_days": str(event.stale_after_days),
        "illustrative": "",
        "source": "",
        "seen": str(event.version),
    }
    return {**values, **changed}


def test_the_event_is_changed_and_only_what_changed_is_written(event, signed_in):
    client = signed_in(make_viewer(event))
    values = _event_values(event, venue="Convention Centre", working_week=["0", "1", "2", "3", "4", "5"])
    address = _url(event, "change_event")
    assert client.post(address, {**values, "step": "preview"}).status_code == 200
    client.post(address, {**values, "step": "confirm"})
    event.refresh_from_db()
    assert (event.venue, event.working_week) == ("Convention Centre", "1111110")
    from summitry.core.models import AuditEntry

    arguments = AuditEntry.objects.latest("pk").arguments
    assert set(arguments) == {"seen", "venue", "working_week"}


def test_nothing_changed_is_nothing_saved(event, signed_in):
    response = signed_in(make_viewer(event)).post(
        _url(event, "change_event"), {**_event_values(event), "step": "confirm"}
    )
    assert response.status_code == 422
    assert "Nothing was changed" in response.content.decode()


def test_every_fault_of_the_event_is_named_at_its_field(event, signed_in):
    values = _event_values(event, closing_day="2025-10-01", planning_start="2026-01-01")
    response = signed_in(make_viewer(event)).post(_url(event, "change_event"), {**values, "step": "preview"})
    assert response.status_code == 422
    assert {"closing_day", "planning_start"} <= set(response.context["form"].errors)


def test_the_names_of_the_classifications(event, signed_in):
    client = signed_in(make_viewer(event))
    values = {f"{part}_{level}": "" for part in ("name", "national") for level in range(4)}
    values |= {"name_3": "Secret", "national_3": "Tối mật", "national_2": "Mật", "seen": str(event.version)}
    client.post(_url(event, "classification_names"), {**values, "step": "confirm"})
    event.refresh_from_db()
    assert [event.classification_name(level) for level in range(4)] == [
        "Public",
        "Internal",
        "Restricted · Mật",
        "Secret · Tối mật",
    ]
    assert "Tối mật" in client.get(_url(event, "settings")).content.decode()


# Two people at once


def test_a_record_without_history_is_compared_with_what_the_others_change_replaced(event, signed_in):
    """Lan and Minh open one form of a record that came before the log. Minh saves first; Lan's values are kept."""
    lan, minh = make_viewer(event), make_viewer(event)
    make_agency(event, "MPS")
    agency = make_agency(event, "K01", name="Guard", contact="069 1")
    opened = {
        "name": "Guard",
        "name_national": "",
        "kind": "department",
        "parent": "",
        "contact": "069 1",
        "seen": "1",
    }
    other = ChangeAgency(code="K01", seen=1, name="Guard Command", contact="069 2", parent="MPS")
    submit([other], viewer=minh, event=event)
    client = signed_in(lan)
    address = _url(event, "change_agency", "K01")
    mine = {**opened, "name": "Command K01", "kind": "unit"}
    stale = client.post(address, {**mine, "step": "confirm"})
    assert stale.status_code == 409
    agency.refresh_from_db()
    assert (agency.name, agency.contact) == ("Guard Command", "069 2")
    rows = {row["name"]: row for row in stale.context["stale_rows"]}
    assert (rows["name"]["base"], rows["name"]["conflict"], rows["contact"]["conflict"]) == ("Guard", True, False)


def test_the_stale_form_merges_and_confirms(event, signed_in):
    lan, minh = make_viewer(event), make_viewer(event)
    from summitry.core.actions import CreateAgency

    make_agency(event, "MPS")
    submit([CreateAgency(code="K01", name="Guard", contact="069 1")], viewer=minh, event=event)
    other = ChangeAgency(
        code="K01", seen=1, name="Guard Command", contact="069 2", parent="MPS", working_week="1111111"
    )
    submit([other], viewer=minh, event=event)
    client = signed_in(lan)
    address = _url(event, "change_agency", "K01")
    mine = {
        "name": "Command K01",
        "name_national": "",
        "kind": "unit",
        "parent": "",
        "contact": "069 1",
        "seen": "1",
    }
    stale = client.post(address, {**mine, "step": "preview"})
    assert stale.status_code == 409
    rows = {row["name"]: row for row in stale.context["stale_rows"]}
    assert set(rows) == {"name", "contact", "parent", "working_week"}
    assert {name for name, row in rows.items() if row["conflict"]} == {"name"}
    assert (rows["name"]["base"], rows["name"]["theirs"], rows["name"]["mine"]) == (
        "Guard",
        "Guard Command",
        "Command K01",
    )
    assert (rows["parent"]["base"], rows["parent"]["theirs"]) == ("—", "MPS")
    form = stale.context["form"]
    merged = {name: form.data.get(name) for name in ("name", "kind", "parent", "contact", "seen")}
    assert merged == {"name": "Command K01", "kind": "unit", "parent": "MPS", "contact": "069 2", "seen": "2"}
    page = stale.content.decode()
    assert "Guard Command" in page
    assert "Command K01" in page

    again = {name: form.data.getlist(name) for name in (*merged, "name_national", "working_week")}
    client.post(address, {**again, "step": "confirm"})
    agency = Agency.objects.get(code="K01")
    assert (agency.name, agency.kind, agency.contact, agency.parent.code, agency.working_week, agency.version) == (
        "Command K01",
        "unit",
        "069 2",
        "MPS",
        "1111111",
        3,
    )


def test_a_stale_change_of_the_event_shows_both(event, signed_in):
    lan, minh = make_viewer(event), make_viewer(event)
    submit([ChangeEvent(theme="First")], viewer=minh, event=event)
    values = _event_values(event, venue="Convention Centre", theme="First")
    submit([ChangeEvent(theme="Second")], viewer=minh, event=event)
    response = signed_in(lan).post(_url(event, "change_event"), {**values, "step": "confirm"})
    assert response.status_code == 409
    (row,) = response.context["stale_rows"]
    assert (row["name"], row["base"], row["theirs"], row["conflict"]) == ("theme", "First", "Second", False)
    assert response.context["form"].data["venue"] == "Convention Centre"
    assert response.context["form"].data["theme"] == "Second"


def test_a_removal_of_what_somebody_changed_meanwhile_is_stale(event, signed_in):
    viewer = make_viewer(event)
    make_agency(event, "K01")
    client = signed_in(viewer)
    form = client.get(_url(event, "remove_agency", "K01")).context["form"]
    submit([ChangeAgency(code="K01", name="Newer")], viewer=viewer, event=event)
    response = client.post(_url(event, "remove_agency", "K01"), {"seen": form["seen"].value(), "step": "confirm"})
    assert response.status_code == 409
    assert Agency.objects.filter(code="K01").exists()


# Calendar, agencies, people


def test_an_exceptional_day_is_set_and_removed(event, signed_in):
    client = signed_in(make_viewer(event))
    make_agency(event, "K01")
    values = {"day": "2025-10-25", "working": "yes", "agency": "K01", "reason": "First day"}
    client.post(_url(event, "set_exceptional_day"), {**values, "step": "confirm"})
    row = CalendarException.objects.get()
    assert (row.day, row.working, row.agency.code, row.reason) == (date(2025, 10, 25), True, "K01", "First day")
    assert "First day" in client.get(_url(event, "calendar")).content.decode()
    client.post(_url(event, "remove_exceptional_day", row.pk), {"step": "confirm"})
    assert not CalendarException.objects.exists()


def test_a_person_is_added_changed_and_removed(event, signed_in):
    client = signed_in(make_viewer(event))
    make_agency(event, "K01")
    values = {"code": "P1", "name": "Head of guard", "function": "", "agency": "K01", "phone": "", "email": ""}
    made = client.post(_url(event, "add_person"), {**values, "classification": "1", "step": "confirm"})
    person = Person.objects.get()
    assert made["Location"] == person.get_absolute_url()
    page = client.get(person.get_absolute_url()).content.decode()
    assert "Head of guard" in page
    changed = {**values, "name": "Deputy head", "classification": "1", "seen": "1"}
    client.post(_url(event, "change_person", "P1"), {**changed, "step": "confirm"})
    person.refresh_from_db()
    assert (person.name, person.agency.code) == ("Deputy head", "K01")
    client.post(_url(event, "remove_person", "P1"), {"seen": "2", "step": "confirm"})
    assert not Person.objects.exists()


def test_an_agency_that_is_referred_to_stays(event, signed_in):
    ministry = make_agency(event, "MPS")
    make_agency(event, "K01", parent=ministry)
    response = signed_in(make_viewer(event)).get(_url(event, "remove_agency", "MPS"))
    assert response.status_code == 409
    assert "K01" in response.content.decode()


def test_a_code_with_a_slash_has_pages(event, signed_in):
    client = signed_in(make_viewer(event))
    make_person(event, "12/BCA")
    assert client.get(_url(event, "person", "12/BCA")).status_code == 200
    assert client.get(_url(event, "change_person", "12/BCA")).status_code == 200


@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize(("name", "most"), [("agencies", 12), ("people", 14), ("documents", 15), ("access", 12)])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    event, signed_in, rows, name, most, django_assert_max_num_queries
):
    from tests.factories import make_document

    admin = make_viewer(event, Role.ADMINISTRATOR)
    for number in range(rows):
        agency = make_agency(event, f"A{number}")
        make_person(event, agency=agency)
        make_document(event, agency=agency)
        save(Access(event=event, account=make_account(), role=Role.FOCAL_POINT, agency=agency))
    client = signed_in(admin)
    client.get(_url(event, name))
    with django_assert_max_num_queries(most):
        client.get(_url(event, name))


# Access


def test_an_account_is_made_given_access_and_a_password(event, signed_in):
    client = signed_in(make_viewer(event, Role.ADMINISTRATOR))
    make_agency(event, "K01")
    values = {"username": "lan", "name": "Lan", "email": "", "language": "vi", "role": "focal_point", "agency": "K01"}
    done = client.post(_url(event, "new_account"), {**values, "clearance": "1", "step": "confirm"})
    assert done["Location"] == _url(event, "set_password", "lan")
    account = Account.objects.get(username="lan")
    assert (account.language, account.has_usable_password()) == ("vi", False)
    page = client.get(done["Location"])
    assert page.status_code == 200
    weak = client.post(done["Location"], {"password": "short", "again": "short"})
    assert weak.status_code == 422
    unlike = client.post(done["Location"], {"password": "a long enough sentence", "again": "another one entirely"})
    assert list(unlike.context["form"].errors) == ["again"]
    good = {"password": "a long enough sentence", "again": "a long enough sentence"}
    assert client.post(done["Location"], good).status_code == 302
    account.refresh_from_db()
    assert account.check_password("a long enough sentence")


def test_a_password_is_on_no_page(event, signed_in):
    client = signed_in(make_viewer(event, Role.ADMINISTRATOR))
    make_viewer(event, account=make_account("lan"))
    address = _url(event, "set_password", "lan")
    answer = client.post(address, {"password": "a long enough sentence", "again": "something else here"})
    assert "a long enough sentence" not in answer.content.decode()


def test_access_is_changed_blocked_and_ended(event, signed_in):
    client = signed_in(make_viewer(event, Role.ADMINISTRATOR))
    viewer = make_viewer(event, Role.PLANNER, account=make_account("lan", name="Lan"))
    changed = {"role": "observer", "agency": "", "clearance": "0", "seen": "1", "step": "confirm"}
    client.post(_url(event, "change_access", "lan"), changed)
    access = Access.objects.get(account=viewer.account)
    assert (access.role, access.clearance) == ("observer", 0)
    client.post(
        _url(event, "change_account", "lan"), {"name": "Lan", "email": "", "language": "", "step": "confirm"}
    )  # the box "may sign in" is left empty
    viewer.account.refresh_from_db()
    assert not viewer.account.is_active
    client.post(_url(event, "revoke_access", "lan"), {"step": "confirm"})
    assert not Access.objects.filter(account=viewer.account).exists()
    assert 'data-row="lan"' not in client.get(_url(event, "access")).content.decode()


def test_an_event_of_another_name_is_found_by_nobody_else(event, signed_in):
    client = signed_in(make_viewer(event))
    assert client.get("/e/no-such-event/settings/").status_code == 404
    assert Event.objects.count() == 1
