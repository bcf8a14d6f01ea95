"""Waivers of findings, and saved filters."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.checking import CHECKS
from summitry.core.models import SavedView, Waiver
from summitry.core.records import model_of
from summitry.core.refusals import Invalid, NotFound
from summitry.core.rights import DECIDE, KEEP_VIEWS


@action("core.waive_finding", title=_("Set a finding aside"), right=DECIDE)
class WaiveFinding(Action):
    """Set one check's finding about one record aside, with a reason, until a day. It comes back after that day."""

    check_code: str
    subject_label: str
    subject_id: int
    reason: str
    until: date
    discriminator: str = ""

    def run(self, ctx: Context) -> Waiver:
        if self.check_code not in CHECKS:
            raise NotFound(what=_("check"), key=self.check_code)
        if not self.reason:
            raise Invalid.of("reason", _("Say why: the next reader has only this."))
        if self.until < ctx.today:
            raise Invalid.of("until", _("This day has passed."), self.until)
        if ctx.viewer.account is None:
            raise Invalid.of("given_by", _("A waiver is given by a person."))
        model = model_of(self.subject_label)
        subject = ctx.event if self.subject_label == "core.event" else ctx.get(model, pk=self.subject_id)  # type: ignore[type-var]
        key = subject.key
        waiver = Waiver.objects.filter(
            event=ctx.event,
            check_code=self.check_code,
            subject_label=self.subject_label,
            subject_key=key,
            discriminator=self.discriminator,
        ).first() or Waiver(
            event=ctx.event,
            check_code=self.check_code,
            subject_label=self.subject_label,
            subject_key=key,
            discriminator=self.discriminator,
        )
        waiver.reason, waiver.until, waiver.given_by = self.reason, self.until, ctx.viewer.account
        waiver.classification = getattr(subject, "classification", ctx.viewer.clearance)
        return ctx.put(waiver)


@action("core.end_waiver", title=_("Take a waiver back"), right=DECIDE)
class EndWaiver(Action):
    """End a waiver now: its finding counts again."""

    waiver: int

    def run(self, ctx: Context) -> None:
        ctx.remove(ctx.get(Waiver, pk=self.waiver))


@action("core.save_view", title=_("Save a filter"), right=KEEP_VIEWS)
class SaveView(Action):
    """Keep a list page's filter under a name, for oneself."""

    page: str
    name: str
    query: str = ""

    def run(self, ctx: Context) -> SavedView:
        if ctx.viewer.account is None:
            raise Invalid.of("name", _("A filter belongs to a person."))
        own = {"event": ctx.event, "account": ctx.viewer.account, "page": self.page, "name": self.name}
        view = SavedView.objects.filter(**own).first() or SavedView(**own)
        view.query = self.query
        return ctx.put(view)


@action("core.remove_view", title=_("Remove a saved filter"), right=KEEP_VIEWS)
class RemoveView(Action):
    """Remove one of one's own filters."""

    view: int

    def run(self, ctx: Context) -> None:
        ctx.remove(ctx.get(SavedView, pk=self.view))
