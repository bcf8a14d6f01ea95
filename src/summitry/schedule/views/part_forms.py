"""Forms of coordinating agencies' parts: set, delivered, signed off, sent back, waived; and evidence."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Applied
from summitry.core.actions import AddDocument
from summitry.core.http.forms import ActionForm, initial_of
from summitry.core.models import Access
from summitry.core.records import Record
from summitry.core.refusals import NotPermitted
from summitry.core.rights import PLAN, REPORT, Right
from summitry.core.views.base import find
from summitry.schedule.actions import (
    AddEvidence,
    Deliver,
    RemoveCoordination,
    RemoveEvidence,
    SendBack,
    SetCoordination,
    SignOff,
    WaiveDeliverable,
)
from summitry.schedule.forms import AddPartForm, DayForm, EvidenceForm, PartForm, PlainForm, ReasonForm
from summitry.schedule.models import Coordination, Evidence
from summitry.schedule.queries import plan_of
from summitry.schedule.views.base import ScheduleActionView, TaskActionView
from summitry.schedule.views.powers import Powers


class AddPart(TaskActionView):
    """A further coordinating agency."""

    form_class = AddPartForm
    verb = _("New coordinating agency of {what}")

    def actions(self, form: ActionForm) -> list[Action]:
        return [SetCoordination(task=self.task.code, **form.values())]


class PartView(ScheduleActionView):
    """A form about one agency's part in a task."""

    power: ClassVar[str] = "lead"
    power_right: ClassVar[Right] = REPORT
    action: ClassVar[type[Action]]
    form_class: ClassVar[type[ActionForm]] = PlainForm

    def find_record(self) -> Record | None:
        return find(self.request, Coordination, pk=self.kwargs["pk"])

    @cached_property
    def part(self) -> Coordination:
        assert isinstance(self.found, Coordination)
        return self.found

    @cached_property
    def powers(self) -> Powers:
        return Powers.over(self.part.task, plan_of(self.request.event).data, self.request.viewer)

    def allowed(self) -> bool:
        return bool(getattr(self.powers, self.power))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.allowed():
            raise NotPermitted(action=self.heading(), who=self.power_right.who())
        return super().dispatch(request, *args, **kwargs)

    def heading(self) -> str:
        return str(self.verb).format(agency=self.part.agency.code, task=self.part.task)

    def back_url(self) -> str:
        return self.part.task.get_absolute_url()

    def success_url(self, applied: Applied) -> str:
        return self.back_url()

    def context(self) -> dict[str, Any]:
        return {"lead_text": self.part.deliverable or self.lead_text}

    def actions(self, form: ActionForm) -> Sequence[Action]:
        names = {"task": self.part.task.code, "agency": self.part.agency.code, "seen": form.cleaned_data["seen"]}
        return [self.action(**names, **form.values())]


class EditPart(PartView):
    power, power_right = "plan", PLAN
    form_class = PartForm
    action = SetCoordination
    verb = _("What {agency} owes to {task}")

    def initial(self) -> dict[str, Any]:
        return initial_of(self.part, ("deliverable", "due"))

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return super().actions(form) if form.changed_values() else []


class DeliverPart(PartView):
    form_class = DayForm
    action = Deliver
    verb = _("{agency} delivers to {task}")

    def allowed(self) -> bool:
        return self.powers.deliver(self.part)


class SignPartOff(PartView):
    form_class = DayForm
    action = SignOff
    verb = _("Sign off what {agency} delivered to {task}")


class SendPartBack(PartView):
    form_class = ReasonForm
    action = SendBack
    verb = _("Send back what {agency} delivered to {task}")


class WaivePart(PartView):
    form_class = ReasonForm
    action = WaiveDeliverable
    verb = _("Do without what {agency} owes to {task}")


class DropPart(PartView):
    power, power_right = "plan", PLAN
    action = RemoveCoordination
    verb = _("{agency} no longer takes part in {task}")
    confirm_label = _("Remove")


class AttachEvidence(TaskActionView):
    """Attach a document that is filed already, or file a new one and attach it, in one change."""

    power, power_right = "take_part", REPORT
    form_class = EvidenceForm
    verb = _("Evidence for {what}")

    def actions(self, form: ActionForm) -> list[Action]:
        cleaned = form.cleaned_data
        if cleaned["document"]:
            return [AddEvidence(task=self.task.code, document=cleaned["document"])]
        file = cleaned["file"]
        return [
            AddDocument(
                code=cleaned["code"],
                title=cleaned["title"],
                source=cleaned["source"],
                classification=cleaned["classification"],
                agency=self._own_agency(),
                file_name=file.name,
                data=file.encoded,
            ),
            AddEvidence(task=self.task.code, document=cleaned["code"]),
        ]

    def _own_agency(self) -> str | None:
        """The agency that files it, so that it may also read it: the viewer's own, else the lead's."""
        access = Access.objects.filter(event=self.request.event, account=self.request.viewer.account)
        own = access.values_list("agency__code", flat=True).first()
        return own or (self.task.lead.code if self.task.lead else None)

    def done_message(self, applied: Applied) -> str:
        return _now("The evidence is attached.")


class DropEvidence(ScheduleActionView):
    """Detach a document from a task."""

    form_class = PlainForm
    title = _("Detach evidence")
    confirm_label = _("Detach")

    @cached_property
    def evidence(self) -> Evidence:
        return find(self.request, Evidence, pk=self.kwargs["pk"])

    def find_record(self) -> Record | None:
        return self.evidence

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not Powers.over(self.evidence.task, plan_of(self.request.event).data, self.request.viewer).take_part:
            raise NotPermitted(action=self.heading(), who=REPORT.who())
        return super().dispatch(request, *args, **kwargs)

    def heading(self) -> str:
        return _now("Detach “%(document)s” from %(task)s") % {
            "document": self.evidence.document.title,
            "task": self.evidence.task.code,
        }

    def back_url(self) -> str:
        return self.evidence.task.get_absolute_url()

    def success_url(self, applied: Applied) -> str:
        return self.back_url()

    def actions(self, form: ActionForm) -> Sequence[Action]:
        names = {"task": self.evidence.task.code, "document": self.evidence.document.code}
        return [RemoveEvidence(**names, seen=form.cleaned_data["seen"])]
