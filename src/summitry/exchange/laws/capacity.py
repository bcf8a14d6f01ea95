"""The laws of desks, resources, alternatives and risk events, as `schedule.actions` keeps them one change at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from summitry.exchange.laws import Broken, Result, law
from summitry.exchange.laws.schedule import TASK, groups
from summitry.exchange.sheets import Values
from summitry.schedule.actions.capacities import overlaps
from summitry.schedule.actions.common import LONGEST_WORK, MOST_UNITS

CAPACITY, RESOURCE, PERIOD = "schedule.capacity", "schedule.resource", "schedule.resourcecapacity"
DEMAND, ALTERNATIVE, RISK = "schedule.demand", "schedule.alternative", "schedule.riskevent"

DAYS_OF_RISK = (
    "delay_optimistic",
    "delay_likely",
    "delay_pessimistic",
    "mitigated_optimistic",
    "mitigated_likely",
    "mitigated_pessimistic",
)


@law
def periods_do_not_overlap(result: Result) -> Iterator[Broken]:
    for label, of in ((CAPACITY, "agency"), (PERIOD, "resource")):
        rows: dict[object, list[tuple[str, date, date | None]]] = {}
        for key, values in result.after[label].items():
            first, last = values["from_day"], values["to_day"]
            if isinstance(first, date) and (last is None or isinstance(last, date)):
                rows.setdefault(values[of], []).append((key, first, last))
        for key, values in result.touched_rows(label):
            first, last = values["from_day"], values["to_day"]
            if not isinstance(first, date) or not (last is None or isinstance(last, date)):
                continue
            for other, other_first, other_last in rows.get(values[of], ()):
                if other != key and overlaps(first, last, other_first, other_last):
                    message = _("It shares days with the period “{other}”.").format(other=other)
                    yield Broken(label, key, "from_day", message)


@law
def units_are_in_bounds(result: Result) -> Iterator[Broken]:
    bounds = ((CAPACITY, "units", 0), (RESOURCE, "units", 0), (PERIOD, "units", 0), (DEMAND, "units", 1))
    for label, name, least in (*bounds, (ALTERNATIVE, "desks", 0)):
        message = _("A whole number from {least} to {most}.").format(least=least, most=MOST_UNITS)
        for key, values in result.touched_rows(label):
            value = values[name]
            if isinstance(value, int) and not least <= value <= MOST_UNITS:
                yield Broken(label, key, name, message)


@law
def only_work_takes_resources_and_has_other_ways(result: Result) -> Iterator[Broken]:
    parents = groups(result)
    for label in (DEMAND, ALTERNATIVE):
        for key, values in result.touched_rows(label):
            task = result.after[TASK].get(str(values["task"]))
            if task is None:
                continue
            if values["task"] in parents:
                message = _("{code} is a group: it has no work of its own, its parts have.")
                yield Broken(label, key, "task", message.format(code=values["task"]))
            elif task["milestone"]:
                yield Broken(label, key, "task", _("A milestone takes no time."))


@law
def days_of_work_are_in_bounds(result: Result) -> Iterator[Broken]:
    least, most = _("Working days from 1 to {most}."), _("Working days from 0 to {most}.")
    for key, values in result.touched_rows(ALTERNATIVE):
        for name in ("optimistic", "likely", "pessimistic"):
            value = values[name]
            if isinstance(value, int) and not (name == "likely") <= value <= LONGEST_WORK:
                yield Broken(ALTERNATIVE, key, name, (least if name == "likely" else most).format(most=LONGEST_WORK))
    for key, values in result.touched_rows(RISK):
        for name in DAYS_OF_RISK:
            value = values[name]
            if isinstance(value, int) and not 0 <= value <= LONGEST_WORK:
                yield Broken(RISK, key, name, most.format(most=LONGEST_WORK))


@law
def a_mitigation_is_told_whole(result: Result) -> Iterator[Broken]:
    for key, values in result.touched_rows(RISK):
        likely, probability = values["mitigated_likely"], values["mitigated_probability"]
        if not values["mitigation"] and (likely is not None or probability is not None):
            message = _("Say what is done, so that the values after it mean something.")
            yield Broken(RISK, key, "mitigation", message)
        elif (likely is None) != (probability is None):
            name = "mitigated_likely" if likely is None else "mitigated_probability"
            message = _("Give both the probability and the likely delay after the mitigation, or neither.")
            yield Broken(RISK, key, name, message)
        elif likely is None and _bound(values):
            yield Broken(RISK, key, "mitigated_likely", _("Give the likely delay as well."))
        elif values["mitigated_on"] is not None and likely is None:
            message = _("Say first what is done, and its probability and delay then.")
            yield Broken(RISK, key, "mitigated_on", message)


def _bound(values: Values) -> bool:
    return values["mitigated_optimistic"] is not None or values["mitigated_pessimistic"] is not None
