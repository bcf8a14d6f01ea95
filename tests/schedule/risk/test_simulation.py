"""Small events whose probabilities are known without any simulation, and what uncertainty does to a plan."""

from __future__ import annotations

from datetime import date

import pytest

from summitry.core.action import submit
from summitry.core.checking import Reading
from summitry.schedule.actions.risks import SetRiskSettings
from summitry.schedule.planning.risk import RiskAnswer, Simulation, simulation
from tests.factories import make_agency, make_event, make_link, make_risk, make_system_viewer, make_task, save
from tests.schedule.makers import chain

pytestmark = pytest.mark.django_db

SAMPLES = 1_000


@pytest.fixture
def event():
    return make_event()


def looked(event) -> Simulation:
    return Reading(event).use(simulation)


def answer(event, samples: int = SAMPLES, **asked) -> RiskAnswer:
    return looked(event).answer(samples, **asked)


def set_correlation(event, per_cent: int, distribution: str = "pert") -> None:
    action = SetRiskSettings(correlation=per_cent, distribution=distribution)
    submit([action], viewer=make_system_viewer(event), event=event)


def test_a_certain_plan_keeps_or_misses_its_deadlines_for_sure(event):
    """Three working days from Mon 6 October end on Wed 8."""
    kept = make_task(event, "T1", likely=3, deadline=date(2025, 10, 8))
    missed = make_task(event, "T2", likely=3, deadline=date(2025, 10, 7))
    open_end = make_task(event, "T3", likely=3)
    told = answer(event)
    assert (told.chance(kept.pk), told.chance(missed.pk), told.chance(open_end.pk)) == (1.0, 0.0, None)
    assert told.ready == 0.0
    risk = told.task(kept.pk)
    assert {risk.p10, risk.p50, risk.p80, risk.p95} == {date(2025, 10, 8)}
    assert told.model.uncertain == frozenset()


def test_the_event_is_as_late_as_the_deadline_that_is_kept_worst(event):
    """T1 ends on Wed 8, two days too late; T2 on Mon 13, just in time; the report is due after the event."""
    make_task(event, "T1", likely=3, deadline=date(2025, 10, 6))
    make_task(event, "T2", likely=6, deadline=date(2025, 10, 13))
    make_task(event, "T3", likely=30, deadline=date(2025, 11, 5))
    told = answer(event)
    assert told.finish(None).values == (2,)
    assert told.ready == 0.0


def test_the_event_has_days_to_spare_where_even_the_tightest_deadline_has(event):
    make_task(event, "T1", likely=3, deadline=date(2025, 10, 14))
    make_task(event, "T2", likely=6, deadline=date(2025, 10, 16))
    told = answer(event)
    assert told.finish(None).values == (-3,)
    assert told.ready == 1.0


def test_what_is_done_waived_or_due_after_the_opening_is_no_condition_of_being_ready(event):
    make_task(event, "T1", likely=3, deadline=date(2025, 9, 5), started_on=date(2025, 9, 3), closed_on=date(2025, 9, 9))
    make_task(event, "T2", likely=30, deadline=date(2025, 10, 8), waived_on=date(2025, 10, 1))
    report = make_task(event, "T3", likely=30, deadline=date(2025, 10, 27))
    told = answer(event)
    assert told.ready is None
    assert told.chance(report.pk) == 0.0
    assert told.drivers(None) == []
    make_task(event, "T4", likely=3, deadline=date(2025, 10, 25))
    assert answer(event).ready == 1.0


def test_a_range_of_durations_makes_a_date_unsure_and_its_quantiles_rise(event):
    task = make_task(event, "T1", optimistic=2, likely=5, pessimistic=20, deadline=date(2025, 10, 14))
    told = answer(event)
    assert 0.05 < told.chance(task.pk) < 0.95
    risk = told.task(task.pk)
    assert risk.p10 < risk.p50 < risk.p80 < risk.p95
    assert told.chance(task.pk) == pytest.approx(told.finish(task.pk).by(date(2025, 10, 14).toordinal()))
    assert told.p80(task.pk) == risk.p80
    assert told.ready == told.chance(task.pk)


def test_a_milestone_that_may_not_be_before_saturday_is_reached_on_saturday(event):
    work = make_task(event, "T1", likely=3)
    opening = make_task(
        event, "M1", milestone=True, likely=0, not_before=date(2025, 10, 25), deadline=date(2025, 10, 25)
    )
    make_link(work, opening)
    risk = answer(event).task(opening.pk)
    assert (risk.p10, risk.p95, risk.chance) == (date(2025, 10, 25), date(2025, 10, 25), 1.0)


def test_what_remains_of_a_task_is_scaled_from_its_three_durations(event):
    """Two of ten likely days remain on Mon 6: at least one (5/10 of two), at most four (20/10 of two)."""
    task = make_task(
        event,
        "T1",
        optimistic=5,
        likely=10,
        pessimistic=20,
        started_on=date(2025, 9, 22),
        remaining=2,
        reported_on=date(2025, 10, 6),
    )
    days = answer(event).finish(task.pk)
    assert date.fromordinal(days.first) == date(2025, 10, 6)
    assert date.fromordinal(days.last) == date(2025, 10, 9)


def test_correlation_within_an_agency_widens_what_follows_from_many_tasks(event):
    set_correlation(event, 0)
    *_, last = chain(event, 5, 5, 5, 5, 5, 5, optimistic=2, pessimistic=14)
    alone = answer(event).finish(last.pk)
    set_correlation(event, 100)
    together = answer(event).finish(last.pk)
    assert together.quantile(0.8) > alone.quantile(0.8)
    assert together.quantile(0.1) < alone.quantile(0.1)


def test_the_settings_choose_the_distribution(event):
    task = make_task(event, "T1", optimistic=1, likely=2, pessimistic=30)
    pert = answer(event).finish(task.pk).quantile(0.8)
    set_correlation(event, 30, "triangular")
    assert answer(event).finish(task.pk).quantile(0.8) > pert


def test_a_risk_event_that_surely_happens_delays_what_it_hits_and_its_mitigation_takes_that_back(event):
    task = make_task(event, "T1", likely=3, deadline=date(2025, 10, 8))
    make_risk(
        event,
        "R1",
        [task],
        probability=100,
        delay_likely=2,
        mitigation="x",
        mitigated_probability=0,
        mitigated_likely=0,
    )
    told = answer(event)
    assert (told.chance(task.pk), told.ready) == (0.0, 0.0)
    assert told.task(task.pk).p50 == date(2025, 10, 10)
    done = answer(event, done=["R1"])
    assert (done.chance(task.pk), done.ready) == (1.0, 1.0)


def test_a_decided_mitigation_holds_without_being_asked_for(event):
    task = make_task(event, "T1", likely=3, deadline=date(2025, 10, 8))
    values = {"mitigation": "x", "mitigated_probability": 0, "mitigated_likely": 0, "mitigated_on": date(2025, 10, 1)}
    make_risk(event, "R1", [task], probability=100, delay_likely=2, **values)
    assert answer(event).chance(task.pk) == 1.0
    assert answer(event, done=[]).chance(task.pk) == 0.0


def test_a_risk_event_that_is_closed_or_hits_nothing_open_changes_nothing(event):
    task = make_task(event, "T1", likely=3, deadline=date(2025, 10, 8))
    make_risk(event, "R1", [task], probability=100, delay_likely=9, closed_on=date(2025, 10, 1))
    make_risk(event, "R2", [], probability=100, delay_likely=9)
    told = answer(event)
    assert told.chance(task.pk) == 1.0
    assert dict(told.model.risks) == {}


def test_a_risk_event_on_a_group_hits_its_parts(event):
    group = make_task(event, "G")
    part = make_task(event, "T1", parent=group, likely=3)
    make_risk(event, "R1", [group], probability=100, delay_likely=2)
    assert answer(event).task(part.pk).p50 == date(2025, 10, 10)
    assert answer(event).task(group.pk) is None


def test_half_a_chance_is_about_half(event):
    task = make_task(event, "T1", likely=3, deadline=date(2025, 10, 8))
    make_risk(event, "R1", [task], probability=50, delay_likely=2)
    told = answer(event)
    assert told.chance(task.pk) == pytest.approx(0.5, abs=0.06)
    (driver,) = told.drivers(task.pk)
    assert (driver.task, driver.risk.code, driver.swing) == (None, "R1", 2.0)


def test_the_longer_way_decides_and_drives(event):
    short = make_task(event, "T1", optimistic=1, likely=2, pessimistic=3)
    long = make_task(event, "T2", optimistic=8, likely=10, pessimistic=15)
    end = make_task(event, "M1", milestone=True, likely=0, deadline=date(2025, 10, 20))
    make_link(short, end)
    make_link(long, end)
    told = answer(event, toward=end.pk)
    assert (told.criticality(long.pk), told.criticality(short.pk)) == (1.0, 0.0)
    assert [pk for pk, _share in told.critical()] == [long.pk], "what is asked about is left out"
    first = told.drivers(end.pk)[0]
    assert (first.task.pk, first.swing > 2) == (long.pk, True)


def test_the_tasks_of_one_agency_together_drive_a_date(event):
    lead = make_agency(event, "K01")
    tasks = [make_task(event, f"T{n}", lead=lead, optimistic=2, likely=5, pessimistic=12) for n in range(3)]
    alone = make_task(event, "T9", lead=make_agency(event, "K02"), optimistic=2, likely=5, pessimistic=12)
    end = make_task(event, "M1", milestone=True, likely=0, deadline=date(2025, 10, 20))
    for before, after in zip([*tasks, alone], [*tasks[1:], alone, end], strict=True):
        make_link(before, after)
    found = answer(event, toward=end.pk).drivers(end.pk)
    together = [one for one in found if one.agency is not None]
    assert [one.agency.code for one in together] == ["K01"], "a single task of K02 speaks for itself"
    assert together[0].task is together[0].risk is None
    assert 0.3 < together[0].correlation < 1
    assert together[0].low < together[0].high


def test_two_looks_agree_and_a_change_leaves_other_draws_as_they_were(event):
    lead = make_agency(event)
    one = make_task(event, "T1", lead=lead, optimistic=2, likely=5, pessimistic=20)
    other = make_task(event, "T2", lead=lead, optimistic=2, likely=5, pessimistic=20)
    before, again = answer(event), answer(event)
    assert before.seed == again.seed
    assert before.finish(one.pk) == again.finish(one.pk)
    assert before.finish(one.pk) != before.finish(other.pk)
    other.pessimistic = 40
    save(other)
    after = answer(event)
    assert after.finish(one.pk) == before.finish(one.pk)
    assert after.finish(other.pk) != before.finish(other.pk)


def test_an_answer_is_kept_and_old_ones_make_room(event):
    make_task(event, "T1", optimistic=2, likely=5, pessimistic=20)
    risk = looked(event)
    kept = risk.answer(100)
    assert risk.answer(100) is kept
    for samples in range(101, 120):
        risk.answer(samples)
    assert risk.answer(100) is not kept


def test_a_circle_of_links_has_no_risk(event):
    one, other = make_task(event, "T1"), make_task(event, "T2")
    make_link(one, other)
    make_link(other, one)
    assert looked(event).model is None
    assert looked(event).size == 0


def test_loading_asks_as_many_queries_whatever_the_size(event, django_assert_max_num_queries):
    for tasks in (2, 40):
        for number in range(tasks):
            task = make_task(event, f"T{tasks}-{number}", optimistic=1, likely=3, pessimistic=9)
            make_risk(event, f"R{tasks}-{number}", [task])
        with django_assert_max_num_queries(9):
            looked(event).answer(100)
