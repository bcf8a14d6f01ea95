"""After each action of the schedule, an outlook that takes over what cannot have changed says what a fresh one says."""

from __future__ import annotations

import pytest

from summitry.core.action import rehearse, submit
from summitry.core.outlook import look
from summitry.schedule.actions import TakeBaseline
from tests.core.test_reading import said
from tests.factories import make_viewer
from tests.schedule.test_undo import CASES, prepared_event

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", sorted(CASES))
def test_quick_and_fresh_agree(name):
    event = prepared_event()
    viewer = make_viewer(event)
    if "baseline" in name:
        submit([TakeBaseline(code="B1", name="First")], viewer=viewer, event=event)
    before = look(event)
    with rehearse([CASES[name]], viewer=viewer, event=event) as ran:
        quick = look(event, before=before, touched={label for label, _pk, _key in ran.touched})
        assert said(quick) == said(look(event))
