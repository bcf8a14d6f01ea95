"""The laws of mandates, as `governance.actions` keeps them one change at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from summitry.exchange.laws import Broken, Result, law

DUTY, DECISION = "governance.planduty", "governance.decision"


@law
def an_approved_plan_was_issued(result: Result) -> Iterator[Broken]:
    for key, values in result.touched_rows(DUTY):
        submitted, approved = values["submitted_on"], values["approved_on"]
        if isinstance(submitted, date) and isinstance(approved, date) and approved < submitted:
            yield Broken(DUTY, key, "approved_on", _("It was handed in only after this day."))
        if not result.newly(DUTY, key, "approved_on"):
            continue
        plan = result.after[DECISION].get(str(values["plan"]))
        if values["plan"] is None:
            yield Broken(DUTY, key, "plan", _("Name the plan that was approved."))
        elif plan is not None and plan["signed_on"] is None:
            yield Broken(DUTY, key, "plan", _("It bears no date of signature, so it is not issued yet."))


@law
def an_approved_duty_stays(result: Result) -> Iterator[Broken]:
    for key in sorted(result.removed.get(DUTY, ())):
        if result.before[DUTY][key]["approved_on"] is not None:
            message = _("The plan of “{key}” is approved: give the plan back first.").format(key=key)
            yield Broken(DUTY, key, "", message)
