"""From problem to answer: an immediate schedule, population search, CP-SAT, large-neighbourhood search; or why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from summitry.engine import stopwatch

from . import bounds, search
from .exact import Frame, Limits, Windows, propagate, refine
from .explain import explain
from .model import Goal
from .problem import Problem
from .result import Conflict, Progress, Schedule, Solution, Status
from .score import evaluate, violations
from .serial import immediate
from .windows import improve_by_windows, suits_windows

SMALL = 60
"""Modes up to which CP-SAT alone proves most problems in less time than a population search would take."""

LARGE = 900
"""Modes from which on stretches of the plan are improved instead of the whole, if the problem allows it."""

SMALL_SHARE, SHARE, LARGE_SHARE = 0.05, 0.4, 0.75
"""Of the time, what population search gets: of small problems, of others, of large ones, on which CP-SAT is slow."""

FIRST_SHARE, PROOF_SHARE = 0.1, 0.3
"""Where the makespan alone counts: of the time, what population search gets for a first plan, and of what is then left,
what CP-SAT may take unless its bound is near. Population search has the rest. CP-SAT proves what it can prove soon;
where it cannot, it hardly ever finds what population search does not.
"""

NEAR = 0.025
"""CP-SAT goes on beyond its share if its bound is as near to the plan as this share of the plan."""

PLACED = 3_000_000
"""Activities placed by schedules that are generated (``work`` counts these), for one unit of CP-SAT's effort."""

BOUND_SHARE = 0.15
"""Of the time that is left after the immediate schedule, what refuting horizons may take."""

EXPLAIN = 10.0
"""Seconds that naming a smallest conflict may take."""

KEPT = 2_000
"""Activities up to which the trace keeps its schedules."""


class InternalError(AssertionError):
    """The engine made a schedule that breaks the problem. Never the user's fault; the schedule is not given out."""


@dataclass(slots=True)
class Course:
    """What is known so far, and whether that is enough.

    floors: lower bounds by level. proven: levels from the first on whose floor is the optimum for sure.
    """

    problem: Problem
    began: float
    until: float | None
    gap: float
    on_better: Callable[[Progress], None] | None
    cancelled: Callable[[], bool] | None
    best: Schedule | None = None
    floors: list[int] = field(default_factory=list)
    method: str = "none"
    trace: list[Progress] = field(default_factory=list)

    @property
    def elapsed(self) -> float:
        return stopwatch.seconds() - self.began

    def left(self) -> float | None:
        """Seconds, None for ever."""
        return None if self.until is None else self.until - stopwatch.seconds()

    def offer(self, schedule: Schedule, method: str) -> bool:
        """Take a schedule if it is better than the best; whether that is enough now.

        Raises ``InternalError`` if it would be taken but is not valid.
        """
        if self.best is None or schedule.score < self.best.score:
            if broken := violations(self.problem, schedule):
                raise InternalError(f"{method} made a schedule that is not valid: {broken[:3]}")
            if schedule != evaluate(self.problem, schedule.starts, schedule.modes):
                raise InternalError(f"{method} reckons finishes or goals differently")
            self.best, self.method = schedule, method
            self._tell(method)
        return self.enough()

    def bound(self, rank: int, value: int, method: str) -> bool:
        """Take a lower bound of a level if it is better; whether that is enough now."""
        if self.floors and value > self.floors[rank]:
            if self.best is not None and rank == 0 and value > self.best.score[0]:
                raise InternalError(f"{method} claims the bound {value} beyond a valid score of {self.best.score[0]}")
            self.floors[rank] = value
            if rank == 0:
                self._tell(method)
        return self.enough()

    def _tell(self, method: str) -> None:
        progress = Progress(self.elapsed, method, self.best, self.floors[0] if self.floors else None)
        kept = progress if len(self.problem.activities) <= KEPT else replace(progress, schedule=None)
        self.trace.append(kept)
        if self.on_better is not None:
            self.on_better(progress)

    def optimal(self) -> bool:
        """Every level is as low as its bound."""
        return self.best is not None and list(self.best.score) == self.floors

    def enough(self) -> bool:
        """Optimal, or within the gap that was asked for."""
        if self.best is None or not self.floors:
            return False
        if self.optimal():
            return True
        return self.gap > 0 and self.best.score[0] - self.floors[0] <= self.gap * max(1, abs(self.best.score[0]))

    def over(self) -> bool:
        """Time ran out or somebody cancelled."""
        left = self.left()
        return (left is not None and left <= 0) or (self.cancelled is not None and self.cancelled())

    def stop(self) -> bool:
        return self.enough() or self.over()

    def bounds(self) -> tuple[int, ...]:
        """Bounds by level, up to the first level that is not proven."""
        proven = 0
        while self.best is not None and proven < len(self.floors) and self.best.score[proven] == self.floors[proven]:
            proven += 1
        return tuple(self.floors[: proven + 1])


def solve(
    problem: Problem,
    *,
    seconds: float | None = None,
    work: int | None = None,
    seed: int = 0,
    gap: float = 0.0,
    hint: Schedule | None = None,
    on_better: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    threads: int = 2,
) -> Solution:
    """The best schedule that is found, with its bound; or why there is none.

    seconds, work: when to stop, by the clock or by a count of work (schedules generated); with neither, when all is
        proven. With ``work`` alone the same problem, seed and threads give the same schedule, as long as the population
        search is warm both times or neither time: ``Solution.method`` tells which methods took part.
    gap: stop when the first level is within this share of its bound. 0 = when all levels are proven.
    hint: a schedule to begin with, valid or not, such as the present plan.
    on_better: told, on the calling thread, of each better schedule or bound.
    cancelled: asked several times a second; True stops and gives the best so far.
    threads: cores to use.

    A conflict may take up to ten seconds more to explain than ``seconds`` allow. Raises ``ValueError`` for limits that
    make no sense. A fault of the engine is an ``InternalError``; no schedule leaves that has not been checked.
    """
    _check(seconds, work, gap, threads)
    began = stopwatch.seconds()
    course = Course(problem, began, None if seconds is None else began + seconds, gap, on_better, cancelled)
    run = _Run(course, seed, work, threads)
    status, conflict = run.solve(hint)
    return Solution(
        status=status,
        schedule=course.best,
        bound=course.bounds(),
        conflict=conflict,
        method="+".join(run.methods),
        seed=seed,
        work=run.worked,
        seconds=course.elapsed,
        trace=tuple(course.trace),
    )


def _check(seconds: float | None, work: int | None, gap: float, threads: int) -> None:
    faults = [
        f"{name} is {value!r}, expected {wanted}"
        for name, value, wanted, wrong in (
            ("seconds", seconds, "a number >= 0", seconds is not None and not seconds >= 0),
            ("work", work, "a whole number > 0", work is not None and work <= 0),
            ("gap", gap, "a number >= 0", not gap >= 0),
            ("threads", threads, "a whole number > 0", threads < 1),
        )
        if wrong
    ]
    if faults:
        raise ValueError("; ".join(faults))


@dataclass(slots=True)
class _Run:
    course: Course
    seed: int
    work: int | None
    threads: int
    methods: list[str] = field(default_factory=list)
    worked: int = 0

    def solve(self, hint: Schedule | None) -> tuple[Status, Conflict | None]:
        course, problem = self.course, self.course.problem
        if hint is not None and len(hint.starts) == len(problem.activities):
            hint = evaluate(problem, hint.starts, hint.modes)
            if not violations(problem, hint):
                course.offer(hint, "given")
        self.methods.append("serial")
        attempt = immediate(problem, hint=hint, until=course.until)
        if attempt.schedule is not None and not attempt.violations:
            course.offer(attempt.schedule, "serial")
        frame = Frame.of(problem, horizon=self._horizon())
        windows = propagate(frame)
        if not isinstance(windows, Windows) or not bounds.possible(frame, windows):
            return self._impossible()
        most = self._makespan()
        course.floors = [0] * len(problem.goals)
        left = course.left()
        until = None if left is None else stopwatch.seconds() + BOUND_SHARE * left

        def late() -> bool:
            return until is not None and stopwatch.seconds() > until

        for rank, level in enumerate(problem.goals):
            course.bound(rank, bounds.floor(frame, windows, level, most, late), "bounds")
        size = sum([len(activity.modes) for activity in problem.activities])
        if not course.stop():
            self._population(course.best or attempt.schedule, self._share(size))
        if not course.stop():
            if size > LARGE and course.best is not None and suits_windows(problem):
                self._windows()
            elif size > SMALL and course.best is not None and self._only_makespan() and search.is_warm():
                self._in_turns(attempt.schedule)
            elif self._exact(self._limits()) == "infeasible":
                return self._impossible()
        if course.best is None:
            return Status.UNKNOWN, None
        return (Status.OPTIMAL if course.optimal() else Status.FEASIBLE), None

    def _horizon(self) -> int:
        """No better plan ends later than the best one if the makespan counts first."""
        problem, best = self.course.problem, self.course.best
        if best is not None and self._makespan_first():
            return min(problem.horizon, max(best.finishes, default=problem.project_start))
        return problem.horizon

    def _makespan_first(self) -> bool:
        return [goal for goal, _ in self.course.problem.goals[0]] == [Goal.MAKESPAN]

    def _only_makespan(self) -> bool:
        return self._makespan_first() and len(self.course.problem.goals) == 1

    def _share(self, size: int) -> float:
        """Of the time, what the first population search gets."""
        if size <= SMALL:
            return SMALL_SHARE
        if size <= LARGE:
            return FIRST_SHARE if self._only_makespan() else SHARE
        return LARGE_SHARE

    def _makespan(self) -> int | None:
        best = self.course.best
        return None if best is None else max(best.finishes, default=0) - self.course.problem.project_start

    def _population(self, start: Schedule | None, share: float) -> None:
        """Population search, if it is compiled already: nobody waits for a compiler.

        start: to begin with. share: of the time and the work that are left.
        """
        course = self.course
        if not search.is_warm():
            return
        self.methods.append("population")
        left = course.left()
        work = None if self.work is None else max(1, int((self.work - self.worked) * share))
        seconds = 1.0 if left is None and work is None else None if left is None else share * left
        found = search.improve(
            course.problem,
            seconds=seconds,
            work=work,
            seed=self.seed,
            start=start,
            on_better=lambda schedule: void(course.offer(schedule, "population")),
            cancelled=course.stop,
            threads=self.threads,
        )
        self.worked += work or 0
        if found is not None:
            course.offer(found, "population")

    def _limits(self) -> Limits:
        left = self.course.left()
        effort = None if self.work is None else max(1, self.work - self.worked) / self._exchange()
        return Limits(seconds=left, effort=effort, seed=self.seed, cancelled=self.course.cancelled)

    def _exchange(self) -> float:
        """Schedules of the population search that cost as much as one unit of CP-SAT's effort."""
        return PLACED / max(1, len(self.course.problem.activities))

    def _in_turns(self, start: Schedule | None) -> None:
        """CP-SAT as long as it is likely to prove something, then population search.

        That begins anew: a population that is sown with the best plan gathers around it before it has looked elsewhere.
        """
        course, limits = self.course, self._limits()
        if limits.effort is not None:
            self._exact(replace(limits, effort=PROOF_SHARE * limits.effort))
        elif limits.seconds is not None:
            until = stopwatch.seconds() + PROOF_SHARE * limits.seconds

            def vain() -> bool:
                assert course.best is not None
                far = course.best.score[0] - course.floors[0] > NEAR * course.best.score[0]
                return (far and stopwatch.seconds() > until) or (course.cancelled is not None and course.cancelled())

            self._exact(replace(limits, cancelled=vain))
        else:
            self._exact(limits)
        if not course.stop():
            self._population(start, 1.0)

    def _exact(self, limits: Limits) -> str:
        """The whole problem by CP-SAT."""
        course = self.course
        self.methods.append("cp-sat")
        frame = Frame.of(course.problem, horizon=self._horizon())
        windows = propagate(frame)
        assert isinstance(windows, Windows)
        refined = refine(
            frame,
            windows,
            course.floors,
            course.best,
            limits,
            on_schedule=lambda schedule: course.offer(schedule, "cp-sat"),
            on_bound=lambda rank, value: course.bound(rank, value, "cp-sat"),
        )
        self.worked += round(refined.effort * self._exchange())
        return refined.status

    def _windows(self) -> None:
        """Large-neighbourhood search; the bound stays that of ``bounds``."""
        course = self.course
        self.methods.append("windows")
        assert course.best is not None
        effort = improve_by_windows(
            course.problem,
            course.best,
            course.floors[0],
            self._limits(),
            on_schedule=lambda schedule: course.offer(schedule, "windows"),
        )
        self.worked += round(effort * self._exchange())

    def _impossible(self) -> tuple[Status, Conflict | None]:
        if self.course.best is not None:
            raise InternalError("a plan was found and then refuted")
        self.course.floors = []
        self.methods.append("explain")
        return Status.INFEASIBLE, explain(self.course.problem, seconds=EXPLAIN, cancelled=self.course.cancelled)


def void(_: object) -> None:
    """For callbacks whose answer nobody wants."""
