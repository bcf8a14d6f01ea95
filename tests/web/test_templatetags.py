"""The tags that pages are made of: signs, records, days, the address."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.http import QueryDict
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from summitry.core.checking import Check, Found, Severity
from summitry.core.models import Event
from summitry.core.records import Ref, ref
from summitry.core.rights import Classification, Role
from summitry.governance.queries import DutyState
from summitry.schedule.planning import State
from summitry.web import words
from tests import factories


def render(source: str, query: str = "", **context: object) -> str:
    request = RequestFactory().get(f"/?{query}")
    return Template(source).render(Context({"request": request, **context}))


# Signs


@pytest.mark.parametrize("state", [*State, *DutyState, "not_known"])
def test_every_state_has_colour_shape_and_word(state) -> None:
    drawn = render("{% state_sign state %}", state=state)
    name = getattr(state, "value", state)
    assert f'class="sign {name}"' in drawn
    assert f"#state-{name}" in drawn
    assert str(getattr(state, "label", "not known")) in drawn


def test_reason_is_read_on_hover_and_escaped() -> None:
    assert 'title="&lt;b&gt;"' in render("{% state_sign 'late' reason %}", reason="<b>")


def test_unknown_state_is_a_programming_mistake() -> None:
    with pytest.raises(TemplateSyntaxError):
        render("{% state_sign 'nearly' %}")


@pytest.mark.parametrize("severity", [*Severity, "error", 2])
def test_severity_has_shape_and_word(severity) -> None:
    drawn = render("{% severity_mark severity %}", severity=severity)
    assert re.search(r"#severity-(error|warning|note)", drawn)


def test_classification_is_loud_from_restricted_on(event: Event) -> None:
    event.classification_names = {"2": {"name": "Restricted", "national": "Mật"}}
    drawn = {level: render("{% classification_mark event level %}", event=event, level=level) for level in range(4)}
    assert ["loud" in drawn[level] for level in range(4)] == [False, False, True, True]
    assert "Restricted · Mật" in drawn[2]


# Records


def test_visible_record_is_a_link_hidden_one_a_placeholder(event: Event) -> None:
    seen = factories.make_task(event, "T1", title="Open <b>", classification=Classification.PUBLIC)
    hidden = factories.make_task(event, "MARKER", title="MARKER", classification=Classification.SECRET)
    viewer = factories.make_viewer(event, Role.OBSERVER, clearance=Classification.PUBLIC)
    drawn = render("{% ref seen %} {% ref hidden %} {% ref none %}", seen=seen, hidden=hidden, none=None, viewer=viewer)
    assert f'href="{seen.get_absolute_url()}"' in drawn
    assert "Open &lt;b&gt;" in drawn
    assert "restricted" in drawn
    assert "MARKER" not in drawn
    assert drawn.endswith('<span class="muted">—</span>')


def test_reference_is_judged_like_the_record_it_names(event: Event) -> None:
    hidden = ref(factories.make_task(event, "MARKER", classification=Classification.SECRET))
    viewer = factories.make_viewer(event, Role.OBSERVER, clearance=Classification.PUBLIC)
    assert "MARKER" not in render("{% ref hidden panel=True %}", hidden=hidden, viewer=viewer)
    assert "MARKER" in render("{% ref hidden %}", hidden=hidden, viewer=factories.make_viewer(event))


def test_record_without_a_page_is_words(event: Event) -> None:
    named = Ref("core.event", event.pk, "K", "Title")
    assert render("{% ref named %}", named=named, viewer=factories.make_viewer(event)) == "K Title"


def test_finding_names_its_records_as_links(event: Event) -> None:
    one, two = factories.make_task(event, "T1"), factories.make_task(event, "T2")
    rule = Check(
        "SCH999", "", Severity.ERROR, "{subject} waits for {others} since {day}, {n} <", "", "", "schedule", id
    )
    found = Found(rule, ref(one), (("others", (ref(two),)), ("day", date(2025, 10, 7)), ("n", 3)), "")
    viewer = factories.make_viewer(event)
    drawn = render("{% finding_text found %}|{% refs found %}", found=found, viewer=viewer)
    text = unescape(re.sub(r"<[^>]+>", "", drawn))
    assert text == "T1 waits for T2 since Tue 7 Oct 2025, 3 <|T1, T2"
    assert drawn.count("<a ") == 4


# Days and numbers


def test_year_is_left_unsaid_within_the_events_own(event: Event) -> None:
    with words.standing_in(event):
        assert render("{{ d|day }}", d=date(2025, 10, 17)) == "Fri 17 Oct"
        assert render("{{ d|day }}", d=date(2026, 1, 2)) == "Fri 2 Jan 2026"
        # 23:30 UTC on the 16th is the next morning in Hanoi.
        assert render("{{ d|moment }}", d=datetime(2025, 10, 16, 23, 30, tzinfo=UTC)) == "Fri 17 Oct, 06:30"
    assert render("{{ d|day }}", d=date(2025, 10, 17)) == "Fri 17 Oct 2025"
    assert render("{{ d|day }}{{ d|moment }}{{ d|full_day }}", d=None) == ""


@pytest.mark.parametrize(
    ("day", "told"),
    [(6, "today"), (7, "tomorrow"), (5, "yesterday"), (9, "in 3 days"), (1, "5 days ago")],
)
def test_distance_in_words(day: int, told: str) -> None:
    assert render("{{ d|relative:t }}", d=date(2025, 10, day), t=date(2025, 10, 6)) == told


def test_distance_counts_local_days(event: Event) -> None:
    """At 01:00 in Hanoi, it is still the day before in UTC."""
    with words.standing_in(event):
        now = datetime(2025, 10, 5, 18, 0, tzinfo=UTC)
        assert words.relative(date(2025, 10, 6), now) == "today"


def test_when_is_a_time_element_with_the_distance_beside_it(event: Event) -> None:
    with words.standing_in(event):
        drawn = render("{% when d t %}", d=date(2025, 10, 17), t=date(2025, 10, 6))
    assert '<time class="nowrap" datetime="2025-10-17" title="Friday 17 October 2025">Fri 17 Oct</time>' in drawn
    assert "in 11 days" in drawn


@pytest.mark.parametrize(
    ("source", "value", "told"),
    [
        ("{{ n|workdays }}", 1, "1 working day"),
        ("{{ n|workdays }}", 12, "12 working days"),
        ("{{ n|workdays }}", -2, "−2 working days"),
        ("{{ n|workdays }}", None, ""),
        ("{{ n|signed }}", 3, "+3"),
        ("{{ n|signed }}", -3, "−3"),
        ("{{ n|signed }}", 0, "0"),
        ("{{ n|file_size }}", 999, "999 bytes"),
        ("{{ n|file_size }}", 12_345, "12 kB"),
        ("{{ n|file_size }}", 1_234_567, "1.2 MB"),
        ("{{ n|file_size }}", 999_600, "1.0 MB"),
        ("{{ n|initials }}", "Nguyễn Văn Lân", "NL"),
        ("{{ n|initials }}", "(demo)", ""),
        ("{{ n|initials }}", "", ""),
    ],
)
def test_numbers_in_words(source: str, value: object, told: str) -> None:
    assert render(source, n=value) == told


def test_days_follow_the_readers_language() -> None:
    with translation.override("vi"):
        assert words.full_day(date(2025, 10, 17)) != "Friday 17 October 2025"


def test_figure_says_unit_and_day_aloud() -> None:
    drawn = render("{% figure 82 '%' d %}", d=date(2025, 10, 6))
    assert 'title="82 % as of Monday 6 October 2025"' in drawn
    assert '<span class="unseen"> % as of Monday 6 October 2025</span>' in drawn


# The address


def address(drawn: str) -> QueryDict:
    found = re.search(r'href="\?([^"]*)"', drawn)
    assert found, drawn
    return QueryDict(found[1].replace("&amp;", "&"))


def test_querystring_keeps_the_rest_and_forgets_the_page() -> None:
    drawn = render('<a href="{% querystring_with sort="code" lead=None %}">', "state=late&state=done&lead=X&page=3")
    query = address(drawn)
    assert query.getlist("state") == ["late", "done"]
    assert dict(query.items()) == {"state": "done", "sort": "code"}
    assert address(render('<a href="{% querystring_with page=2 %}">', "q=a&page=1")).dict() == {"q": "a", "page": "2"}


def test_chip_goes_on_and_off() -> None:
    on = render('{% filter_chip "state" "late" "late" 5 %}', "state=done&page=2")
    assert 'aria-pressed="false"' in on
    assert address(on).getlist("state") == ["done", "late"]
    off = render('{% filter_chip "state" "late" "late" %}', "state=done&state=late")
    assert 'aria-pressed="true"' in off
    assert address(off).getlist("state") == ["done"]
    assert 'href="?"' in render('{% filter_chip "state" "late" "late" %}', "state=late")


def test_address_cannot_break_out_of_the_link() -> None:
    drawn = render('{% filter_chip "state" "late" "late" %}', 'q="><script>')
    assert "<script>" not in drawn


def test_head_sorts_up_then_down() -> None:
    first = render('{% sort_head "code" "Code" %}')
    assert "aria-sort" not in first
    assert address(first)["sort"] == "code"
    second = render('{% sort_head "code" "Code" %}', "sort=code")
    assert 'aria-sort="ascending"' in second
    assert address(second)["sort"] == "-code"
    third = render('{% sort_head "code" "Code" default="code" %}', "sort=-code")
    assert 'aria-sort="descending"' in third
    assert 'aria-sort="ascending"' in render('{% sort_head "code" "Code" default="code" %}')
