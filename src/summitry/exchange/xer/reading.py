"""From the bytes of a Primavera XER file to an `OutsidePlan`, every fault by line and column.

Meanings of tables and columns: Oracle, "Primavera P6 EPPM XER Import/Export Data Map Guide".
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

from django.utils.translation import gettext as _

from summitry.exchange.faults import Faults, refuse_file
from summitry.exchange.plans import bounds
from summitry.exchange.plans.model import (
    Constraint,
    Loss,
    Lost,
    OutsideAssignment,
    OutsideCalendar,
    OutsideLink,
    OutsidePlan,
    OutsideResource,
    OutsideTask,
    Span,
)
from summitry.exchange.words import listed
from summitry.exchange.xer.calendars import BrokenCalendar, calendar_of
from summitry.exchange.xer.passed import PASSED_TABLES
from summitry.exchange.xer.tables import Record, Table, Tables, parse, untold

PROGRAM = "Primavera P6"
DAY_HOURS = Fraction(8)
LINK_TYPES = {"PR_FS": "FS", "PR_SS": "SS", "PR_FF": "FF", "PR_SF": "SF"}
CONSTRAINTS = {
    "CS_ALAP": Constraint.ALAP,
    "CS_MSO": Constraint.MSO,
    "CS_MANDSTART": Constraint.MSO,
    "CS_MEO": Constraint.MFO,
    "CS_MANDFIN": Constraint.MFO,
    "CS_MSOA": Constraint.SNET,
    "CS_MSOB": Constraint.SNLT,
    "CS_MEOA": Constraint.FNET,
    "CS_MEOB": Constraint.FNLT,
}
MILESTONES = {"TT_Mile", "TT_FinMile"}
PLAIN_TYPES = MILESTONES | {"TT_Task", "TT_Rsrc"}
MATERIAL = "RT_Mat"
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d)(?::\d\d)?)?")
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,9})?")
_TAGS = re.compile(r"<[^<>]{0,2000}>")


def read_xer(data: bytes, faults: Faults, project: str = "") -> OutsidePlan:
    """Read one project of a file. Raises `WorkbookRefused` when it is no such file, or holds several and none is named.

    project: its short name or its id.
    """
    return _Reader(parse(data, faults), faults, project).read()


class _Reader:
    def __init__(self, tables: Tables, faults: Faults, project: str) -> None:
        self.tables, self.faults = tables, faults
        self.lost: list[Lost] = list(tables.lost)
        self.project = self._choose(project)
        self.id = self.project.read("proj_id")
        self.hours: dict[str, Fraction] = {}
        self.uids: dict[str, str] = {}
        self.names: dict[str, str] = {}

    # One project of several

    def _choose(self, wanted: str) -> Record:
        rows = self.tables["PROJECT"].records
        if not rows:
            raise refuse_file(_("The file holds no project."))
        names = {row.read("proj_short_name"): row for row in rows}
        if wanted:
            found = names.get(wanted) or next((row for row in rows if row.read("proj_id") == wanted), None)
            if found is None:
                raise refuse_file(
                    _("The file holds no such project. It holds {names}.").format(names=listed(names)), wanted
                )
        elif len(rows) == 1:
            found = rows[0]
        else:
            meant = [row for row in rows if row.read("export_flag") == "Y"]
            if len(meant) != 1:
                raise refuse_file(_("The file holds several projects: say which one to import."), listed(names, 30))
            found = meant[0]
        for row in rows:
            if row is not found:
                self._tell_row(row, row.read("proj_short_name"), _("Another project of the file is not imported."))
        return found

    def _of_project(self, table: Table, column: str = "proj_id") -> Iterator[Record]:
        """The rows of the chosen project; the others go with their project."""
        for row in table.records:
            if row.read(column) in ("", self.id):
                yield row
            else:
                table.told.add(row.line)

    def _tell_row(self, row: Record, place: str, why: str) -> None:
        told = ", ".join(
            f"{name}={cell.strip()}" for name, cell in zip(row.table.columns, row.cells, strict=False) if cell.strip()
        )
        self.lost.append(Lost.of(row.line, place, row.table.name, told, why))
        row.table.told.add(row.line)

    def _lose(self, row: Record, what: str, value: object, why: str, loss: Loss = Loss.LEFT_OUT) -> None:
        place = self.names.get(row.read("task_id"), "") if "task_id" in row.table.place else ""
        self.lost.append(Lost.of(row.line, place, what, value, why, loss))

    # Values

    def _fault(self, row: Record, column: str, expected: str) -> None:
        self.faults.add(expected, sheet=row.table.name, row=row.line, column=column, found=row.read(column))

    def _moment(self, row: Record, column: str) -> datetime | None:
        text = row.read(column)
        if not text:
            return None
        match = _MOMENT.fullmatch(text)
        if match:
            parts = [int(part) if part else 0 for part in match.groups()]
            if bounds.FIRST_YEAR <= parts[0] <= bounds.LAST_YEAR:
                try:
                    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001  (a plan's wall clock)
                except ValueError:
                    pass
        self._fault(row, column, _("A moment like 2025-10-25 08:00 is expected."))
        return None

    def _day(self, row: Record, column: str) -> date | None:
        found = self._moment(row, column)
        return found.date() if found else None

    def _number(self, row: Record, column: str, default: Fraction = Fraction(0)) -> Fraction:
        text = row.read(column)
        if not text:
            return default
        if _NUMBER.fullmatch(text):
            return Fraction(text)
        self._fault(row, column, _("A number is expected."))
        return default

    def _span(self, row: Record, column: str, calendar: str) -> Span | None:
        """Hours of work, made days by the hours a day of the calendar by which they are counted."""
        if not row.read(column):
            return None
        return Span(self._number(row, column) / self.hours.get(calendar, self.day_hours) * self.day_hours * 60)

    # The whole

    def read(self) -> OutsidePlan:
        head = self.project
        calendars = self._calendars()
        main = head.read("clndr_id")
        self.day_hours = self.hours.get(main, DAY_HOURS)
        notes = self._notes()
        tasks = self._tasks(notes)
        resources = self._resources()
        assignments = self._assignments({one.uid for one in resources})
        links = self._links()
        title = next((row.read("wbs_name") for row in self.tables["PROJWBS"].records if self._is_root(row)), "")
        self._needed(calendars, tasks, resources, main)
        if self._day(head, "plan_end_date"):
            why = _("The project as a whole has no deadline here.")
            self._lose(head, "plan_end_date", head.read("plan_end_date"), why)
        plan = OutsidePlan(
            program=PROGRAM,
            key=f"xer:{head.read('guid') or head.read('proj_short_name')}"[:200],
            title=title or head.read("proj_short_name"),
            start=self._day(head, "plan_start_date"),
            status=self._day(head, "last_recalc_date"),
            minutes_a_day=int(self.day_hours * 60),
            minutes_a_week=int(self.day_hours * 300),
            calendar=main,
            calendars={uid: one for uid, one in calendars.items() if one is not None},
            resources=tuple(resources),
            tasks=tuple(tasks),
            links=tuple(links),
            assignments=tuple(assignments),
        )
        return self._with_losses(plan)

    def _is_root(self, row: Record) -> bool:
        return row.read("proj_node_flag") == "Y" and row.read("proj_id") in ("", self.id)

    def _calendars(self) -> dict[str, OutsideCalendar | None]:
        """All calendars by id; None for one that cannot be read."""
        found: dict[str, OutsideCalendar | None] = {}
        for row in self.tables["CALENDAR"].records:
            uid, name = row.read("clndr_id"), row.read("clndr_name")
            hours = self._number(row, "day_hr_cnt", DAY_HOURS)
            self.hours[uid] = hours if 0 < hours <= 24 else DAY_HOURS
            try:
                found[uid] = calendar_of(uid, name, row.read("clndr_data"), row.read("base_clndr_id"), row.line)
            except BrokenCalendar:
                found[uid] = None
                why = _("The days of this calendar cannot be read; no work follows it.")
                self.lost.append(Lost.of(row.line, _("Calendar “{name}”").format(name=name), "clndr_data", uid, why))
        return found

    def _needed(
        self,
        calendars: dict[str, OutsideCalendar | None],
        tasks: list[OutsideTask],
        resources: list[OutsideResource],
        main: str,
    ) -> None:
        """A calendar that work follows must be there and make sense."""
        needed = {main, *(task.calendar for task in tasks), *(one.calendar for one in resources)} - {""}
        rows = {row.read("clndr_id"): row for row in self.tables["CALENDAR"].records}
        for uid in sorted(needed):
            if uid not in calendars:
                self.faults.add(_("No calendar has this id."), sheet="CALENDAR", column="clndr_id", found=uid)
            elif calendars[uid] is None:
                expected = _("Work follows this calendar, and its days cannot be read: mend it in the other program.")
                self.faults.add(
                    expected,
                    sheet="CALENDAR",
                    row=rows[uid].line,
                    column="clndr_data",
                    found=rows[uid].read("clndr_name"),
                )

    def _notes(self) -> dict[str, str]:
        found: dict[str, list[str]] = {}
        for row in self.tables["TASKMEMO"].records:
            text = row.read("task_memo").replace("\x7f", "\n")
            plain = html.unescape(_TAGS.sub(" ", text)).strip()
            lines = [" ".join(line.split()) for line in plain.split("\n")]
            found.setdefault(row.read("task_id"), []).append("\n".join(line for line in lines if line))
        return {task: "\n\n".join(texts) for task, texts in found.items()}

    # Tasks in their groups

    def _tasks(self, notes: dict[str, str]) -> list[OutsideTask]:
        by_wbs: dict[str, list[Record]] = {}
        rows = list(self._of_project(self.tables["TASK"]))
        if len(rows) > bounds.MAX_TASKS:
            self.faults.add(_("A plan has at most {most} tasks.").format(most=bounds.MAX_TASKS), sheet="TASK")
            return []
        for row in rows:
            id_ = row.read("task_id")
            uid = row.read("guid") or id_
            if not id_ or id_ in self.uids or uid in self.uids.values():
                self._fault(row, "task_id", _("Every task has an id that no other has."))
                continue
            self.uids[id_] = uid
            self.names[id_] = f"{row.read('task_code')} “{row.read('task_name')}”"
            by_wbs.setdefault(row.read("wbs_id"), []).append(row)
        groups = list(self._of_project(self.tables["PROJWBS"]))
        roots = {row.read("wbs_id") for row in groups if self._is_root(row)}
        below: dict[str, list[Record]] = {}
        for row in groups:
            if row.read("wbs_id") not in roots:
                below.setdefault(row.read("parent_wbs_id"), []).append(row)
        for row in groups:  # read for all, whether root or not
            for column in ("seq_num", "wbs_short_name", "wbs_name", "parent_wbs_id"):
                row.read(column)
        self.known_groups = {row.read("wbs_id") for row in groups}
        found: list[OutsideTask] = []
        done: set[str] = set()
        for root in sorted(roots):
            found += self._below(root, "", "", by_wbs, below, notes, done)
        stray = [row for wbs, some in by_wbs.items() if wbs not in done for row in some]
        for row in stray:
            if row.read("wbs_id") and row.read("wbs_id") not in self.known_groups:
                self._fault(row, "wbs_id", _("No group has this id."))
            else:
                found.append(self._task(row, "", notes))
        return found

    def _below(
        self,
        wbs: str,
        parent: str,
        path: str,
        by_wbs: dict[str, list[Record]],
        below: dict[str, list[Record]],
        notes: dict[str, str],
        done: set[str],
        depth: int = 0,
    ) -> list[OutsideTask]:
        if wbs in done or depth > 60:
            return []
        done.add(wbs)
        found = [self._task(row, parent, notes) for row in by_wbs.get(wbs, ())]
        for row in sorted(below.get(wbs, ()), key=_in_order):
            id_, name = row.read("wbs_id"), row.read("wbs_name")
            code = f"{path}.{row.read('wbs_short_name')}".lstrip(".")
            uid = f"W{id_}"
            parts = self._below(id_, uid, code, by_wbs, below, notes, done, depth + 1)
            if not parts:
                place = _("Group “{name}”").format(name=name)
                self.lost.append(Lost.of(row.line, place, "PROJWBS", code, _("A group without tasks is not imported.")))
                continue
            found.append(OutsideTask(uid=uid, title=name, line=row.line, codes=(code,), parent=parent, group=True))
            found += parts
        return found

    def _task(self, row: Record, parent: str, notes: dict[str, str]) -> OutsideTask:
        id_, kind, status = row.read("task_id"), row.read("task_type"), row.read("status_code")
        calendar = row.read("clndr_id")
        if kind not in PLAIN_TYPES:
            why = _("Work of this kind is planned as a task with its own duration.")
            self._lose(row, "task_type", kind, why, Loss.CONVERTED)
        if status not in ("", "TK_NotStart", "TK_Active", "TK_Complete"):
            self._fault(row, "status_code", _("TK_NotStart, TK_Active or TK_Complete is expected."))
        duration = self._span(row, "target_drtn_hr_cnt", calendar) or Span()
        remaining = self._span(row, "remain_drtn_hr_cnt", calendar)
        early, target = self._day(row, "early_start_date"), self._day(row, "target_start_date")
        started, closed = self._day(row, "act_start_date"), self._day(row, "act_end_date")
        complete = status == "TK_Complete"
        return OutsideTask(
            uid=self.uids[id_],
            title=row.read("task_name"),
            line=row.line,
            codes=(row.read("task_code"),),
            parent=parent,
            milestone=kind in MILESTONES,
            duration=Span() if kind in MILESTONES else duration,
            constraints=tuple(self._constraints(row)),
            start=started or early or target,
            finish=closed or self._day(row, "target_end_date"),
            actual_start=started,
            actual_finish=closed,
            percent=Fraction(100) if complete else Fraction(0),
            remaining=remaining if started and not complete else None,
            note=notes.get(id_, ""),
            calendar="" if calendar == self.project.read("clndr_id") else calendar,
        )

    def _constraints(self, row: Record) -> Iterator[tuple[Constraint, datetime]]:
        for kind_column, date_column in (("cstr_type", "cstr_date"), ("cstr_type2", "cstr_date2")):
            said = row.read(kind_column)
            moment = self._moment(row, date_column)
            if not said:
                continue
            kind = CONSTRAINTS.get(said)
            if kind is None:
                self._fault(row, kind_column, _("A constraint like CS_MSOA is expected."))
            elif kind is Constraint.ALAP:
                self._lose(row, kind_column, kind.value, _("Work is planned as soon as it can be, not as late."))
            elif moment is None:
                self._fault(row, date_column, _("This constraint needs a date."))
            else:
                yield kind, moment

    # Who, and what waits for what

    def _resources(self) -> list[OutsideResource]:
        found = []
        self.materials: set[str] = set()
        for row in self.tables["RSRC"].records:
            uid, code, name = row.read("rsrc_id"), row.read("rsrc_short_name"), row.read("rsrc_name")
            if row.read("rsrc_type") == MATERIAL:
                self.materials.add(uid)
                self._tell_row(row, name, _("Only people and units become agencies, no materials."))
                continue
            if above := row.read("parent_rsrc_id"):
                why = _("Which agency an agency is a part of is said in the settings.")
                self.lost.append(Lost.of(row.line, name, "parent_rsrc_id", above, why))
            found.append(
                OutsideResource(uid=uid, name=name or code, code=code, calendar=row.read("clndr_id"), line=row.line)
            )
        return found

    def _assignments(self, known: set[str]) -> list[OutsideAssignment]:
        primary = {row.read("task_id"): row.read("rsrc_id") for row in self._of_project(self.tables["TASK"])}
        found: list[OutsideAssignment] = []
        assigned = set()
        for row in self._of_project(self.tables["TASKRSRC"]):
            task, resource, role = row.read("task_id"), row.read("rsrc_id"), row.read("role_id")
            if task not in self.uids:
                self._fault(row, "task_id", _("No task has this id."))
            elif not resource:
                self._lose(row, "role_id", role, _("A role is no agency: name a resource in the other program."))
            elif resource in self.materials:
                self._lose(row, "rsrc_id", resource, _("An assignment of something that becomes no agency."))
            elif resource not in known:
                self._fault(row, "rsrc_id", _("No resource has this id."))
            else:
                if role:
                    self._lose(row, "role_id", role, _("An agency leads or takes part, in no other role."))
                assigned.add((task, resource))
                lead = True if primary.get(task) == resource else None
                found.append(OutsideAssignment(self.uids[task], resource, Fraction(1), lead, row.line))
        for task, resource in primary.items():
            if resource in known and task in self.uids and (task, resource) not in assigned:
                found.append(OutsideAssignment(self.uids[task], resource, Fraction(1), True))
        return found

    def _links(self) -> list[OutsideLink]:
        calendar_of_task = {row.read("task_id"): row.read("clndr_id") for row in self.tables["TASK"].records}
        found = []
        for row in self._of_project(self.tables["TASKPRED"]):
            before, after = row.read("pred_task_id"), row.read("task_id")
            kind = LINK_TYPES.get(row.read("pred_type"))
            lag = self._span(row, "lag_hr_cnt", calendar_of_task.get(after, "")) or Span()
            if row.read("pred_proj_id") not in ("", self.id):
                self._lose(row, "TASKPRED", before, _("A link to another project is not imported."))
            elif kind is None:
                self._fault(row, "pred_type", _("PR_FS, PR_SS, PR_FF or PR_SF is expected."))
            elif before not in self.uids:
                self._fault(row, "pred_task_id", _("No task has this id."))
            elif after not in self.uids:
                self._fault(row, "task_id", _("No task has this id."))
            else:
                found.append(OutsideLink(self.uids[before], self.uids[after], kind, lag, row.line))
        return found

    # What is left

    def _with_losses(self, plan: OutsidePlan) -> OutsidePlan:
        """The plan with every cell that nobody has read."""
        why = _("Summitry has no place for this.")
        for _table, row, column, cell in untold(self.tables):
            self._lose(row, f"{row.table.name}.{column}", cell, why)
        passed = {name: len(self.tables[name].records) for name in self.tables.by_name if name in PASSED_TABLES}
        used = sum(len(table.records) for table in self.tables.by_name.values())
        if len(self.lost) > bounds.MAX_LOST:
            self.faults.add(
                _("More than {most} things in the file have no counterpart: nobody could look at them.").format(
                    most=bounds.MAX_LOST
                )
            )
        self.lost.sort(key=lambda one: one.line)
        return replace(plan, lost=tuple(self.lost), passed=passed, used=used)


def _in_order(row: Record) -> tuple[int, str]:
    number = row.read("seq_num")
    return (int(number) if number.isascii() and number.isdecimal() else 0, row.read("wbs_short_name"))
