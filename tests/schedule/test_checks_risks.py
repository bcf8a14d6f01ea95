"""Checks of risk events, and what a risk event reckons of itself."""

from __future__ import annotations

import pytest

from summitry.schedule.models import RiskEvent
from tests.check_cases import fails, passes
from tests.factories import make_agency, make_risk, make_task
from tests.schedule.makers import day

MITIGATED = {"mitigation": "A second contractor", "mitigated_probability": 10, "mitigated_likely": 2}


@fails("SCH052", on=["R1", "R2"])
def test_risks_that_hit_nothing_open(event):
    make_risk(event, "R1")
    make_risk(event, "R2", [make_task(event, "T1", closed_on=day(3))])


@passes("SCH052")
def test_risks_that_hit_an_open_task_or_are_closed(event):
    group = make_task(event, "G", likely=0)
    make_task(event, "T1", parent=group)
    make_risk(event, "R1", [group])
    make_risk(event, "R2", closed_on=day(3))


@fails("SCH053", on=["R1", "R2", "R3"], values={"delay": 1.5})
def test_grave_risks_without_an_owner_or_a_mitigation(event):
    tasks, owner = [make_task(event, "T1")], make_agency(event, "NCC")
    grave = {"probability": 30, "delay_likely": 5}
    make_risk(event, "R1", tasks, **grave)
    make_risk(event, "R2", tasks, owner=owner, **grave)
    make_risk(event, "R3", tasks, mitigation="Tents", **grave)


@passes("SCH053")
def test_answered_slight_or_closed_risks(event):
    tasks, owner = [make_task(event, "T1")], make_agency(event, "NCC")
    make_risk(event, "R1", tasks, probability=30, delay_likely=5, owner=owner, mitigation="Tents")
    make_risk(event, "R2", tasks, probability=30, delay_likely=3)
    make_risk(event, "R3", tasks, probability=30, delay_likely=9, closed_on=day(3))
    make_risk(event, "R4", tasks, probability=30, delay_likely=9, owner=owner, mitigated_on=day(3), **MITIGATED)


def test_expected_delay_is_probability_times_mean_delay():
    risk = RiskEvent(probability=40, delay_optimistic=2, delay_likely=4, delay_pessimistic=9, **MITIGATED)
    assert risk.chance() == (40, (2, 4, 9))
    assert risk.expected_delay() == pytest.approx(2.0)
    assert risk.chance(mitigated=True) == (10, (2, 2, 2))
    assert risk.expected_delay(mitigated=True) == pytest.approx(0.2)
    risk.mitigated_on = day(3)
    assert (risk.mitigated, risk.chance()) == (True, (10, (2, 2, 2)))
    assert risk.chance(mitigated=False) == (40, (2, 4, 9))
    assert RiskEvent(probability=40, delay_likely=4, mitigated_on=day(3)).mitigated is False
