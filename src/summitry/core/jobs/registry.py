"""The kinds of jobs that there are: each a function with typed parameters, registered by the app that it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.utils.functional import Promise
from pydantic import BaseModel, ConfigDict

from summitry.core.action import Action
from summitry.core.jobs.context import JobContext
from summitry.core.rights import Right

P = TypeVar("P", bound="Parameters")
Figures = Callable[[Mapping[str, Any]], Iterable[tuple[str | Promise, str]]]


class Parameters(BaseModel):
    """The base of all parameters of jobs: what is kept as JSON and given to the function again, typed."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


@dataclass(frozen=True)
class Outcome:
    """What a job ends with.

    result: JSON values, shown on the job's page. actions: what it changes in the event. They are submitted as whoever
    asked for the job, with the rights that they hold then, in the same transaction in which the job becomes done: both
    or neither, and once only, however many workers took it. reason: what the audit log says beside them.
    """

    result: Mapping[str, Any] = field(default_factory=dict)
    actions: Sequence[Action] = ()
    reason: str = ""


@dataclass(frozen=True)
class JobKind(Generic[P]):
    """One registered kind of job."""

    name: str
    title: str | Promise
    right: Right
    parameters: type[P]
    function: Callable[[JobContext[P]], Outcome]
    anytime: bool
    figures: Figures | None


JOBS: dict[str, JobKind[Any]] = {}


def job(
    name: str,
    *,
    title: str | Promise,
    right: Right,
    parameters: type[P],
    anytime: bool = False,
    figures: Figures | None = None,
) -> Callable[[Callable[[JobContext[P]], Outcome]], Callable[[JobContext[P]], Outcome]]:
    """Register a kind of job under its stable name, such as `schedule.repair`.

    right: who may ask for it. anytime: it improves a result step by step and heeds `ctx.enough()`: its page then offers
    to take the best so far. figures: what its page shows of a partial or final result, as pairs of words and a value.
    """

    def register(function: Callable[[JobContext[P]], Outcome]) -> Callable[[JobContext[P]], Outcome]:
        known = JOBS.get(name)
        if known is not None and known.function.__qualname__ != function.__qualname__:
            raise RuntimeError(f"The job {name} is registered twice.")
        JOBS[name] = JobKind(name, title, right, parameters, function, anytime, figures)
        return function

    return register
