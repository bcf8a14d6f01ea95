"""The action that writes the reference event."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.models import Agency
from summitry.core.refusals import Invalid
from summitry.core.rights import ADMINISTER
from summitry.demo.load import SLUG, load_records


@action("demo.load", title=_("Load the reference event"), right=ADMINISTER)
class LoadReferenceEvent(Action):
    """Write the records of the reference event into its empty event."""

    action_undoable = False

    def run(self, ctx: Context) -> None:
        if ctx.event.slug != SLUG or Agency.objects.filter(event=ctx.event).exists():
            raise Invalid.of("", _("The reference event is loaded into its own, empty event alone."))
        load_records(ctx)
