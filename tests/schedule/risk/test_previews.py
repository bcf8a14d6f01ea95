"""The probability of each milestone before and after a change, in the preview and its panel."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from summitry.core.preview import Weight, preview
from summitry.core.rights import Classification, Role
from summitry.schedule.actions import ChangeTask
from summitry.schedule.actions.risks import DecideMitigation
from summitry.schedule.models import Task
from summitry.schedule.planning.risk import effort
from tests.factories import make_agency, make_event, make_link, make_risk, make_task, make_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return make_event()


@pytest.fixture
def rehearsal(event):
    """Preparing takes two to twenty days, likely five; the rehearsal is due on Mon 20 October."""
    work = make_task(event, "T1", optimistic=2, likely=5, pessimistic=20)
    end = make_task(event, "M1", title="Rehearsal", milestone=True, likely=0, deadline=date(2025, 10, 20))
    make_link(work, end)
    return end


def test_longer_work_makes_the_rehearsal_less_probable(event, rehearsal):
    seen = preview([ChangeTask(code="T1", likely=9)], viewer=make_viewer(event), event=event)
    (told,) = seen.chances
    (change,) = told.changes
    assert (change.subject.key, change.due, change.milestone) == ("M1", date(2025, 10, 20), True)
    assert 0 < change.after < change.before < 1
    assert (told.ready_before, told.ready_after) == (change.before, change.after)


def test_a_longer_worst_case_alone_moves_nothing_and_is_told_all_the_same(event, rehearsal):
    seen = preview([ChangeTask(code="T1", pessimistic=40)], viewer=make_viewer(event), event=event)
    assert seen.moves == ()
    (told,) = seen.chances
    assert [change.subject.key for change in told.changes] == ["M1"]
    assert seen.weight is not Weight.NONE


def test_what_the_change_does_not_reach_keeps_its_probability_to_the_sample(event, rehearsal):
    make_task(event, "T9", optimistic=2, likely=5, pessimistic=20, deadline=date(2025, 10, 13))
    seen = preview([ChangeTask(code="T1", likely=9)], viewer=make_viewer(event), event=event)
    assert [change.subject.key for change in seen.chances[0].changes] == ["M1"]


def test_a_decided_mitigation_raises_the_probability(event):
    task = make_task(event, "T1", likely=3, deadline=date(2025, 10, 8))
    values = {"mitigation": "A second team.", "mitigated_probability": 0, "mitigated_likely": 0}
    make_risk(event, "R1", [task], probability=100, delay_likely=2, **values)
    seen = preview([DecideMitigation(code="R1")], viewer=make_viewer(event, Role.HEAD), event=event)
    (change,) = seen.chances[0].changes
    assert (change.subject.key, change.before, change.after, change.falls) == ("T1", 0.0, 1.0, False)
    assert (seen.chances[0].ready_before, seen.chances[0].ready_after) == (0.0, 1.0)


def test_a_new_deadline_that_cannot_be_kept_is_told_as_new(event):
    make_task(event, "T1", likely=9)
    action = ChangeTask(code="T1", deadline=date(2025, 10, 8))
    (change,) = preview([action], viewer=make_viewer(event), event=event).chances[0].changes
    assert (change.before, change.after) == (None, 0.0)


def test_a_plan_that_runs_in_a_circle_has_no_probabilities(event, rehearsal):
    make_link(rehearsal, Task.objects.get(code="T1"))
    seen = preview([ChangeTask(code="T1", likely=9)], viewer=make_viewer(event), event=event)
    assert not any(seen.chances)
    assert not seen.chances_pending


def test_while_the_compiler_is_at_work_the_preview_says_so(event, rehearsal, monkeypatch):
    monkeypatch.setattr(effort, "lives_on", lambda: True)
    monkeypatch.setattr(effort, "_begun", True)
    monkeypatch.setattr(effort, "is_warm", lambda: False)
    seen = preview([ChangeTask(code="T1", likely=9)], viewer=make_viewer(event), event=event)
    assert (seen.chances, seen.chances_pending) == ((), True)


def test_hidden_milestones_are_counted_and_not_named(event):
    lead = make_agency(event)
    work = make_task(event, "T1", lead=lead, optimistic=2, likely=5, pessimistic=20, classification=0)
    secret = make_task(event, "M-SECRET", milestone=True, likely=0, deadline=date(2025, 10, 14), classification=3)
    make_link(work, secret)
    boss, focal = make_viewer(event), make_viewer(event, Role.FOCAL_POINT, agency=lead, clearance=0)
    action = ChangeTask(code="T1", likely=9)
    assert [one.subject.key for one in preview([action], viewer=boss, event=event).chances[0].changes] == ["M-SECRET"]
    cut = preview([action], viewer=make_viewer(event, clearance=Classification.INTERNAL), event=event).chances[0]
    assert (cut.changes, cut.hidden) == ((), 1)
    assert not focal.sees(secret)


def test_the_panel_says_it_in_a_small_table(event, rehearsal):
    client = Client()
    client.force_login(make_viewer(event).account)
    url = reverse("schedule:edit_estimates", args=[event.slug, "T1"])
    values = {"optimistic": "2", "likely": "9", "pessimistic": "20", "seen": 1, "step": "preview"}
    html = client.post(url, values).content.decode()
    assert "Probability of the deadlines" in html
    assert "The event is ready: all deadlines up to the opening are kept" in html
    assert "Rehearsal" in html
    assert "by Mon 20 Oct" in html
    assert "1 probability falls" in html
