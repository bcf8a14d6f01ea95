"""The pages of checks: listed, filtered, explained, set aside, taken back."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict
from django.urls import reverse

from summitry.core.checking import CHECKS
from summitry.core.models import Waiver
from summitry.core.queries.findings import FindingFilter, findings_for
from summitry.core.rights import Classification, Role
from tests.factories import make_agency, make_document, make_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(event):
    """Findings: two documents without source (a secret one of K01, a public one), two event days that are free."""
    agency = make_agency(event, "K01")
    make_document(event, "OPEN", classification=Classification.PUBLIC)
    make_document(event, "MOTORCADE", title="Route", classification=Classification.SECRET, agency=agency)
    return event


def _url(event, name="checks", *arguments):
    return reverse(f"core:{name}", args=[event.slug, *arguments])


def _found(event, viewer, query=""):
    found = findings_for(viewer, FindingFilter.of(QueryDict(query)))
    return [(f.code, f.subject.key) for f in found.items]


def test_findings_are_filtered_by_what_the_address_says(story):
    viewer = make_viewer(story, Role.PLANNER)
    documents = [("DOC001", "MOTORCADE"), ("DOC001", "OPEN")]
    days = [("EVT001", "hanoi"), ("EVT001", "hanoi")]
    assert _found(story, viewer, "app=core&severity=warning") == documents + days
    assert _found(story, viewer, "check=DOC001") == documents
    assert _found(story, viewer, "check=EVT001") == days
    assert _found(story, viewer, "agency=K01&check=DOC001") == []  # its document is no work of K01's in a schedule
    assert _found(story, viewer, "record=core.document:OPEN") == [("DOC001", "OPEN")]
    assert _found(story, viewer, "severity=error") == []
    assert _found(story, viewer, "waived=waived") == []
    # What nobody knows restricts nothing.
    assert _found(story, viewer, "severity=awful&app=none&check=XXX&waived=maybe") == _found(story, viewer)


def test_the_counts_are_those_of_what_the_viewer_may_read(story):
    planner, observer = make_viewer(story), make_viewer(story, Role.OBSERVER)
    assert findings_for(planner, FindingFilter()).by_code["DOC001"] == 2
    seen = findings_for(observer, FindingFilter())
    assert seen.by_code["DOC001"] == 1
    assert seen.redacted.count >= 1


def test_the_page_explains_and_links_and_shows_nothing_that_is_hidden(story, signed_in):
    page = signed_in(make_viewer(story, Role.OBSERVER)).get(_url(story)).content.decode()
    assert "OPEN" in page
    assert "MOTORCADE" not in page
    assert "Route" not in page
    assert f'href="/e/{story.slug}/documents/OPEN/"' in page
    assert "that you may not see" in page
    assert "Set aside" not in page.split("finding-list")[1]  # an observer sets nothing aside


def test_nothing_found_and_nothing_of_this_kind_are_said_apart(event, signed_in):
    from summitry.core.models import CalendarException
    from tests.factories import save

    for day in event.days():
        save(CalendarException(event=event, day=day, working=True))
    client = signed_in(make_viewer(event, Role.HEAD))
    assert "Nothing is found" in client.get(_url(event)).content.decode()
    filtered = client.get(_url(event) + "?severity=error").content.decode()
    assert "Nothing of this kind" in filtered


@pytest.mark.parametrize("code", ["EVT001", "DOC001", "WAI002"])
def test_a_check_has_a_page_of_its_own(story, signed_in, code):
    page = signed_in(make_viewer(story)).get(_url(story, "check", code)).content.decode()
    rule = CHECKS[code]
    assert str(rule.title) in page
    assert "Wrong" in page
    assert "Right" in page
    assert page.count("Set aside") >= (2 if code != "WAI002" else 0)


def test_an_unknown_check_is_not_found(event, signed_in):
    client = signed_in(make_viewer(event))
    for address in (_url(event, "check", "XXX001"), _url(event, "waive", "DOC001", "core.document", 999)):
        assert client.get(address).status_code == 404


def test_all_checks_are_listed(event, signed_in):
    page = signed_in(make_viewer(event, Role.OBSERVER)).get(_url(event, "all_checks")).content.decode()
    for code in CHECKS:
        assert f"/checks/{code}/" in page


def test_a_finding_is_set_aside_in_two_steps_and_taken_back(story, signed_in):
    head = make_viewer(story, Role.HEAD)
    client = signed_in(head)
    from summitry.core.models import Document

    document = Document.objects.get(code="OPEN")
    address = _url(story, "waive", "DOC001", "core.document", document.pk)
    values = {"reason": "The gazette prints it tomorrow", "until": "2025-10-09"}
    shown = client.post(address, {**values, "step": "preview"})
    assert [f.code for f in shown.context["consequences"].cured] == ["DOC001"]
    assert not Waiver.objects.exists()
    done = client.post(address, {**values, "step": "confirm"})
    assert done["Location"] == _url(story)
    waiver = Waiver.objects.get()
    assert (waiver.given_by, waiver.reason, waiver.until) == (head.account, values["reason"], date(2025, 10, 9))
    assert ("DOC001", "OPEN") in _found(story, head, "waived=waived")
    assert ("DOC001", "OPEN") not in _found(story, head)
    assert values["reason"] in client.get(_url(story, "waivers")).content.decode()

    end = _url(story, "end_waiver", waiver.pk)
    assert [f.code for f in client.get(end).context["consequences"].caused] == ["DOC001"]
    client.post(end, {"step": "confirm"})
    assert not Waiver.objects.exists()


def test_faults_stand_at_their_fields(story, signed_in):
    from summitry.core.models import Document

    address = _url(story, "waive", "DOC001", "core.document", Document.objects.get(code="OPEN").pk)
    response = signed_in(make_viewer(story)).post(address, {"reason": "x", "until": "2025-10-01", "step": "preview"})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["until"]


def test_all_findings_of_a_check_are_set_aside_together_as_far_as_one_sees_them(story, signed_in):
    low = make_viewer(story, Role.PLANNER, clearance=Classification.INTERNAL)
    values = {"reason": "Known", "until": "2025-10-20", "step": "confirm"}
    signed_in(low).post(_url(story, "waive_all", "DOC001"), values)
    assert [waiver.subject_key for waiver in Waiver.objects.all()] == ["OPEN"]
    assert _found(story, make_viewer(story), "check=DOC001") == [("DOC001", "MOTORCADE")]
    # Both days of the event are told apart by their discriminator.
    signed_in(low).post(_url(story, "waive_all", "EVT001"), values)
    assert Waiver.objects.filter(check_code="EVT001").count() == 2


def test_who_may_not_decide_is_told_before_the_form(story, signed_in):
    from summitry.core.models import Document

    document = Document.objects.get(code="OPEN")
    client = signed_in(make_viewer(story, Role.FOCAL_POINT, agency=make_agency(story)))
    for address in (
        _url(story, "waive", "DOC001", "core.document", document.pk),
        _url(story, "waive_all", "DOC001"),
    ):
        assert client.get(address).status_code == 403


def test_what_is_above_ones_right_cannot_be_set_aside_by_its_number(story, signed_in):
    from summitry.core.models import Document

    secret = Document.objects.get(code="MOTORCADE")
    low = make_viewer(story, Role.HEAD, clearance=Classification.INTERNAL)
    response = signed_in(low).get(_url(story, "waive", "DOC001", "core.document", secret.pk))
    assert response.status_code == 404
    assert "MOTORCADE" not in response.content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_number_of_queries_does_not_grow_with_the_findings(event, signed_in, rows, django_assert_max_num_queries):
    for number in range(rows):
        make_document(event, f"D{number}", agency=make_agency(event))
    client = signed_in(make_viewer(event))
    client.get(_url(event))
    with django_assert_max_num_queries(14):
        client.get(_url(event))
