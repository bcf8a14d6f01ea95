"""Days in both languages: every form of them, and the pictures that write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from django.utils.translation import trans_real

from summitry.config.installation import compile_catalogues
from summitry.core import dates

DAY = date(2025, 10, 17)


@pytest.fixture(autouse=True)
def compiled():
    compile_catalogues()
    trans_real._translations.pop("vi", None)  # another test may have asked for it before it was compiled
    yield
    translation.deactivate()


@pytest.mark.parametrize(
    ("form", "english", "vietnamese"),
    [
        (dates.weekday, "Fri 17 Oct", "Thứ 6 17/10"),
        (dates.weekday_year, "Fri 17 Oct 2025", "Thứ 6 17/10/2025"),
        (dates.plain, "17 Oct 2025", "17/10/2025"),
        (dates.brief, "17 Oct", "17/10"),
        (dates.month, "Oct 2025", "10/2025"),
        (dates.full_month, "October 2025", "tháng 10/2025"),
    ],
)
def test_a_day_in_both_languages(form, english, vietnamese):
    with translation.override("en"):
        assert form(DAY) == english
    with translation.override("vi"):
        assert form(DAY) == vietnamese


def test_a_moment_in_both_languages():
    moment = datetime(2025, 10, 17, 8, 5, tzinfo=UTC)
    with translation.override("en"):
        assert dates.weekday_time(moment) == "Fri 17 Oct 2025, 08:05"
    with translation.override("vi"):
        assert dates.weekday_time(moment) == "Thứ 6 17/10/2025, 08:05"
