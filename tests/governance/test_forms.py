"""The forms of mandates: consequences first, then saved; nothing that a person may not see is shown or lost."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client

from summitry.core.models import AuditEntry, Document
from summitry.core.rights import Classification, Role
from summitry.governance.models import Body, Clause, Decision, Membership, PlanDuty, Post
from summitry.schedule.models import Task
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
)
from tests.governance.makers import BEFORE, DAY, make_membership, make_organisation, make_post

pytestmark = pytest.mark.django_db


def _client(event, role=Role.PLANNER, **values):
    client = Client()
    client.force_login(make_viewer(event, role, **values).account)
    return client


def _url(event, path):
    return f"{event.get_absolute_url()}mandates/{path}"


def _fill(client, url, **values):
    """Fill a form in, look at the consequences, confirm, as a browser does. Returns the last answer."""
    form = client.get(url).context["form"]
    kept = {f.html_name: f.value() for f in form if f.value() not in (None, False)}
    data = {**{k: v for k, v in kept.items() if k != "upload"}, **values}
    seen = client.post(url, {**data, "step": "preview"})
    if seen.status_code != 200:
        return seen
    assert seen.context["step"] == "preview"
    # A browser does not send a file again; it sends the receipt that the second page carries.
    receipts = seen.context["form"].carried()
    data = {k: v for k, v in data.items() if not isinstance(v, SimpleUploadedFile)}
    return client.post(url, {**data, **receipts, "step": "confirm"})


def test_a_preview_saves_nothing_and_a_confirmation_does():
    event = make_event()
    client, url = _client(event), _url(event, "bodies/new/")
    data = {"code": "SC", "name": "Committee", "kind": "committee", "from_day": "2025-10-08"}
    seen = client.post(url, {**data, "step": "preview"})
    assert [found.code for found in seen.context["consequences"].caused] == ["GOV004"]
    assert not Body.objects.filter(event=event).exists()
    assert client.post(url, {**data, "step": "confirm"}).status_code == 302
    assert Body.objects.get(event=event).code == "SC"


def test_a_decision_with_its_file_clauses_and_body():
    event = make_event()
    client = _client(event)
    signed = SimpleUploadedFile("decision.txt", b"As signed.", "text/plain")
    made = _fill(
        client,
        _url(event, "decisions/new/"),
        code="PM-2025",
        title="National committee",
        kind="decision",
        effective_from="2025-10-08",
        upload=signed,
    )
    decision = Decision.objects.get(event=event)
    assert made["Location"] == decision.get_absolute_url()
    assert decision.document == Document.objects.get(event=event)
    assert (decision.document.file_name, decision.document.title) == ("decision.txt", "National committee")
    _fill(client, _url(event, "decisions/PM-2025/clauses/new/"), number="1", text="Sets it up.", sets_date="2025-10-13")
    _fill(
        client,
        _url(event, "bodies/new/"),
        code="SC",
        name="SC",
        kind="committee",
        from_day="2025-10-08",
        created_by="PM-2025#1",
    )
    assert Body.objects.get(event=event).created_by == Clause.objects.get(event=event)
    _fill(client, _url(event, "decisions/PM-2025/clauses/1/edit/"), number="1.1", text="Sets the committee up.")
    assert Clause.objects.get(event=event).key == "PM-2025#1.1"
    second = SimpleUploadedFile("corrected.txt", b"As corrected.", "text/plain")
    _fill(client, _url(event, "decisions/PM-2025/edit/"), upload=second)
    decision.refresh_from_db()
    assert decision.document.file_name == "corrected.txt"


def test_only_what_was_changed_reaches_the_action():
    event = make_event()
    make_decision(event, "D1", number="7", signer_office="Ministry")
    _fill(_client(event), _url(event, "decisions/D1/edit/"), title="New title")
    entry = AuditEntry.objects.get(chain__event=event)
    assert entry.arguments == {"code": "D1", "seen": 1, "title": "New title"}


def test_saving_a_form_as_it_was_shown_changes_nothing():
    event = make_event()
    make_body(event, "B1", name_national="Ban", agency=make_agency(event))
    refused = _fill(_client(event), _url(event, "bodies/B1/edit/"))
    assert refused.status_code == 422
    assert Body.objects.get(event=event).version == 1


def test_a_hidden_clause_stays_when_someone_who_may_not_see_it_edits_the_body():
    event = make_event()
    clause = make_clause(make_decision(event, "HIDDEN", classification=Classification.SECRET))
    make_body(event, "B1", created_by=clause, name="Old")
    client = _client(event, clearance=Classification.INTERNAL)
    url = _url(event, "bodies/B1/edit/")
    assert "HIDDEN" not in client.get(url).content.decode()
    _fill(client, url, name="New")
    body = Body.objects.get(event=event)
    assert (body.name, body.created_by) == ("New", clause)


def test_a_stale_edit_shows_both_and_keeps_what_was_typed():
    event = make_event()
    _fill(_client(event), _url(event, "bodies/new/"), code="B1", name="First", kind="committee", from_day="2025-05-12")
    one, two = _client(event), _client(event)
    url = _url(event, "bodies/B1/edit/")
    seen = one.get(url).context["form"]["seen"].value()
    _fill(two, url, name="Theirs")
    data = {"name": "Mine", "kind": "committee", "from_day": "2025-05-12", "seen": seen, "step": "preview"}
    answer = one.post(url, data)
    assert answer.status_code == 409
    assert [(row["name"], row["conflict"]) for row in answer.context["stale_rows"]] == [("name", True)]
    assert answer.context["form"]["name"].value() == "Mine"
    assert Body.objects.get(event=event).name == "Theirs"


def test_faults_of_an_action_stand_at_their_fields():
    event = make_event()
    top = make_body(event, "TOP", from_day=DAY)
    make_body(event, "SUB", parent=top)
    client = _client(event)
    refused = _fill(client, _url(event, "bodies/TOP/edit/"), parent="SUB")
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["parent"]
    refused = _fill(client, _url(event, "bodies/TOP/end/"), last_day="2025-10-07")
    assert list(refused.context["form"].errors) == ["last_day"]


def test_a_body_is_ended_and_an_empty_one_removed():
    event = make_event()
    make_clause(make_decision(event, "D1"))
    make_body(event, "B1")
    client = _client(event)
    _fill(client, _url(event, "bodies/B1/end/"), last_day="2025-10-07", clause="D1#1")
    body = Body.objects.get(event=event)
    assert (body.to_day, body.ended_by.key) == (BEFORE, "D1#1")
    url = _url(event, "bodies/B1/remove/")
    shown = client.get(url)
    assert shown.context["step"] == "preview"
    answer = client.post(url, {"step": "confirm", "seen": body.version})
    assert answer["Location"] == _url(event, "")
    assert not Body.objects.filter(event=event).exists()


def test_a_post_is_made_filled_changed_and_cleared():
    event = make_event()
    make_body(event, "B1")
    make_person(event, "P1", name="Placeholder")
    client = _client(event)
    made = _fill(client, _url(event, "bodies/B1/posts/new/"), code="HEAD", title="Head", rank="1")
    assert made["Location"].endswith("/bodies/B1/#post-HEAD")
    _fill(client, _url(event, "posts/HEAD/edit/"), title_national="Trưởng Ban")
    assert Post.objects.get(event=event).title_national == "Trưởng Ban"
    _fill(client, _url(event, "posts/HEAD/appoint/"), person="P1", from_day="2025-10-08")
    held = Membership.objects.get(event=event)
    _fill(client, _url(event, f"appointments/{held.pk}/edit/"), to_day="2025-10-26", from_day="2025-10-07")
    held.refresh_from_db()
    assert (held.from_day, held.to_day) == (BEFORE, date(2025, 10, 26))
    client.post(_url(event, f"appointments/{held.pk}/remove/"), {"step": "confirm", "seen": held.version})
    client.post(_url(event, "posts/HEAD/remove/"), {"step": "confirm"})
    assert not Post.objects.filter(event=event).exists()


def test_an_appointment_of_someone_hidden_cannot_be_reached():
    event = make_event()
    hidden = make_person(event, "P1", classification=Classification.SECRET)
    held = make_membership(make_post(make_body(event, "B1"), "HEAD"), hidden)
    client = _client(event, clearance=Classification.INTERNAL)
    assert client.get(_url(event, f"appointments/{held.pk}/edit/")).status_code == 404


def test_a_plan_is_handed_in_by_its_officer_given_back_and_approved_with_the_issued_plan():
    event = make_event()
    police = make_agency(event, "HN-POL")
    make_duty(police, "PD1", title="Escort")
    officer, planner = _client(event, Role.UNIT_OFFICER, agency=police), _client(event, Role.SECURITY_PLANNER)
    _fill(officer, _url(event, "duties/PD1/submit/"), on="2025-10-03")
    assert PlanDuty.objects.get(event=event).submitted_on == date(2025, 10, 3)
    _fill(planner, _url(event, "duties/PD1/return/"), reason="Route B is missing")
    assert PlanDuty.objects.get(event=event).submitted_on is None
    _fill(officer, _url(event, "duties/PD1/submit/"))
    filed = {"code": "PLAN-1", "number": "12", "title": "Escort plan", "signed_on": "2025-10-06"}
    _fill(planner, _url(event, "duties/PD1/approve/"), **filed)
    duty = PlanDuty.objects.get(event=event)
    assert (duty.approved_on, duty.plan.code, duty.plan.kind) == (date(2025, 10, 6), "PLAN-1", "plan")
    assert duty.plan.classification == duty.classification
    batch = AuditEntry.objects.filter(chain__event=event).order_by("-sequence").first().batch
    assert AuditEntry.objects.filter(batch=batch).count() == 2  # filed and approved as one: undone as one


def test_an_approval_names_one_plan_and_a_whole_one():
    event = make_event()
    make_duty(make_agency(event), "PD1")
    make_decision(event, "PLAN-1", signed_on=date(2025, 10, 3))
    client, url = _client(event), _url(event, "duties/PD1/approve/")
    for values, faulty in (
        ({}, ["plan"]),
        ({"plan": "PLAN-1", "code": "PLAN-2"}, ["code"]),
        ({"code": "PLAN-2", "title": ""}, ["title", "signed_on"]),
    ):
        refused = _fill(client, url, **values)
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, faulty)
    _fill(client, url, plan="PLAN-1")
    assert PlanDuty.objects.get(event=event).plan.code == "PLAN-1"


def test_a_duty_of_another_agency_is_not_handed_in_by_a_focal_point():
    event = make_event()
    make_duty(make_agency(event, "K01"), "PD1", classification=Classification.INTERNAL)
    client = _client(event, Role.FOCAL_POINT, agency=make_agency(event, "MOH"))
    url = _url(event, "duties/PD1/submit/")
    assert client.get(url).status_code == 403
    assert client.post(url, {"on": "2025-10-03", "step": "confirm"}).status_code == 403
    assert PlanDuty.objects.get(event=event).submitted_on is None


def test_a_security_planner_is_refused_what_is_no_plan():
    event = make_event()
    make_decision(event, "D1")
    client = _client(event, Role.SECURITY_PLANNER)
    data = {"code": "D2", "title": "x", "kind": "decision", "effective_from": "2025-10-08", "step": "confirm"}
    assert client.post(_url(event, "decisions/new/"), data).status_code == 422  # the kind is not offered
    form = client.get(_url(event, "decisions/new/")).context["form"]
    assert [value for value, _label in form.fields["kind"].choices] == ["plan", "scheme"]
    assert client.get(_url(event, "decisions/D1/edit/")).status_code == 403
    assert client.get(_url(event, "decisions/D1/clauses/new/")).status_code == 403
    make_decision(event, "PLAN-1", kind=Decision.Kind.PLAN)
    _fill(client, _url(event, "decisions/PLAN-1/edit/"), number="12")
    assert Decision.objects.get(event=event, code="PLAN-1").number == "12"
    assert not Decision.objects.filter(event=event, code="D2").exists()


# The wizard


def _wizard(event, **more):
    query = QueryDict(mutable=True)
    values = {"old": ["SC-MIN"], "day": "2025-10-08", "clause": "PM-2025#1"}
    for name, value in {**values, "into": ["SC-NAT", "SUB-CONTENT", "SUB-SECURITY"], **more}.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return _url(event, f"reorganise/?{query.urlencode()}")


def test_the_first_step_proposes_what_the_decision_says():
    here = make_organisation()
    days = {"from_day": date(2025, 5, 16), "to_day": BEFORE}
    make_body(here.event, "WG", parent=here.old, ended_by=here.replacing, **days)
    first = _client(here.event).get(_url(here.event, "reorganise/?old=SC-MIN")).context["first"]
    assert first.initial == {
        "old": ["SC-MIN", "WG"],
        "day": DAY,
        "clause": "PM-2025#1",
        "into": ["SC-NAT", "SUB-CONTENT", "SUB-SECURITY"],
    }


def test_without_a_name_the_first_step_takes_the_bodies_that_ended_and_still_own_work():
    here = make_organisation(demo_now=None)  # the real clock is past 8 October 2025
    url = _url(here.event, "reorganise/")
    assert _client(here.event).get(url).context["first"].initial["old"] == []
    make_task(here.event, "T1", owner=here.old)
    first = _client(here.event).get(url).context["first"]
    assert (first.initial["old"], first.initial["clause"]) == (["SC-MIN"], "PM-2025#1")


def test_the_second_step_lists_what_they_own_with_the_loose_ones_first():
    here = make_organisation()
    make_task(here.event, "T1", owner=here.old, lead=here.mofa)
    make_task(here.event, "T2", owner=here.old, lead=here.moh)
    make_duty(here.k01, "PD1", body=here.old)
    answer = _client(here.event).get(_wizard(here.event))
    form = answer.context["form"]
    assert form["owner:schedule.task/T1"].value() == "SUB-CONTENT"
    assert form["owner:schedule.task/T2"].value() == ""
    assert form["owner:governance.planduty/PD1"].value() == "SUB-SECURITY"
    assert answer.context["unmapped"] == 1
    tasks = dict(answer.context["table"])["Tasks"]
    assert [line["row"].record.code for line in tasks] == ["T2", "T1"]
    assert [field.label for field in answer.context["loose"]] == [str(here.moh)]


def test_the_wizard_previews_confirms_and_says_what_it_did():
    here = make_organisation(ended=False)
    make_task(here.event, "T1", owner=here.old, lead=here.mofa)
    make_task(here.event, "T2", owner=here.old, lead=here.moh)
    make_task(here.event, "T3", owner=here.old, lead=here.mofa)
    client, url = _client(here.event), _wizard(here.event)
    data = {
        "owner:schedule.task/T1": "SUB-CONTENT",
        "owner:schedule.task/T2": "",
        "owner:schedule.task/T3": "-",
        "agency:MOH": "SUB-SECURITY",
        "otherwise": "SC-NAT",
    }
    seen = client.post(url, {**data, "step": "preview"})
    assert [(one["heir"].code, one["count"]) for one in seen.context["outcome"]] == [
        ("SC-NAT", 0),
        ("SUB-CONTENT", 1),
        ("SUB-SECURITY", 1),
    ]
    assert [row.record.code for row in seen.context["left"]] == ["T3"]
    here.old.refresh_from_db()
    assert here.old.to_day is None
    done = client.post(url, {**data, "step": "confirm"})
    assert done["Location"] == _url(here.event, "?day=2025-10-08")
    owners = dict(Task.objects.filter(event=here.event).values_list("code", "owner__code"))
    assert owners == {"T1": "SUB-CONTENT", "T2": "SUB-SECURITY", "T3": "SC-MIN"}
    assert "2 records have new owners." in client.get(done["Location"]).content.decode()


def test_new_bodies_of_the_first_step_are_heirs_in_the_second():
    here = make_organisation(ended=False)
    make_task(here.event, "T1", owner=here.old, lead=here.moh)
    new = {
        "new0-code": "SUB-MED",
        "new0-name": "Medical",
        "new0-kind": "subcommittee",
        "new0-parent": "SC-NAT",
        "new0-agency": "MOH",
    }
    client, url = _client(here.event), _wizard(here.event, into=["SC-NAT"], **new)
    assert client.get(url).context["form"]["owner:schedule.task/T1"].value() == "SUB-MED"
    client.post(url, {"owner:schedule.task/T1": "SUB-MED", "step": "confirm"})
    body = Body.objects.get(event=here.event, code="SUB-MED")
    assert (body.from_day, body.created_by, body.agency) == (DAY, here.replacing, here.moh)
    assert [task.code for task in body.tasks.all()] == ["T1"]


def test_a_first_step_that_is_not_complete_says_what_is_missing():
    here = make_organisation()
    answer = _client(here.event).get(_wizard(here.event, old=[], clause="", **{"new0-code": "X"}))
    assert answer.context["choice"] is None
    first = answer.context["first"]
    assert set(first.errors) == {"old", "clause"}
    assert set(first.lines[0].errors) == {"name"}


def test_a_refusal_of_the_action_is_said_in_the_wizard_and_nothing_is_done():
    here = make_organisation()
    client = _client(here.event)
    url = _wizard(here.event, day="2025-10-07")  # the new bodies only begin on the 8th
    refused = client.post(url, {"step": "preview"})
    assert refused.status_code == 422
    assert "SC-NAT" in str(refused.context["form"].non_field_errors())


def test_the_wizard_of_a_head_with_less_clearance_leaves_what_is_hidden():
    here = make_organisation()
    make_task(here.event, "T1", owner=here.old, lead=here.mofa)
    make_task(here.event, "T2", owner=here.old, title="HIDDEN", classification=Classification.SECRET)
    client = _client(here.event, Role.HEAD, clearance=Classification.RESTRICTED)
    answer = client.get(_wizard(here.event))
    assert "HIDDEN" not in answer.content.decode()
    assert answer.context["hidden"] == 1
    client.post(_wizard(here.event), {"otherwise": "SC-NAT", "step": "confirm"})
    owners = dict(Task.objects.filter(event=here.event).values_list("code", "owner__code"))
    assert owners == {"T1": "SC-NAT", "T2": "SC-MIN"}
