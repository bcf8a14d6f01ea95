"""The kinds of proposals: what each was computed from, what its figures are called, how it is computed again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from summitry.core.models import Event
from summitry.core.refusals import NotFound

Columns = frozenset[str] | None


@dataclass(frozen=True, kw_only=True)
class ProposalKind:
    """One registered kind of proposal.

    reads: the kinds of records that it is computed from, by label, and which of their columns matter (None: all). A
    change of any of these, a new record or a removed one makes an open proposal outdated. day_matters: whether the turn
    of the event's day does so, too. fingerprint: a digest of what is read; without one, of all rows and columns named
    by `reads`. job: the kind of job that computes it, "" where it cannot be computed again. metrics: what its own
    figures are called, by name, with their unit in brackets where they have one.
    """

    name: str
    title: str | Promise
    reads: Mapping[str, Columns]
    day_matters: bool = False
    fingerprint: Callable[[Event], str] | None = None
    job: str = ""
    metrics: Mapping[str, str | Promise] = field(default_factory=dict)


PROPOSAL_KINDS: dict[str, ProposalKind] = {}


def register_proposal_kind(kind: ProposalKind) -> None:
    """Add a kind; a second one under the same name is an error."""
    if kind.name in PROPOSAL_KINDS and PROPOSAL_KINDS[kind.name] != kind:
        raise RuntimeError(f"The kind of proposal {kind.name} is registered twice.")
    PROPOSAL_KINDS[kind.name] = kind


def proposal_kind(name: str) -> ProposalKind:
    """The registered kind; `NotFound` for one that this program does not know."""
    kind = PROPOSAL_KINDS.get(name)
    if kind is None:
        raise NotFound(what="kind of proposal", key=name)
    return kind


def metric_titles(name: str) -> Mapping[str, Any]:
    """The names of a kind's own figures; none for a kind that the program does not know."""
    kind = PROPOSAL_KINDS.get(name)
    return kind.metrics if kind is not None else {}
