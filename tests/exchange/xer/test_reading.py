"""Primavera's files: what becomes of them, nothing dropped, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from summitry.core.models import Event
from summitry.core.viewer import system_viewer
from summitry.exchange.faults import Faults, WorkbookRefused
from summitry.exchange.plans.book import Wishes
from summitry.exchange.plans.opening import kind_of
from summitry.exchange.transfer import import_workbook
from summitry.exchange.xer.calendars import BrokenCalendar, parse_data
from summitry.exchange.xer.passed import PASSED, PASSED_TABLES, PLAIN
from summitry.exchange.xer.reading import read_xer
from summitry.schedule.models import Link, Task
from tests.factories import make_event
from tests.outside import outside

pytestmark = pytest.mark.django_db

FILES = ("SuccessorCalendar.xer", "invalid-8.4.xer", "percent-complete-8.4.xer")
SHIFT = "(0||0(s|08:00|f|16:00)())"
DAYS = "".join(f"(0||{day}()({SHIFT if 1 < day < 7 else ''}))" for day in range(1, 8))
# 45954 is 24 October 2025
CALENDAR = f"(0||CalendarData()((0||DaysOfWeek()({DAYS}))(0||Exceptions()((0||0(d|45954)())))))"


def table(name: str, columns: str, *rows: str) -> str:
    return "\r\n".join([f"%T\t{name}", f"%F\t{columns}", *(f"%R\t{row}" for row in rows)]).replace(" ", "\t")


def xer(*tables: str, calendar: str = CALENDAR, projects: tuple[str, ...] = ("1 ALPHA 7 Y",)) -> bytes:
    """A small file; blanks within the rows stand for tabs, ~ for a blank."""
    parts = [
        "ERMHDR\t8.4\t2025-10-01",
        table("PROJECT", "proj_id proj_short_name clndr_id export_flag", *projects),
        table("CALENDAR", "clndr_id clndr_name day_hr_cnt clndr_data", f"7 Works 8 {calendar}"),
        table("PROJWBS", "wbs_id proj_id proj_node_flag wbs_short_name wbs_name parent_wbs_id seq_num",
              "10 1 Y A Alpha  1", "11 1 N ONE First~part 10 1", "12 1 N NONE Nothing 10 2"),
        *tables,
        "%E",
    ]  # fmt: skip
    return "\r\n".join(parts).replace("~", " ").encode("cp1252")


COLUMNS = (
    "task_id proj_id wbs_id clndr_id task_type status_code task_code task_name target_drtn_hr_cnt remain_drtn_hr_cnt "
    "cstr_type cstr_date act_start_date rsrc_id"
)
TASKS = table(
    "TASK",
    COLUMNS,
    "100 1 11 7 TT_Task TK_Active A1000 Prepare 40 20   2025-10-01~08:00 5",
    "101 1 11 7 TT_FinMile TK_NotStart A1010 Done 0 0 CS_MEOB 2025-10-24~17:00  ",
    "102 1 10 7 TT_LOE TK_NotStart A1020 Watch 16 16 CS_MSOB 2025-10-24~17:00  ",
)
LINKS = table("TASKPRED", "task_pred_id task_id pred_task_id proj_id pred_proj_id pred_type lag_hr_cnt",
              "1 101 100 1 1 PR_FS 8", "2 102 100 1 2 PR_FS 0")  # fmt: skip
WHO = table("RSRC", "rsrc_id rsrc_short_name rsrc_name rsrc_type", "5 K01 Ministry RT_Labor", "6 STEEL Steel RT_Mat")
GIVEN = table("TASKRSRC", "task_id proj_id rsrc_id role_id", "100 1 6 ", "100 1 5 ", "101 1  R1")
NOTE = table("TASKMEMO", "memo_id task_id task_memo", "1 100 <b>Be~quick</b>&amp;good")


@pytest.fixture
def event() -> Event:
    return make_event(slug="plan")


def test_a_small_project(event):
    done = import_workbook(event, system_viewer(event), xer(TASKS, LINKS, WHO, GIVEN, NOTE))
    tasks = {task.code: task for task in Task.objects.filter(event=event)}
    assert set(tasks) == {"ONE", "A1000", "A1010", "A1020"}
    first = tasks["A1000"]
    assert (first.parent, first.likely, first.remaining, first.lead.code) == (tasks["ONE"], 5, 3, "K01")
    assert (first.started_on, first.note) == (date(2025, 10, 1), "Be quick &good")
    assert tasks["A1010"].milestone
    assert tasks["A1010"].deadline == date(2025, 10, 24)
    assert {link.key: link.lag for link in Link.objects.filter(event=event)} == {"A1000>A1010/FS": 1}
    assert {(one.what, one.value) for one in done.plan.book.lost} >= {
        ("PROJWBS", "NONE"),
        ("task_type", "TT_LOE"),
        ("start no later than", "2025-10-24"),
        ("RemainingDuration", "20 h → 3"),
        ("role_id", "R1"),
        ("rsrc_id", "6"),
        ("TASKPRED", "100"),
    }
    assert import_workbook(event, system_viewer(event), xer(TASKS, LINKS, WHO, GIVEN, NOTE)).plan.empty


def test_several_projects_are_asked_about(event):
    two = ("1 ALPHA 7 ", "2 BETA 7 ")
    with pytest.raises(WorkbookRefused, match="say which one") as caught:
        import_workbook(event, system_viewer(event), xer(TASKS, projects=two))
    assert "ALPHA, BETA" in str(caught.value)
    with pytest.raises(WorkbookRefused, match="no such project"):
        import_workbook(event, system_viewer(event), xer(TASKS, projects=two), wishes=Wishes(project="GAMMA"))
    done = import_workbook(event, system_viewer(event), xer(TASKS, projects=two), wishes=Wishes(project="ALPHA"))
    assert "Another project of the file is not imported." in {one.why for one in done.plan.book.lost}
    meant = read_xer(xer(TASKS, projects=("1 ALPHA 7 Y", "2 BETA 7 N")), Faults())
    assert meant.title == "Alpha"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (xer(TASKS)[:-4], "cut off"),
        (b"ERMHDR\t8.4\r\n%E", "holds no project"),
        (xer(TASKS, calendar="(0||CalendarData()("), "days cannot be read"),
        (xer(TASKS.replace("TK_Active", "TK_Asleep")), "TK_NotStart"),
        (xer(TASKS.replace("CS_MEOB", "CS_ODD")), "CS_MSOA"),
        (xer(TASKS, LINKS.replace("PR_FS\t8", "PR_XX\t8")), "PR_FS"),
        (xer(TASKS, LINKS.replace("\t101\t100", "\t101\t999")), "No task has this id"),
        (xer(TASKS.replace("\t40\t20", "\tmany\t20")), "A number is expected"),
        (xer(TASKS.replace("2025-10-24", "2025-13-24")), "2025-10-25 08:00"),
        (xer(TASKS.replace("%F\t", "%Q\t")), "A line begins with"),
        (xer(TASKS, TASKS), "twice"),
        (xer("%T\tX\r\n%F\ta\r\n%R\t1\t2"), "more cells"),
    ],
)
def test_faults(data, told):
    def read() -> None:
        faults = Faults()
        read_xer(data, faults)
        faults.refuse()

    with pytest.raises(WorkbookRefused) as caught:
        read()
    assert told in str(caught.value)


def test_brackets_that_do_not_close():
    for text in ("", "(0||A()(", "(0||A()())(0||B()())", "(0||A(x", "(0||A()()" + ")" * 5, "(0||A()(" * 1000):
        with pytest.raises(BrokenCalendar):
            parse_data(text)
    assert parse_data("(0||A(a|1)((0||B()())))").parts[0].name == "B"


@pytest.mark.outside_data
@pytest.mark.parametrize("name", FILES)
def test_every_cell_of_the_files_is_read_passed_over_or_told(name):
    data = Path(outside("standards/xer-mpxj") / name).read_bytes()
    assert kind_of(data, name) == "xer"
    faults = Faults()
    plan = read_xer(data, faults)
    assert not faults
    told = {(one.line, one.what) for one in plan.lost}
    read = {
        "PROJECT": "proj_id proj_short_name clndr_id guid plan_start_date last_recalc_date export_flag",
        "CALENDAR": "clndr_id clndr_name base_clndr_id day_hr_cnt clndr_data",
        "PROJWBS": "wbs_id wbs_short_name wbs_name parent_wbs_id seq_num proj_node_flag",
        "TASK": "task_id proj_id wbs_id clndr_id task_type status_code task_code task_name guid target_drtn_hr_cnt "
        "remain_drtn_hr_cnt cstr_type cstr_date act_start_date act_end_date early_start_date target_start_date "
        "target_end_date rsrc_id",
    }
    table, columns, cells = "", [], 0
    for number, line in enumerate(data.decode("cp1252", errors="replace").replace("\r", "").split("\n"), start=1):
        mark, _tab, rest = line.partition("\t")
        if mark == "%T":
            table = rest
        elif mark == "%F":
            columns = rest.split("\t")
        elif mark == "%R" and table not in PASSED_TABLES:
            for column, cell in zip(columns, rest.split("\t"), strict=False):
                plain = cell.strip()
                if not plain or column in PASSED.get(table, {}) or plain in PLAIN.get((table, column), ()):
                    continue
                cells += 1
                assert column in read.get(table, "").split() or (number, f"{table}.{column}") in told, (number, column)
    assert cells > 20


@pytest.mark.outside_data
@pytest.mark.parametrize("name", FILES)
def test_the_files_are_imported(name, event):
    data = Path(outside("standards/xer-mpxj") / name).read_bytes()
    done = import_workbook(event, system_viewer(event), data)
    assert Task.objects.filter(event=event).count() == len(done.plan.book.outside.tasks) > 0
    if name.startswith("invalid"):
        assert ("clndr_data", "180") in {(one.what, one.value) for one in done.plan.book.lost}
    assert import_workbook(event, system_viewer(event), data).plan.empty
