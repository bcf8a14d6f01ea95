"""The planner's day in a real browser: consequences, undo, two people at once, re-organisation, workbook."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Open

pytestmark = pytest.mark.journey
SCHEDULE = "/e/hanoi-2025/schedule/"


def estimates(page: Page, code: str, likely: int, pessimistic: int) -> None:
    page.goto(re.sub(r"/e/.*", f"{SCHEDULE}tasks/{code}/estimates/", page.url))
    page.fill("[name=likely]", str(likely))
    page.fill("[name=pessimistic]", str(pessimistic))
    page.get_by_role("button", name="See the consequences").click()


def test_a_longer_security_plan_shows_what_breaks_before_it_is_saved_and_is_undone(open_as: Open):
    page = open_as("planner")
    estimates(page, "T32", 35, 40)
    told = page.locator(".consequences")
    expect(told.locator(".weight")).to_contain_text("Serious")
    expect(told).to_contain_text("Deadlines that break")
    moves = told.locator("table.moves tbody tr")
    moved = {row.locator(".code").first.inner_text() for row in moves.all()}
    assert {"T32", "T34", "T36", "T37", "T39", "T44"} <= moved
    expect(moves.filter(has_text="T32")).to_contain_text("Fri 24 Oct")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("a.undo")).to_be_visible()
    expect(page.locator("main")).to_contain_text("late")

    page.locator("a.undo").click()
    expect(page.locator(".consequences")).to_contain_text("8 deadlines are met again")
    page.get_by_role("button", name=re.compile("Confirm|Undo")).first.click()
    page.goto(re.sub(r"/e/.*", f"{SCHEDULE}tasks/T32/estimates/", page.url))
    expect(page.locator("[name=likely]")).to_have_value("20")


def test_two_browsers_edit_one_task_and_nothing_of_either_is_lost(open_as: Open):
    one, two = open_as("planner"), open_as("administrator")
    for page in (one, two):
        page.goto(re.sub(r"/e/.*", f"{SCHEDULE}tasks/T38/estimates/", page.url))
    one.fill("[name=likely]", "5")
    one.get_by_role("button", name="See the consequences").click()
    one.get_by_role("button", name="Confirm").click()
    expect(one.locator("a.undo")).to_be_visible()

    two.fill("[name=likely]", "6")
    two.get_by_role("button", name="See the consequences").click()
    compared = two.locator("main")
    expect(compared).to_contain_text("Someone else changed this while you had it open")
    expect(compared.locator("table")).to_contain_text("4")
    expect(compared.locator("table")).to_contain_text("5")
    expect(two.locator("[name=likely]")).to_have_value("6")
    two.get_by_role("button", name="See the consequences").click()
    two.get_by_role("button", name="Confirm").click()
    expect(two.locator("a.undo")).to_be_visible()
    one.goto(re.sub(r"/e/.*", f"{SCHEDULE}tasks/T38/estimates/", one.url))
    expect(one.locator("[name=likely]")).to_have_value("6")


def test_a_page_that_lies_open_shows_what_someone_else_changes(open_as: Open):
    watching = open_as("head", path=SCHEDULE)
    row = watching.locator('tr[data-row="T41"]')
    expect(row).to_contain_text("on course")
    working = open_as("planner")
    working.goto(re.sub(r"/e/.*", f"{SCHEDULE}tasks/T41/return/", working.url))
    working.fill("[name=remaining]", "15")
    working.get_by_role("button", name="See the consequences").click()
    working.get_by_role("button", name="Confirm").click()
    expect(row).to_contain_text("late", timeout=15_000)


def test_a_bar_is_moved_by_keyboard_with_its_consequences(open_as: Open):
    page = open_as("planner", path=f"{SCHEDULE}gantt/")
    bar = page.locator('.g-bar[data-code="T45"]')
    before = bar.get_attribute("data-start")
    bar.focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".g-drag-word")).to_contain_text("Mon 3 Nov")
    page.keyboard.press("Enter")
    side = page.locator("#side")
    expect(side.locator(".consequences")).to_be_visible()
    side.get_by_role("button", name="Confirm").click()
    expect(page.locator('.g-bar[data-code="T45"]')).not_to_have_attribute("data-start", str(before), timeout=15_000)


def test_the_workbook_comes_back_with_one_day_changed_in_a_spreadsheet(open_as: Open, tmp_path: Path):
    page = open_as("planner", path="/e/hanoi-2025/workbook/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export the event").click()
    file = tmp_path / "event.xlsx"
    download.value.save_as(file)
    book = openpyxl.load_workbook(file)
    sheet = book["Tasks"]
    heads = {}
    for number in range(1, 12):
        values = [cell.value for cell in sheet[number]]
        if "Code" in values and "Deadline" in values:
            heads = {value: index + 1 for index, value in enumerate(values) if value}
            break
    row = next(r for r in range(number + 1, sheet.max_row + 1) if sheet.cell(r, heads["Code"]).value == "T42")
    sheet.cell(row, heads["Deadline"]).value = datetime(2025, 10, 21)
    book.save(file)

    page.set_input_files("#workbook-file", file)
    page.get_by_role("button", name="See what it does").click()
    expect(page.locator("main")).to_contain_text("T42", timeout=30_000)
    expect(page.locator("main")).to_contain_text("1 changed")
    page.get_by_role("button", name=re.compile("Confirm|Import")).first.click()
    page.wait_for_load_state()
    page.goto(re.sub(r"/e/.*", f"{SCHEDULE}tasks/T42/", page.url))
    expect(page.locator("main")).to_contain_text("Tue 21 Oct")


def test_the_late_reorganisation_maps_every_open_task_to_a_new_owner(open_as: Open):
    """Moves the day to 9 October and so comes last: the other journeys stand on the 6th."""
    page = open_as("planner")
    for _ in range(3):
        page.locator("header details, .topbar details").first.evaluate("menu => { menu.open = true }")
        page.get_by_role("button", name="+1 day").first.click()
        page.wait_for_load_state()
    expect(page.locator("body")).to_contain_text("Thu 9 Oct 2025")
    page.goto(re.sub(r"/e/.*", "/e/hanoi-2025/checks/", page.url))
    expect(page.locator("main")).to_contain_text("T44")

    page.goto(re.sub(r"/e/.*", "/e/hanoi-2025/mandates/reorganise/", page.url))
    for code in ("SC-MIN", "WG-MIN"):
        page.check(f'[name=old][value="{code}"]')
    for box in page.locator('[name=into][value^="S"]').all():
        if box.get_attribute("value") != "SC-MIN":
            box.check()
    page.fill("main [name=day]", "2025-10-08")
    clause = page.locator("main [name=clause] option", has_text="Sets up the national Steering Committee")
    page.select_option("main [name=clause]", value=clause.get_attribute("value"))
    page.get_by_role("button", name="See what they own").click()
    page.wait_for_load_state()
    page.get_by_role("button", name="See the consequences").click()
    expect(page.locator(".consequences")).to_be_visible()
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_load_state()
    page.goto(re.sub(r"/e/.*", f"{SCHEDULE}tasks/T44/", page.url))
    expect(page.locator("main")).not_to_contain_text("Ministerial Steering Committee")
    page.goto(re.sub(r"/e/.*", f"{SCHEDULE}?owner=WG-MIN", page.url))
    expect(page.locator("main")).not_to_contain_text("T38")
