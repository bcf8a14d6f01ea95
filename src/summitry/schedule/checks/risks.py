"""Checks of risk events."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from summitry.core.checking import Finding, Reading, Severity, check
from summitry.schedule.checks.reading import open_work
from summitry.schedule.planning import load
from summitry.schedule.planning.risks import risks

HIGH_DELAY = 1.0
"""Working days of expected delay from which a risk event needs an owner and a mitigation."""


@check(
    "SCH052",
    title=_("Risk event that hits nothing"),
    severity=Severity.WARNING,
    message=_("{subject} hits no open task, so no forecast counts it."),
    hint=_("Say which tasks it would delay, or close it."),
    source="Practice of schedule risk analysis: a risk is mapped to the tasks that it delays (Hulett 2009)",
)
def risk_hits_nothing(reading: Reading) -> Iterator[Finding]:
    """An open risk event names no task, or only tasks that are done.

    Wrong: "Storm over Hanoi", which hits no task.
    Right: the same, hitting "Venue build" and "Airport plan".
    """
    data, known = reading.use(load), reading.use(risks)
    still = {task.pk for task, _row in open_work(reading)}
    for pk, risk in known.events.items():
        hit = {leaf for task in known.tasks_of.get(pk, ()) for leaf in data.leaves_under(task)}
        if risk.open and not hit & still:
            yield Finding(subject=risk)


@check(
    "SCH053",
    title=_("Grave risk that nobody answers"),
    severity=Severity.WARNING,
    message=_("{subject} costs {delay} working days to be expected, and lacks: {missing}."),
    hint=_("Name the agency that owns {subject}, and what is done against it."),
    source="ISO 31000:2018, 6.5: risks are treated by those accountable",
)
def grave_risk_unanswered(reading: Reading) -> Iterator[Finding]:
    """An open risk event of at least one working day of expected delay has no owner or no mitigation.

    Expected is the probability times the mean delay, with the mitigation where it is decided.

    Wrong: 30 per cent, likely 5 working days, with no owner.
    Right: owned by the Convention Centre, with the mitigation "second contractor on call".
    """
    for risk in reading.use(risks).events.values():
        delay = risk.expected_delay()
        if not risk.open or delay < HIGH_DELAY:
            continue
        missing = []
        if risk.owner_id is None:
            missing.append(_("owner agency"))
        if not risk.mitigation.strip():
            missing.append(_("mitigation"))
        if missing:
            yield Finding(subject=risk, values={"delay": round(delay, 1), "missing": tuple(missing)})
