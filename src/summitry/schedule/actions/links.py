"""Links: which task waits for which."""

from __future__ import annotations

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.refusals import Invalid
from summitry.core.rights import PLAN
from summitry.schedule.actions.common import LONGEST_LAG
from summitry.schedule.actions.planned import loop_message
from summitry.schedule.models import Link, Task
from summitry.schedule.planning import loop_through


@action("schedule.set_link", title=_("Link two tasks"), right=PLAN)
class SetLink(Action):
    """Let a task wait for another, or change the lag of a link that there is. A group's link holds for all its parts.

    lag: working days of the successor's calendar, negative for a lead. A link that would let tasks wait for one
    another in a circle is refused, naming the circle.
    """

    predecessor: str
    successor: str
    kind: Link.Kind = Link.Kind.FS
    lag: int = 0
    seen: int | None = None

    def run(self, ctx: Context) -> Link:
        before, after = ctx.get(Task, code=self.predecessor), ctx.get(Task, code=self.successor)
        if before.pk == after.pk:
            raise Invalid.of("successor", _now("A task cannot wait for itself."), after.code)
        if not -LONGEST_LAG <= self.lag <= LONGEST_LAG:
            message = _now("Working days from -{most} to {most}.").format(most=LONGEST_LAG)
            raise Invalid.of("lag", message, self.lag)
        own = {"predecessor": before, "successor": after, "kind": self.kind}
        if self.seen is not None:
            link = ctx.get(Link, seen=self.seen, **own)
        else:
            link = Link.objects.filter(**own).first() or Link(event=ctx.event, **own)
        link.predecessor, link.successor = before, after
        if link.pk is None:
            self._refuse_loop(ctx, before, after)
        link.lag = self.lag
        return ctx.put(link)

    def _refuse_loop(self, ctx: Context, before: Task, after: Task) -> None:
        loop = loop_through(ctx.event, before.pk, after.pk)
        if loop == (before.pk,):
            message = _now(
                "One of them holds the other: a group cannot wait for its own part, nor a part for its group."
            )
            raise Invalid.of("successor", message, after.code)
        if loop:
            tasks = Task.objects.filter(event=ctx.event).in_bulk(loop)
            raise Invalid.of("successor", loop_message(ctx, [tasks[pk] for pk in loop]))


@action("schedule.remove_link", title=_("Remove a link"), right=PLAN)
class RemoveLink(Action):
    """Let a task no longer wait for another."""

    predecessor: str
    successor: str
    kind: Link.Kind = Link.Kind.FS
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        ctx.remove(
            ctx.get(
                Link,
                seen=self.seen,
                predecessor__code=self.predecessor,
                successor__code=self.successor,
                kind=self.kind,
            )
        )
