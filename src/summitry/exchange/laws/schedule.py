"""The laws of the master schedule, as `schedule.actions` keeps them one change at a time."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from summitry.exchange.laws import Broken, Result, law
from summitry.exchange.loops import network_loops, standing_above
from summitry.exchange.sheets import HIDDEN, Values
from summitry.schedule.actions.common import LONGEST_LAG, LONGEST_WORK, MOST_UNITS

TASK, LINK, COORDINATION = "schedule.task", "schedule.link", "schedule.coordination"
EVIDENCE, CRITERION = "schedule.evidence", "schedule.criterion"

OF_WORK = (
    "likely",
    "optimistic",
    "pessimistic",
    "fixed_start",
    "fixed_finish",
    "planned_start",
    "started_on",
    "closed_on",
)
"""Fields that a group leaves empty."""


def groups(result: Result) -> set[str]:
    """The codes of tasks that have parts."""
    return {str(values["parent"]) for values in result.after[TASK].values() if isinstance(values["parent"], str)}


@law
def a_group_has_no_work_of_its_own(result: Result) -> Iterator[Broken]:
    message = _("A group has no work of its own, its parts have: leave this empty, the likely duration 0.")
    parents = groups(result)
    # Who becomes a group is judged as well, though its own row may be as it was.
    for key in sorted(parents & set(result.after[TASK])):
        values = result.after[TASK][key]
        if key not in result.touched.get(TASK, ()) and not _gets_parts(result, key):
            continue
        if values["milestone"]:
            yield Broken(TASK, key, "milestone", _("A milestone has no parts."))
        for name in OF_WORK:
            if values[name]:
                yield Broken(TASK, key, name, message)


def _gets_parts(result: Result, key: str) -> bool:
    return any(values["parent"] == key for _key, values in result.touched_rows(TASK))


@law
def work_makes_sense(result: Result) -> Iterator[Broken]:
    most = _("Working days from 0 to {most}.").format(most=LONGEST_WORK)
    for key, values in result.touched_rows(TASK):
        for name in ("optimistic", "likely", "pessimistic", "remaining"):
            value = values[name]
            if isinstance(value, int) and not 0 <= value <= LONGEST_WORK:
                yield Broken(TASK, key, name, most)
        desks = values["desks"]
        if isinstance(desks, int) and not 0 <= desks <= MOST_UNITS:
            yield Broken(
                TASK, key, "desks", _("A whole number from {least} to {most}.").format(least=0, most=MOST_UNITS)
            )
        if values["milestone"] and (values["optimistic"] or values["pessimistic"]):
            yield Broken(TASK, key, "milestone", _("A milestone takes no time."))
        if _before(values, "fixed_finish", "fixed_start"):
            yield Broken(TASK, key, "fixed_finish", _("It finishes on or after its fixed start."))
        if values["remaining"] is not None and values["started_on"] is None:
            yield Broken(TASK, key, "remaining", _("It has not been started; until then its estimates hold."))
        yield from _waived_with_reason(TASK, key, values)


def _before(values: Values, earlier: str, later: str) -> bool:
    one, other = values[earlier], values[later]
    return one is not None and other is not None and one < other  # type: ignore[operator]


def _waived_with_reason(label: str, key: str, values: Values) -> Iterator[Broken]:
    if values["waived_on"] is not None and not values["waived_reason"]:
        yield Broken(label, key, "waived_reason", _("Say why: the next reader has only this."))


@law
def parts_are_delivered_before_they_are_signed_off(result: Result) -> Iterator[Broken]:
    for key, values in result.touched_rows(COORDINATION):
        if values["signed_off_on"] is not None and values["delivered_on"] is None:
            yield Broken(COORDINATION, key, "signed_off_on", _("It has not been delivered yet."))
        if _before(values, "signed_off_on", "delivered_on"):
            message = _("It cannot be signed off before it was delivered.")
            yield Broken(COORDINATION, key, "signed_off_on", message)
        yield from _waived_with_reason(COORDINATION, key, values)


@law
def a_task_closes_when_everything_is_in(result: Result) -> Iterator[Broken]:
    closing = {key for key, _values in result.touched_rows(TASK) if result.newly(TASK, key, "closed_on")}
    if not closing:
        return
    for values in result.after[COORDINATION].values():
        task, agency = values["task"], values["agency"]
        if task not in closing or values["waived_on"] is not None:
            continue
        if values["delivered_on"] is None:
            text = _("{agency} has not delivered its part. It is delivered and signed off, or waived, first.")
        elif values["signed_off_on"] is None:
            text = _("What {agency} delivered is not signed off. It is signed off, or waived, first.")
        else:
            continue
        yield Broken(TASK, str(task), "closed_on", text.format(agency=agency))
    shown = {values["task"] for values in result.after[EVIDENCE].values()}
    for key in sorted(closing):
        values = result.after[TASK][key]
        if not values["milestone"]:
            continue
        if not values["criterion"]:
            message = _("Nothing says by which facts anyone can tell that it is reached.")
            yield Broken(TASK, key, "criterion", message)
        elif key not in shown:
            message = _("No document shows that its criterion is met. Attach the evidence first.")
            yield Broken(TASK, key, "closed_on", message)


@law
def a_criterion_is_met_when_its_task_is_closed(result: Result) -> Iterator[Broken]:
    for key, values in result.touched_rows(CRITERION):
        task = result.after[TASK].get(str(values["task"]))
        if result.newly(CRITERION, key, "met_on") and task is not None and task["closed_on"] is None:
            yield Broken(CRITERION, key, "met_on", _("The task that shows it is not closed yet."))


@law
def facts_stay(result: Result) -> Iterator[Broken]:
    """What has been worked on, delivered or shown is waived, not removed."""
    for key in sorted(result.removed.get(TASK, ())):
        values = result.before[TASK][key]
        if values["started_on"] is not None or values["closed_on"] is not None:
            message = _("“{key}” has been worked on: waive it instead, so that its facts stay.")
            yield Broken(TASK, key, "", message.format(key=key))
    for key in sorted(result.removed.get(COORDINATION, ())):
        if result.before[COORDINATION][key]["delivered_on"] is not None:
            message = _("“{key}” has delivered its part, and that fact stays.")
            yield Broken(COORDINATION, key, "", message.format(key=key))
    shown = {values["task"] for values in result.after[EVIDENCE].values()}
    for key in sorted(result.removed.get(EVIDENCE, ())):
        task = result.after[TASK].get(str(result.before[EVIDENCE][key]["task"]))
        gone = result.before[EVIDENCE][key]["task"]
        if task is not None and task["milestone"] and task["closed_on"] is not None and gone not in shown:
            message = _("“{key}” is what shows that the milestone was reached.")
            yield Broken(EVIDENCE, key, "", message.format(key=key))


@law
def links_lead_somewhere(result: Result) -> Iterator[Broken]:
    tasks = result.after[TASK]
    most = _("Working days from -{most} to {most}.").format(most=LONGEST_LAG)
    for key, values in result.touched_rows(LINK):
        lag = values["lag"]
        if isinstance(lag, int) and not -LONGEST_LAG <= lag <= LONGEST_LAG:
            yield Broken(LINK, key, "lag", most)
    holding = _("One of them holds the other: a group cannot wait for its own part, nor a part for its group.")
    sound: dict[str, Values] = {}
    for key, values in result.after[LINK].items():
        before, after = str(values["predecessor"]), str(values["successor"])
        if HIDDEN in (values["predecessor"], values["successor"]) or before not in tasks or after not in tasks:
            continue
        if before == after:
            continue  # the model's own rule says so
        if before in standing_above(tasks, after) or after in standing_above(tasks, before):
            yield Broken(LINK, key, "successor", holding)
            continue
        sound[key] = values
    for codes, keys in network_loops(tasks, sound):
        loop = " > ".join([*codes, codes[0]])
        message = _("They would wait for one another in a circle: {loop}.").format(loop=loop)
        touched = [key for key in keys if key in result.touched.get(LINK, ())] or keys
        yield Broken(LINK, touched[0], "successor", message)
