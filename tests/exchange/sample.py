"""A small event with a few records of every kind, and its workbook."""

from __future__ import annotations

import io
from datetime import date

from summitry.core.models import Event
from summitry.core.viewer import system_viewer
from summitry.exchange.transfer import export_workbook
from summitry.governance.models import Membership, Post
from summitry.schedule.models import Baseline, BaselineTask, Criterion, Evidence, RiskSettings
from tests import factories as make


def sample_event(slug: str = "sample") -> Event:
    """Two or three records of every kind, each knowing of others."""
    event = make.make_event(
        slug=slug,
        classification_names={"2": {"name": "Restricted", "national": "Mật"}},
        name_national="Lễ mở ký Công ước",
    )
    ministry = make.make_agency(event, "MPS", kind="ministry", name="Ministry of Public Security")
    unit = make.make_agency(event, "MPS-A05", kind="unit", parent=ministry)
    other = make.make_agency(event, "MOFA", kind="ministry")
    for day, agency in ((date(2025, 10, 25), None), (date(2025, 10, 26), None), (date(2025, 9, 2), unit)):
        make._make(make_model("core.CalendarException"), event, day=day, agency=agency, working=True)
    person = make.make_person(event, "P1", agency=ministry, phone="+84 24 3799 3000")
    make.make_person(event, "P2")
    document = make.make_document(event, "DOC1", agency=ministry)
    make.make_document(event, "DOC2")
    first = make.make_decision(event, "D1", signed_on=date(2025, 5, 1))
    second = make.make_decision(event, "D2", amends=first, document=document)
    clause = make.make_clause(first, "1", sets_date=date(2025, 9, 30))
    make.make_clause(first, "2")
    make.make_clause(second, "1")
    committee = make.make_body(event, "SC", created_by=clause, agency=ministry)
    group = make.make_body(event, "WG", parent=committee, kind="working_group")
    post = make._make(Post, event, body=committee, code="SC-HEAD", title="Head", rank=1)
    make._make(Post, event, body=group, code="WG-HEAD", title="Head", rank=1)
    make._make(Membership, event, post=post, person=person, from_day=date(2025, 5, 12))
    make.make_duty(unit, "PD1", mandate=clause, body=committee)
    make.make_duty(other, "PD2", submitted_on=date(2025, 9, 1), approved_on=date(2025, 9, 2), plan=second)
    objective = make.make_objective(event, "O1")
    make.make_objective(event, "O2")
    whole = make.make_task(event, "G", likely=0, title="Group")
    one = make.make_task(
        event,
        "T1",
        parent=whole,
        lead=ministry,
        objective=objective,
        mandate=clause,
        owner=committee,
        optimistic=3,
        likely=5,
        pessimistic=8,
        deadline=date(2025, 10, 10),
        deadline_clause=clause,
        started_on=date(2025, 9, 1),
        remaining=2,
        position=1,
    )
    two = make.make_task(event, "T2", parent=whole, lead=unit, likely=4, position=2, note="=1+1", classification=2)
    three = make.make_task(event, "T3", lead=other, likely=6, position=3)
    end = make.make_task(event, "M1", milestone=True, likely=0, criterion="Signed", position=4)
    make._make(Criterion, event, code="C1", objective=objective, text="It is signed", task=end)
    make._make(Criterion, event, code="C2", objective=objective, text="It is known")
    make.make_coordination(one, other, deliverable="Input", due=date(2025, 9, 20))
    make.make_coordination(two, ministry, deliverable="Advice", delivered_on=date(2025, 9, 3))
    make.make_link(one, two, lag=2)
    make.make_link(two, three, kind="SS", lag=-1)
    make.make_link(three, end)
    make._make(Evidence, event, task=one, document=document, added_on=date(2025, 9, 5))
    baseline = make._make(Baseline, event, code="B1", name="As adopted", taken_on=date(2025, 6, 1))
    for task in (one, two):
        make._make(
            BaselineTask,
            event,
            baseline=baseline,
            task=task,
            start=date(2025, 9, 1),
            finish=date(2025, 9, 5),
            duration=5,
        )
    make.make_capacity(ministry, 3, to_day=date(2025, 9, 30), reason="Detached", clause=clause)
    make.make_capacity(ministry, 2, from_day=date(2025, 10, 1), classification=2)
    hall = make.make_resource(event, "HALL", agency=other, units=2)
    make.make_resource(event, "CARS", kind="vehicles", units=40)
    make.make_resource_period(hall, 1, from_day=date(2025, 10, 20), to_day=date(2025, 10, 24))
    make.make_demand(one, hall)
    make.make_demand(three, hall, 2)
    make.make_alternative(one, lead=other, likely=4, pessimistic=9, desks=2, note="By night")
    make.make_alternative(three, "A2", likely=2, reluctance=9)
    answer = {"mitigation": "Tents", "mitigated_probability": 5, "mitigated_likely": 0}
    make.make_risk(event, "R01", [one, three], owner=unit, **answer)
    make.make_risk(event, "R02", delay_optimistic=1, delay_pessimistic=20, closed_on=date(2025, 10, 1))
    make._make(RiskSettings, event, correlation=50, samples=5000)
    return event


def make_model(label: str):
    from django.apps import apps

    return apps.get_model(label)


def workbook_of(event: Event) -> bytes:
    file = io.BytesIO()
    export_workbook(event, system_viewer(event), file)
    return file.getvalue()
