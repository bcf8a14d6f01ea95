"""The pages of the log, of histories and of undo, through a browser's requests."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from summitry.core.action import submit, submit_to_installation
from summitry.core.actions import AddDocument, ChangeAgency, ChangeDocument, CreateAccount, CreateAgency
from summitry.core.models import Agency, AuditEntry, Document
from summitry.core.rights import Classification, Role
from tests.factories import make_account, make_agency, make_event, make_system_viewer, make_viewer

pytestmark = pytest.mark.django_db


def _url(event, name, *arguments):
    return reverse(f"core:{name}", args=[event.slug, *arguments])


def _rename(event, viewer, name="Guard Command"):
    submit([CreateAgency(code="K01", name="Guard")], viewer=viewer, event=event)
    return submit([ChangeAgency(code="K01", name=name)], viewer=viewer, event=event)


# The log


def test_the_log_is_for_administrators_alone(event, signed_in):
    for role in set(Role) - {Role.ADMINISTRATOR}:
        client = signed_in(make_viewer(event, role, agency=make_agency(event)))
        for name, arguments in (("log", ()), ("export_log", ("csv",)), ("export_log", ("jsonl",))):
            assert client.get(_url(event, name, *arguments)).status_code == 403
        assert client.post(_url(event, "verify_log")).status_code == 403


def test_the_log_shows_who_what_and_every_field(event, signed_in):
    planner = make_viewer(event, account=make_account("lan", name="Lan"))
    _rename(event, planner)
    page = signed_in(make_viewer(event, Role.ADMINISTRATOR)).get(_url(event, "log")).content.decode()
    assert "Change an agency" in page
    assert "Lan" in page
    assert "Guard Command" in page
    assert f"/undo/{AuditEntry.objects.latest('pk').batch}/" in page


def test_the_chain_is_verified_on_demand(event, signed_in):
    _rename(event, make_viewer(event))
    client = signed_in(make_viewer(event, Role.ADMINISTRATOR))
    assert "Verified" not in client.get(_url(event, "log")).content.decode()
    page = client.post(_url(event, "verify_log")).content.decode()
    assert "Verified: 2 entries, none changed, none missing." in page
    assert AuditEntry.objects.latest("pk").digest in page


def test_what_is_filtered_is_exported(event, signed_in):
    _rename(event, make_viewer(event))
    client = signed_in(make_viewer(event, Role.ADMINISTRATOR))
    response = client.get(_url(event, "export_log", "jsonl") + "?action=core.change_agency")
    lines = [json.loads(line) for line in response.getvalue().decode().splitlines()]
    assert [line["action"] for line in lines] == ["core.change_agency"]
    assert response["Content-Disposition"] == 'attachment; filename="log-hanoi-2025-10-06.jsonl"'
    assert response.streaming
    table = client.get(_url(event, "export_log", "csv"))
    assert table.getvalue().decode().count("\r\n") == 3


def test_the_installations_log_is_for_its_administrators(event, signed_in):
    submit_to_installation([CreateAccount(username="lan", name="Lan")], viewer=make_system_viewer(event))
    address = _url(event, "log") + "?of=installation"
    assert signed_in(make_viewer(event, Role.ADMINISTRATOR)).get(address).status_code == 403
    chief = make_viewer(event, Role.ADMINISTRATOR, account=make_account("chief", is_administrator=True))
    page = signed_in(chief).get(address).content.decode()
    assert "Create an account" in page
    assert "Create an account" not in signed_in(chief).get(_url(event, "log")).content.decode()


# History


def test_everyone_reads_the_history_of_what_they_see(event, signed_in):
    _rename(event, make_viewer(event, account=make_account("lan", name="Lan")))
    agency = Agency.objects.get(event=event)
    client = signed_in(make_viewer(event, Role.OBSERVER))
    page = client.get(_url(event, "history", "core.agency", agency.pk)).content.decode()
    assert "Guard Command" in page
    assert "Lan" in page
    then = client.get(_url(event, "history", "core.agency", agency.pk) + "?day=2025-10-06").content.decode()
    assert "As of Monday 6 October 2025" in then
    early = client.get(_url(event, "history", "core.agency", agency.pk) + "?day=2025-10-05").content.decode()
    assert "It did not exist then" in early


def test_the_history_of_what_one_does_not_see_is_not_there(event, signed_in):
    planner = make_viewer(event)
    add = AddDocument(code="MOTORCADE", title="Route", source="x", classification=Classification.SECRET)
    submit([add], viewer=planner, event=event)
    document = Document.objects.get(event=event)
    client = signed_in(make_viewer(event, Role.OBSERVER))
    elsewhere = signed_in(make_viewer(other := make_event()))
    for response in (
        client.get(_url(event, "history", "core.document", document.pk)),
        elsewhere.get(_url(other, "history", "core.document", document.pk)),
        client.get(_url(event, "history", "core.account", planner.account.pk)),
        client.get(_url(event, "history", "core.auditentry", 1)),
        client.get(_url(event, "history", "auth.permission", 1)),
        client.get(_url(event, "history", "no-such", 1)),
        client.get(_url(event, "history", "core.agency", 999)),
    ):
        assert response.status_code == 404
        assert "MOTORCADE" not in response.content.decode()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2025-02-30", "yesterday", ""])
def test_a_day_that_is_none_breaks_nothing(event, signed_in, day):
    agency = make_agency(event, "K01")
    client = signed_in(make_viewer(event))
    response = client.get(_url(event, "history", "core.agency", agency.pk) + f"?day={day}")
    assert response.status_code == 200
    assert response.context["then"] is None


def test_what_was_secret_is_said_to_be_restricted_in_the_history_page(event, signed_in):
    planner = make_viewer(event)
    add = AddDocument(code="D1", title="Route of the motorcade", source="x", classification=Classification.SECRET)
    submit([add], viewer=planner, event=event)
    opened = ChangeDocument(code="D1", title="Notice", classification=Classification.PUBLIC)
    submit([opened], viewer=planner, event=event)
    document = Document.objects.get(event=event)
    page = signed_in(make_viewer(event, Role.OBSERVER)).get(document.get_absolute_url()).content.decode()
    assert "Route of the motorcade" not in page
    assert "classified above what you may read" in page


# Undo


def test_an_undo_shows_what_is_put_back_then_does_it_and_can_be_redone(event, signed_in):
    planner = make_viewer(event)
    batch = _rename(event, planner).batch
    client = signed_in(planner)
    address = _url(event, "undo", batch)
    shown = client.get(address)
    assert shown.context["step"] == "preview"
    page = shown.content.decode()
    assert "Guard Command" in page
    assert "Guard" in page
    assert Agency.objects.get().name == "Guard Command"
    done = client.post(address, {"step": "confirm"})
    assert done.status_code == 302
    assert Agency.objects.get().name == "Guard"
    redo = _url(event, "undo", AuditEntry.objects.latest("pk").batch)
    assert "Do it again" in client.get(redo).content.decode()
    client.post(redo, {"step": "confirm"})
    assert Agency.objects.get().name == "Guard Command"


def test_back_from_an_undo_leaves_everything_as_it_is(event, signed_in):
    planner = make_viewer(event)
    batch = _rename(event, planner).batch
    response = signed_in(planner).post(_url(event, "undo", batch), {"step": "edit"})
    assert response.status_code == 302
    assert Agency.objects.get().name == "Guard Command"


def test_an_undo_is_refused_with_the_reason(event, signed_in):
    planner = make_viewer(event)
    batch = _rename(event, planner).batch
    submit([ChangeAgency(code="K01", name="Newer")], viewer=planner, event=event)
    response = signed_in(planner).get(_url(event, "undo", batch))
    assert response.status_code == 409
    assert "K01 has changed since" in response.content.decode()
    observer = signed_in(make_viewer(event, Role.OBSERVER))
    assert observer.get(_url(event, "undo", batch)).status_code == 403
    stranger = make_event()
    assert signed_in(make_viewer(stranger)).get(_url(stranger, "undo", batch)).status_code == 404
