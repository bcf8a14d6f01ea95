"""Evidence: the documents that show that a task's work was done."""

from __future__ import annotations

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.models import Document
from summitry.core.refusals import Invalid
from summitry.core.rights import REPORT
from summitry.schedule.actions.common import takes_part
from summitry.schedule.models import Evidence, Task


@action("schedule.add_evidence", title=_("Attach evidence"), right=REPORT)
class AddEvidence(Action):
    """Attach a document to a task as evidence, by its lead or a coordinating agency."""

    task: str
    document: str

    def permitted(self, ctx: Context) -> bool:
        return takes_part(ctx, self.task)

    def run(self, ctx: Context) -> Evidence:
        task, document = ctx.get(Task, code=self.task), ctx.get(Document, code=self.document)
        return ctx.new(Evidence, task=task, document=document, added_on=ctx.today)


@action("schedule.remove_evidence", title=_("Detach evidence"), right=REPORT)
class RemoveEvidence(Action):
    """Detach a document from a task. The document stays. A reached milestone keeps its last evidence."""

    task: str
    document: str
    seen: int | None = None

    def permitted(self, ctx: Context) -> bool:
        return takes_part(ctx, self.task)

    def run(self, ctx: Context) -> None:
        row = ctx.get(Evidence, seen=self.seen, task__code=self.task, document__code=self.document)
        task = row.task
        if task.milestone and task.closed_on is not None and task.evidence.count() == 1:
            raise Invalid.of("document", _now("It is what shows that the milestone was reached."), self.document)
        ctx.remove(row)
