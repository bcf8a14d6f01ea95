"""What a command ended with, in the reader's words and cut to what the reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from summitry.core.chances import per_cent
from summitry.core.models import Agency, Event
from summitry.core.viewer import Viewer
from summitry.schedule.models import Resource, Task
from summitry.schedule.words import day_words

FIGURES: Sequence[tuple[str, Promise | str, bool]] = (
    ("late_days", gettext_lazy("Days late, all tasks"), True),
    ("broken", gettext_lazy("Deadlines broken"), True),
    ("overload_days", gettext_lazy("Days with more work than desks"), True),
    ("finish", gettext_lazy("Last day"), True),
    ("chance", gettext_lazy("Probability that the event is ready"), False),
    ("moved", gettext_lazy("Tasks that move"), True),
    ("days_moved", gettext_lazy("Moved in all, calendar days"), True),
    ("owners", gettext_lazy("Tasks with another lead"), True),
    ("cost", gettext_lazy("Reluctance of the ways chosen"), True),
)
"""Name, title, and whether less is better."""


@dataclass(frozen=True)
class Figure:
    """One figure before and after. sign: "better", "worse" or "" """

    name: str
    title: str
    before: str
    after: str
    sign: str


@dataclass(frozen=True)
class Move:
    """A visible task that moves or changes hands."""

    task: Task
    old_start: date | None
    new_start: date | None
    old_finish: date | None
    new_finish: date | None
    old_lead: Agency | None
    new_lead: Agency | None

    @property
    def days(self) -> int:
        """Calendar days by which it starts later; negative: earlier."""
        if self.old_start is None or self.new_start is None:
            return 0
        return (self.new_start - self.old_start).days

    @property
    def other_lead(self) -> bool:
        return (self.old_lead and self.old_lead.pk) != (self.new_lead and self.new_lead.pk)


@dataclass(frozen=True)
class WayOut:
    """A relaxation in words, and the form that makes it."""

    words: str
    clears: bool
    url: str


@dataclass(frozen=True)
class WhyNot:
    """A smallest conflict in words. ways: cheapest first."""

    conditions: tuple[str, ...]
    irreducible: bool
    ways: tuple[WayOut, ...]


class Namer:
    """Names of tasks, agencies and resources, as far as the viewer sees them. Three queries."""

    def __init__(self, event: Event, viewer: Viewer) -> None:
        self.event = event
        rows = Task.objects.filter(event=event).visible_to(viewer).select_related("event", "deadline_clause__decision")
        self.tasks = {row.pk: row for row in rows}
        self.agencies = {row.pk: row for row in Agency.objects.filter(event=event).visible_to(viewer)}
        self.resources = {row.pk: row for row in Resource.objects.filter(event=event).visible_to(viewer)}
        self.viewer = viewer

    def task(self, pk: int | None) -> str:
        found = self.tasks.get(pk or 0)
        return f"{found.code} {found.title}" if found is not None else _("a task that you may not see")

    def code(self, pk: int) -> str:
        found = self.tasks.get(pk)
        return found.code if found is not None else "…"

    def agency(self, pk: int | None) -> str:
        found = self.agencies.get(pk or 0)
        return found.code if found is not None else _("an agency")

    def codes(self, pks: Iterable[int]) -> str:
        return ", ".join(self.code(pk) for pk in pks)


def figures_of(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Figure]:
    """The figures of two plans beside each other; those that neither has are left out."""
    found = []
    for name, title, less in FIGURES:
        old, new = (before or {}).get(name), (after or {}).get(name)
        if old is None and new is None:
            continue
        if name in {"moved", "days_moved", "owners", "cost"}:
            old = None if after else old
            if not new:
                continue
        sign = ""
        if old is not None and new is not None and shown(name, old) != shown(name, new):
            sign = "better" if (new < old) == less else "worse"
        found.append(Figure(name, str(title), shown(name, old), shown(name, new), sign))
    return found


def shown(name: str, value: Any) -> str:
    """A figure as people read it."""
    if value is None:
        return "—"
    if name == "finish":
        return day_words(date.fromisoformat(value))
    if name == "chance":
        return str(per_cent(float(value)))
    return str(value)


def moves_of(rows: Iterable[Mapping[str, Any]], names: Namer) -> tuple[list[Move], int]:
    """The visible tasks that move, and how many more that are hidden."""
    found, hidden = [], 0
    for row in rows:
        task = names.tasks.get(row["task"])
        if task is None:
            hidden += 1
            continue
        old, new = row["old"], row["new"]
        found.append(
            Move(
                task,
                _day(old[0]),
                _day(new[0]),
                _day(old[1]),
                _day(new[1]),
                names.agencies.get(old[2] or 0),
                names.agencies.get(new[2] or 0),
            )
        )
    return found, hidden


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


# Why there is no plan


def why_not(conflict: Mapping[str, Any], names: Namer) -> WhyNot:
    conditions = conflict["conditions"]
    ways = [_way_out(conditions[way["condition"]], way, names) for way in conflict["relaxations"]]
    return WhyNot(
        conditions=tuple(_condition(one, names) for one in conditions),
        irreducible=bool(conflict["irreducible"]),
        ways=tuple(way for way in ways if way is not None),
    )


def _condition(one: Mapping[str, Any], names: Namer) -> str:
    kind = one["kind"]
    day = day_words(_day(one.get("day")))
    if kind == "deadline":
        return _deadline(one, day, names)
    if kind == "fixed":
        return _fixed(one, day, names)
    if kind == "release":
        return _("%(task)s may not begin before %(day)s.") % {"task": names.task(one["task"]), "day": day}
    if kind == "capacity":
        return _capacity(one, names)
    return _("Everything must be finished within the time that a plan may span.")


def _deadline(one: Mapping[str, Any], day: str, names: Namer) -> str:
    values = {"task": names.task(one["task"]), "day": day, "holder": names.task(one["holder"])}
    holder = names.tasks.get(one["holder"])
    clause = holder.deadline_clause if holder is not None else None
    if clause is not None and names.viewer.sees(clause):
        return _("%(task)s must be finished by %(day)s: clause %(clause)s.") % {**values, "clause": clause.key}
    if one["holder"] != one["task"]:
        return _("%(task)s must be finished by %(day)s, the deadline of %(holder)s.") % values
    return _("%(task)s must be finished by %(day)s.") % values


def _fixed(one: Mapping[str, Any], day: str, names: Namer) -> str:
    values = {"task": names.task(one["task"]), "day": day, "finish": day_words(_day(one.get("finish")))}
    if one.get("why") == "under_way":
        return _("%(task)s is under way and takes until %(finish)s.") % values
    return _("%(task)s is fixed to %(day)s.") % values


def _capacity(one: Mapping[str, Any], names: Namer) -> str:
    last = day_words(_day(one["last"]))
    parts = [
        ngettext("%(n)d desk", "%(n)d desks", units) % {"n": units}
        if one.get("agency")
        else ngettext("%(n)d unit", "%(n)d units", units) % {"n": units}
        for units in dict.fromkeys(period[2] for period in one.get("periods", ()))
    ] or [ngettext("%(n)d unit", "%(n)d units", one.get("units", 0)) % {"n": one.get("units", 0)}]
    values = {
        "first": day_words(_day(one["first"])),
        "last": last,
        "units": _(" or ").join(parts),
        "tasks": names.codes(one.get("tasks", ())),
        "under_way": names.codes(one.get("under_way", ())),
    }
    resource = names.resources.get(one.get("resource") or 0)
    values["what"] = names.agency(one["agency"]) if one.get("agency") else str(resource or _("a resource"))
    text = _("%(what)s has %(units)s from %(first)s to %(last)s") % values
    if one.get("under_way"):
        text += _(", some taken by %(under_way)s under way") % values
    return text + (_("; %(tasks)s still need it.") % values if one.get("tasks") else ".")


def _way_out(one: Mapping[str, Any], way: Mapping[str, Any], names: Namer) -> WayOut | None:
    slug, amount = names.event.slug, way["amount"]
    clears = bool(way["clears"])
    if one["kind"] == "capacity":
        return _more_units(one, amount, clears, names)
    task = names.tasks.get(one.get("holder") or one["task"])
    if task is None or not way.get("day"):
        return None
    working = way.get("working_days") or 0
    days = ngettext("%(n)d working day", "%(n)d working days", working) % {"n": working}
    if not working:
        days = ngettext("%(n)d day", "%(n)d days", abs(amount)) % {"n": abs(amount)}
    values = {"days": days, "task": task.code, "day": day_words(_day(way["day"]))}
    if one["kind"] == "deadline":
        url = reverse("schedule:relax_deadline", args=[slug, task.code])
        words = _("%(days)s more on the deadline of %(task)s, to %(day)s") % values
        return WayOut(words, clears, f"{url}?{urlencode({'deadline': way['day']})}")
    url = reverse("schedule:relax_start", args=[slug, task.code])
    words = _("%(task)s from %(day)s instead, %(days)s of difference") % values
    return WayOut(words, clears, f"{url}?{urlencode({'not_before': way['day']})}")


def _more_units(one: Mapping[str, Any], amount: int, clears: bool, names: Namer) -> WayOut | None:
    query = urlencode({"more": amount, "first": one["first"], "last": one["last"]})
    values = {"n": amount, "first": day_words(_day(one["first"])), "last": day_words(_day(one["last"]))}
    agency, resource = names.agencies.get(one.get("agency") or 0), names.resources.get(one.get("resource") or 0)
    if agency is not None:
        words = ngettext(
            "%(n)d more desk at %(what)s from %(first)s to %(last)s",
            "%(n)d more desks at %(what)s from %(first)s to %(last)s",
            amount,
        )
        url = reverse("schedule:relax_desks", args=[names.event.slug, agency.code])
        return WayOut(words % {**values, "what": agency.code}, clears, f"{url}?{query}")
    if resource is not None:
        words = ngettext("%(n)d more unit of %(what)s", "%(n)d more units of %(what)s", amount)
        url = reverse("schedule:relax_units", args=[names.event.slug, resource.code])
        return WayOut(words % {**values, "what": resource}, clears, f"{url}?{query}")
    return None


# The whole


def sentence_of(result: Mapping[str, Any]) -> str:
    """How it ended, in one sentence."""
    status = result["status"]
    if status == "infeasible":
        return _("No plan keeps all of this.")
    if "after" not in result:
        return _("No plan was found in this time, and no reason why there should be none. Search for longer.")
    after, before = result["after"], result["before"]
    if not result.get("actions"):
        if after["late_days"]:
            return _("No plan is better than the present one.")
        return _("The present plan holds: nothing has to move.")
    moved = ngettext("%(n)d task moves", "%(n)d tasks move", after["moved"]) % {"n": after["moved"]}
    if after["owners"]:
        moved += ngettext(", %(n)d changes hands", ", %(n)d change hands", after["owners"]) % {"n": after["owners"]}
    if after["broken"]:
        broken = ngettext("%(n)d deadline is missed", "%(n)d deadlines are missed", after["broken"])
        return _("%(moved)s; %(broken)s.") % {"moved": moved, "broken": broken % {"n": after["broken"]}}
    if before["broken"]:
        return _("%(moved)s; every deadline is met.") % {"moved": moved}
    return _("%(moved)s; every deadline stays met.") % {"moved": moved}


def quality_of(engine: Mapping[str, Any], status: str) -> str:
    """How good the plan is, proven."""
    if status == "optimal":
        return _("proven: no plan is better")
    gap = engine.get("gap")
    if gap is None:
        return _("not proven to be the best")
    if not gap:
        return _("the first goal is proven, the rest is not")
    return _("at most %(percent)s %% from the best") % {"percent": f"{100 * gap:.1f}"}


def notes_of(result: Mapping[str, Any], names: Namer) -> list[str]:
    """What is to be said beside a result."""
    said = []
    for note in result.get("notes", ()):
        match note["code"]:
            case "assumed":
                n = note["change"]
                if n < 0:
                    words = ngettext("%(agency)s has %(n)d desk less", "%(agency)s has %(n)d desks less", -n)
                else:
                    words = ngettext("%(agency)s has %(n)d desk more", "%(agency)s has %(n)d desks more", n)
                words %= {"agency": names.agency(note["agency"]), "n": abs(n)}
                said.append(_("Assumed in these days, and recorded nowhere: %(words)s.") % {"words": words})
            case "hidden":
                said.append(_("Tasks that you may not see stay where they are."))
            case "astray":
                tasks = names.codes(note["tasks"])
                said.append(_("The network puts %(tasks)s on other days than the engine did.") % {"tasks": tasks})
            case "no_before":
                said.append(_("What was before that change cannot be told any more; the plan as it stands was kept."))
    if result.get("after", {}).get("overload_days"):
        said.append(_("What is still beyond the desks is work under way: it goes on."))
    return said
