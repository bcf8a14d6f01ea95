"""The descriptions of the sheets: complete, unlike one another in every language, and true to the models."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from summitry.core.viewer import system_viewer
from summitry.exchange.about import ABOUT_TITLE, LISTS_TITLE
from summitry.exchange.limits import MAX_NAME
from summitry.exchange.loops import network_loops, tree_loops
from summitry.exchange.queries import load
from summitry.exchange.rules import broken_constraints
from summitry.exchange.sheets import Kind, Sheet, in_order_of_need, sheets
from summitry.exchange.sheets.core import EVENT
from summitry.exchange.words import folded
from summitry.schedule.models import Link, Task
from tests.exchange.comparison import kinds
from tests.exchange.sample import sample_event
from tests.factories import make_event, make_link, make_task

ALWAYS_LEFT = {"id", "event", "version"}
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def test_every_kind_of_record_has_a_sheet():
    assert {model._meta.label_lower for model in kinds()} | {"core.event"} == {sheet.label for sheet in sheets()}


@pytest.mark.parametrize("sheet", sheets(), ids=lambda sheet: sheet.label)
def test_every_field_travels_or_says_why_not(sheet: Sheet):
    fields = {field.name for field in sheet.model._meta.concrete_fields} - ALWAYS_LEFT
    carried = {column.field.partition(".")[0] for column in sheet.columns}
    assert carried | (set(sheet.left_out) - ALWAYS_LEFT) == fields
    assert all(sheet.left_out.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_fit_and_are_unlike_one_another(language: str):
    with translation.override(language):
        titles = [str(sheet.title) for sheet in sheets()] + [str(ABOUT_TITLE), str(LISTS_TITLE)]
        assert len({folded(title) for title in titles}) == len(titles)
        for title in titles:
            assert 0 < len(title) <= MAX_NAME
            assert not set("[]:*?/\\'") & set(title)
        for sheet in sheets():
            headers = [folded(str(column.header)) for column in sheet.columns]
            assert len(set(headers)) == len(headers), sheet.label


def test_a_word_of_one_language_names_one_thing_in_all():
    for sheet in sheets():
        known: dict[str, str] = {}
        for column in sheet.columns:
            for language in LANGUAGES:
                with translation.override(language):
                    assert known.setdefault(folded(str(column.header)), column.field) == column.field
            if column.kind is not Kind.CHOICE:
                continue
            words: dict[str, str] = {}
            for value, label in column.choices:
                for language in LANGUAGES:
                    with translation.override(language):
                        assert words.setdefault(folded(str(label)), value) == value


def test_keys_are_what_the_database_holds_unique():
    for sheet in sheets():
        if sheet is EVENT:
            continue
        unique = [
            set(constraint.fields) - {"event"}
            for constraint in sheet.model._meta.constraints
            if isinstance(constraint, models.UniqueConstraint)
        ]
        assert unique == [set(sheet.key)], sheet.label


def test_what_is_referred_to_comes_first():
    seen: set[str] = set()
    for sheet in in_order_of_need():
        assert all(column.target in seen | {sheet.label} for column in sheet.references)
        seen.add(sheet.label)


@pytest.mark.django_db
def test_keys_are_the_records_own():
    event = sample_event()
    stored = load(event, system_viewer(event))
    for sheet in sheets():
        assert stored[sheet.label].records
        for key, record in stored[sheet.label].records.items():
            assert key == record.key


# The rules, against Django's own judgement


def _judged(model: type[models.Model], row: dict) -> Iterator[str]:
    instance = model(**row)
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.CheckConstraint):
            try:
                constraint.validate(model, instance)
            except ValidationError:
                yield constraint.name


days = st.none() | st.dates()
numbers = st.none() | st.integers(0, 20)


@pytest.mark.django_db
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    optimistic=numbers,
    likely=st.integers(0, 20),
    pessimistic=numbers,
    milestone=st.booleans(),
    started_on=days,
    closed_on=days,
)
def test_constraints_are_judged_as_by_the_database(**row):
    full = {field.name: None for field in Task._meta.concrete_fields} | row
    ours = {constraint.name for constraint, _fields in broken_constraints(Task, full)}
    assert ours == set(_judged(Task, row))


def test_every_constraint_can_be_judged():
    for sheet in sheets():
        row = {field.name: None for field in sheet.model._meta.concrete_fields}
        list(broken_constraints(sheet.model, row))  # a lookup that is not known raises


# Loops, against the schedule's own


@pytest.mark.django_db
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    parents=st.lists(st.integers(0, 5), min_size=6, max_size=6),
    ties=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=7, unique=True),
)
def test_a_loop_is_found_where_the_schedule_finds_one(parents, ties):
    from django.db import transaction

    from summitry.core.checking import Reading
    from summitry.schedule import planning

    with transaction.atomic():
        event = make_event()
        tasks: list[Task] = []
        for number in range(6):
            parent = tasks[parents[number]] if parents[number] < number else None
            tasks.append(make_task(event, f"T{number}", parent=parent))
        for one, other in ties:
            if one != other:
                make_link(tasks[one], tasks[other])
        rows = {t.code: {"parent": t.parent.code if t.parent else None} for t in tasks}
        links = {
            str(link.pk): {"predecessor": link.predecessor.code, "successor": link.successor.code}
            for link in Link.objects.filter(event=event)
        }
        theirs = planning.plan(Reading(event)).loops
        ours = network_loops(rows, links)
        assert bool(ours) == bool(theirs)
        for codes, keys in ours:
            assert codes
            assert keys
        transaction.set_rollback(True)


def test_tree_loops_are_named():
    rows = {
        "A": {"parent": "B"},
        "B": {"parent": "C"},
        "C": {"parent": "A"},
        "D": {"parent": "A"},
        "E": {"parent": None},
    }
    assert tree_loops(rows, ["parent"]) == [["A", "B", "C"]]
    assert tree_loops({"A": {"parent": "A"}}, ["parent"]) == [["A"]]
