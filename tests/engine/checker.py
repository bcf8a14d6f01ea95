"""A second, slow answer to every network, to hold the engine's against.

It shares no code with the engine and none of its ideas: there is no order of computation and no pass. Every activity
is put where it may be at the earliest, and as long as any link is broken somebody moves on by one day; for the latest
dates everybody is put as late as allowed and moves back by one day. What is left when nobody has to move is the answer.
Of the engine only the problem's records are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from summitry.engine.network import Activity, Link, Network


class Days:
    """The working days of one calendar in a window, by looking at every day."""

    def __init__(self, calendar, first: int, last: int) -> None:
        self.worked = set()
        day = date.fromordinal(first)
        while day.toordinal() < last:
            number = day.toordinal()
            if number in calendar.working or (calendar.week[day.weekday()] and number not in calendar.holidays):
                self.worked.add(number)
            day += timedelta(days=1)
        self.so_far = {}
        seen = 0
        for point in range(first, last + 1):
            self.so_far[point] = seen
            seen += point in self.worked

    def between(self, x: int, y: int) -> int:
        """Working days from x to y, negative if y is before x."""
        return self.so_far[y] - self.so_far[x]

    def place(self, begin: int, work: int) -> tuple[int, int]:
        """(first day, finish point) of work that may begin at ``begin``."""
        if not work:
            return begin, begin
        day, done, first = begin, 0, None
        while done < work:
            if day in self.worked:
                first = day if first is None else first
                done += 1
            day += 1
        return first, day

    def place_before(self, finish: int, work: int) -> tuple[int, int]:
        """(first day, finish point) of work that has to be done by ``finish``, as late as possible."""
        if not work:
            return finish, finish
        day, done, end = finish, 0, None
        while done < work:
            day -= 1
            if day in self.worked:
                end = day + 1 if end is None else end
                done += 1
        return day, end


@dataclass
class Answer:
    """By id. ``resume`` is where the work still to do begins; floats are None where the activity is finished."""

    start: dict
    finish: dict
    resume: dict
    late_start: dict
    late_finish: dict
    total_float: dict
    end_float: dict
    free_float: dict
    end: int


class Checker:
    WINDOW = 700

    def __init__(self, network: Network) -> None:
        self.network = network
        self.by_id = {activity.id: activity for activity in network.activities}
        first = network.project_start - self.WINDOW
        self.days = {c.name: Days(c, first, network.project_start + self.WINDOW) for c in network.calendars}

    def of(self, id) -> Days:
        return self.days[self.by_id[id].calendar]

    def keeps(self, link: Link, x: int, y: int) -> bool:
        """Whether a link is kept by the ends x of its predecessor and y of its successor."""
        enough = self.of(link.successor).between(x, y) >= link.lag
        return enough and (link.lag < 0 or y >= x)

    def facts(self, activity: Activity) -> str:
        if activity.waived:
            return "open"
        if activity.actual_finish is not None:
            return "finished"
        return "open" if activity.actual_start is None else "started"

    def work(self, activity: Activity) -> int:
        """Working days still to do."""
        if activity.waived:
            return 0
        today = self.network.status_date
        if self.facts(activity) == "open" and None not in (activity.fixed_start, activity.fixed_finish):
            return self.of(activity.id).between(activity.fixed_start, activity.fixed_finish)
        if self.facts(activity) != "started" or today is None:
            return activity.duration
        if activity.remaining is not None:
            return activity.remaining
        if activity.duration == 0:
            return 0
        worked = [d for d in self.of(activity.id).worked if activity.actual_start <= d < today]
        return max(1, activity.duration - len(worked))

    def floor(self, activity: Activity) -> int:
        network = self.network
        if activity.waived:
            return network.project_start
        if self.facts(activity) == "started":
            return max(activity.actual_start, network.status_date or activity.actual_start)
        points = [network.project_start, network.status_date, activity.not_before]
        return max(point for point in points if point is not None)

    def is_fixed(self, activity: Activity) -> bool:
        if activity.waived or self.facts(activity) == "finished":
            return False
        return activity.fixed_finish is not None or (
            activity.fixed_start is not None and self.facts(activity) == "open"
        )

    def fixed_place(self, activity: Activity) -> tuple[int, int]:
        days, work = self.of(activity.id), self.work(activity)
        start = activity.fixed_start if self.facts(activity) == "open" else None
        if start is None:
            return days.place_before(activity.fixed_finish, work)[0], activity.fixed_finish
        if activity.fixed_finish is None:
            return start, days.place(start, work)[1]
        return start, activity.fixed_finish

    def solve(self) -> Answer:
        begin = {a.id: self.floor(a) for a in self.network.activities}
        while sum(self._push(a, begin) for a in self.network.activities):
            pass
        start, finish, resume = {}, {}, {}
        for activity in self.network.activities:
            id = activity.id
            start[id], finish[id], resume[id] = self._early(activity, begin)
        end = max(finish.values(), default=self.network.project_start)
        late = self._late(end, start, finish, resume, promises=True)
        at_end = self._late(end, start, finish, resume, promises=False)
        answer = Answer(start, finish, resume, {}, {}, {}, {}, {}, end)
        for activity in self.network.activities:
            id, facts = activity.id, self.facts(activity)
            past = facts != "open"
            answer.late_start[id] = start[id] if past else late[id][0]
            answer.late_finish[id] = finish[id] if facts == "finished" else late[id][1]
            if facts == "finished":
                answer.total_float[id] = answer.end_float[id] = answer.free_float[id] = None
                continue
            answer.total_float[id] = self._float(activity, finish[id], late[id][1])
            answer.end_float[id] = self._float(activity, finish[id], at_end[id][1])
            answer.free_float[id] = self._free(activity, answer)
        return answer

    def _float(self, activity: Activity, early: int, late: int) -> int:
        """Working days from early to late; below 0 whenever late is earlier, if only by free days."""
        days = self.of(activity.id).between(early, late)
        return min(days, -1) if late < early else days

    def _early(self, activity: Activity, begin: dict) -> tuple[int, int, int | None]:
        """(start, finish, resume) with the work that is left put at ``begin``."""
        days, work = self.of(activity.id), self.work(activity)
        if self.facts(activity) == "finished":
            start = activity.actual_start
            if start is None:
                start = days.place_before(activity.actual_finish, work)[0]
            return start, activity.actual_finish, None
        resume, finish = self.fixed_place(activity) if self.is_fixed(activity) else days.place(begin[activity.id], work)
        start = activity.actual_start if self.facts(activity) == "started" else resume
        return start, finish, resume

    def _push(self, activity: Activity, begin: dict) -> bool:
        """Move one activity on until its own links are kept; whether it moved."""
        if self.facts(activity) == "finished" or self.is_fixed(activity):
            return False
        moved = False
        while not all(self._kept(link, begin) for link in self.network.links if link.successor == activity.id):
            begin[activity.id] += 1
            moved = True
        return moved

    def _kept(self, link: Link, begin: dict) -> bool:
        start, finish, _ = self._early(self.by_id[link.predecessor], begin)
        _, end, resume = self._early(self.by_id[link.successor], begin)
        x = start if link.kind in ("SS", "SF") else finish
        return self.keeps(link, x, end if link.kind in ("FF", "SF") else resume)

    def _late(self, end: int, start: dict, finish: dict, resume: dict, *, promises: bool) -> dict:
        """(start of the work left, finish) as late as possible."""
        here = {id: (resume[id], finish[id]) for id in finish}
        late = {}
        for activity in self.network.activities:
            latest = end
            if promises and activity.deadline is not None and not activity.waived:
                latest = min(latest, activity.deadline)
            if promises and self.is_fixed(activity):
                latest = min(latest, finish[activity.id])
            late[activity.id] = self._put(activity, latest, here)
        moved = True
        while moved:
            moved = False
            for activity in self.network.activities:
                while not self._leaves_room(activity, late):
                    late[activity.id] = self._put(activity, late[activity.id][1] - 1, here)
                    moved = True
        return late

    def _put(self, activity: Activity, latest: int, here: dict) -> tuple[int, int]:
        """The latest place at which an activity is finished by ``latest``; where it is fixed is one of its places."""
        days, work = self.of(activity.id), self.work(activity)
        start, finish = days.place_before(latest, work)
        if self.is_fixed(activity):
            begin, end = here[activity.id]
            if finish <= end <= latest:
                return begin, end
            if not work:
                return finish - (end - begin), finish
        return start, finish

    def _leaves_room(self, activity: Activity, late: dict, after: dict | None = None) -> bool:
        """Whether an activity put at ``late`` keeps its links to successors put at ``after``."""
        facts = self.facts(activity)
        for link in self.network.links:
            successor = self.by_id[link.successor]
            if link.predecessor != activity.id or "finished" in (facts, self.facts(successor)):
                continue
            if link.kind in ("SS", "SF") and facts == "started":
                continue
            x = late[activity.id][0 if link.kind in ("SS", "SF") else 1]
            y = (after or late)[link.successor][1 if link.kind in ("FF", "SF") else 0]
            if not self.keeps(link, x, y):
                return False
        return True

    def _free(self, activity: Activity, answer: Answer) -> int:
        """Delay it day by day until somebody else, or the project's end, would have to move."""
        days, id = self.of(activity.id), activity.id
        early = {other: (answer.resume[other], answer.finish[other]) for other in answer.finish}
        slack, finish = 0, answer.finish[id]
        while True:
            finish += 1
            while finish - 1 not in days.worked:
                finish += 1
            moved = {**early, id: self._put(activity, finish, early)}
            if finish > answer.end or not self._leaves_room(activity, moved, early):
                return slack
            slack += 1


def check(network: Network) -> Answer:
    """The slow answer."""
    return Checker(network).solve()
