"""The pages of mandates: what each role sees, on which day, at what cost, and that nothing hidden leaks."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from summitry.core.http.nav import search
from summitry.core.models import Event
from summitry.core.rights import Classification, Role
from summitry.governance.models import Decision
from tests.factories import (
    make_agency,
    make_body,
    make_clause,
    make_decision,
    make_duty,
    make_event,
    make_person,
    make_task,
    make_viewer,
    save,
)
from tests.governance.makers import AFTER, BEFORE, DAY, make_membership, make_organisation, make_post

pytestmark = pytest.mark.django_db


def _client(event: Event, role: Role = Role.PLANNER, **values) -> Client:
    viewer = make_viewer(event, role, **values)
    client = Client()
    client.force_login(viewer.account)
    return client


def _address(event: Event, name: str, *args, **query) -> str:
    return reverse(f"governance:{name}", args=[event.slug, *args]) + ("?" + urlencode(query) if query else "")


def _page(client: Client, event: Event, name: str, *args, status: int = 200, **query) -> str:
    response = client.get(_address(event, name, *args, **query))
    assert response.status_code == status
    return response.content.decode()


def test_the_7th_and_the_9th_of_october_differ():
    here = make_organisation()
    client = _client(here.event)
    before = client.get(_address(here.event, "overview", day="2025-10-07")).context
    after = client.get(_address(here.event, "overview", day="2025-10-09")).context
    assert [node.body.code for node, _open in before["rows"]] == ["SC-MIN"]
    assert [node.body.code for node, _open in after["rows"]] == ["SC-NAT", "SUB-CONTENT", "SUB-SECURITY"]
    assert (before["bodies"], before["seats"], before["held"]) == (1, 1, 1)
    assert [row.decision.code for row in before["decisions"]] == ["MIN-2025"]
    assert [row.decision.code for row in after["decisions"]] == ["PM-2025"]
    assert [chip["day"] for chip in before["chips"]] == [date(2025, 5, 16), date(2025, 10, 6), BEFORE, DAY]


def test_without_a_day_and_with_a_strange_one_it_is_today():
    here = make_organisation()
    client = _client(here.event)
    for query in ({}, {"day": "yesterday"}):
        assert client.get(_address(here.event, "overview", **query)).context["day"] == date(2025, 10, 6)


def test_a_body_that_ended_with_open_work_is_called_out_where_it_can_be_mended():
    here = make_organisation(demo_now=None)  # the real clock is past 8 October 2025
    make_task(here.event, "T1", owner=here.old)
    wizard = f"{_address(here.event, 'reorganise')}?old=SC-MIN"
    for name, args in (("overview", ()), ("body", ("SC-MIN",))):
        assert wizard in _page(_client(here.event), here.event, name, *args)
        assert wizard not in _page(_client(here.event, Role.OBSERVER), here.event, name, *args)


PAGES = {
    "overview": ("overview",),
    "decisions": ("decisions",),
    "decision": ("decision", "PM-2025"),
    "body": ("body", "SC-MIN"),
    "duties": ("duties",),
    "duty": ("duty", "PD1"),
}
FORMS = {
    "decision_new": ("decision_new",),
    "decision_edit": ("decision_edit", "PM-2025"),
    "decision_remove": ("decision_remove", "PLAN-1"),
    "clause_new": ("clause_new", "PM-2025"),
    "clause_edit": ("clause_edit", "PM-2025", "1"),
    "clause_remove": ("clause_remove", "PLAN-1", "1"),
    "body_new": ("body_new",),
    "body_edit": ("body_edit", "SC-MIN"),
    "body_end": ("body_end", "SC-NAT"),
    "body_remove": ("body_remove", "SPARE"),
    "post_new": ("post_new", "SC-NAT"),
    "post_edit": ("post_edit", "SC-MIN-HEAD"),
    "post_remove": ("post_remove", "SPARE-HEAD"),
    "appoint": ("appoint", "SC-MIN-HEAD"),
    "duty_new": ("duty_new",),
    "duty_edit": ("duty_edit", "PD1"),
    "duty_remove": ("duty_remove", "PD1"),
    "duty_submit": ("duty_submit", "PD1"),
    "duty_approve": ("duty_approve", "PD1"),
    "duty_return": ("duty_return", "PD1"),
    "reorganise": ("reorganise",),
}
SECURITY = {
    "decision_new",
    "duty_new",
    "duty_edit",
    "duty_remove",
    "duty_submit",
    "duty_approve",
    "duty_return",
}
OPENS = {
    Role.ADMINISTRATOR: set(FORMS),
    Role.PLANNER: set(FORMS),
    Role.HEAD: {"reorganise"},
    Role.SECURITY_PLANNER: SECURITY,
    Role.FOCAL_POINT: {"duty_submit"},
    Role.UNIT_OFFICER: {"duty_submit"},
    Role.PARTNER: {"duty_submit"},
    Role.OBSERVER: set(),
}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_its_pages_and_forms_and_no_others(role):
    here = make_organisation()
    event = here.event
    public = {"classification": Classification.PUBLIC}
    make_duty(here.k01, "PD1", submitted_on=date(2025, 10, 1), **public)
    make_clause(make_decision(event, "PLAN-1", kind=Decision.Kind.PLAN, **public), "1")
    make_post(make_body(event, "SPARE", from_day=AFTER), "SPARE-HEAD")
    here.new_decision.classification = Classification.PUBLIC
    save(here.new_decision)
    client = _client(event, role, agency=here.mps)
    for name, args in PAGES.items():
        assert (name, client.get(_address(event, *args)).status_code) == (name, 200)
    opened = set()
    for name, args in FORMS.items():
        status = client.get(_address(event, *args)).status_code
        assert status in (200, 403, 409), name
        if status == 200:
            opened.add(name)
    # A spare body whose post still stands is not removed: that refusal is 409, not 403.
    assert opened - {"body_remove"} == OPENS[role] - {"body_remove"}


@pytest.mark.parametrize("role", [Role.FOCAL_POINT, Role.UNIT_OFFICER, Role.PARTNER, Role.OBSERVER, Role.PLANNER])
def test_nothing_above_the_viewer_s_right_is_on_any_page(role):
    here = make_organisation()
    event, secret = here.event, {"classification": Classification.SECRET}
    marked = make_decision(
        event, "ZQXHIDDEN-1", title="ZQXHIDDEN title", number="ZQXHIDDEN 7", replaces=here.new_decision, **secret
    )
    clause = make_clause(marked, "1", text="ZQXHIDDEN text")
    plan = make_decision(event, "ZQXHIDDEN-2", title="ZQXHIDDEN plan", kind=Decision.Kind.PLAN, **secret)
    public = {"classification": Classification.PUBLIC}
    make_duty(here.mps, "PD1", mandate=clause, plan=plan, approved_on=BEFORE, **public)
    make_duty(here.moh, "ZQXHIDDEN-PD", title="ZQXHIDDEN duty", **secret)
    body = make_body(event, "B1", created_by=clause, ended_by=clause, to_day=date(2025, 12, 1))
    make_membership(make_post(body, "B1-HEAD"), make_person(event, "ZQXHIDDEN-P", name="ZQXHIDDEN person", **secret))
    make_task(event, "ZQXHIDDEN-T", title="ZQXHIDDEN task", owner=here.old, **secret)
    make_task(event, "T1", owner=here.old)
    here.new_decision.classification = Classification.PUBLIC
    save(here.new_decision)
    client = _client(event, role, agency=here.mofa, clearance=Classification.INTERNAL)
    addresses = [_address(event, *args) for args in (*PAGES.values(), *FORMS.values())]
    addresses += [
        _address(event, "body", "B1"),
        _address(event, "body_edit", "B1"),
        _address(event, "overview", day=DAY),
    ]
    addresses += [_address(event, "decision", "ZQXHIDDEN-1"), _address(event, "duty", "ZQXHIDDEN-PD")]
    addresses += [_address(event, "decisions", day=DAY, sort="title"), _address(event, "reorganise", old="SC-MIN")]
    chosen = {"old": "SC-MIN", "day": "2025-10-08", "clause": "PM-2025#1", "into": "SC-NAT"}
    addresses.append(_address(event, "reorganise", **chosen))
    addresses.append(reverse("web:search", args=[event.slug]) + "?q=title")
    for address in addresses:
        for headers in ({}, {"HX-Request": "true"}):
            found = client.get(address, headers=headers).content.decode()
            # The address itself may be said again, as what was asked for.
            shown = found.replace("ZQXHIDDEN-1", "").replace("ZQXHIDDEN-PD", "")
            assert "ZQXHIDDEN" not in shown, address


def _grow(event: Event, rows: int) -> None:
    agency = make_agency(event)
    for number in range(rows):
        decision = make_decision(event, f"D{number}", replaces=None)
        make_decision(event, f"E{number}", amends=decision)
        clause = make_clause(decision)
        body = make_body(event, f"B{number}", created_by=clause)
        make_membership(make_post(body, f"H{number}"), make_person(event), BEFORE)
        make_duty(agency, f"PD{number}", body=body, mandate=clause, plan=make_decision(event, f"P{number}"))
        make_task(event, f"T{number}", owner=body, mandate=clause, lead=agency)


def _cost(rows: int, name: str, *args: str) -> int:
    event = make_event()
    _grow(event, rows)
    first, agency = make_body(event, "FIRST"), make_agency(event)
    decision = make_decision(event, "LONG")
    for number in range(rows):
        post = make_post(first, f"F{number}")
        make_membership(post, make_person(event), BEFORE)
        clause = make_clause(decision, str(number + 1))
        make_body(event, f"C{number}", created_by=clause, parent=first)
        make_task(event, f"FT{number}", owner=first, lead=agency, mandate=clause)
        make_duty(agency, f"FD{number}", body=first, mandate=clause)
        make_decision(event, f"CHAIN{number}", amends=decision)
    client = _client(event)
    address = _address(event, name, *args)
    client.get(address)  # the outlook is computed once and kept
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize(
    ("name", "args", "limit"),
    [
        ("overview", (), 32),
        ("decisions", (), 22),
        ("duties", (), 22),
        ("body", ("FIRST",), 42),
        ("decision", ("LONG",), 36),
        ("duty", ("FD0",), 32),
    ],
)
def test_a_page_costs_the_same_with_one_row_and_with_three(name, args, limit):
    one, three = _cost(1, name, *args), _cost(3, name, *args)
    assert one == three
    assert one <= limit


def test_decisions_are_filtered_and_sorted_by_the_address():
    here = make_organisation()
    make_decision(here.event, "PLAN-1", kind=Decision.Kind.PLAN, title="Escort", effective_to=date(2025, 10, 1))
    client = _client(here.event)

    def codes(**query):
        return [row.decision.code for row in client.get(_address(here.event, "decisions", **query)).context["rows"]]

    assert codes() == ["PM-2025", "MIN-2025", "PLAN-1"]
    assert codes(sort="code") == ["MIN-2025", "PLAN-1", "PM-2025"]
    assert codes(sort="nonsense") == codes()
    assert codes(kind="plan") == ["PLAN-1"]
    assert codes(standing="in_force") == ["MIN-2025"]
    assert codes(standing="in_force", day="2025-10-08") == ["PM-2025"]
    assert codes(standing="replaced", day="2025-10-08") == ["MIN-2025"]
    assert codes(standing="ended") == ["PLAN-1"]
    assert codes(standing="later") == ["PM-2025"]
    assert codes(q="escort") == ["PLAN-1"]
    assert codes(q="nothing like it") == []


def test_duties_are_filtered_and_sorted_by_the_address():
    event = make_event()
    police, guard = make_agency(event, "HN-POL"), make_agency(event, "K01")
    make_duty(police, "PD1", title="Traffic", approved_on=date(2025, 10, 1))
    make_duty(police, "PD2", title="Order", submitted_on=date(2025, 10, 2))
    make_duty(guard, "PD3", title="Escort", due=date(2025, 10, 24))
    client = _client(event)

    def codes(**query):
        return [row.duty.code for row in client.get(_address(event, "duties", **query)).context["rows"]]

    assert codes() == ["PD1", "PD2", "PD3"]
    assert codes(sort="-due") == ["PD3", "PD2", "PD1"]
    assert codes(sort="state") == ["PD2", "PD3", "PD1"]
    assert codes(sort="title") == ["PD3", "PD2", "PD1"]
    assert codes(state="late") == ["PD2"]
    assert codes(stage="owed") == ["PD3"]
    assert codes(agency="HN-POL") == ["PD1", "PD2"]
    assert codes(q="k01 escort") == ["PD3"]
    context = client.get(_address(event, "duties", agency="HN-POL")).context
    assert (context["total"], context["approved"], context["late"], context["units"]) == (3, 1, 1, 2)
    assert [(one.agency.code, one.late) for one in context["coverage"]] == [("HN-POL", 1), ("K01", 0)]


def test_searching_keeps_the_filters_and_the_order_but_not_the_page():
    event = make_event()
    make_duty(make_agency(event), "PD1")
    client = _client(event)
    query = {"state": ["late", "done"], "sort": ["-due"], "page": ["2"], "q": ["x"]}
    address = _address(event, "duties") + "?" + urlencode(query, doseq=True)
    assert client.get(address).context["kept"] == [("state", "late"), ("state", "done"), ("sort", "-due")]


def test_a_decision_s_page_says_what_each_clause_did_and_what_came_after():
    here = make_organisation()
    make_task(here.event, "T1", mandate=here.replacing)
    context = _client(here.event).get(_address(here.event, "decision", "MIN-2025")).context
    assert [decision.code for decision in context["replaced_by"]] == ["PM-2025"]
    assert [link.decision.code for link, _name in context["links"]] == ["MIN-2025", "PM-2025"]
    page = _page(_client(here.event), here.event, "decision", "PM-2025")
    for shown in ("SC-MIN", "SC-NAT", "SUB-CONTENT", "T1"):
        assert f"/{shown}/" in page


def test_national_terms_stand_beside_the_english_ones():
    event = make_event()
    body = make_body(event, "SC", name="Steering Committee", name_national="Ban Chỉ đạo")
    make_post(body, "SC-HEAD", title="Head", title_national="Trưởng Ban")
    client = _client(event)
    assert "Ban Chỉ đạo" in _page(client, event, "overview")
    page = _page(client, event, "body", "SC")
    assert "Ban Chỉ đạo" in page
    assert "Trưởng Ban" in page


@pytest.mark.parametrize("role", [Role.PLANNER, Role.OBSERVER])
@pytest.mark.parametrize("name", ["overview", "decisions", "duties"])
def test_an_empty_page_teaches_and_offers_the_first_one_to_whoever_may_make_it(name, role):
    event = make_event()
    page = _page(_client(event, role), event, name)
    assert 'class="empty"' in page
    assert (_address(event, "duty_new" if name == "duties" else "decision_new") in page) == (role is Role.PLANNER)


def test_a_page_in_the_panel_is_only_the_record():
    here = make_organisation()
    client = _client(here.event)
    page = client.get(_address(here.event, "body", "SC-MIN"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert "SC-MIN" in page


def test_codes_with_a_slash_have_pages():
    event = make_event()
    decision = make_decision(event, "557/TB-VPCP")
    make_clause(decision, "1")
    client = _client(event)
    assert client.get(decision.get_absolute_url()).status_code == 200
    assert client.get(f"{decision.get_absolute_url()}edit/").status_code == 200
    assert client.get(f"{decision.get_absolute_url()}clauses/1/edit/").status_code == 200


def test_search_finds_decisions_bodies_posts_and_duties_that_one_may_see():
    event = make_event()
    make_decision(event, "D1", title="Escort order", number="7/X")
    body = make_body(event, "B1", name="Escort group")
    make_post(body, "B1-HEAD", title="Head of escort")
    make_duty(make_agency(event, "K01"), "PD1", title="Escort plan")
    planner, observer = make_viewer(event), make_viewer(event, Role.OBSERVER)
    assert {hit.key for hit in search(planner, "escort")} == {"D1", "B1", "B1-HEAD", "PD1"}
    assert {hit.key for hit in search(observer, "escort")} == {"B1", "B1-HEAD"}
    assert [hit.key for hit in search(planner, "7/x")] == ["D1"]
