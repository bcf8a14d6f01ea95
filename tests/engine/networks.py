"""Random networks for hypothesis: small ones, in which everything that the engine knows can meet everything else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from summitry.engine.calendar import WorkCalendar
from summitry.engine.network import Activity, Link, Network

START = date(2025, 9, 1).toordinal()  # a Monday
POINTS = st.integers(START - 5, START + 30)


@st.composite
def calendars(draw) -> tuple[WorkCalendar, ...]:
    """Monday to Friday with holidays and exceptional days, every day, and a random week."""
    days = st.frozensets(POINTS, max_size=6)
    week = draw(st.lists(st.booleans(), min_size=7, max_size=7).filter(any))
    return (
        WorkCalendar("office", holidays=draw(days), working=draw(days)),
        WorkCalendar("every day", week=(True,) * 7),
        WorkCalendar("odd", week=tuple(week), holidays=draw(days)),
    )


@st.composite
def networks(draw, *, progress: bool = False, fixed: bool = False, most: int = 9) -> Network:
    """A network without loops. ``progress`` adds a status date, facts and waivers, ``fixed`` hard dates."""
    used = draw(calendars())
    count = draw(st.integers(1, most))
    today = draw(st.none() | POINTS) if progress else None
    activities = []
    for at in range(count):
        activity = Activity(
            id=f"T{at}",
            duration=draw(st.integers(0, 6)),
            calendar=draw(st.sampled_from(used)).name,
            not_before=draw(st.none() | st.none() | POINTS),
            deadline=draw(st.none() | st.none() | POINTS),
        )
        if fixed and draw(st.integers(0, 3)) == 0:
            activity = draw(_hard(activity))
        if progress:
            activity = draw(_progress(activity, today))
        activities.append(activity)
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] < pair[1])
    links = {}
    for before, after in draw(st.lists(ends, max_size=2 * count)) if count > 1 else ():
        kind = draw(st.sampled_from(("FS", "FS", "SS", "FF", "SF")))
        links[before, after, kind] = Link(f"T{before}", f"T{after}", kind, draw(st.just(0) | st.integers(-4, 5)))
    return Network(
        activities=draw(st.permutations(activities)),
        links=draw(st.permutations(list(links.values()))),
        calendars=used,
        project_start=START,
        status_date=today,
    )


@st.composite
def _hard(draw, activity: Activity) -> Activity:
    start = draw(POINTS)
    return draw(
        st.sampled_from(
            (
                replace(activity, fixed_start=start),
                replace(activity, fixed_finish=start),
                replace(activity, fixed_start=start, fixed_finish=start + activity.duration + 2),
            )
        )
    )


@st.composite
def _progress(draw, activity: Activity, today: int | None) -> Activity:
    state = draw(st.sampled_from(("open", "open", "started", "finished", "reported", "waived")))
    start = draw(POINTS)
    if state == "started":
        left = draw(st.none() | st.integers(0, 5)) if today is not None else None
        return replace(activity, actual_start=start, remaining=left)
    if state == "finished":
        return replace(activity, actual_start=start, actual_finish=start + draw(st.integers(0, 10)))
    if state == "reported":
        return replace(activity, actual_finish=start)
    return replace(activity, waived=state == "waived")
