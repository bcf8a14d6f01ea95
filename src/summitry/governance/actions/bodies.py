"""Bodies: committees, secretariats, sub-committees, working groups and commands."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.models import Agency
from summitry.core.records import save_all
from summitry.core.refusals import Invalid
from summitry.core.rights import PLAN
from summitry.governance.actions.naming import clause_of, no_loop
from summitry.governance.models import Body, Clause, Membership


def _above(body: Body) -> list[Body]:
    return [body.parent] if body.parent is not None else []


def close(ctx: Context, body: Body, last_day: date, clause: Clause | None) -> Body:
    """Make a day the body's last, under a clause; who then holds a post on it holds it until that day."""
    body.to_day = last_day
    if clause is not None:
        body.ended_by = clause
    ctx.put(body)
    held = Membership.objects.filter(event=ctx.event, post__body=body, from_day__lte=last_day)
    ending = [
        membership
        for membership in held.visible_to(ctx.viewer).select_related("post", "person")
        if membership.to_day is None or membership.to_day > last_day
    ]
    for membership in ending:
        membership.to_day = last_day
    save_all(ending)
    return body


@action("governance.create_body", title=_("Add a body"), right=PLAN)
class CreateBody(Action):
    """Add a body: its kind, its parent, the agency that leads it, the clause that creates it, its first day."""

    code: str
    name: str
    kind: Body.Kind
    from_day: date
    name_national: str = ""
    parent: str | None = None
    agency: str | None = None
    created_by: str | None = None
    to_day: date | None = None
    ended_by: str | None = None

    def run(self, ctx: Context) -> Body:
        return ctx.new(
            Body,
            **self.model_dump(exclude={"parent", "agency", "created_by", "ended_by"}),
            parent=ctx.find(Body, self.parent),
            agency=ctx.find(Agency, self.agency),
            created_by=clause_of(ctx, self.created_by),
            ended_by=clause_of(ctx, self.ended_by),
        )


@action("governance.change_body", title=_("Change a body"), right=PLAN)
class ChangeBody(Action):
    """Change a body's names, kind, place, agency, clauses or days. Its code stays: posts and tasks speak of it."""

    code: str
    seen: int | None = None
    name: str = ""
    name_national: str = ""
    kind: Body.Kind = Body.Kind.COMMITTEE
    parent: str | None = None
    agency: str | None = None
    created_by: str | None = None
    ended_by: str | None = None
    from_day: date | None = None
    to_day: date | None = None

    def run(self, ctx: Context) -> Body:
        body = ctx.get(Body, code=self.code, seen=self.seen)
        for name in ("name", "name_national", "kind", "from_day", "to_day"):
            if self.given(name):
                setattr(body, name, getattr(self, name))
        if self.given("agency"):
            body.agency = ctx.find(Agency, self.agency)
        for name in ("created_by", "ended_by"):
            if self.given(name):
                setattr(body, name, clause_of(ctx, getattr(self, name)))
        if self.given("parent"):
            body.parent = ctx.find(Body, self.parent)
            no_loop(body, "parent", _above, str(_("A body cannot stand below itself.")))
        return ctx.put(body)


@action("governance.end_body", title=_("End a body"), right=PLAN)
class EndBody(Action):
    """End a body on its last day, under a clause; its posts end with it. What it owns stays with it until re-mapped.

    Where other bodies take its work over, `governance.reorganise` does both in one step.
    """

    code: str
    last_day: date
    clause: str | None = None
    seen: int | None = None

    def run(self, ctx: Context) -> Body:
        body = ctx.get(Body, code=self.code, seen=self.seen)
        if self.last_day < body.from_day:
            raise Invalid.of("last_day", _("It only begins after this day."), self.last_day)
        return close(ctx, body, self.last_day, clause_of(ctx, self.clause))


@action("governance.remove_body", title=_("Remove a body"), right=PLAN)
class RemoveBody(Action):
    """Remove a body that never was: nothing refers to it. A body that existed is ended, not removed."""

    code: str
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        ctx.remove(ctx.get(Body, code=self.code, seen=self.seen))
