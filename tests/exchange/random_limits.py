"""Random desks, resources, alternatives and risk events, for `random_events`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from summitry.core.models import Agency, Event
from summitry.governance.models import Clause
from summitry.schedule.models import (
    Alternative,
    Capacity,
    Demand,
    Resource,
    ResourceCapacity,
    RiskEvent,
    RiskHit,
    RiskSettings,
    Task,
)

if TYPE_CHECKING:
    from tests.exchange.random_events import Maker

UNITS = st.integers(0, 1000)
FIRST = st.dates(date(1900, 1, 1), date(2150, 1, 1))


def _words(maker: Maker, most: int, least: int = 0) -> str:
    from tests.exchange.random_events import texts

    return maker.draw(texts(most, least))


def _periods(maker: Maker) -> list[tuple[date, date | None]]:
    """Up to three periods one after another; the last may have an open end."""
    found: list[tuple[date, date | None]] = []
    at = maker.draw(FIRST)
    for _number in range(maker.draw(st.integers(0, 2))):
        last = at + timedelta(maker.draw(st.integers(0, 400)))
        found.append((at, last))
        at = last + timedelta(maker.draw(st.integers(1, 40)))
    if maker.draw(st.booleans()):
        found.append((at, None))
    return found


def _three(maker: Maker, least: int = 0) -> tuple[int | None, int, int | None]:
    likely = maker.draw(st.integers(least, 400))
    return maker.maybe(st.integers(0, likely)), likely, maker.maybe(st.integers(likely, 2000))


def fill_limits(maker: Maker, event: Event, agencies: list[Agency], clauses: list[Clause], tasks: list[Task]) -> None:
    """Desks of agencies, resources with their periods, demands and alternatives of tasks that are worked on."""
    maker.save(
        [
            Capacity(
                event=event,
                agency=agency,
                from_day=first,
                to_day=last,
                units=maker.draw(UNITS),
                reason=_words(maker, 300),
                clause=maker.one_of(clauses),
                classification=maker.level(),
            )
            for agency in agencies[:1]
            for first, last in _periods(maker)
        ]
    )
    resources = maker.save(
        [
            Resource(
                event=event,
                code=code,
                name=_words(maker, 200, 1),
                kind=maker.draw(st.sampled_from(Resource.Kind.values)),
                agency=maker.one_of(agencies),
                units=maker.draw(UNITS),
                note=_words(maker, 2000),
                classification=maker.level(),
            )
            for code in maker.codes(2)
        ]
    )
    maker.save(
        [
            ResourceCapacity(
                event=event,
                resource=resource,
                from_day=first,
                to_day=last,
                units=maker.draw(UNITS),
                reason=_words(maker, 300),
            )
            for resource in resources[:1]
            for first, last in _periods(maker)
        ]
    )
    parents = {task.parent_id for task in tasks}
    work = [task for task in tasks if task.pk not in parents and not task.milestone]
    pairs = st.lists(st.tuples(st.sampled_from(work), st.sampled_from(resources)), max_size=3, unique=True)
    maker.save(
        [
            Demand(event=event, task=task, resource=resource, units=maker.draw(st.integers(1, 1000)))
            for task, resource in (maker.draw(pairs) if work and resources else [])
        ]
    )
    maker.save([_alternative(maker, event, agencies, work, code) for code in (maker.codes(1) if work else [])])


def _alternative(maker: Maker, event: Event, agencies: list[Agency], work: list[Task], code: str) -> Alternative:
    optimistic, likely, pessimistic = _three(maker, least=1)
    return Alternative(
        event=event,
        task=maker.one_of(work, empty=False),
        code=code,
        lead=maker.one_of(agencies),
        optimistic=optimistic,
        likely=likely,
        pessimistic=pessimistic,
        desks=maker.draw(UNITS),
        reluctance=maker.draw(st.integers(0, 9)),
        note=_words(maker, 2000),
    )


def fill_risks(maker: Maker, event: Event, agencies: list[Agency], tasks: list[Task]) -> None:
    """Risk events, the tasks that they hit, and the settings."""
    risks = maker.save([_risk(maker, event, agencies, code) for code in maker.codes(1)])
    pairs = st.lists(st.tuples(st.sampled_from(risks), st.sampled_from(tasks)), max_size=3, unique=True)
    maker.save(
        [RiskHit(event=event, risk=risk, task=task) for risk, task in (maker.draw(pairs) if risks and tasks else [])]
    )
    if maker.draw(st.booleans()):
        maker.save(
            [
                RiskSettings(
                    event=event,
                    distribution=maker.draw(st.sampled_from(RiskSettings.Distribution.values)),
                    correlation=maker.draw(st.integers(0, 100)),
                    samples=maker.draw(st.integers(100, 1_000_000)),
                )
            ]
        )


def _risk(maker: Maker, event: Event, agencies: list[Agency], code: str) -> RiskEvent:
    from tests.exchange.random_events import PAST

    shortest, likely, longest = _three(maker)
    values: dict[str, Any] = {}
    mitigation = _words(maker, 300)
    if mitigation and maker.draw(st.booleans()):
        low, middle, high = _three(maker)
        values = {
            "mitigated_probability": maker.draw(st.integers(0, 100)),
            "mitigated_optimistic": low,
            "mitigated_likely": middle,
            "mitigated_pessimistic": high,
            "mitigated_on": maker.maybe(PAST),
        }
    return RiskEvent(
        event=event,
        code=code,
        title=_words(maker, 300, 1),
        title_national=_words(maker, 300),
        owner=maker.one_of(agencies),
        probability=maker.draw(st.integers(0, 100)),
        delay_optimistic=shortest,
        delay_likely=likely,
        delay_pessimistic=longest,
        mitigation=mitigation,
        closed_on=maker.maybe(PAST),
        note=_words(maker, 2000),
        source=_words(maker, 500),
        classification=maker.level(),
        **values,
    )
