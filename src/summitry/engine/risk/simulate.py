"""From problem to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.engine.network.model import ActivityId, Fault

from .compiled import Machine, ready_machine
from .distributions import InvalidRisk
from .layout import lay_out
from .problem import RiskProblem
from .result import Chance, Comparison, RiskResult

if TYPE_CHECKING:
    from .rows import Answers, Rows

MOST_SAMPLES = 10_000_000
AT_A_TIME = 1 << 21
"""Dates that the plain kernel holds at a time: 32 MB."""


def simulate(
    problem: RiskProblem,
    *,
    samples: int = 2_000,
    seed: int = 1,
    toward: ActivityId | None = None,
    threads: int | None = None,
    machine: Machine | None = None,
) -> RiskResult:
    """Draw durations and risk events ``samples`` times, and compute the network's dates for each draw.

    samples: 1 to ten million. The standard error of a probability p is sqrt(p (1 - p) / samples): at most 1.1 % of
        2,000, 0.5 % of 10,000.
    seed: 0 to 2**64 - 1. The same seed gives the same draws, for the same activities, in every problem.
    toward: The activity whose drivers ``criticality`` counts. None: whatever ends last.
    threads: None: as many as there are processors. It does not change the answer.
    machine: Only for tests and measurements; by itself the machine code is used if it is ready.

    Raises ``InvalidRisk`` for arguments that make no sense, ``CycleError`` and ``TooLongError`` as ``network.solve``.
    """
    faults = []
    if type(samples) is not int or not 1 <= samples <= MOST_SAMPLES:
        faults.append(Fault("simulation", "samples", repr(samples), f"1 to {MOST_SAMPLES}"))
    if type(seed) is not int or not 0 <= seed < 1 << 64:
        faults.append(Fault("simulation", "seed", repr(seed), "a whole number, 0 to 2**64 - 1"))
    if toward is not None and toward not in problem.network.flat.place:
        faults.append(Fault("simulation", "toward", repr(toward), "an activity of the network"))
    if threads is not None and (type(threads) is not int or threads < 1):
        faults.append(Fault("simulation", "threads", repr(threads), "at least 1"))
    if faults:
        raise InvalidRisk(faults)
    from .rows import Answers, Rows

    layout = lay_out(problem)
    rows = Rows(layout, seed, -1 if toward is None else layout.place[problem.network.flat.place[toward]])
    answers = Answers(rows, samples)
    machine = machine or ready_machine()
    if machine is None:
        _plainly(rows, answers)
    else:
        machine.run(rows, answers, threads)
    return RiskResult(
        problem=problem,
        samples=samples,
        seed=seed,
        toward=toward,
        ready=Chance(answers.ready / samples, samples),
        _layout=layout,
        _rows=rows,
        _answers=answers,
        _row_of={place: row for row, place in enumerate(answers.full_places.tolist())},
    )


def compare(
    problem: RiskProblem,
    *mitigations: str,
    samples: int = 2_000,
    seed: int = 1,
    toward: ActivityId | None = None,
    threads: int | None = None,
) -> Comparison:
    """The problem without and with the mitigations of these ids, on the same random numbers. Raises as ``simulate``."""
    return Comparison(
        simulate(problem, samples=samples, seed=seed, toward=toward, threads=threads),
        simulate(problem.mitigated(*mitigations), samples=samples, seed=seed, toward=toward, threads=threads),
    )


def _plainly(rows: Rows, answers: Answers) -> None:
    from .plain import TooShortError, block
    from .rows import CHUNK

    size = max(1, min(64, AT_A_TIME // CHUNK // max(1, rows.count))) * CHUNK
    first = 0
    while first < answers.samples:
        here = min(size, -(-(answers.samples - first) // CHUNK) * CHUNK)
        try:
            block(rows, answers, first, here)
        except TooShortError as short:
            rows.enlarge(short.back)
        else:
            first += here
