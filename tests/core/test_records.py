"""What every recorded model of every app keeps: no silent write, no silent removal, snapshots that come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.apps import apps
from django.db import models

from summitry.core.models import Account, Agency, Event
from summitry.core.records import (
    Record,
    Recorded,
    Versioned,
    WriteOutsideAction,
    model_of,
    recording,
    ref,
    same_content,
    save_all,
)
from tests.factories import make_account, make_agency, make_document, make_event

RECORDED = [model for model in apps.get_models() if issubclass(model, Recorded)]
RECORDS = [model for model in RECORDED if issubclass(model, Record)]


def _named(models):
    return pytest.mark.parametrize("model", models, ids=lambda model: model._meta.label_lower)


@_named(RECORDED)
def test_nothing_that_is_recorded_can_vanish_with_something_else(model):
    """A cascade or a set-null would change rows without a trace."""
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey):
            assert field.remote_field.on_delete is models.PROTECT, field
        assert not field.many_to_many, field


@_named(RECORDS)
def test_a_record_has_a_key_a_rule_of_visibility_and_names(model):
    assert {"event", "version"} <= {field.name for field in model._meta.fields}
    has_code = any(field.name == "code" for field in model._meta.fields)
    assert has_code or "key" in vars(model), "without a code, a record says what its key is"
    assert "visibility" in vars(model)
    assert model_of(model._meta.label_lower) is model


@_named(RECORDED)
def test_bulk_writes_that_would_leave_no_history_are_refused(model):
    for write in (
        lambda rows: rows.update(pk=1),
        lambda rows: rows.delete(),
        lambda rows: rows.bulk_create([]),
        lambda rows: rows.bulk_update([], ["pk"]),
    ):
        with pytest.raises(WriteOutsideAction):
            write(model._default_manager.all())


@pytest.mark.django_db
@pytest.mark.parametrize("make", [make_agency, make_document])
def test_a_snapshot_comes_back_as_the_same_row(event, make):
    record = make(event)
    stored = type(record).objects.get(pk=record.pk)
    assert stored.snapshot() == record.snapshot()
    again = type(record).from_snapshot(stored.snapshot())
    assert again == stored
    assert again.snapshot() == stored.snapshot()


@pytest.mark.django_db
def test_an_instant_has_one_snapshot_in_whatever_zone_it_was_given():
    hanoi = timezone(timedelta(hours=7))
    event = make_event(demo_now=datetime(2025, 10, 6, 8, 0, tzinfo=hanoi))
    assert event.snapshot()["demo_now"] == "2025-10-06T01:00:00+00:00"
    event.refresh_from_db()
    assert event.snapshot()["demo_now"] == "2025-10-06T01:00:00+00:00"
    assert Event.from_snapshot(event.snapshot()).demo_now == datetime(2025, 10, 6, 1, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_a_snapshot_of_an_older_program_is_read(event):
    values = make_agency(event, "K01").snapshot()
    values["column_that_is_gone"] = "x"
    del values["contact"]
    agency = Agency.from_snapshot(values)
    assert (agency.code, agency.contact) == ("K01", "")


@pytest.mark.django_db
def test_a_password_is_in_no_snapshot_and_survives_being_put_back():
    account = make_account("lan")
    account.set_password("a long enough sentence")
    account.save(update_fields=["password"])
    snapshot = account.snapshot()
    assert "password" not in snapshot
    account.name = "Other"
    account.take_snapshot(snapshot)
    assert (account.name, account.check_password("a long enough sentence")) == ("Lan", True)


@pytest.mark.django_db
def test_a_password_alone_is_saved_outside_an_action_and_nothing_else_is():
    account = make_account("lan")
    account.save(update_fields=["password"])
    with pytest.raises(WriteOutsideAction):
        account.save(update_fields=["password", "name"])
    with pytest.raises(WriteOutsideAction):
        account.save()
    with pytest.raises(WriteOutsideAction):
        Account.objects.filter(username="lan").update(is_administrator=True)


@pytest.mark.django_db
def test_several_writes_of_one_row_are_one_change(event):
    agency = make_agency(event, "K01")
    with recording() as recorder:
        agency.name = "One"
        agency.save()
        agency.name = "Two"
        agency.save()
        passing = Agency(event=event, code="K02", name="Passing")
        passing.save()
        passing.delete()
    (change,) = recorder.changes.values()
    assert (change.before["name"], change.after["name"]) == ("Agency K01", "Two")
    assert (change.before["version"], change.after["version"]) == (1, 3)


@pytest.mark.django_db
def test_many_rows_are_saved_together_like_one_by_one(event, django_assert_max_num_queries):
    known = [make_agency(event, f"A{number}") for number in range(5)]
    known[0].name = "Changed"
    new = [Agency(event=event, code=f"N{number}", name="New") for number in range(200)]
    with recording() as recorder, django_assert_max_num_queries(5):
        save_all([*known, *new])
    changes = {change.key: change for change in recorder.changes.values()}
    assert set(changes) == {"A0"} | {f"N{number}" for number in range(200)}  # what did not change leaves no trace
    assert (changes["A0"].before["name"], changes["A0"].after["version"]) == ("Agency A0", 2)
    assert (changes["N7"].before, changes["N7"].after["version"]) == (None, 1)
    assert all(row.pk for row in new)


def test_content_is_compared_without_version():
    assert same_content({"a": 1, "version": 1}, {"a": 1, "version": 9})
    assert not same_content({"a": 1, "version": 1}, {"a": 2, "version": 1})
    assert same_content({"a": 1, "b": 2}, {"a": 1, "b": 3}, without=frozenset({"b"}))
    assert same_content(None, None)
    assert not same_content(None, {"a": 1})


@pytest.mark.django_db
def test_a_reference_names_a_record_without_holding_it(event):
    named = ref(make_agency(event, "K01", name="Guard"))
    assert str(named) == "K01 Guard"
    assert named.url == f"/e/{event.slug}/schedule/agencies/K01/"
    assert named.identity == ("core.agency", named.pk)


@pytest.mark.django_db
def test_codes_that_break_addresses_or_sheets_are_refused(event):
    from django.core.exceptions import ValidationError

    for code in ("has blank", "K01\n", "-K01", "", "a" * 61, "K#1", "K?1", "K%1"):
        with pytest.raises(ValidationError):
            Agency(event=event, code=code, name="x").full_clean()
    for code in ("K01", "MPS-K01", "12/KH.BCA", "TB&VPCP", "Đ7"):
        Agency(event=event, code=code, name="x").full_clean()


@pytest.mark.django_db
def test_a_null_character_is_refused_before_it_reaches_the_database(event):
    from summitry.core.actions import CreateAgency
    from summitry.core.refusals import Invalid

    with pytest.raises(Invalid) as refused:
        CreateAgency.of(code="K01", name="Gu\x00ard", kind="nonsense")
    assert {fault.field for fault in refused.value.faults} == {"name", "kind"}


def test_every_model_is_versioned_but_accounts():
    assert [model for model in RECORDED if not issubclass(model, Versioned)] == [Account]
