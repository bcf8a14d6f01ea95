"""The schedule's forms: edit, see the consequences, confirm, undo; stale edits; who is refused."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from summitry.core.models import AuditEntry, Document
from summitry.core.rights import Classification, Role
from summitry.schedule.models import Coordination, Evidence, Link, Task
from tests.factories import make_agency, make_coordination, make_document, make_link, make_task, make_viewer, save
from tests.schedule.makers import make_evidence
from tests.schedule.scene import HIDDEN, Scene, address, client_of, make_scene, page, send, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def _form(client, url: str) -> dict[str, object]:
    """What a browser would send back from the form as it is shown."""
    form = client.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


def _through(client, url: str, **changes):
    """Preview and confirm; the response of the confirmation."""
    data = {**_form(client, url), **changes}
    seen = send(client, url, "preview", **data)
    assert seen.status_code == 200, seen.context["form"].errors
    assert seen.context["consequences"] is not None
    done = send(client, url, "confirm", **data)
    assert done.status_code == 302, done.context["form"].errors
    return done


def _undo(client, event):
    batch = AuditEntry.objects.filter(chain__event=event).latest("pk").batch
    url = reverse("core:undo", args=[event.slug, batch])
    assert client.post(url, {"step": "confirm"}).status_code == 302


def _fresh(record):
    return type(record).objects.get(pk=record.pk)


def test_a_new_task_is_previewed_made_and_undone(scene):
    client, url = sign_in(scene.event), address(scene.event, "new_task", part_of="G")
    assert _form(client, url)["parent"] == "G"
    done = _through(client, url, code="N", title="New work", lead="MPS", likely=3)
    task = Task.objects.get(event=scene.event, code="N")
    assert (task.parent, task.lead, task.likely, task.title) == (scene.group, scene.ministry, 3, "New work")
    assert done["Location"] == task.get_absolute_url()
    _undo(client, scene.event)
    assert not Task.objects.filter(event=scene.event, code="N").exists()


def test_a_milestone_takes_no_time_whatever_the_form_says(scene):
    client, url = sign_in(scene.event), address(scene.event, "new_task", milestone=1)
    _through(client, url, code="M", title="Reached", criterion="Signed", likely=9)
    task = Task.objects.get(event=scene.event, code="M")
    assert (task.milestone, task.likely) == (True, 0)


def test_a_group_is_made_without_work(scene):
    client, url = sign_in(scene.event), address(scene.event, "new_group")
    assert "likely" not in client.get(url).context["form"].fields
    _through(client, url, code="G2", title="Another bundle")
    assert Task.objects.get(event=scene.event, code="G2").title == "Another bundle"


def test_faults_stand_at_their_fields_and_nothing_is_saved(scene):
    client, url = sign_in(scene.event), address(scene.event, "new_task")
    refused = send(client, url, "preview", code="A", title="", likely="")
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"title", "likely", "classification"}
    refused = send(client, url, "preview", code="A", title="Twice", likely=1, classification=1)
    assert refused.status_code == 422
    assert Task.objects.filter(event=scene.event, code="A").count() == 1


def test_an_edit_changes_what_was_changed_and_shows_what_moves(scene):
    client, url = sign_in(scene.event), address(scene.event, "edit_task", "A")
    data = {**_form(client, url), "likely": 8}
    consequences = send(client, url, "preview", **data).context["consequences"]
    assert {move.subject.key for move in consequences.moves} >= {"A", "B", "C", "S"}
    assert _fresh(scene.a).likely == 5  # nothing is saved by looking
    send(client, url, "confirm", **data)
    task = _fresh(scene.a)
    assert (task.likely, task.title, task.deadline, task.version) == (8, "Rules of badges", date(2025, 10, 8), 2)
    entry = AuditEntry.objects.filter(chain__event=scene.event).latest("pk")
    assert entry.arguments == {"code": "A", "seen": 1, "likely": 8}
    _undo(client, scene.event)
    assert _fresh(scene.a).likely == 5


def test_an_edit_that_changes_nothing_says_so(scene):
    client, url = sign_in(scene.event), address(scene.event, "edit_task", "A")
    response = send(client, url, "preview", **_form(client, url))
    assert response.status_code == 422
    assert "Nothing was changed" in response.content.decode()


def test_a_stale_edit_shows_both_versions_and_keeps_mine(scene):
    mine, theirs = sign_in(scene.event), sign_in(scene.event)
    url = address(scene.event, "edit_task", "A")
    _through(theirs, url, note="so that there is a history to compare with")
    data = {**_form(mine, url), "title": "Mine", "likely": 6}
    _through(theirs, url, title="Theirs", deliverable="A list")
    refused = send(mine, url, "confirm", **data)
    assert refused.status_code == 409
    rows = {row["name"]: row for row in refused.context["stale_rows"]}
    assert set(rows) == {"title", "deliverable"}
    assert (rows["title"]["base"], rows["title"]["theirs"], rows["title"]["mine"], rows["title"]["conflict"]) == (
        "Rules of badges",
        "Theirs",
        "Mine",
        True,
    )
    assert rows["deliverable"]["conflict"] is False
    html = refused.content.decode()
    assert "Theirs" in html
    assert 'value="Mine"' in html
    again = {name: refused.context["form"][name].value() for name in refused.context["form"].fields}
    again = {name: value for name, value in again.items() if value not in (None, False)}
    assert send(mine, url, "confirm", **again).status_code == 302
    task = _fresh(scene.a)
    assert (task.title, task.likely, task.deliverable) == ("Mine", 6, "A list")


def test_references_that_may_not_be_seen_are_not_offered_and_stay(scene):
    low = client_of(make_viewer(scene.event, Role.PLANNER, clearance=Classification.INTERNAL))
    url = address(scene.event, "edit_task", "B")  # its mandate is a clause of a secret decision
    form = low.get(url).context["form"]
    assert "mandate" not in form.fields
    assert HIDDEN not in low.get(url).content.decode()
    _through(low, url, title="Vetting of all")
    task = _fresh(scene.b)
    assert (task.title, task.mandate_id) == ("Vetting of all", scene.b.mandate_id)


def test_estimates_that_are_left_alone_follow(scene):
    scene.a.optimistic, scene.a.pessimistic = 4, 9
    save(scene.a)
    client, url = sign_in(scene.event), address(scene.event, "edit_estimates", "A")
    _through(client, url, likely=12)
    task = _fresh(scene.a)
    assert (task.optimistic, task.likely, task.pessimistic) == (4, 12, 16)
    refused = send(client, url, "preview", **{**_form(client, url), "pessimistic": 3})
    assert refused.status_code == 422
    assert "pessimistic" in refused.context["form"].errors


def test_moving_in_time_by_days_and_to_a_day(scene):
    client, url = sign_in(scene.event), address(scene.event, "move_task", "A")
    _through(client, url, shift=2)
    assert _fresh(scene.a).not_before == date(2025, 10, 8)  # Mon 6 and two working days
    _through(client, url, not_before="2025-10-13")
    assert _fresh(scene.a).not_before == date(2025, 10, 13)
    _through(client, url, not_before="")
    assert _fresh(scene.a).not_before is None


def _order(event, parent) -> list[str]:
    return [task.code for task in Task.objects.filter(event=event, parent=parent).order_by("position", "code")]


def test_a_place_among_its_neighbours(scene):
    client, url = sign_in(scene.event), address(scene.event, "place_task", "S")
    assert _order(scene.event, None) == ["G", "C", "S"]
    _through(client, url, after="G")
    assert _order(scene.event, None) == ["G", "S", "C"]
    _through(client, url, after="")
    assert _order(scene.event, None) == ["S", "G", "C"]
    _through(client, url, parent="G", after="B")
    assert _order(scene.event, scene.group) == ["A", "B", "S"]
    _through(client, address(scene.event, "place_task", "B"), after="")
    assert _order(scene.event, scene.group) == ["B", "A", "S"]
    refused = send(client, url, "preview", **{**_form(client, url), "after": "C"})
    assert refused.status_code == 422


def test_removing_a_task_goes_back_to_the_table(scene):
    client, url = sign_in(scene.event), address(scene.event, "remove_task", "C")
    assert _through(client, url)["Location"] == address(scene.event, "tasks")
    assert not Task.objects.filter(pk=scene.c.pk).exists()
    _undo(client, scene.event)
    assert Task.objects.filter(pk=scene.c.pk).exists()


def test_a_return_from_start_to_close(scene):
    client = sign_in(scene.event, Role.FOCAL_POINT, agency=scene.ministry)
    _through(client, address(scene.event, "start_task", "A"), on="2025-10-03")
    task = _fresh(scene.a)
    assert (task.started_on, task.reported_on) == (date(2025, 10, 3), date(2025, 10, 6))
    report = address(scene.event, "report_task", "A")
    # 5 working days from Fri 3 Oct leave 4; the form proposes what the plan says
    assert _form(client, report)["remaining"] == 4
    _through(client, report, remaining=1)
    assert _fresh(scene.a).remaining == 1
    _through(client, address(scene.event, "close_task", "A"), on="2025-10-06")
    assert _fresh(scene.a).closed_on == date(2025, 10, 6)
    _through(client, address(scene.event, "reopen_task", "A"), reason="Too soon", remaining=2)
    task = _fresh(scene.a)
    assert (task.closed_on, task.remaining) == (None, 2)


def test_a_return_on_what_has_not_begun_asks_for_nothing(scene):
    client, url = sign_in(scene.event), address(scene.event, "report_task", "A")
    assert set(client.get(url).context["form"].fields) == {"seen"}
    _through(client, url)
    assert _fresh(scene.a).reported_on == date(2025, 10, 6)


def test_closing_names_everything_that_is_missing(scene):
    client, url = sign_in(scene.event), address(scene.event, "close_task", "B")
    refused = send(client, url, "preview", **_form(client, url))
    assert refused.status_code == 422
    assert "K01 has not delivered its part" in refused.content.decode()


def test_waiving_is_for_those_who_decide(scene):
    url = address(scene.event, "waive_task", "A")
    _through(sign_in(scene.event, Role.HEAD), url, reason="Not needed")
    task = _fresh(scene.a)
    assert (task.waived_on, task.waived_reason) == (date(2025, 10, 6), "Not needed")
    # Opening a waived task needs the right to waive it: the lead alone may not.
    lead = sign_in(scene.event, Role.FOCAL_POINT, agency=scene.ministry)
    assert lead.get(address(scene.event, "reopen_task", "A")).status_code == 403


def test_links_are_added_changed_and_removed(scene):
    client = sign_in(scene.event)
    _through(client, address(scene.event, "new_link", "A"), other="C", direction="after", kind="SS", lag=2)
    link = Link.objects.get(predecessor=scene.a, successor=scene.c)
    assert (link.kind, link.lag) == ("SS", 2)
    url = address(scene.event, "edit_link", link.pk, of="A")
    assert _through(client, url, lag=-1)["Location"] == scene.a.get_absolute_url()
    assert _fresh(link).lag == -1
    _through(client, url, kind="FF")
    link = Link.objects.get(predecessor=scene.a, successor=scene.c)
    assert (link.kind, link.lag) == ("FF", -1)
    _through(client, address(scene.event, "remove_link", link.pk))
    assert not Link.objects.filter(pk=link.pk).exists()


def test_a_circle_of_links_is_refused_by_name(scene):
    client, url = sign_in(scene.event), address(scene.event, "new_link", "A")
    refused = send(client, url, "preview", other="C", direction="before", kind="FS", lag=0)
    assert refused.status_code == 422
    assert "in a circle" in refused.content.decode()
    assert not Link.objects.filter(predecessor=scene.c, successor=scene.a).exists()


def test_a_part_from_owed_to_signed_off(scene):
    client = sign_in(scene.event)
    _through(client, address(scene.event, "new_part", "A"), agency="MOFA", deliverable="Names", due="2025-10-07")
    part = Coordination.objects.get(task=scene.a, agency=scene.other)
    assert (part.deliverable, part.due) == ("Names", date(2025, 10, 7))
    _through(client, address(scene.event, "edit_part", part.pk), due="2025-10-08")
    assert _fresh(part).due == date(2025, 10, 8)
    agency = sign_in(scene.event, Role.FOCAL_POINT, agency=scene.other)
    lead = sign_in(scene.event, Role.FOCAL_POINT, agency=scene.ministry)
    done = _through(agency, address(scene.event, "deliver_part", part.pk), on="2025-10-06")
    assert done["Location"] == scene.a.get_absolute_url()
    _through(lead, address(scene.event, "send_part_back", part.pk), reason="Half of it")
    assert _fresh(part).delivered_on is None
    _through(agency, address(scene.event, "deliver_part", part.pk), on="2025-10-06")
    _through(lead, address(scene.event, "sign_part_off", part.pk), on="2025-10-06")
    assert _fresh(part).signed_off_on == date(2025, 10, 6)
    _through(lead, address(scene.event, "waive_part", scene_part(scene.a).pk), reason="We have it already")


def scene_part(task: Task) -> Coordination:
    return make_coordination(task, make_agency(task.event))


def test_a_part_that_delivered_nothing_is_removed(scene):
    _through(sign_in(scene.event), address(scene.event, "remove_part", scene.part.pk))
    assert not Coordination.objects.filter(pk=scene.part.pk).exists()


def test_a_filed_document_becomes_evidence_and_is_detached_again(scene):
    document = make_document(scene.event, "D1")
    client = sign_in(scene.event, Role.FOCAL_POINT, agency=scene.ministry)
    _through(client, address(scene.event, "new_evidence", "A"), document="D1")
    evidence = Evidence.objects.get(task=scene.a)
    assert evidence.document == document
    _through(client, address(scene.event, "remove_evidence", evidence.pk))
    assert not Evidence.objects.filter(task=scene.a).exists()
    assert Document.objects.filter(pk=document.pk).exists()


def test_a_new_file_survives_the_look_at_its_consequences(scene):
    client = sign_in(scene.event, Role.FOCAL_POINT, agency=scene.ministry)
    url = address(scene.event, "new_evidence", "A")
    data = _form(client, url)
    assert data["code"] == "A-E1"
    file = SimpleUploadedFile("rules.pdf", b"%PDF-1.7 rules", content_type="text/html")
    seen = client.post(url, {**data, "file": file, "step": "preview"})
    assert seen.status_code == 200, seen.context["form"].errors
    html = seen.content.decode()
    assert "rules.pdf" in html
    assert not Document.objects.filter(event=scene.event).exists()
    receipt = html.split('name="file-receipt" value="')[1].split('"')[0]
    done = client.post(url, {**data, "file-receipt": receipt, "step": "confirm"})
    assert done.status_code == 302, done.context["form"].errors
    document = Document.objects.get(event=scene.event)
    assert (document.code, document.title, document.file_name) == ("A-E1", "rules.pdf", "rules.pdf")
    assert (document.media_type, document.agency, document.size) == ("application/pdf", scene.ministry, 14)
    assert Evidence.objects.get(task=scene.a).document == document
    assert _form(client, url)["code"] == "A-E2"


def test_evidence_needs_a_document_or_a_file_and_not_both(scene):
    make_document(scene.event, "D1")
    client, url = sign_in(scene.event), address(scene.event, "new_evidence", "A")
    data = _form(client, url)
    assert send(client, url, "preview", **data).status_code == 422
    file = SimpleUploadedFile("rules.pdf", b"%PDF-1.7")
    assert client.post(url, {**data, "document": "D1", "file": file, "step": "preview"}).status_code == 422


PLANNERS_FORMS = (
    ("new_task", ()),
    ("new_group", ()),
    ("edit_task", ("A",)),
    ("edit_estimates", ("A",)),
    ("move_task", ("A",)),
    ("place_task", ("A",)),
    ("remove_task", ("A",)),
    ("new_link", ("A",)),
    ("new_part", ("A",)),
    ("new_objective", ()),
    ("new_criterion", ()),
)


@pytest.mark.parametrize(("name", "args"), PLANNERS_FORMS)
@pytest.mark.parametrize("role", [Role.HEAD, Role.SECURITY_PLANNER, Role.FOCAL_POINT, Role.PARTNER, Role.OBSERVER])
def test_planning_is_for_planners(scene, role, name, args):
    client = sign_in(scene.event, role, agency=scene.ministry)
    url = address(scene.event, name, *args)
    before = AuditEntry.objects.count()
    assert client.get(url).status_code == 403
    assert send(client, url, "confirm", code="X", title="X", seen=1).status_code == 403
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("name", ["start_task", "report_task", "close_task", "reopen_task", "new_evidence"])
def test_facts_are_for_the_lead(scene, name):
    url = address(scene.event, name, "A")
    assert sign_in(scene.event, Role.FOCAL_POINT, agency=scene.ministry).get(url).status_code == 200
    assert sign_in(scene.event, Role.FOCAL_POINT, agency=scene.other).get(url).status_code == 403
    assert sign_in(scene.event, Role.SECURITY_PLANNER).get(url).status_code == 403
    assert sign_in(scene.event).get(url).status_code == 200


@pytest.mark.parametrize(
    "name", ["edit_part", "deliver_part", "sign_part_off", "send_part_back", "waive_part", "remove_part"]
)
def test_parts_of_hidden_tasks_are_not_there(scene, name):
    part = make_coordination(scene.secret, scene.unit)
    url = address(scene.event, name, part.pk)
    assert sign_in(scene.event, Role.FOCAL_POINT, agency=scene.other).get(url).status_code == 404
    assert sign_in(scene.event).get(url).status_code == 200


def test_links_and_evidence_of_hidden_tasks_are_not_there(scene):
    low = client_of(make_viewer(scene.event, Role.PLANNER, clearance=Classification.INTERNAL))
    link = make_link(scene.c, scene.secret)
    evidence = make_evidence(scene.secret, make_document(scene.event))
    for url in (
        address(scene.event, "edit_link", link.pk),
        address(scene.event, "remove_link", link.pk),
        address(scene.event, "remove_evidence", evidence.pk),
        address(scene.event, "edit_task", "S"),
    ):
        assert low.get(url).status_code == 404, url
    assert HIDDEN not in page(low, scene.event, "new_link", "A")


def test_no_choice_names_what_may_not_be_seen(scene):
    make_document(scene.event, "DH", title=f"{HIDDEN} file", classification=Classification.SECRET)
    low = client_of(make_viewer(scene.event, Role.PLANNER, clearance=Classification.INTERNAL))
    for name, args in (*PLANNERS_FORMS, ("new_evidence", ("A",))):
        assert HIDDEN not in page(low, scene.event, name, *args), name


# Several at once


def _choose(client, event, *codes, **more):
    return client.post(address(event, "bulk"), {"task": codes, **more})


def test_several_tasks_are_chosen_previewed_changed_and_undone(scene):
    client, url = sign_in(scene.event), address(scene.event, "bulk")
    form = _choose(client, scene.event, "A", "B", query="lead=MPS").context["form"]
    data = {"tasks": form["tasks"].value(), "lead": "K01", "deadline_days": 7, "query": "lead=MPS"}
    assert data["tasks"] == "A:1 B:1"
    seen = send(client, url, "preview", **data)
    assert seen.status_code == 200
    assert {found.subject.key for found in seen.context["consequences"].saved} == {"A"}
    assert _fresh(scene.a).lead == scene.ministry
    done = send(client, url, "confirm", **data)
    assert done.status_code == 302
    a, b = _fresh(scene.a), _fresh(scene.b)
    assert (a.lead, a.deadline, b.lead, b.deadline) == (scene.unit, date(2025, 10, 15), scene.unit, None)
    _undo(client, scene.event)
    a, b = _fresh(scene.a), _fresh(scene.b)
    assert (a.lead, a.deadline, b.lead) == (scene.ministry, date(2025, 10, 8), scene.other)


def test_all_that_the_filter_shows_are_chosen(scene):
    client = sign_in(scene.event)
    form = client.post(address(scene.event, "bulk"), {"all": "1", "query": "objective=S1"}).context["form"]
    assert form["tasks"].value() == "B:1 C:1"  # and not the group that only holds B


def test_taking_a_reference_away_from_several(scene):
    client, url = sign_in(scene.event), address(scene.event, "bulk")
    send(client, url, "confirm", tasks="B:1 C:1", objective="-")
    assert (_fresh(scene.b).objective, _fresh(scene.c).objective) == (None, None)


def test_several_with_nothing_chosen(scene):
    client = sign_in(scene.event)
    assert _choose(client, scene.event)["Location"] == address(scene.event, "tasks")
    refused = send(client, address(scene.event, "bulk"), "preview", tasks="A:1")
    assert refused.status_code == 422
    assert send(client, address(scene.event, "bulk"), "preview", tasks="nonsense", lead="K01").status_code == 422


def test_a_task_that_changed_meanwhile_is_named_and_the_choices_kept(scene):
    client, url = sign_in(scene.event), address(scene.event, "bulk")
    _through(sign_in(scene.event), address(scene.event, "edit_task", "A"), title="Theirs")
    data = {"tasks": "A:1 B:1", "lead": "K01"}
    refused = send(client, url, "confirm", **data)
    assert refused.status_code == 409
    assert "A Theirs was changed by someone else meanwhile" in refused.content.decode()
    form = refused.context["form"]
    assert (form["tasks"].value(), form["lead"].value()) == ("A:2 B:1", "K01")
    assert _fresh(scene.b).lead == scene.other  # all or none
    assert send(client, url, "confirm", **{**data, "tasks": "A:2 B:1"}).status_code == 302


def test_several_hold_no_hidden_task(scene):
    low = client_of(make_viewer(scene.event, Role.PLANNER, clearance=Classification.INTERNAL))
    response = _choose(low, scene.event, "A", "S")
    assert response.context["form"]["tasks"].value() == "A:1"
    refused = send(low, address(scene.event, "bulk"), "confirm", tasks="A:1 S:1", lead="MOFA")
    assert refused.status_code == 404
    assert _fresh(scene.a).lead == scene.ministry
    assert _choose(sign_in(scene.event, Role.HEAD), scene.event, "A").status_code == 403


def test_hostile_codes_from_outside_are_only_not_found(scene):
    make_task(scene.event, "Q")
    client = sign_in(scene.event)
    for code in ("<script>", "' OR 1=1 --", "\x00", "Q" * 500):
        response = client.post(address(scene.event, "bulk"), {"task": [code]})
        assert response.status_code == 302
