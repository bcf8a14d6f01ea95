"""The tasks of Microsoft Project XML, their links and baselines."""

from __future__ import annotations

import re
from datetime import date, datetime
from fractions import Fraction

from django.utils.translation import gettext as _

from summitry.exchange.faults import Faults
from summitry.exchange.mspdi.marks import without_marks
from summitry.exchange.mspdi.own import BY_ALIAS
from summitry.exchange.mspdi.tree import Node
from summitry.exchange.mspdi.values import ELAPSED_FORMATS, PERCENT_FORMATS, Place
from summitry.exchange.plans.model import (
    Constraint,
    Loss,
    Lost,
    OutsideBaseline,
    OutsideLink,
    OutsideTask,
    Span,
)

PART = "Tasks"
LINK_TYPES = {0: "FF", 1: "FS", 2: "SF", 3: "SS"}
CONSTRAINTS = {
    0: Constraint.ASAP,
    1: Constraint.ALAP,
    2: Constraint.MSO,
    3: Constraint.MFO,
    4: Constraint.SNET,
    5: Constraint.SNLT,
    6: Constraint.FNET,
    7: Constraint.FNLT,
}
DATELESS = (Constraint.ASAP, Constraint.ALAP)
OF_THE_OTHER = re.compile(r"[0-9]+(\.[0-9]+)*")
"""A WBS code that is only the outline number, which changes when tasks move."""
MANUAL = "Manual"


class TaskReader:
    """Reads the tasks of one file in their order. `skipped` are uids of what is no task."""

    def __init__(self, faults: Faults, aliases: dict[str, str], minutes_a_day: int) -> None:
        self.faults, self.aliases, self.minutes_a_day = faults, aliases, minutes_a_day
        self.found: list[OutsideTask] = []
        self.links: list[OutsideLink] = []
        self.lost: list[Lost] = []
        self.project_note = ""
        self.skipped: set[str] = set()
        self.uids: dict[str, str] = {}
        self.levels: list[tuple[int, str]] = []  # the open groups, outermost first: level, uid

    def place_of(self, uid: str) -> str:
        return self.uids.get(uid, f"UID {uid}")

    def lose(self, node: Node, what: str, value: object, why: str, loss: Loss = Loss.LEFT_OUT) -> None:
        self.lost.append(Lost.of(node.line, node.name, what, value, why, loss))

    def read(self, nodes: list[Node]) -> None:
        levels = [self._level(node) for node in nodes]
        for at, node in enumerate(nodes):
            below = levels[at + 1] if at + 1 < len(nodes) else 0
            self._task(node, levels[at], below > levels[at])

    def _level(self, node: Node) -> int:
        """The outline level of a line; a line without one, such as a blank one, ends no group."""
        text = next((child.text.strip() for child in node.children if child.tag == "OutlineLevel"), "")
        if text.isascii() and text.isdecimal() and len(text) <= 5:
            return int(text)
        return 1

    def _task(self, node: Node, level: int, has_parts: bool) -> None:
        uid = node.value("UID")
        place = Place(node, PART, f"UID {uid}", self.faults)
        title = place.text("Name")
        node.name = f"“{title}” (UID {uid})"
        given_level = place.text("OutlineLevel")
        if given_level and not given_level.isdecimal():
            place.fault("OutlineLevel", given_level, _("A whole number is expected."))
        if level == 0 or uid == "0":
            self._project_line(node, place)
            return
        if place.flag("IsNull"):
            self.skipped.add(uid)
            self.lose(node, "IsNull", title, _("A blank line of the plan is no task."))
            return
        if not uid or uid in self.uids:
            place.fault("UID", uid, _("Every task has a UID that no other has."))
            return
        if place.flag("ExternalTask") or place.flag("IsSubproject"):
            self.skipped.add(uid)
            why = _("A task of another project is not imported: import that project, too.")
            self.lose(node, "ExternalTask", title, why)
            return
        self.uids[uid] = node.name
        while self.levels and self.levels[-1][0] >= level:
            self.levels.pop()
        parent = self.levels[-1][1] if self.levels else ""
        self.levels.append((level, uid))
        self.found.append(self._read_task(node, place, uid, title, parent, has_parts))

    def _project_line(self, node: Node, place: Place) -> None:
        """The line that stands for the whole project: its note may hold the marks of Summitry."""
        node.name = _("the project itself")
        uid = place.name.removeprefix("UID ")
        self.skipped.add(uid)
        self.project_note = place.raw("Notes")
        left = without_marks(self.project_note)
        if left and "summitry.format" not in self.project_note:
            self.lose(node, "Notes", left, _("The project as a whole has no note in Summitry."))
        # What else it says of dates and durations is the sum of the tasks.
        for tag in [
            "Start",
            "Finish",
            "Duration",
            "DurationFormat",
            "Summary",
            "Milestone",
            "ConstraintType",
            "ManualStart",
            "Manual",
            "WBS",
            "GUID",
            "PercentComplete",
            "RemainingDuration",
            "ActualStart",
            "ActualFinish",
            "Work",
            "Cost",
            "Active",
            "Stop",
            "Resume",
        ]:
            node.value(tag)

    def _read_task(self, node: Node, place: Place, uid: str, title: str, parent: str, has_parts: bool) -> OutsideTask:
        place.text("GUID")
        own, wbs = self._own(node), place.text("WBS")
        summary = place.flag("Summary")
        if summary and not has_parts:
            why = _("A group without parts becomes a task.")
            self.lose(node, "Summary", "1", why, Loss.CONVERTED)
        format_ = place.whole("DurationFormat", 7)
        duration = place.span("Duration", format_)
        remaining = place.span("RemainingDuration", format_)
        milestone = place.flag("Milestone")
        start, finish = place.day("Start"), place.day("Finish")
        manual = place.flag(MANUAL)
        manual_start = place.day("ManualStart")
        place.text("Stop"), place.text("Resume")
        codes = [own["code"]] if own.get("code") else []
        if wbs and not OF_THE_OTHER.fullmatch(wbs):
            codes.append(wbs)
        self._links(node, place, uid)
        return OutsideTask(
            uid=uid,
            title=title,
            line=node.line,
            codes=tuple(codes),
            parent=parent,
            group=has_parts,
            milestone=milestone,
            duration=duration if duration is not None else Span(),
            constraints=self._constraint(node, place),
            deadline=place.day("Deadline"),
            manual_start=(manual_start or start) if manual and not has_parts else None,
            start=start,
            finish=finish,
            actual_start=place.day("ActualStart"),
            actual_finish=place.day("ActualFinish"),
            percent=place.number("PercentComplete"),
            remaining=remaining,
            active=place.text("Active").lower() not in ("0", "false"),
            note=place.raw("Notes"),
            calendar="" if (calendar := place.text("CalendarUID")) == "-1" else calendar,
            baselines=tuple(self._baselines(node, place)),
            own=own,
        )

    def _own(self, node: Node) -> dict[str, str]:
        """What travelled in custom fields that Summitry wrote; the others' are told."""
        found: dict[str, str] = {}
        for one in node.every("ExtendedAttribute"):
            number, value = one.value("FieldID"), one.value("Value")
            one.value("ValueGUID"), one.value("DurationFormat")
            alias = self.aliases.get(number, number)
            if alias in BY_ALIAS:
                found[BY_ALIAS[alias]] = value
            elif value:
                self.lost.append(
                    Lost.of(one.line, node.name, alias, value, _("A custom field that Summitry does not know."))
                )
        return found

    def _constraint(self, node: Node, place: Place) -> tuple[tuple[Constraint, datetime], ...]:
        kind = CONSTRAINTS.get(place.whole("ConstraintType"))
        day = place.moment("ConstraintDate")
        if kind is None:
            place.fault("ConstraintType", "", _("A number from 0 to 7 is expected."))
        elif kind is Constraint.ALAP:
            why = _("Work is planned as soon as it can be, not as late.")
            self.lose(node, "ConstraintType", kind.value, why)
        elif kind is not Constraint.ASAP:
            if day is None:
                place.fault("ConstraintDate", "", _("This constraint needs a date."))
            else:
                return ((kind, day),)
        return ()

    def _links(self, node: Node, place: Place, uid: str) -> None:
        for one in node.every("PredecessorLink"):
            inner = Place(one, PART, place.name, self.faults)
            before, kind = inner.text("PredecessorUID"), LINK_TYPES.get(inner.whole("Type", 1))
            lag, format_ = inner.number("LinkLag"), inner.whole("LagFormat", 7)
            if inner.flag("CrossProject"):
                value = f"{inner.text('CrossProjectName')} {before}".strip()
                self.lose(node, "PredecessorLink", value, _("A link to another project is not imported."))
                continue
            if kind is None:
                inner.fault("Type", "", _("0 for FF, 1 for FS, 2 for SF or 3 for SS is expected."))
                continue
            if format_ in PERCENT_FORMATS:
                span = Span(percent=lag, elapsed=format_ in ELAPSED_FORMATS)
            else:  # tenths of minutes
                span = Span(lag / 10, elapsed=format_ in ELAPSED_FORMATS)
            self.links.append(OutsideLink(before, uid, kind, span, one.line))

    def _baselines(self, node: Node, place: Place) -> list[OutsideBaseline]:
        found = []
        for one in node.every("Baseline"):
            inner = Place(one, PART, place.name, self.faults)
            number, format_ = inner.whole("Number"), inner.whole("DurationFormat", 7)
            start, finish = inner.day("Start"), inner.day("Finish")
            duration = inner.span("Duration", format_)
            if start is not None and finish is not None:
                found.append(OutsideBaseline(number, start, finish, duration, one.line))
                continue
            given: list[tuple[str, date | Fraction]] = []
            given += [("Start", start)] if start else []
            given += [("Finish", finish)] if finish else []
            given += [("Duration", duration.minutes / 60)] if duration else []
            for what, value in given:
                shown = f"{float(value):g} h" if isinstance(value, Fraction) else value
                why = _("A baseline keeps a task's dates where it has a start and a finish.")
                self.lose(node, f"Baseline {number}/{what}", shown, why)
        return found
