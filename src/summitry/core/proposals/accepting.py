"""Accepting: a proposal's rows as the actions to submit, and the rights that whoever decides is lent for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from summitry.core.action import Action
from summitry.core.models import Proposal, ProposalAction
from summitry.core.proposals.trial import parsed
from summitry.core.refusals import Invalid
from summitry.core.rights import ADMINISTER, DECIDE
from summitry.core.viewer import Viewer


def chosen_rows(proposal: Proposal, orders: Collection[int], viewer: Viewer) -> list[ProposalAction]:
    """The rows of these numbers, in their order. `Invalid` names every fault: unknown, accepted already, half a group,
    two of several alternatives."""
    rows = list(ProposalAction.objects.visible_to(viewer).filter(proposal=proposal).order_by("order"))
    wanted = [row for row in rows if row.order in set(orders)]
    unknown = set(orders) - {row.order for row in rows}
    if unknown:
        found = ", ".join(str(order) for order in sorted(unknown))
        raise Invalid.of("rows", _("There are no such actions here that you may see."), found)
    if not wanted:
        raise Invalid.of("rows", _("Choose at least one action."))
    again = [str(row.order) for row in wanted if row.accepted_in is not None]
    if again:
        raise Invalid.of("rows", _("These are accepted already."), ", ".join(again))
    _refuse_half_groups(proposal, rows, wanted)
    _refuse_two_alternatives(rows, wanted)
    return wanted


def _refuse_half_groups(proposal: Proposal, rows: Sequence[ProposalAction], wanted: Sequence[ProposalAction]) -> None:
    chosen = {row.pk for row in wanted}
    for group in {row.group for row in wanted if row.group}:
        members = {row.pk: row.order for row in rows if row.group == group}
        whole = ProposalAction.objects.filter(proposal=proposal, group=group).count()
        left = [str(order) for pk, order in members.items() if pk not in chosen]
        if left or len(members) < whole:
            raise Invalid.of("rows", _("Some actions belong together: accept all of them or none."), ", ".join(left))


def _refuse_two_alternatives(rows: Sequence[ProposalAction], wanted: Sequence[ProposalAction]) -> None:
    for mark in {row.alternative for row in wanted if row.alternative}:
        taken = [row for row in rows if row.alternative == mark and (row in wanted or row.accepted_in is not None)]
        if len(taken) > 1:
            found = ", ".join(str(row.order) for row in taken)
            raise Invalid.of("rows", _("Only one of these may be accepted: they are alternatives."), found)


def first_choice(rows: Sequence[ProposalAction]) -> list[ProposalAction]:
    """What "accept all" means: every row that is not accepted yet, of alternatives the first."""
    taken = {row.alternative for row in rows if row.alternative and row.accepted_in is not None}
    chosen = []
    for row in rows:
        if row.accepted_in is not None or row.alternative in taken:
            continue
        chosen.append(row)
        if row.alternative:
            taken.add(row.alternative)
    return chosen


def action_of(row: ProposalAction) -> Action:
    """The action that a row stands for."""
    return parsed(row.action, dict(row.arguments))


def lending(viewer: Viewer, actions: Sequence[Action]) -> Viewer:
    """The viewer with the rights that a proposal's actions need, for whoever may decide.

    A proposal is made by someone who holds these rights, and tried out with them: whoever decides on it carries out
    exactly that. Rights of administration are never lent.
    """
    if not viewer.may(DECIDE):
        return viewer
    names = {action.action_right.name for action in actions} - {ADMINISTER.name}
    return replace(viewer, lent=frozenset(names), _seen={})
