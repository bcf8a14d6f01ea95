"""From the bytes of a Microsoft Project XML file to an `OutsidePlan`, every fault by line and element.

What each element means: Microsoft, "Project XML Data Interchange Schema Reference".
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from django.utils.translation import gettext as _

from summitry.exchange.faults import Faults
from summitry.exchange.mspdi.calendars import CalendarReader
from summitry.exchange.mspdi.marks import read_marks
from summitry.exchange.mspdi.tasks import TaskReader
from summitry.exchange.mspdi.tree import Node, Tree, parse
from summitry.exchange.mspdi.values import Place, moment
from summitry.exchange.plans import bounds
from summitry.exchange.plans.lengths import minutes
from summitry.exchange.plans.model import (
    Lost,
    OutsideAssignment,
    OutsideCalendar,
    OutsidePeriod,
    OutsidePlan,
    OutsideResource,
)

PROGRAM = "Microsoft Project"
NOBODY = "-65535"
"""The resource of an assignment that is nobody's."""
WORK, MATERIAL, COST = 1, 0, 2


def read_mspdi(data: bytes, faults: Faults) -> OutsidePlan:
    """Read a file. Raises `WorkbookRefused` when it is no such file or unsafe; other faults go into `faults`."""
    return _Reader(parse(data), faults).read()


class _Reader:
    def __init__(self, tree: Tree, faults: Faults) -> None:
        self.tree, self.root, self.faults = tree, tree.root, faults
        self.lost: list[Lost] = []
        self.all_leaves = tree.root.leaves()

    def lose(self, line: int, place: str, what: str, value: object, why: str) -> None:
        self.lost.append(Lost.of(line, place, what, value, why))

    def read(self) -> OutsidePlan:
        root = Place(self.root, "Project", "", self.faults)
        version = root.text("SaveVersion")
        if version and not version.isdecimal():
            root.fault("SaveVersion", version, _("A whole number is expected."))
        a_day = self._length(root, "MinutesPerDay", 480)
        a_week = self._length(root, "MinutesPerWeek", a_day * 5)
        root.whole("DaysPerMonth")  # durations stand in minutes, whatever a month is
        root.text("DefaultStartTime")
        title, name, guid = root.text("Title"), root.text("Name"), root.text("GUID")
        calendars = CalendarReader(self.faults, a_day)
        read_calendars = {one.uid: one for one in map(calendars.read, self.root.every("Calendars", "Calendar"))}
        self.lost += calendars.lost
        tasks = TaskReader(self.faults, self._aliases(), a_day)
        tasks.read(self.root.every("Tasks", "Task"))
        self.lost += tasks.lost
        marks = read_marks(tasks.project_note)
        self.written = bool(marks.event)
        resources = self._resources()
        assignments = self._assignments({one.uid for one in resources}, tasks)
        status = root.day("StatusDate") or root.day("LastSaved")
        self.root.value("LastSaved")  # read even where the status date is told
        plan = OutsidePlan(
            program=PROGRAM,
            key=f"mspdi:{guid or name or title}"[:200],
            title=title or name,
            start=root.day("StartDate"),
            status=status,
            minutes_a_day=a_day,
            minutes_a_week=a_week,
            calendar=root.text("CalendarUID"),
            calendars=self._known_bases(read_calendars),
            resources=tuple(resources),
            tasks=tuple(tasks.found),
            links=tuple(tasks.links),
            assignments=tuple(assignments),
            marks=marks,
        )
        return self._with_losses(plan)

    def _length(self, place: Place, tag: str, default: int) -> int:
        found = place.whole(tag, default)
        if 0 < found <= 7 * 1440:
            return found
        place.fault(tag, str(found), _("Minutes of work from 1 to those of a week are expected."))
        return default

    def _known_bases(self, calendars: dict[str, OutsideCalendar]) -> dict[str, OutsideCalendar]:
        for one in calendars.values():
            if one.base and one.base not in calendars:
                self.faults.add(
                    _("No calendar has this UID."),
                    sheet="Calendars",
                    row=one.line,
                    column="BaseCalendarUID",
                    cell=f"UID {one.uid}",
                    found=one.base,
                )
        return calendars

    def _aliases(self) -> dict[str, str]:
        """What each custom field is called, by its number."""
        names = {}
        for node in self.root.every("ExtendedAttributes", "ExtendedAttribute"):
            number = node.value("FieldID")
            names[number] = node.value("Alias") or number
        return names

    def _resources(self) -> list[OutsideResource]:
        found: list[OutsideResource] = []
        self.not_people: set[str] = set()
        self.of_others: list[int] = []
        seen: set[str] = set()
        for node in self.root.every("Resources", "Resource"):
            place = Place(node, "Resources", f"UID {node.value('UID')}", self.faults)
            uid = place.name.removeprefix("UID ")
            name, kind = place.text("Name"), place.whole("Type", WORK)
            if uid in seen:
                place.fault("UID", uid, _("Another resource has this UID."))
            seen.add(uid)
            node.name = told = f"“{name}” ({place.name})"
            if kind != WORK or place.flag("IsNull"):
                what = {MATERIAL: "Material", COST: "Cost"}.get(kind, "IsNull")
                if name:
                    self.lose(node.line, told, what, name, _("Only people and units become agencies, no materials."))
                self.not_people.add(uid)
                continue
            fields = {"code": place.text("Code"), "initials": place.text("Initials"), "group": place.text("Group")}
            calendar = place.text("CalendarUID")
            periods = self._periods(node)
            if not name and uid == "0":
                continue  # the line that stands for nobody
            found.append(
                OutsideResource(
                    uid=uid,
                    name=name,
                    calendar="" if calendar == "-1" else calendar,
                    periods=periods,
                    line=node.line,
                    **fields,
                )
            )
        if self.of_others:
            value = _("{count} periods").format(count=len(self.of_others))
            why = _("Desks are taken over from files of Summitry: another program's units tell of people's time.")
            self.lose(self.of_others[0], "", "Resources/Resource/AvailabilityPeriods", value, why)
        return found

    def _periods(self, node: Node) -> tuple[OutsidePeriod, ...]:
        """How many desks there are when. Of other programs' files they are told, once for all resources."""
        found = []
        if self.written:
            node.value("MaxUnits")  # what holds on the day of the export, which the periods say as well
        for one in node.every("AvailabilityPeriods", "AvailabilityPeriod"):
            place = Place(one, "Resources", node.name, self.faults)
            first, last, units = place.day("AvailableFrom"), place.day("AvailableTo"), place.number("AvailableUnits")
            if not self.written:
                self.of_others.append(one.line)
            elif first is None:
                place.fault("AvailableFrom", "", _("A period of desks begins on a day."))
            else:
                found.append(OutsidePeriod(first, last, units, one.line))
        return tuple(found)

    def _assignments(self, known: set[str], tasks: TaskReader) -> list[OutsideAssignment]:
        found: list[OutsideAssignment] = []
        for node in self.root.every("Assignments", "Assignment"):
            place = Place(node, "Assignments", "", self.faults)
            task, resource = place.text("TaskUID"), place.text("ResourceUID")
            place.name = f"TaskUID {task}"
            units = place.number("Units", Fraction(1))
            self._split(node, tasks, task)
            if resource in (NOBODY, "") or (resource == "0" and "0" not in known):
                continue
            if task in tasks.skipped:
                continue
            if resource in self.not_people:
                self.lose(
                    node.line,
                    tasks.place_of(task),
                    "Assignment",
                    resource,
                    _("An assignment of something that becomes no agency."),
                )
                continue
            if task not in tasks.uids:
                place.fault("TaskUID", task, _("No task has this UID."))
            elif resource not in known:
                place.fault("ResourceUID", resource, _("No resource has this UID."))
            else:
                found.append(OutsideAssignment(task=task, resource=resource, units=units, line=node.line))
                if units not in (0, 1) and not self.written:
                    self.lose(
                        node.line,
                        tasks.place_of(task),
                        "Units",
                        f"{float(units):g}",
                        _("An agency leads or takes part: its share of time is not kept."),
                    )
        return found

    def _split(self, node: Node, tasks: TaskReader, task: str) -> None:
        """Work that pauses shows only in how it is spread over days: a piece without work between pieces with work."""
        pieces = []
        for piece in node.every("TimephasedData"):
            start, _finish = piece.value("Start"), piece.value("Finish")
            pieces.append((start, minutes(piece.value("Value") or "PT0H0M0S") or Fraction(0)))
        pieces.sort()
        worked = [at for at, (_start, value) in enumerate(pieces) if value]
        starts = [pieces[at][0] for at in range(worked[0], worked[-1]) if not pieces[at][1]] if worked else []
        # Days at the weekend are pieces without work as well.
        pauses = [day for day in map(moment, starts) if day is not None and day.weekday() < 5]
        contour = node.value("WorkContour")
        if pauses:
            days = ", ".join(dict.fromkeys(f"{day:%Y-%m-%d}" for day in pauses))
            why = _("Work that pauses in between is planned in one piece.")
            self.lose(node.line, tasks.place_of(task), "TimephasedData", days, why)
        elif contour not in ("", "0"):
            why = _("Work is planned evenly over its days.")
            self.lose(node.line, tasks.place_of(task), "WorkContour", contour, why)

    def _with_losses(self, plan: OutsidePlan) -> OutsidePlan:
        """The plan with everything that nobody has read, as it stands in the file."""
        unread = list(self.root.unread())
        why = _("Summitry has no place for this.")
        for name, node in unread:
            self.lose(node.line, name, _what(node), node.text, why)
        for line, path, value in self.tree.strange:
            self.lose(line, "", path, value, _("This is not in the schema of Microsoft Project."))
        for path, (line, count) in self.tree.gathered.items():
            if count:
                self.lose(line, "", path, _("{count} elements").format(count=count), why)
        if len(self.lost) > bounds.MAX_LOST:
            self.faults.add(
                _("More than {most} things in the file have no counterpart: nobody could look at them.").format(
                    most=bounds.MAX_LOST
                )
            )
        self.lost.sort(key=lambda one: one.line)
        return replace(plan, lost=tuple(self.lost), passed=dict(self.tree.passed), used=self.all_leaves - len(unread))


def _what(node: Node) -> str:
    """The element, and the one that holds it where its own name alone says little."""
    parts = node.path.split("/")
    return "/".join(parts[2:]) if len(parts) > 2 else node.path
