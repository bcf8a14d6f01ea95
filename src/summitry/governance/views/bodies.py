"""Bodies, their posts, and who holds them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from summitry.core import clock
from summitry.core.action import Action, Applied
from summitry.core.http.forms import ActionForm
from summitry.core.http.request import EventRequest
from summitry.core.records import Record
from summitry.core.rights import DECIDE, PLAN
from summitry.governance.actions import (
    ChangeBody,
    ChangeMembership,
    ChangePost,
    CreateBody,
    CreateMembership,
    CreatePost,
    EndBody,
    RemoveBody,
    RemoveMembership,
    RemovePost,
)
from summitry.governance.forms.records import AppointForm, AppointmentForm, BodyForm, EndBodyForm, PostForm
from summitry.governance.models import Body, Clause, Membership, Post
from summitry.governance.queries import around, body_tree, owned_rows, posts_of, predecessors, successors
from summitry.governance.views.base import SECTION, ChangeView, MandateView, RemoveView, find, findings_about

RELATED = ("parent", "agency", "created_by__decision__event", "ended_by__decision__event")


def chart_day(body: Body, today: date) -> date:
    """The day on which to draw a body among the others: today, or the nearest day on which it exists."""
    if body.from_day > today:
        return body.from_day
    return min(today, body.to_day) if body.to_day else today


@require_safe
def body_page(request: EventRequest, slug: str, code: str) -> HttpResponse:
    """One body: facts, its place, posts and holders, what it owns, what came before and after it."""
    viewer = request.viewer
    body = find(viewer, Body, *RELATED, code=code)
    today = clock.today(request.event)
    day = chart_day(body, today)
    posts = posts_of(viewer, body)
    memberships = [held for row in posts for held in row.memberships]
    owned = owned_rows(viewer, body)
    context = {
        "title": body.name,
        "section": SECTION,
        "body": body,
        "today": today,
        "day": day,
        "is_today": day == today,
        "in_force": body.in_force_on(today),
        "over": body.to_day is not None and body.to_day < today,
        "chart": around(body_tree(viewer, day), body),
        "posts": [(row, [(held, _holds(held, body, today)) for held in row.memberships]) for row in posts],
        "owned": owned,
        "open_count": sum(len(still) for _kind, still, _closed in owned),
        "created_text": _text(request, body.created_by),
        "ended_text": _text(request, body.ended_by),
        "predecessors": predecessors(viewer, body),
        "successors": successors(viewer, body),
        "may_decide": request.viewer.may(DECIDE),
        "findings": findings_about(request, body, *(row.post for row in posts), *memberships),
        "may_plan": viewer.may(PLAN),
        "may_reorganise": viewer.may(DECIDE),
        "page_classification": max((held.person.classification for held in memberships), default=None),
    }
    return render(request, "governance/body.html", context)


def _text(request: EventRequest, clause: Clause | None) -> str:
    """The clause's words, for whoever may see it."""
    return clause.text if clause is not None and request.viewer.sees(clause) else ""


def _holds(held: Membership, body: Body, today: date) -> str:
    """Whether an appointment holds today: `now`, `past` or `later`."""
    until = min(held.to_day or date.max, body.to_day or date.max)
    if held.from_day > today:
        return "later"
    return "now" if until >= today else "past"


class CreateBodyView(MandateView):
    title = gettext_lazy("Add a body")
    lead_text = gettext_lazy("A committee, secretariat, sub-committee, working group or command, created by a clause.")
    form_class = BodyForm

    def initial(self) -> dict[str, Any]:
        return {name: self.request.GET[name] for name in ("parent", "created_by", "kind") if name in self.request.GET}

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [CreateBody(**form.values())]


class _OfBody(MandateView):
    """A form about one body, which the address names."""

    def subject(self) -> Record:
        return self.body()

    def body(self) -> Body:
        return find(self.request.viewer, Body, *RELATED, code=self.kwargs["code"])


class ChangeBodyView(_OfBody, ChangeView):
    title = gettext_lazy("Change a body")
    form_class = BodyForm
    names = (*BodyForm.field_order[1:], "ended_by")

    def change(self, seen: int | None, changed: dict[str, Any]) -> Action:
        return ChangeBody(code=self.kwargs["code"], seen=seen, **changed)


class EndBodyView(_OfBody):
    title = gettext_lazy("End a body")
    lead_text = gettext_lazy(
        "Its posts end with it. What it owns stays with it and becomes a finding: re-organise instead where other "
        "bodies take its work over."
    )
    form_class = EndBodyForm

    def initial(self) -> dict[str, Any]:
        assert isinstance(self.found, Body)
        return {"last_day": self.found.to_day or clock.today(self.request.event) - timedelta(days=1)}

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [EndBody(code=self.kwargs["code"], **form.values(), seen=form.cleaned_data["seen"])]


class RemoveBodyView(_OfBody, RemoveView):
    title = gettext_lazy("Remove a body")
    lead_text = gettext_lazy("For a body that was entered by mistake. One that existed is ended, not removed.")

    def remove(self, seen: int | None) -> Action:
        return RemoveBody(code=self.kwargs["code"], seen=seen)


class CreatePostView(_OfBody):
    title = gettext_lazy("Add a post")
    form_class = PostForm

    def record(self) -> None:
        return None  # the post does not exist yet; `found` is its body

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [CreatePost(body=self.kwargs["code"], **form.values())]


class _OfPost(MandateView):
    """A form about one post, which the address names."""

    def subject(self) -> Record:
        return find(self.request.viewer, Post, "body__event", code=self.kwargs["code"])


class ChangePostView(_OfPost, ChangeView):
    title = gettext_lazy("Change a post")
    form_class = PostForm
    names = PostForm.field_order[1:]

    def change(self, seen: int | None, changed: dict[str, Any]) -> Action:
        return ChangePost(code=self.kwargs["code"], seen=seen, **changed)


class RemovePostView(_OfPost, RemoveView):
    title = gettext_lazy("Remove a post")
    lead_text = gettext_lazy("Refused once anyone was appointed to it.")

    def remove(self, seen: int | None) -> Action:
        return RemovePost(code=self.kwargs["code"], seen=seen)

    def success_url(self, applied: Applied) -> str:
        assert isinstance(self.found, Post)
        return self.found.body.get_absolute_url()


class AppointView(_OfPost):
    title = gettext_lazy("Appoint to a post")
    form_class = AppointForm

    def record(self) -> None:
        return None  # the appointment does not exist yet; `found` is its post

    def initial(self) -> dict[str, Any]:
        assert isinstance(self.found, Post)
        return {"from_day": max(clock.today(self.request.event), self.found.body.from_day)}

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [CreateMembership(post=self.kwargs["code"], **form.values())]


class _OfAppointment(MandateView):
    """A form about one appointment, which the address names by its number."""

    def subject(self) -> Record:
        return self.membership()

    def membership(self) -> Membership:
        return find(self.request.viewer, Membership, "post__body__event", "person", pk=self.kwargs["pk"])

    def named(self) -> dict[str, Any]:
        """How the actions name it."""
        assert isinstance(self.found, Membership)
        held = self.found
        return {"post": held.post.code, "person": held.person.code, "from_day": held.from_day}


class ChangeAppointmentView(_OfAppointment, ChangeView):
    title = gettext_lazy("Change an appointment")
    form_class = AppointmentForm
    names = ("from_day", "to_day")

    def change(self, seen: int | None, changed: dict[str, Any]) -> Action:
        if "from_day" in changed:
            changed["new_from_day"] = changed.pop("from_day")
        return ChangeMembership(**self.named(), seen=seen, **changed)


class RemoveAppointmentView(_OfAppointment, RemoveView):
    title = gettext_lazy("Remove an appointment")
    lead_text = gettext_lazy("For one that was entered by mistake. Where it has ended, give it its last day instead.")

    def remove(self, seen: int | None) -> Action:
        return RemoveMembership(**self.named(), seen=seen)

    def success_url(self, applied: Applied) -> str:
        assert isinstance(self.found, Membership)
        return self.found.post.get_absolute_url()
