"""Posts on bodies, and the people who hold them."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.models import Person
from summitry.core.rights import PLAN
from summitry.governance.models import Body, Membership, Post


@action("governance.create_post", title=_("Add a post"), right=PLAN)
class CreatePost(Action):
    """Add a post to a body. The lowest rank is its head; others follow in the order of their ranks."""

    code: str
    body: str
    title: str
    title_national: str = ""
    rank: int = 100

    def run(self, ctx: Context) -> Post:
        return ctx.new(Post, **self.model_dump(exclude={"body"}), body=ctx.get(Body, code=self.body))


@action("governance.change_post", title=_("Change a post"), right=PLAN)
class ChangePost(Action):
    """Change a post's titles or its rank. It stays on its body: another body's post is another post."""

    code: str
    seen: int | None = None
    title: str = ""
    title_national: str = ""
    rank: int = 100

    def run(self, ctx: Context) -> Post:
        post = ctx.get(Post, code=self.code, seen=self.seen)
        for name in ("title", "title_national", "rank"):
            if self.given(name):
                setattr(post, name, getattr(self, name))
        return ctx.put(post)


@action("governance.remove_post", title=_("Remove a post"), right=PLAN)
class RemovePost(Action):
    """Remove a post that nobody ever held."""

    code: str
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        ctx.remove(ctx.get(Post, code=self.code, seen=self.seen))


@action("governance.create_membership", title=_("Appoint to a post"), right=PLAN)
class CreateMembership(Action):
    """Appoint a person to a post, from a day, until a day or until further notice."""

    post: str
    person: str
    from_day: date
    to_day: date | None = None

    def run(self, ctx: Context) -> Membership:
        return ctx.new(
            Membership,
            post=ctx.get(Post, code=self.post),
            person=ctx.get(Person, code=self.person),
            from_day=self.from_day,
            to_day=self.to_day,
        )


@action("governance.change_membership", title=_("Change an appointment"), right=PLAN)
class ChangeMembership(Action):
    """Change the days of an appointment, which is named by post, person and its first day."""

    post: str
    person: str
    from_day: date
    seen: int | None = None
    new_from_day: date | None = None
    to_day: date | None = None

    def run(self, ctx: Context) -> Membership:
        membership = ctx.get(
            Membership, post__code=self.post, person__code=self.person, from_day=self.from_day, seen=self.seen
        )
        if self.given("new_from_day") and self.new_from_day is not None:
            membership.from_day = self.new_from_day
        if self.given("to_day"):
            membership.to_day = self.to_day
        return ctx.put(membership)


@action("governance.remove_membership", title=_("Remove an appointment"), right=PLAN)
class RemoveMembership(Action):
    """Remove an appointment entered by mistake. One that has ended gets its last day instead."""

    post: str
    person: str
    from_day: date
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        ctx.remove(
            ctx.get(Membership, post__code=self.post, person__code=self.person, from_day=self.from_day, seen=self.seen)
        )
