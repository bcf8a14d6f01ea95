"""An agency on a phone: what is ours, a return in a few taps. Others see what is meant for them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Open

pytestmark = pytest.mark.journey
SCHEDULE = "/e/hanoi-2025/schedule/"


def test_a_focal_point_returns_what_is_left_from_a_phone(open_as: Open):
    page = open_as("protocol", phone=True)
    expect(page.locator("main")).to_contain_text("T17")
    page.goto(re.sub(r"/e/.*", f"{SCHEDULE}tasks/T22/", page.url))
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, "the page is wider than the phone"
    page.goto(re.sub(r"/e/.*", f"{SCHEDULE}tasks/T22/return/", page.url))
    page.fill("[name=remaining]", "5")
    page.get_by_role("button", name="See the consequences").click()
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("a.undo")).to_be_visible()


def test_a_partner_finds_its_part_and_no_security_plan(open_as: Open):
    page = open_as("unodc", path=SCHEDULE)
    expect(page.locator("main")).to_contain_text("T05")
    expect(page.locator("main")).not_to_contain_text("T36")
    answer = page.goto(re.sub(r"/e/.*", f"{SCHEDULE}tasks/T36/", page.url))
    assert answer is not None
    assert answer.status == 404


def test_an_observer_sees_public_tasks_alone_and_no_button(open_as: Open):
    page = open_as("observer", path=SCHEDULE)
    rows = page.locator("tr[data-row]")
    codes = {row.get_attribute("data-row") for row in rows.all()}
    assert codes == {"T09", "T10", "T40", "T42", "M2"}
    expect(page.get_by_role("link", name="New task")).to_have_count(0)


@pytest.mark.parametrize("path", ["", "schedule/", "schedule/gantt/", "schedule/tasks/T32/", "mandates/", "checks/"])
def test_no_page_is_wider_than_a_phone(open_as: Open, path: str):
    page = open_as("planner", phone=True, path=f"/e/hanoi-2025/{path}")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0


def test_search_and_keys(open_as: Open):
    page = open_as("planner", path=SCHEDULE)
    page.keyboard.press("/")
    page.keyboard.type("T25")
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("Motorcade")
    page.goto(re.sub(r"/e/.*", SCHEDULE, page.url))
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#side")).to_contain_text("T02")
    page.keyboard.press("Escape")
    expect(page.locator("#side h1, #side h2")).to_have_count(0)
