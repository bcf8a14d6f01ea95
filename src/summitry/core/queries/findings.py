"""Findings for one viewer: filtered by what stands in the address, with the counts of what could be chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.http import QueryDict

from summitry.core.checking import CHECKS, Found, Redacted, Severity, seen_by
from summitry.core.models import Agency, Waiver
from summitry.core.outlook import Outlook, outlook
from summitry.core.viewer import Viewer

T = TypeVar("T")
OPEN, WAIVED, ALL = "open", "waived", "all"


@dataclass(frozen=True)
class FindingFilter:
    """What a person wants to see. Empty means no restriction; unknown values in the address restrict nothing."""

    severities: frozenset[Severity] = frozenset()
    apps: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    agency: str = ""
    record: str = ""  # "schedule.task:T05"
    waived: str = OPEN

    @classmethod
    def of(cls, query: QueryDict) -> FindingFilter:
        by_name = {severity.name.lower(): severity for severity in Severity}
        waived = query.get("waived", OPEN)
        return cls(
            severities=frozenset(by_name[name] for name in query.getlist("severity") if name in by_name),
            apps=frozenset(query.getlist("app")) & {rule.app for rule in CHECKS.values()},
            codes=frozenset(query.getlist("check")) & frozenset(CHECKS),
            agency=query.get("agency", "").strip(),
            record=query.get("record", "").strip(),
            waived=waived if waived in {OPEN, WAIVED, ALL} else OPEN,
        )

    @property
    def narrows(self) -> bool:
        return self != FindingFilter()


@dataclass(frozen=True)
class FindingList:
    """The findings that pass the filter, and how many there are of each kind among all that the viewer may read.

    total: all of them, waived ones included. redacted: how many open findings the viewer may not read.
    """

    items: tuple[Found, ...]
    total: int
    redacted: Redacted
    by_severity: dict[Severity, int]
    by_app: dict[str, int]
    by_code: dict[str, int]
    open_count: int
    waived_count: int


def findings_for(viewer: Viewer, wanted: FindingFilter) -> FindingList:
    """The event's findings as this viewer may read them. No query but the outlook's own and one a kind of record."""
    assert viewer.event is not None
    seen_outlook = outlook(viewer.event)
    readable, _hidden = seen_outlook.findings.seen_by(viewer)
    _shown, redacted = seen_by(seen_outlook.findings.open, viewer)
    standing = [found for found in readable if _stands(found, wanted.waived)]
    return FindingList(
        items=tuple(filter(_passes(wanted, seen_outlook, viewer), standing)),
        total=len(readable),
        redacted=redacted,
        by_severity=dict(sorted(_count(standing, lambda f: f.severity), reverse=True)),
        by_app=dict(sorted(_count(standing, lambda f: f.check.app))),
        by_code=dict(sorted(_count(standing, lambda f: f.code))),
        open_count=sum(1 for found in readable if found.waiver is None),
        waived_count=sum(1 for found in readable if found.waiver is not None),
    )


def _stands(found: Found, waived: str) -> bool:
    return waived == ALL or (found.waiver is not None) == (waived == WAIVED)


def _count(items: Iterable[Found], key: Callable[[Found], T]) -> Iterable[tuple[T, int]]:
    return Counter(key(found) for found in items).items()


def _passes(wanted: FindingFilter, seen_outlook: Outlook, viewer: Viewer) -> Callable[[Found], bool]:
    agency_ids = _agencies(viewer, wanted.agency)

    def passes(found: Found) -> bool:
        return (
            (not wanted.severities or found.severity in wanted.severities)
            and (not wanted.apps or found.check.app in wanted.apps)
            and (not wanted.codes or found.code in wanted.codes)
            and (not wanted.agency or _concerns(found, agency_ids, seen_outlook))
            and (not wanted.record or wanted.record in {f"{named.label}:{named.key}" for named in found.refs})
        )

    return passes


def _agencies(viewer: Viewer, code: str) -> frozenset[int]:
    """The agency of a code and the units below it."""
    assert viewer.event is not None
    agency = Agency.objects.visible_to(viewer).filter(code=code).first() if code else None
    return Agency.objects.with_descendants(viewer.event, agency.pk) if agency else frozenset()


def _concerns(found: Found, agency_ids: frozenset[int], seen_outlook: Outlook) -> bool:
    for named in found.refs:
        if named.label == "core.agency" and named.pk in agency_ids:
            return True
        forecast = seen_outlook.forecasts.get(named.identity)
        if forecast is not None and forecast.agencies & agency_ids:
            return True
    return False


def find(viewer: Viewer, code: str, label: str, pk: int, discriminator: str = "") -> Found | None:
    """The finding of a check about a record, if it is there and the viewer may read it."""
    assert viewer.event is not None
    found = outlook(viewer.event).findings.by_identity().get((code, label, pk, discriminator))
    return found if found is not None and seen_by([found], viewer)[0] else None


def waivers(viewer: Viewer, today: date) -> list[Waiver]:
    """The waivers in force that the viewer may see."""
    rows = Waiver.objects.visible_to(viewer).filter(until__gte=today).select_related("given_by")
    return list(rows.order_by("until", "check_code"))
