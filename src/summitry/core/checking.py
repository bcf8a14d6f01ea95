"""The registry of checks: rules about the whole event, with a stable code, that yield findings.

A check is a function in `<app>/checks.py` that takes a `Reading` and yields `Finding`s. Its docstring says what, why,
and a wrong and a right example; docs/checks/ is made from it. A finding names records only through `subject` and
`values`, never by text of its own: that is what makes redaction certain.
"""

from __future__ import annotations

import enum
import inspect
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from django.db import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from summitry.core import dates
from summitry.core.models import Waiver
from summitry.core.reading import Reading
from summitry.core.records import Recorded, Ref, model_of, ref
from summitry.core.viewer import Viewer

__all__ = [
    "CHECKS",
    "Check",
    "CouldNotRun",
    "Finding",
    "Findings",
    "Found",
    "Reading",
    "Redacted",
    "Severity",
    "check",
    "findings_of_others",
    "run_checks",
    "seen_by",
]


logger = logging.getLogger(__name__)


class Severity(enum.IntEnum):
    """How much a finding weighs. An error blocks nothing by itself, but counts as serious in a preview."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> Promise | str:
        return {
            Severity.NOTE: gettext_lazy("note"),
            Severity.WARNING: gettext_lazy("warning"),
            Severity.ERROR: gettext_lazy("error"),
        }[self]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check found about one record.

    subject: the record that the finding is about.
    values: what the message is formatted with: numbers, dates, records (shown by their key). No text of a record.
    discriminator: tells apart several findings of one check about one record.
    """

    subject: Recorded | Ref
    values: Mapping[str, Any] = field(default_factory=dict)
    discriminator: str = ""


class CouldNotRun(tuple[Finding, ...]):
    """No findings, because the check itself failed: what it would have found is unknown. EVT004 says so."""

    __slots__ = ()


@dataclass(frozen=True)
class Check:
    """A registered rule."""

    code: str
    title: str | Promise
    severity: Severity
    message: str | Promise
    hint: str | Promise
    source: str
    app: str
    function: Callable[[Reading], Iterable[Finding]]
    about_findings: bool = False

    def findings(self, reading: Reading) -> tuple[Finding, ...]:
        """All that it finds, for `reading.use`; `CouldNotRun` when the check has a fault of its own.

        One faulty rule must not take away the pages of an event on its day. A failed query is let through, for a
        transaction that it broke answers nothing more.
        """
        try:
            return tuple(self.function(reading))
        except DatabaseError:
            raise
        except Exception:
            logger.exception("The check %s could not be carried out.", self.code)
            return CouldNotRun()

    @property
    def explanation(self) -> str:
        """What is wrong and why it matters: the docstring without its two examples."""
        return _parts(self)[0]

    @property
    def hint_is_common(self) -> bool:
        """Whether all findings of the check have the same hint."""
        return "{" not in str(self.hint)

    @property
    def wrong(self) -> str:
        return _parts(self)[1]

    @property
    def right(self) -> str:
        return _parts(self)[2]


def _parts(rule: Check) -> tuple[str, str, str]:
    text = inspect.getdoc(rule.function) or ""
    before, _found, examples = text.partition("Wrong:")
    wrong, _found, right = examples.partition("Right:")
    return before.strip(), " ".join(wrong.split()), " ".join(right.split())


CHECKS: dict[str, Check] = {}
C = TypeVar("C", bound=Callable[[Reading], Iterable[Finding]])


def check(
    code: str,
    *,
    title: str | Promise,
    severity: Severity,
    message: str | Promise,
    hint: str | Promise,
    source: str,
    about_findings: bool = False,
) -> Callable[[C], C]:
    """Register a check. `message` and `hint` are formatted with `subject`, `discriminator` and the finding's values.

    about_findings: it judges what the other checks find (`reading.use(findings_of_others)`) and so runs after them.
    """

    def register(function: C) -> C:
        if code in CHECKS and CHECKS[code].function.__qualname__ != function.__qualname__:
            raise RuntimeError(f"The check {code} is registered twice.")
        document = function.__doc__ or ""
        if "Wrong:" not in document or "Right:" not in document:
            raise RuntimeError(f"The check {code} needs a docstring with Wrong: and Right: examples.")
        app = function.__module__.split(".")[1]
        CHECKS[code] = Check(code, title, severity, message, hint, source, app, function, about_findings)
        return function

    return register


@dataclass(frozen=True)
class Found:
    """A finding as it is kept, compared and shown: records as references, the waiver if a living one covers it."""

    check: Check
    subject: Ref
    values: tuple[tuple[str, Any], ...]
    discriminator: str
    waiver: Waiver | None = None

    @property
    def code(self) -> str:
        return self.check.code

    @property
    def severity(self) -> Severity:
        return self.check.severity

    @property
    def identity(self) -> tuple[str, str, int, str]:
        """What makes it the same finding before and after a change."""
        return self.check.code, self.subject.label, self.subject.pk, self.discriminator

    @property
    def refs(self) -> tuple[Ref, ...]:
        """Every record that it names, the subject first."""
        return self.subject, *_refs_in(tuple(value for _name, value in self.values))

    @property
    def message(self) -> str:
        return self._formatted(self.check.message)

    @property
    def hint(self) -> str:
        return self._formatted(self.check.hint)

    def _formatted(self, text: str | Promise) -> str:
        values = {name: _shown(value) for name, value in self.values}
        return str(text).format(subject=self.subject, discriminator=self.discriminator, **values)


def _shown(value: Any) -> Any:
    if isinstance(value, tuple):
        return ", ".join(str(_shown(item)) for item in value)
    if isinstance(value, Ref):
        return value.key
    if isinstance(value, date):
        return dates.weekday_year(value)
    return value


def _kept(value: Any) -> Any:
    if isinstance(value, Recorded):
        return ref(value)
    if isinstance(value, list | tuple):
        return tuple(_kept(item) for item in value)
    if type(value) is str:
        # A text here could be a record's, and would be shown to whoever may not see that record.
        raise TypeError(f"A finding's values hold no text ({value!r}): pass the record itself, or a gettext_lazy word.")
    return value


def _refs_in(values: tuple[Any, ...]) -> Iterator[Ref]:
    for value in values:
        if isinstance(value, Ref):
            yield value
        elif isinstance(value, tuple):
            yield from _refs_in(value)


@dataclass(frozen=True)
class Redacted:
    """What a viewer learns of findings about records above their right: how many, nothing else."""

    count: int

    @property
    def message(self) -> str:
        return ngettext(
            "%(count)d finding about a record that you may not see.",
            "%(count)d findings about records that you may not see.",
            self.count,
        ) % {"count": self.count}


@dataclass(frozen=True)
class Findings:
    """All findings of one reading, in the order of severity, code and subject."""

    items: tuple[Found, ...]

    @cached_property
    def open(self) -> tuple[Found, ...]:
        return tuple(found for found in self.items if found.waiver is None)

    def by_identity(self) -> dict[tuple[str, str, int, str], Found]:
        return {found.identity: found for found in self.items}

    def seen_by(self, viewer: Viewer) -> tuple[tuple[Found, ...], Redacted]:
        """The findings whose every named record the viewer may see, and the count of the others."""
        return seen_by(self.items, viewer)


def seen_by(items: Iterable[Found], viewer: Viewer) -> tuple[tuple[Found, ...], Redacted]:
    """Split findings into those that the viewer may read and a count of the rest."""
    shown, hidden = [], 0
    for found in items:
        if all(_may_see(viewer, named) for named in found.refs):
            shown.append(found)
        else:
            hidden += 1
    return tuple(shown), Redacted(hidden)


def _may_see(viewer: Viewer, named: Ref) -> bool:
    return viewer.sees_id(model_of(named.label), named.pk)


def run_checks(reading: Reading, codes: Iterable[str] | None = None) -> Findings:
    """Run all checks (or those named) over one reading of an event."""
    if codes is None:
        later = [rule for rule in CHECKS.values() if rule.about_findings]
        found = (*reading.use(findings_of_others), *_run(later, reading))
    else:
        found = tuple(_run([CHECKS[code] for code in codes], reading))
    return Findings(tuple(sorted(found, key=_order)))


def findings_of_others(reading: Reading) -> tuple[Found, ...]:
    """What all checks find but those that are themselves about findings, waived ones with their waiver."""
    return tuple(_run([rule for rule in CHECKS.values() if not rule.about_findings], reading))


def _living_waivers(reading: Reading) -> dict[tuple[str, ...], Waiver]:
    rows = Waiver.objects.filter(event=reading.event, until__gte=reading.today).select_related("given_by")
    return {(w.check_code, w.subject_label, w.subject_key, w.discriminator): w for w in rows}


def _run(checks: Iterable[Check], reading: Reading) -> Iterator[Found]:
    waivers = reading.use(_living_waivers)
    for rule in checks:
        for finding in reading.use(rule.findings):
            subject = finding.subject if isinstance(finding.subject, Ref) else ref(finding.subject)
            yield Found(
                check=rule,
                subject=subject,
                values=tuple((name, _kept(value)) for name, value in finding.values.items()),
                discriminator=finding.discriminator,
                waiver=waivers.get((rule.code, subject.label, subject.key, finding.discriminator)),
            )


def _order(found: Found) -> tuple[int, str, str, str]:
    return -found.severity, found.code, found.subject.key, found.discriminator
