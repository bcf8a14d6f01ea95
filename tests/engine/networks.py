"""Random networks for hypothesis: small ones, in which everything that the engine knows can meet everything else."""

from __future__ import annotations

import random
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


def drawn(seed: int) -> Network:
    """A network of at most five activities, crowded with dates, facts and links: where the corners meet."""
    rng = random.Random(seed)

    def point() -> int:
        return START + rng.randint(-5, 20)

    def points(most: int) -> frozenset[int]:
        return frozenset(point() for _ in range(rng.randint(0, most)))

    week = [rng.random() < 0.5 for _ in range(7)]
    week[rng.randrange(7)] = True
    used = (
        WorkCalendar("office", holidays=points(4), working=points(3)),
        WorkCalendar("every day", week=(True,) * 7),
        WorkCalendar("odd", week=tuple(week)),
    )
    today = point() if rng.random() < 0.6 else None
    count = rng.randint(1, 5)
    activities = [_drawn_activity(rng, f"T{at}", rng.choice(used).name, today, point) for at in range(count)]
    links = {}
    for _ in range(rng.randint(0, 2 * count) if count > 1 else 0):
        before, after = sorted(rng.sample(range(count), 2))
        kind = rng.choice(("FS", "SS", "FF", "SF"))
        links[before, after, kind] = Link(f"T{before}", f"T{after}", kind, rng.choice((0, 0, 0, 1, 2, 3, -1, -2, -3)))
    return Network(activities=activities, links=links.values(), calendars=used, project_start=START, status_date=today)


def _drawn_activity(rng: random.Random, id: str, calendar: str, today: int | None, point) -> Activity:
    more = {}
    if rng.random() < 0.25:
        more["not_before"] = point()
    if rng.random() < 0.35:
        more["deadline"] = point()
    hard = rng.choice(("", "", "", "", "start", "finish", "both"))
    if hard in ("start", "both"):
        more["fixed_start"] = point()
    if hard == "finish":
        more["fixed_finish"] = point()
    if hard == "both":
        more["fixed_finish"] = more["fixed_start"] + rng.randint(0, 6)
    state = rng.choice(("open", "open", "open", "open", "started", "finished", "reported", "waived"))
    if state in ("started", "finished"):
        more["actual_start"] = point()
    if state == "started" and today is not None and rng.random() < 0.5:
        more["remaining"] = rng.randint(0, 4)
    if state == "finished":
        more["actual_finish"] = more["actual_start"] + rng.randint(0, 5)
    if state == "reported":
        more["actual_finish"] = point()
    duration = rng.choice((0, 0, 1, 2, 3, 5))
    return Activity(id=id, duration=duration, calendar=calendar, waived=state == "waived", **more)
