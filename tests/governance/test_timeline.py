"""The lives of the bodies as bars: where they begin and end in the drawing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from summitry.governance.models import Body
from summitry.governance.views.timeline import LABELS, WIDTH, timeline
from tests.factories import make_body, make_event
from tests.governance.makers import AFTER, BEFORE, DAY, make_organisation

pytestmark = pytest.mark.django_db


def _drawn(event, chosen=DAY, today=DAY):
    return timeline(list(Body.objects.filter(event=event)), event, chosen, today)


def test_without_bodies_there_is_no_drawing():
    assert _drawn(make_event()) is None


def test_the_old_committee_ends_where_the_new_one_begins():
    here = make_organisation()
    bars = {bar.body.code: bar for bar in _drawn(here.event).bars}
    old, new = bars["SC-MIN"], bars["SC-NAT"]
    assert old.x == LABELS
    assert old.x + old.width == pytest.approx(new.x, abs=0.2)
    assert new.x + new.width == pytest.approx(WIDTH, abs=0.2)
    assert (old.open_end, new.open_end) == (False, True)
    assert [bar.body.code for bar in _drawn(here.event).bars] == ["SC-MIN", "SC-NAT", "SUB-CONTENT", "SUB-SECURITY"]


def test_the_chosen_day_tells_who_is_in_force():
    here = make_organisation()
    assert [bar.in_force for bar in _drawn(here.event, BEFORE).bars] == [True, False, False, False]
    assert [bar.in_force for bar in _drawn(here.event, AFTER).bars] == [False, True, True, True]
    before, after = _drawn(here.event, BEFORE), _drawn(here.event, AFTER)
    assert before.chosen_x < after.chosen_x


def test_days_outside_the_drawing_have_no_line_and_everything_lies_inside():
    event = make_event()
    make_body(event, "LONG", from_day=date(2010, 1, 1))
    make_body(event, "ONE-DAY", from_day=DAY, to_day=DAY)
    drawn = _drawn(event, chosen=date(2009, 1, 1), today=event.closing_day + timedelta(days=400))
    assert (drawn.chosen_x, drawn.today_x) == (None, None)
    assert all(bar.width >= 2 for bar in drawn.bars)
    assert all(bar.x >= LABELS and bar.x + bar.width <= WIDTH + 0.2 for bar in drawn.bars)
    assert len(drawn.months) <= 13  # sixteen years are not drawn month by month
    assert LABELS < drawn.event_x < drawn.event_x + drawn.event_width <= WIDTH
