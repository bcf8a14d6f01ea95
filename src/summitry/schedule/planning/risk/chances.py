"""What the core's previews are told: the probability that each open deadline is kept, and that the event is ready."""

from __future__ import annotations

from summitry.core.chances import Chance, Chances, ChanceSource
from summitry.core.records import ref
from summitry.schedule.planning.risk.effort import for_preview
from summitry.schedule.planning.risk.simulation import Simulation, simulation

NOTHING = Chances({}, None, 0)


def compare(before: Simulation, after: Simulation) -> tuple[Chances, Chances] | None:
    """Two simulations of one seed and as many samples; None while the compiler is at work."""
    if before.model is None or after.model is None:
        return NOTHING, NOTHING  # the plan itself says why: it runs in a circle
    samples = for_preview(max(before.size, after.size), min(before.wanted, after.wanted))
    if samples is None:
        return None
    return chances(before, samples), chances(after, samples)


def chances(risk: Simulation, samples: int) -> Chances:
    """The chances of all open tasks and milestones with a deadline."""
    answer = risk.answer(samples)
    items = {}
    for task in risk.plan.data.leaves():
        deadline = risk.plan.of(task.pk).deadline
        probability = answer.chance(task.pk)
        if deadline is not None and probability is not None:
            subject = ref(task)
            items[subject.identity] = Chance(subject, deadline, task.milestone, probability)
    return Chances(items, answer.ready, samples)


SOURCE = ChanceSource(load=simulation, compare=compare)
