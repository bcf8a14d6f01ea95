"""The shell in a real browser: panel, keys, live screens, and work without a script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.server import Server

pytestmark = pytest.mark.journey
SCHEDULE = "/e/hanoi-2025/schedule/"
TODAY = "/e/hanoi-2025/"


@pytest.fixture
def visit(chromium: Browser, demo_server: Server) -> Iterator[Callable[..., Page]]:
    """A person's own browser window, signed in; whatever its console complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_window(username: str, *, width: int = 1440, script: bool = True, dark: bool = False) -> Page:
        context = chromium.new_context(
            base_url=demo_server.url,
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            # An answer of 409 or 422 is a page like any other, though the console calls it an error.
            lambda said: complaints.append(said.text) if said.type == "error" and " 4" not in said.text else None,
        )
        page.goto("/demo/")
        page.click(f'button[value="{username}"]')
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []


def test_change_in_the_panel_reaches_the_other_screen_in_place(visit: Callable[..., Page]) -> None:
    planner, head = visit("planner"), visit("head")
    head.goto(SCHEDULE)
    head.evaluate("scrollTo(0, 600)")
    row = head.locator('tr[data-row="T19"]')
    before = row.inner_text()
    planner.goto(SCHEDULE)
    planner.click('tr[data-row="T19"] a[data-panel]')
    expect(planner.locator("#side [data-panel-title]")).to_contain_text("Badge personalisation")
    planner.locator("body").press("e")
    planner.fill("#side [name=likely]", "30")
    planner.fill("#side [name=pessimistic]", "31")
    planner.click("#side button[value=preview]")
    expect(planner.locator("#side .weight")).to_contain_text("Serious")
    assert row.inner_text() == before
    planner.click("#side button[value=confirm]")
    expect(planner.locator("#side .messages")).to_contain_text("Saved.")
    assert planner.url.endswith(SCHEDULE)
    expect(row).to_contain_text("late")
    expect(row).to_have_class(re.compile("is-fresh"))
    assert head.evaluate("scrollY") == 600
    # The refresh of the planner's own screen leaves the message, with its way back, where it is.
    expect(planner.locator('tr[data-row="T19"]')).to_contain_text("late")
    expect(planner.locator("#side .messages .undo")).to_be_visible()
    planner.click("#side .messages .undo")
    planner.click("button[value=confirm]")
    expect(row).not_to_contain_text("late")


def test_form_in_hand_is_left_alone(visit: Callable[..., Page]) -> None:
    planner, other = visit("planner"), visit("administrator")
    planner.goto(SCHEDULE)
    planner.click('tr[data-row="T22"] a[data-panel]')
    planner.click("#side [data-edit]")
    planner.fill("#side [name=deliverable]", "typed and not yet saved")
    other.goto(SCHEDULE + "tasks/T22/estimates/")
    other.fill("[name=pessimistic]", "15")
    other.click("button[value=preview]")
    other.click("button[value=confirm]")
    expect(planner.locator("#side [data-changed-here]")).to_be_visible()
    assert planner.input_value("#side [name=deliverable]") == "typed and not yet saved"
    planner.click("#side button[value=preview]")
    expect(planner.locator("#side")).to_contain_text("Someone else changed this while you had it open")
    assert planner.input_value("#side [name=deliverable]") == "typed and not yet saved"
    assert planner.input_value("#side [name=pessimistic]") == "15"


def test_keys_walk_open_edit_and_close(visit: Callable[..., Page]) -> None:
    page = visit("planner")
    page.goto(SCHEDULE)
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
    expect(page.locator("tr.is-current")).to_have_attribute("data-row", "T01")
    page.keyboard.press("Enter")
    expect(page.locator("#side [data-panel-title]")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#side [data-panel-title]")).to_contain_text("Adopt concept")
    page.keyboard.press("Escape")
    expect(page.locator("#side")).to_be_empty()
    expect(page.locator('tr[data-row="T02"] a[data-panel]')).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("jk traffic")
    expect(page.locator("tr.is-current")).to_have_attribute("data-row", "T02")
    page.fill("#search", "traffic")
    expect(page.locator("#quick-results a").first).to_contain_text("raffic")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#quick-results a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#quick-results")).to_be_empty()


@pytest.mark.parametrize("width", [1440, 390])
def test_everything_works_without_a_script(visit: Callable[..., Page], width: int) -> None:
    page = visit("planner", width=width, script=False)
    page.goto(SCHEDULE)
    page.click('tr[data-row="T26"] a[data-panel]')
    assert page.url.endswith(SCHEDULE + "tasks/T26/")
    page.click("[data-edit]")
    page.fill("[name=note]", f"without a script, {width} px")
    page.click("button[value=preview]")
    expect(page.locator(".weight")).to_contain_text("None")
    page.click("button[value=edit]")
    assert page.input_value("[name=note]") == f"without a script, {width} px"
    page.click("button[value=preview]")
    page.click("button[value=confirm]")
    expect(page.locator(".messages")).to_contain_text("Saved.")
    page.locator("summary", has=page.locator(".monogram")).click()
    page.click("button:has-text('Sign out')")
    assert "/sign-in/" in page.url


def test_panel_is_a_page_on_a_telephone(visit: Callable[..., Page]) -> None:
    page = visit("planner", width=390)
    page.goto(SCHEDULE)
    page.click('tr[data-row="T26"] a[data-panel]')
    page.wait_for_url("**/tasks/T26/")


def test_lost_access_is_said_at_once(visit: Callable[..., Page], demo_server: Server) -> None:
    page = visit("observer")
    page.goto(TODAY)
    expect(page.locator("h1")).to_have_text("Today")
    demo_server.python(
        "from summitry.core.action import submit\n"
        "from summitry.core.actions import RevokeAccess\n"
        "from summitry.core.models import Event\n"
        "from summitry.core.viewer import system_viewer\n"
        "event = Event.objects.get()\n"
        "submit([RevokeAccess(username='observer')], viewer=system_viewer(event), event=event)\n"
    )
    expect(page.locator("#changed-note")).to_contain_text("Your access changed")


def test_clock_moves_by_keyboard_and_every_screen_follows(visit: Callable[..., Page]) -> None:
    planner, head = visit("planner"), visit("head")
    head.goto(TODAY)
    planner.goto(TODAY)
    planner.locator(".clock summary").focus()
    planner.keyboard.press("Enter")
    planner.keyboard.press("Tab")
    planner.keyboard.press("Enter")
    expect(planner.locator(".messages")).to_contain_text("It is now Tuesday 7 October 2025.")
    expect(planner.locator(".clock")).to_contain_text("Tue 7 Oct 2025, 08:00")
    expect(head.locator(".clock")).to_contain_text("18 days to opening")


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_nothing_lies_outside_the_screen(visit: Callable[..., Page], width: int) -> None:
    page = visit("administrator", width=width, dark=width == 1024)
    for path in (TODAY, TODAY + "search/?q=security", SCHEDULE, SCHEDULE + "tasks/T32/edit/", "/account/", "/?all"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


def contrast(page: Page) -> list[str]:
    """Texts of the page whose contrast with what lies behind them is below 4.5:1 (3:1 for large ones)."""
    found: list[str] = page.evaluate(
        """() => {
          const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
          const rgba = (text) => {
            canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data];
          };
          const light = (c) => c.slice(0, 3).map(v => v / 255)
            .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = (node) => {
            for (let at = node; at; at = at.parentElement) {
              const c = rgba(getComputedStyle(at).backgroundColor);
              if (c[3] > 250) return c;
            }
            return rgba('white');
          };
          const bad = [];
          for (const node of document.querySelectorAll('body *')) {
            const own = [...node.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
            if (!own || !node.checkVisibility() || node.closest('.unseen, :disabled, option')) continue;
            const style = getComputedStyle(node);
            const [a, b] = [light(rgba(style.color)), light(ground(node))].sort((x, y) => y - x);
            const ratio = (a + 0.05) / (b + 0.05);
            const large = parseFloat(style.fontSize) >= 24;
            const said = node.textContent.trim().slice(0, 40);
            if (ratio < (large ? 3 : 4.5)) bad.push(`${ratio.toFixed(2)} ${node.className} ${said}`);
          }
          return bad;
        }"""
    )
    return found


@pytest.mark.parametrize("dark", [False, True])
def test_text_can_be_read_in_both_themes(visit: Callable[..., Page], dark: bool) -> None:
    page = visit("planner", dark=dark)
    for path in (TODAY, SCHEDULE, SCHEDULE + "tasks/T32/", SCHEDULE + "tasks/T32/edit/", TODAY + "search/?q=plan"):
        page.goto(path)
        assert contrast(page) == [], path
    page.keyboard.press("?")
    assert contrast(page) == []
