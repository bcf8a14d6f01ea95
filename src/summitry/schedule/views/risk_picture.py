"""What the risk page shows of a simulation, cut to one viewer: it names only tasks and risk events that they may see.

A task or risk event that they may not see still drives dates: it is told as one that they may not see, without its key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.core import dates
from summitry.core.chances import per_cent
from summitry.core.models import Agency
from summitry.schedule.models import RiskEvent, Task
from summitry.schedule.planning.risk import (
    Days,
    DrivingRisk,
    RiskAnswer,
    Simulation,
    TaskRisk,
    day_of,
    for_page,
    quick,
)
from summitry.schedule.views import risk_charts as charts
from summitry.schedule.views.rows import Row, Rows

DRIVERS_SHOWN, CRITICAL_SHOWN, MITIGATIONS_SHOWN = 12, 12, 6
TELLING = 0.25
"""Days of swing from which on a driver is shown: less is no reason to act, and of few samples mere chance."""


@dataclass(frozen=True)
class Line:
    """One open task or milestone in the table."""

    row: Row
    risk: TaskRisk


@dataclass(frozen=True)
class Driver:
    """A bar of the tornado: a task, a risk event, or what all tasks of an agency share.

    None where the viewer may not see it; then `hidden` says what it is.
    """

    task: Task | None
    risk: RiskEvent | None
    agency: Agency | None
    hidden: str
    low: str
    high: str
    swing: float
    bar: SafeString


@dataclass(frozen=True)
class Critical:
    """A visible task and how often it lies on the chain that decides the date."""

    task: Task
    share: float

    @property
    def percent(self) -> int:
        return round(100 * self.share)


@dataclass(frozen=True)
class Outcome:
    """What some mitigations would make of the target: its probability and its P80."""

    words: str
    risk: RiskEvent | None
    chance: float | None
    p80: str
    now: bool = False


@dataclass(frozen=True)
class Figure:
    term: str
    value: str
    note: str = ""


class Picture:
    """The risk of one target: an open task or milestone, or (None) that the event is ready."""

    def __init__(self, rows: Rows, risk: Simulation, target: Task | None) -> None:
        self.rows, self.risk, self.target = rows, risk, target
        self.samples = for_page(risk.size, risk.wanted)
        self.answer: RiskAnswer = risk.answer(self.samples, toward=self.target_id)

    @property
    def target_id(self) -> int | None:
        return None if self.target is None else self.target.pk

    @property
    def has_target(self) -> bool:
        """Whether there is something whose date can be told."""
        return self.answer.model.zero is not None if self.target is None else self.answer.knows(self.target.pk)

    @cached_property
    def days(self) -> Days:
        return self.answer.finish(self.target_id)

    @property
    def due(self) -> int | None:
        """The deadline as a day; for the event, no delay at all."""
        if self.target is None:
            return 0
        deadline = self.rows.plan.of(self.target.pk).deadline
        return None if deadline is None else deadline.toordinal()

    @property
    def chance(self) -> float | None:
        return self.answer.ready if self.target is None else self.answer.chance(self.target.pk)

    @property
    def error(self) -> float:
        """Standard error of the probability, in points."""
        chance = self.chance or 0.0
        return 100 * float((chance * (1 - chance) / self.samples) ** 0.5)

    @property
    def certain(self) -> bool:
        """Whether nothing is uncertain: no open task has a range of durations, and no risk event is open."""
        return not self.answer.model.uncertain and not self.answer.model.risks

    def name(self, day: int) -> str:
        """A day of this target in words: a date, or for the event the days of delay."""
        if self.target is None:
            return delay(day)
        found = day_of(day)
        return dates.weekday(found) if found is not None else "—"

    def _short(self, day: int) -> str:
        if self.target is None:
            return f"{day:+d}".replace("-", "−") if day else "0"
        found = day_of(day)
        return dates.brief(found) if found is not None else ""

    def figures(self) -> Iterator[Figure]:
        """The spread in figures."""
        for q, note in (
            (0.10, _("if things go well")),
            (0.50, _("as likely earlier as later")),
            (0.80, _("four times in five by then")),
            (0.95, _("if things go badly")),
        ):
            yield Figure(f"P{round(100 * q)}", self.name(self.days.quantile(q)), note)

    @property
    def expected(self) -> str:
        """What the plan says, in one sentence."""
        assert self.target is not None
        plan = self.rows.plan.of(self.target.pk)
        if plan.finish is None:
            return ""
        words = {"day": dates.weekday(plan.finish)}
        if plan.deadline is None:
            return _("The plan expects it on %(day)s. It has no deadline.") % words
        words["deadline"] = dates.weekday(plan.deadline)
        return _("The plan expects it on %(day)s; its deadline is %(deadline)s.") % words

    @property
    def p80(self) -> str:
        return self.name(self.days.quantile(0.8))

    # Charts

    @cached_property
    def _axis(self) -> charts.Axis:
        return charts.axis_for(self.days, self.due, self._short, delays=self.target is None)

    def _marks(self) -> Iterator[charts.Mark]:
        if self.due is not None:
            words = _("no delay") if self.target is None else _("deadline %(day)s") % {"day": self._short(self.due)}
            yield charts.Mark(self.due, words, "r-due", 0)
        late = self.days.quantile(0.8)
        yield charts.Mark(late, f"P80 {self._short(late)}", "r-p80", 1)

    @cached_property
    def histogram(self) -> SafeString:
        label = _("Histogram of the simulated finishes, %(first)s to %(last)s") % self._ends()
        return charts.histogram(self.days, self._axis, self.due, self._marks(), label)

    @cached_property
    def curve(self) -> SafeString:
        label = _("S-curve of the simulated finishes, %(first)s to %(last)s") % self._ends()
        return charts.curve(self.days, self._axis, self.due, self._marks(), label)

    def _ends(self) -> dict[str, str]:
        return {"first": self.name(self.days.first), "last": self.name(self.days.last)}

    def table(self) -> Iterator[tuple[str, float, float]]:
        """The data of both charts: days, their share, the share done by the end of them."""
        reached = 0.0
        for one in self.days.bins(charts.BINS, self.due):
            reached += one.share
            words = self.name(one.first)
            if one.last > one.first:
                words = _("%(first)s to %(last)s") % {"first": words, "last": self.name(one.last)}
            yield words, one.share, min(1.0, reached)

    # What drives it

    @cached_property
    def drivers(self) -> list[Driver]:
        """The tornado."""
        telling = [one for one in self.answer.drivers(self.target_id) if abs(one.swing) >= TELLING][:DRIVERS_SHOWN]
        if not telling:
            return []
        mean = self._mean()
        ends = [end for one in telling for end in (one.low, one.high) if end is not None]
        least, most = min([*ends, mean]), max([*ends, mean])
        room = 0.02 * max(most - least, 1e-9)
        return [self._driver(one, mean, least - room, most + room) for one in telling]

    def _driver(self, one: DrivingRisk, mean: float, least: float, most: float) -> Driver:
        low, high = one.low or 0.0, one.high or 0.0
        task = one.task if one.task is not None and one.task.pk in self.rows.visible else None
        risk = one.risk if one.risk is not None and self.rows.viewer.sees(one.risk) else None
        agency = one.agency if one.agency is not None and self._sees_all_of(one.agency) else None
        hidden = ""
        if one.task is not None and task is None:
            hidden = _("a task that you may not see")
        elif one.risk is not None and risk is None:
            hidden = _("a risk event that you may not see")
        elif one.agency is not None and agency is None:
            hidden = _("all tasks of an agency together, of which you may not see some")
        bar = charts.bar(low, high, mean, least, most)
        return Driver(task, risk, agency, hidden, self._mean_name(low), self._mean_name(high), one.swing, bar)

    def _sees_all_of(self, agency: Agency) -> bool:
        """Whether the viewer sees every open task that the agency leads: else its bar would tell of hidden ones."""
        led = (task.pk for task in self.rows.data.tasks.values() if task.lead_id == agency.pk and task.open)
        return self.rows.viewer.sees(agency) and all(pk in self.rows.visible for pk in led)

    def _mean_name(self, day: float) -> str:
        """A mean in words: a date, or for the event days of delay with a decimal."""
        if self.target is not None:
            return self.name(round(day))
        words = _("%(n)s days late") if day >= 0 else _("%(n)s days to spare")
        return words % {"n": number_format(abs(day), decimal_pos=1)}

    def _mean(self) -> float:
        before, total = 0.0, 0.0
        for value, reached in zip(self.days.values, self.days.reached, strict=True):
            total += value * (reached - before)
            before = reached
        return total

    @cached_property
    def critical(self) -> list[Critical]:
        """Visible tasks by criticality index; in the simulation that looks toward the target."""
        seen = [(pk, share) for pk, share in self._critical if pk in self.rows.visible]
        return [Critical(self.rows.data.tasks[pk], share) for pk, share in seen[:CRITICAL_SHOWN]]

    @cached_property
    def _critical(self) -> list[tuple[int, float]]:
        return self.answer.critical()

    @property
    def hidden_critical(self) -> int:
        """How many more tasks decide it that the viewer may not see."""
        return sum(pk not in self.rows.visible for pk, _share in self._critical)

    # Mitigations

    @cached_property
    def _mitigable(self) -> list[RiskEvent]:
        """Visible open risk events whose mitigation is known, those first whose mitigation saves most."""
        known = [
            risk for risk in self.answer.model.risks.values() if risk.has_mitigation and self.rows.viewer.sees(risk)
        ]
        return sorted(
            known, key=lambda risk: risk.expected_delay(mitigated=True) - risk.expected_delay(mitigated=False)
        )

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """Without any of the mitigations that the viewer sees, as decided, with all of them, and each by itself."""
        if not self._mitigable:
            return []
        decided, seen = self.answer.model.decided, frozenset(risk.code for risk in self._mitigable)
        found = [
            self._outcome(_("with no mitigation"), decided - seen),
            self._outcome(_("with what is decided"), decided, now=True),
            self._outcome(_("with all mitigations"), decided | seen),
        ]
        if quick(self.risk.size, self.samples):
            for risk in self._mitigable[:MITIGATIONS_SHOWN]:
                words = _("decided; without it") if risk.code in decided else _("not decided; with it")
                found.append(self._outcome(words, decided ^ {risk.code}, risk=risk))
        return found

    def _outcome(self, words: str, done: Iterable[str], *, risk: RiskEvent | None = None, now: bool = False) -> Outcome:
        answer = self.risk.answer(self.samples, toward=self.target_id, done=done)
        chance = answer.ready if self.target is None else answer.chance(self.target.pk)
        return Outcome(words, risk, chance, self.name(answer.finish(self.target_id).quantile(0.8)), now)

    # The table of all

    @cached_property
    def lines(self) -> list[Line]:
        """Open milestones, by date, then open tasks with a deadline, the least sure first."""
        found = [
            Line(row, risk)
            for row in self.rows.leaves
            if (row.task.milestone or row.plan.deadline is not None)
            and (risk := self.answer.task(row.task.pk)) is not None
        ]
        return sorted(found, key=_order)

    @property
    def classification(self) -> int | None:
        """The highest level of what is shown by name."""
        levels = [line.row.task.classification for line in self.lines]
        levels += [driver.task.classification for driver in self.drivers if driver.task is not None]
        levels += [one.task.classification for one in self.critical]
        levels += [driver.risk.classification for driver in self.drivers if driver.risk is not None]
        levels += [outcome.risk.classification for outcome in self.outcomes if outcome.risk is not None]
        return max(levels, default=None)

    @cached_property
    def words(self) -> str:
        """The state in one sentence."""
        if self.target is None:
            kept = len(self.answer.model.ready)
            text = ngettext(
                "Ready with probability %(chance)s: the one open deadline up to the opening is kept.",
                "Ready with probability %(chance)s: all %(n)d open deadlines up to the opening are kept.",
                kept,
            )
            return text % {"chance": per_cent(self.chance or 0.0), "n": kept}
        deadline = self.rows.plan.of(self.target.pk).deadline
        if deadline is None or self.chance is None:
            return _("%(task)s: with 80 %% probability by %(day)s.") % {"task": self.target, "day": self.p80}
        return _("%(task)s by %(day)s: %(chance)s.") % {
            "task": self.target,
            "day": dates.weekday(deadline),
            "chance": per_cent(self.chance),
        }


def _order(line: Line) -> tuple[bool, float, date, str]:
    chance = 2.0 if line.risk.chance is None else line.risk.chance
    milestone = line.row.task.milestone
    return not milestone, 0.0 if milestone else chance, line.risk.p50, line.row.task.code


def delay(days: int) -> str:
    """Days against the deadline that is kept worst."""
    if days < 0:
        return ngettext("%(n)d day to spare", "%(n)d days to spare", -days) % {"n": -days}
    if days == 0:
        return _("just in time")
    return ngettext("%(n)d day late", "%(n)d days late", days) % {"n": days}
