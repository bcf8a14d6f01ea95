"""Resources, and the forms of desks, demands, alternatives and planned starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from summitry.core.action import Action, Applied
from summitry.core.checking import seen_by
from summitry.core.http.forms import ActionForm, initial_of
from summitry.core.http.request import EventRequest
from summitry.core.models import Agency
from summitry.core.records import Record
from summitry.core.rights import PLAN
from summitry.core.viewer import Viewer
from summitry.core.views.base import find
from summitry.schedule import actions as act
from summitry.schedule.forms import (
    AddDemandForm,
    AlternativeForm,
    CapacityForm,
    DemandForm,
    PeriodForm,
    PlainForm,
    PlannedStartForm,
    ResourceForm,
)
from summitry.schedule.models import Alternative, Capacity, Demand, Resource, ResourceCapacity, RiskHit, Task
from summitry.schedule.views.base import ScheduleActionView, TaskActionView
from summitry.schedule.views.rows import Row, Rows


@dataclass(frozen=True)
class ResourceLine:
    """A resource, its periods, who needs it (visible tasks, by start), and what the checks find about it."""

    resource: Resource
    periods: tuple[ResourceCapacity, ...]
    needs: tuple[tuple[Demand, Row], ...]
    hidden: int
    findings: tuple[Any, ...]


@require_GET
def resources(request: EventRequest, slug: str) -> HttpResponse:
    """All shared resources."""
    viewer = request.viewer
    rows = Rows(request.event, viewer)
    shown = list(Resource.objects.filter(event=request.event).visible_to(viewer).select_related("agency", "event"))
    periods: dict[int, list[ResourceCapacity]] = {}
    for period in ResourceCapacity.objects.filter(event=request.event).visible_to(viewer):
        periods.setdefault(period.resource_id, []).append(period)
    needs: dict[int, list[tuple[Demand, Row]]] = {}
    hidden: dict[int, int] = {}
    for demand in Demand.objects.filter(event=request.event):
        row = rows.by_id.get(demand.task_id)
        if row is None:
            hidden[demand.resource_id] = hidden.get(demand.resource_id, 0) + 1
        else:
            needs.setdefault(demand.resource_id, []).append((demand, row))
    found = seen_by(rows.outlook.findings.open, viewer)[0]
    lines = [
        ResourceLine(
            resource=resource,
            periods=tuple(periods.get(resource.pk, ())),
            needs=tuple(sorted(needs.get(resource.pk, ()), key=_by_start)),
            hidden=hidden.get(resource.pk, 0),
            findings=tuple(one for one in found if one.subject.identity == ("schedule.resource", resource.pk)),
        )
        for resource in shown
    ]
    context = {
        "title": _("Resources"),
        "section": "schedule",
        "tab": "resources",
        "lines": lines,
        "may_plan": viewer.may(PLAN),
        "page_classification": max(
            [*(r.classification for r in shown), *(row.task.classification for ns in needs.values() for _d, row in ns)],
            default=None,
        ),
    }
    return render(request, "schedule/resources.html", context)


def _by_start(pair: tuple[Demand, Row]) -> tuple[str, str]:
    start = pair[1].plan.start
    return start.isoformat() if start else "9999", pair[1].task.code


def capacities_of(agency: Agency, viewer: Viewer) -> list[Capacity]:
    """The visible periods of an agency's desks, in the order of days."""
    rows = (
        Capacity.objects.filter(agency=agency).visible_to(viewer).select_related("agency", "event", "clause__decision")
    )
    return list(rows.order_by("from_day"))


def limits_of(task: Task, viewer: Viewer) -> dict[str, Any]:
    """What a task's page shows of capacity and risk: visible demands, other ways to do it, open risk events."""
    demands = Demand.objects.filter(task=task).visible_to(viewer).select_related("resource__event", "task")
    ways = Alternative.objects.filter(task=task).visible_to(viewer).select_related("lead", "task")
    hits = RiskHit.objects.filter(task=task, risk__closed_on=None).visible_to(viewer).select_related("risk__event")
    return {
        "demands": list(demands),
        "hidden_demands": Demand.objects.filter(task=task).count() - len(demands),
        "alternatives": list(ways),
        "risks": [hit.risk for hit in hits],
    }


class _Form(ScheduleActionView):
    """A form of the planner's that leads back to a page."""

    right = PLAN
    leads_to_record = False

    def success_url(self, applied: Applied) -> str:
        return self.back_url()


class NewCapacity(_Form):
    """Desks of an agency from a day on. `?agency=CODE` chooses it."""

    form_class = CapacityForm
    title = _("Desks of an agency")

    def initial(self) -> dict[str, Any]:
        return {"agency": self.request.GET.get("agency", "")}

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [act.AddCapacity(**form.values())]

    def back_url(self) -> str:
        code = self.request.GET.get("agency", "")
        agency = Agency.objects.filter(event=self.request.event, code=code).first()
        return agency.get_absolute_url() if agency else reverse("schedule:agencies", args=[self.request.event.slug])

    def success_url(self, applied: Applied) -> str:
        record = applied.record
        return record.agency.get_absolute_url() if isinstance(record, Capacity) else self.back_url()


class _OfCapacity(_Form):
    def find_record(self) -> Record | None:
        return find(self.request, Capacity, "agency", pk=self.kwargs["pk"])

    @property
    def capacity(self) -> Capacity:
        assert isinstance(self.found, Capacity)
        return self.found

    def back_url(self) -> str:
        return self.capacity.agency.get_absolute_url()

    def named(self, form: ActionForm) -> dict[str, Any]:
        row = self.capacity
        return {"agency": row.agency.code, "period": row.from_day, "seen": form.cleaned_data["seen"]}


class EditCapacity(_OfCapacity):
    form_class = CapacityForm
    verb = _("Desks {what}")

    def initial(self) -> dict[str, Any]:
        names = ("from_day", "to_day", "units", "reason", "clause", "classification")
        return initial_of(self.capacity, names)

    def actions(self, form: ActionForm) -> Sequence[Action]:
        values = form.changed_values()
        return [act.ChangeCapacity(**self.named(form), **values)] if values else []


class DropCapacity(_OfCapacity):
    form_class = PlainForm
    verb = _("Remove desks {what}")
    lead_text = _("On its days the agency is then not limited.")
    confirm_label = _("Remove")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [act.RemoveCapacity(**self.named(form))]


class _OnResources(_Form):
    def back_url(self) -> str:
        return reverse("schedule:resources", args=[self.request.event.slug])


class NewResource(_OnResources):
    form_class = ResourceForm
    title = _("New resource")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [act.CreateResource(**form.values())]


class _OfResource(_OnResources):
    def find_record(self) -> Record | None:
        return find(self.request, Resource, code=self.kwargs["code"])

    @property
    def resource(self) -> Resource:
        assert isinstance(self.found, Resource)
        return self.found


class EditResource(_OfResource):
    form_class = ResourceForm
    verb = _("Edit {what}")

    def initial(self) -> dict[str, Any]:
        return initial_of(self.resource, ("name", "kind", "agency", "units", "note", "classification"))

    def actions(self, form: ActionForm) -> Sequence[Action]:
        values, seen = form.changed_values(), form.cleaned_data["seen"]
        return [act.ChangeResource(code=self.resource.code, seen=seen, **values)] if values else []


class DropResource(_OfResource):
    form_class = PlainForm
    verb = _("Remove {what}")
    lead_text = _("Its periods go with it. A resource that a task needs stays.")
    confirm_label = _("Remove")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [act.RemoveResource(code=self.resource.code, seen=form.cleaned_data["seen"])]


class NewPeriod(_OfResource):
    form_class = PeriodForm
    verb = _("Another number of {what} for a period")

    def initial(self) -> dict[str, Any]:
        return {"seen": None}

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [act.AddResourcePeriod(resource=self.resource.code, **form.values())]


class _OfPeriod(_OnResources):
    def find_record(self) -> Record | None:
        return find(self.request, ResourceCapacity, "resource", pk=self.kwargs["pk"])

    @property
    def period(self) -> ResourceCapacity:
        assert isinstance(self.found, ResourceCapacity)
        return self.found

    def named(self, form: ActionForm) -> dict[str, Any]:
        row = self.period
        return {"resource": row.resource.code, "period": row.from_day, "seen": form.cleaned_data["seen"]}


class EditPeriod(_OfPeriod):
    form_class = PeriodForm
    verb = _("Period {what}")

    def initial(self) -> dict[str, Any]:
        return initial_of(self.period, ("from_day", "to_day", "units", "reason"))

    def actions(self, form: ActionForm) -> Sequence[Action]:
        values = form.changed_values()
        return [act.ChangeResourcePeriod(**self.named(form), **values)] if values else []


class DropPeriod(_OfPeriod):
    form_class = PlainForm
    verb = _("Remove period {what}")
    confirm_label = _("Remove")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [act.RemoveResourcePeriod(**self.named(form))]


class AddDemand(TaskActionView):
    """A resource that the task needs."""

    form_class = AddDemandForm
    verb = _("What {what} needs")

    def initial(self) -> dict[str, Any]:
        return {"seen": None}

    def actions(self, form: ActionForm) -> list[Action]:
        return [act.SetDemand(task=self.task.code, **form.values())]


class _OfTaskPart(_Form):
    """A form about a demand or an alternative: it leads back to the task."""

    model: ClassVar[type[Demand] | type[Alternative]]
    leads_to_record = True

    def find_record(self) -> Record | None:
        related = "resource" if self.model is Demand else "lead"
        return find(self.request, self.model, "task__event", related, pk=self.kwargs["pk"])

    @property
    def part(self) -> Demand | Alternative:
        assert isinstance(self.found, Demand | Alternative)
        return self.found

    def back_url(self) -> str:
        return self.part.task.get_absolute_url()

    def named(self) -> dict[str, Any]:
        part = self.part
        named = {"code": part.code} if isinstance(part, Alternative) else {"resource": part.resource.code}
        return {"task": part.task.code, **named}


class EditDemand(_OfTaskPart):
    model = Demand
    form_class = DemandForm
    verb = _("Demand {what}")

    def initial(self) -> dict[str, Any]:
        return initial_of(self.part, ("units",))

    def actions(self, form: ActionForm) -> Sequence[Action]:
        values = form.changed_values()
        return [act.SetDemand(**self.named(), seen=form.cleaned_data["seen"], **values)] if values else []


class DropDemand(_OfTaskPart):
    model = Demand
    form_class = PlainForm
    verb = _("Remove demand {what}")
    confirm_label = _("Remove")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [act.RemoveDemand(**self.named(), seen=form.cleaned_data["seen"])]


class AddAlternative(TaskActionView):
    """Another way to do the task."""

    form_class = AlternativeForm
    verb = _("Another way to do {what}")

    def initial(self) -> dict[str, Any]:
        task = self.task
        taken = set(Alternative.objects.filter(task=task).values_list("code", flat=True))
        free = next(f"A{n}" for n in range(1, len(taken) + 2) if f"A{n}" not in taken)
        return {"seen": None, "code": free, "likely": task.likely, "desks": task.desks, "reluctance": 1}

    def actions(self, form: ActionForm) -> list[Action]:
        return [act.CreateAlternative(task=self.task.code, **form.values())]


class EditAlternative(_OfTaskPart):
    model = Alternative
    form_class = AlternativeForm
    verb = _("Alternative {what}")

    def initial(self) -> dict[str, Any]:
        names = ("lead", "optimistic", "likely", "pessimistic", "desks", "reluctance", "note")
        return initial_of(self.part, names)

    def actions(self, form: ActionForm) -> Sequence[Action]:
        values, seen = form.changed_values(), form.cleaned_data["seen"]
        return [act.ChangeAlternative(**self.named(), seen=seen, **values)] if values else []


class DropAlternative(_OfTaskPart):
    model = Alternative
    form_class = PlainForm
    verb = _("Remove alternative {what}")
    confirm_label = _("Remove")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [act.RemoveAlternative(**self.named(), seen=form.cleaned_data["seen"])]


class ChooseAlternative(_OfTaskPart):
    """Do the task this way from now on. `seen` is the version of the task."""

    model = Alternative
    form_class = PlainForm
    verb = _("Do it the way {what}")
    lead_text = _("Its lead, durations and desks become the task's; the former way stays as this alternative.")

    def form(self, data: Any = None, files: Any = None) -> ActionForm:
        task = self.part.task
        return self.form_class(data, files, request=self.request, record=task, initial={"seen": task.version})

    def record(self) -> Record | None:
        return self.part.task

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [act.ChooseAlternative(**self.named(), seen=form.cleaned_data["seen"])]


class PlanStart(TaskActionView):
    """Set or clear the day on which the plan in force starts the task."""

    form_class = PlannedStartForm
    verb = _("Planned start of {what}")

    def initial(self) -> dict[str, Any]:
        return {"start": self.task.planned_start}

    def actions(self, form: ActionForm) -> list[Action]:
        if "start" not in form.changed_data:
            return []
        return [
            act.PlaceTask(code=self.task.code, start=form.cleaned_data["start"], seen=form.cleaned_data.get("seen"))
        ]
