"""The figures by which a proposal is judged: of an event before and after, from its outlook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from summitry.core.checking import Severity
from summitry.core.outlook import Outlook

READY, LATE, ERRORS, WARNINGS, NOTES = "ready", "late", "errors", "warnings", "notes"
TITLES: Mapping[str, str | Promise] = {
    READY: _("Readiness (%)"),
    LATE: _("Open tasks past their deadline"),
    ERRORS: _("Errors found"),
    WARNINGS: _("Warnings found"),
    NOTES: _("Notes"),
}


def measure(outlook: Outlook) -> dict[str, int | None]:
    """The event's figures: readiness in per cent (None where nothing is weighed), late tasks, open findings."""
    severities = Counter(found.severity for found in outlook.findings.open)
    late = sum(1 for forecast in outlook.forecasts.values() if forecast.late and not forecast.closed)
    return {
        READY: outlook.ready_percent,
        LATE: late,
        ERRORS: severities[Severity.ERROR],
        WARNINGS: severities[Severity.WARNING],
        NOTES: severities[Severity.NOTE],
    }


def findings_by_code(outlook: Outlook) -> dict[str, int]:
    """How many open findings each check has."""
    return dict(sorted(Counter(found.code for found in outlook.findings.open).items()))


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Figures as JSON keeps them: numbers, words and nothing."""
    return {name: value if isinstance(value, int | float | str) else None for name, value in values.items()}
