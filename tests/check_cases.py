"""The convention for testing checks: each has a case that fails and one that passes (docs/checks/README.md).

A case builds an event; the decorator runs that one check on it and compares the findings exactly.

    @fails("SCH001", on=["T01"])
    def test_a_task_without_lead(event):
        make_task(event, "T01")

    @passes("SCH001")
    def test_a_task_with_its_lead(event):
        make_task(event, "T01", lead=make_agency(event, "MPS"))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from summitry.core.checking import Found, Reading, run_checks
from summitry.core.models import Event
from tests.factories import make_event

Build = Callable[[Event], Any]


@dataclass(frozen=True)
class Case:
    """One registered case, for tests/test_checks_covered.py."""

    code: str
    expect: str  # "fail" or "pass"
    where: str


CASES: list[Case] = []


def found(event: Event, code: str, today: date | None = None) -> tuple[Found, ...]:
    """The findings of one check about an event, on its own day or another."""
    return run_checks(Reading(event, today), [code]).items


def fails(
    code: str,
    *,
    on: Sequence[str],
    values: dict[str, Any] | None = None,
    today: date | None = None,
    **event_values: Any,
) -> Callable[[Build], Callable[..., None]]:
    """The check finds something about exactly the records with these keys (a key twice for two findings about it).

    values: what the first finding must say, compared as the finding keeps it (records as their key).
    today: the day of the reading, if not the event's own (Monday 6 October 2025).
    event_values: given to `make_event`.
    """

    def verify(event: Event) -> None:
        findings = found(event, code, today)
        assert sorted(f.subject.key for f in findings) == sorted(on)
        for finding in findings:
            # Formats both, so that a name missing from `values` cannot wait for a page to be found.
            assert "{" not in finding.message
            assert "{" not in finding.hint
        identities = [f.identity for f in findings]
        assert len(set(identities)) == len(identities), "two findings about one record need a discriminator"
        for name, expected in (values or {}).items():
            kept = dict(findings[0].values)[name]
            assert getattr(kept, "key", kept) == expected

    return _case(code, "fail", verify, event_values)


def passes(code: str, *, today: date | None = None, **event_values: Any) -> Callable[[Build], Callable[..., None]]:
    """The check finds nothing."""

    def verify(event: Event) -> None:
        assert [f.message for f in found(event, code, today)] == []

    return _case(code, "pass", verify, event_values)


def _case(
    code: str, expect: str, verify: Callable[[Event], None], event_values: dict[str, Any]
) -> Callable[[Build], Callable[..., None]]:
    def decorate(build: Build) -> Callable[..., None]:
        CASES.append(Case(code, expect, f"{build.__module__}.{build.__name__}"))

        @pytest.mark.django_db
        def test() -> None:
            event = make_event(**event_values)
            build(event)
            event.refresh_from_db()
            verify(event)

        test.__name__, test.__qualname__ = build.__name__, build.__qualname__
        test.__module__, test.__doc__ = build.__module__, build.__doc__
        return test

    return decorate
