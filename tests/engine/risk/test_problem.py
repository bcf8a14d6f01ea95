"""Every fault of a problem is named, and what mitigation means."""

from __future__ import annotations

import pickle

import pytest

from summitry.engine.calendar import EVERY_DAY, WorkCalendar
from summitry.engine.network import Activity, CycleError, Link, Network
from summitry.engine.risk import (
    Certain,
    Group,
    InvalidRisk,
    Mitigation,
    RiskEvent,
    RiskProblem,
    Triangular,
    Uncertainty,
    simulate,
)

NETWORK = Network(
    activities=[
        Activity(id="A", duration=2, calendar="office", deadline=739_010),
        Activity(id="B", duration=3, calendar="office", actual_start=739_000),
        Activity(id="C", duration=3, calendar="office", deadline=739_010, waived=True),
    ],
    calendars=[WorkCalendar("office")],
    project_start=739_000,
)
DAYS = Triangular(1, 2, 4)
EVENT = RiskEvent(id="flood", probability=0.2, delay=Certain(3), activities=["A"])


def faults_of(make) -> set[tuple[str, str]]:
    with pytest.raises(InvalidRisk) as caught:
        make()
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.faults == caught.value.faults
    assert all(str(fault) in str(caught.value) for fault in again.faults)
    return {(fault.where, fault.field) for fault in again.faults}


def test_parts_name_their_faults():
    assert faults_of(lambda: Uncertainty(activity="A", duration=5, loading=2)) == {
        ("uncertainty of 'A'", "duration"),
        ("uncertainty of 'A'", "loading"),
    }
    assert faults_of(lambda: Group("", 1.5)) == {("group ''", "name"), ("group ''", "correlation")}
    assert faults_of(lambda: RiskEvent(id="", probability=2, delay=3, activities=())) == {
        ("risk event ''", field) for field in ("id", "probability", "delay", "activities")
    }
    assert faults_of(lambda: RiskEvent(id="e", probability=0, delay=DAYS, activities=("A", "A"))) == {
        ("risk event 'e'", "activities")
    }
    assert faults_of(lambda: Mitigation(id="", event="flood")) == {
        ("mitigation ''", "id"),
        ("mitigation ''", "probability"),
    }
    assert faults_of(lambda: Mitigation(id="m", event="flood", probability=-1, delay=3)) == {
        ("mitigation 'm'", "probability"),
        ("mitigation 'm'", "delay"),
    }


def test_a_problem_names_all_its_faults_at_once():
    found = faults_of(
        lambda: RiskProblem(
            network=NETWORK,
            uncertainties=[
                Uncertainty(activity="A", duration=DAYS),
                Uncertainty(activity="A", duration=DAYS, group="K99"),
                Uncertainty(activity="X", duration=DAYS),
            ],
            groups=[Group("K01", 0.1), Group("K01", 0.2)],
            events=[EVENT, RiskEvent(id="flood", probability=0.1, delay=Certain(1), activities=["Y"])],
            mitigations=[Mitigation(id="m", event="fire", probability=0)],
            targets=["A", "A", "B", "C", "Z"],
            whole_days=False,
        )
    )
    assert found == {
        ("problem", "uncertainties"),
        ("problem", "groups"),
        ("problem", "events"),
        ("problem", "targets"),
        ("uncertainty of 'A'", "group"),
        ("uncertainty of 'X'", "activity"),
        ("risk event 'flood'", "activities"),
        ("mitigation 'm'", "event"),
        ("target 'B'", "deadline"),
        ("target 'C'", "deadline"),
        ("calendar 'office'", "whole_days"),
        ("activity 'B'", "whole_days"),
    }


def test_targets_are_by_default_what_has_a_deadline():
    assert RiskProblem(network=NETWORK).targets == ("A",)
    assert RiskProblem(network=NETWORK, targets=()).targets == ()


def test_arguments_of_a_simulation():
    problem = RiskProblem(network=NETWORK)
    assert faults_of(lambda: simulate(problem, samples=0, seed=-1, toward="X", threads=0)) == {
        ("simulation", field) for field in ("samples", "seed", "toward", "threads")
    }
    result = simulate(problem, samples=64)
    with pytest.raises(KeyError):
        result["X"]
    with pytest.raises(ValueError, match="q must be"):
        result.quantile(0)
    with pytest.raises(ValueError, match="bins"):
        result.histogram(bins=0)


def test_loops_are_named_as_by_the_network():
    day = WorkCalendar("day", week=EVERY_DAY)
    activities = [Activity(id=id, duration=1, calendar="day") for id in "AB"]
    network = Network(activities=activities, links=[Link("A", "B"), Link("B", "A")], calendars=[day], project_start=0)
    with pytest.raises(CycleError) as caught:
        simulate(RiskProblem(network=network))
    assert caught.value.cycles == (("A", "B"),)


def test_a_mitigation_replaces_what_it_names():
    problem = RiskProblem(
        network=NETWORK,
        events=[EVENT],
        mitigations=[
            Mitigation(id="dike", event="flood", probability=0.05),
            Mitigation(id="boats", event="flood", delay=Certain(1)),
        ],
    )
    (event,) = problem.mitigated("dike", "boats").events
    assert (event.probability, event.delay) == (0.05, Certain(1))
    assert problem.mitigated("dike").events[0].delay == Certain(3)
    assert problem.mitigated() == problem
    assert faults_of(lambda: problem.mitigated("luck")) == {("problem", "mitigations")}


def test_an_empty_network_ends_where_it_starts():
    problem = RiskProblem(network=Network(activities=(), calendars=(), project_start=739_000))
    result = simulate(problem, samples=10)
    assert result.end.p50 == 739_000
    assert result.ready.probability == 1
    assert dict(result) == {}
    assert result.drivers() == ()
