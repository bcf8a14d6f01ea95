"""Changing several tasks at once, and the saved filters of the table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from summitry.core.action import Action, Applied, submit
from summitry.core.actions import RemoveView, SaveView
from summitry.core.http.forms import ActionForm
from summitry.core.http.request import EventRequest
from summitry.core.refusals import Invalid, StaleEdit
from summitry.core.rights import PLAN
from summitry.schedule.actions import BulkChange
from summitry.schedule.forms import BulkForm
from summitry.schedule.models import Task
from summitry.schedule.views.base import ScheduleActionView
from summitry.schedule.views.filters import TaskFilter
from summitry.schedule.views.rows import Rows
from summitry.schedule.views.table import PAGE


class BulkEdit(ScheduleActionView):
    """Change the tasks that were ticked in the table, or all that its filter shows.

    The table posts `task` (codes) or `all=1` with `query`, its filter; from then on the form carries `tasks`.
    """

    form_class = BulkForm
    template_name = "schedule/bulk_form.html"
    panel_template_name = "schedule/bulk_form.html"
    title = _("Change several tasks")
    right = PLAN
    leads_to_record = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Tasks are chosen in the table: there is nothing to show without them."""
        return HttpResponseRedirect(self.table_url())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "tasks" in request.POST:
            return super().post(request, *args, **kwargs)
        chosen = self._chosen()
        if not chosen:
            messages.warning(request, _now("No task was chosen. Tick the rows first."))
            return HttpResponseRedirect(self.table_url())
        form = self.form()
        form.initial["tasks"] = " ".join(f"{task.code}:{task.version}" for task in chosen)
        return self.page(form)

    def _chosen(self) -> list[Task]:
        if self.request.POST.get("all") == "1":
            rows = Rows(self.request.event, self.request.viewer)
            shown = TaskFilter.of(QueryDict(self.request.POST.get("query", ""))).apply(rows)
            return [item.row.task for item in shown if not item.context]
        codes = self.request.POST.getlist("task")
        return list(Task.objects.filter(code__in=codes).visible_to(self.request.viewer))

    def form(self, data: Any = None, files: Any = None) -> ActionForm:
        return self.form_class(data, files, request=self.request, record=None, initial=self.initial())

    def context(self) -> dict[str, Any]:
        return {"back_url": self.back_url()}

    def back_url(self) -> str:
        query = TaskFilter.of(QueryDict(self.request.POST.get("query", ""))).query()
        return f"{self.table_url()}?{query}" if query else self.table_url()

    def success_url(self, applied: Applied) -> str:
        return self.back_url()

    def page(self, form: ActionForm, **more: Any) -> HttpResponse:
        chosen = form["tasks"].value() or ""
        codes = [item.rpartition(":")[0] for item in chosen.split()]
        tasks = Task.objects.filter(code__in=codes).visible_to(self.request.viewer)
        return super().page(form, tasks=tasks, query=self.request.POST.get("query", ""), **more)

    def actions(self, form: ActionForm) -> Sequence[Action]:
        assert isinstance(form, BulkForm)
        change, seen = form.change(), form.cleaned_data["tasks"]
        return [BulkChange(tasks=list(seen), seen=seen, **change)] if change else []

    def stale(self, form: ActionForm, refusal: StaleEdit) -> HttpResponse:
        """One of the tasks was changed meanwhile: the form now rests on its newest version and says which it was."""
        data = QueryDict(mutable=True)
        data.update(form.data)
        versions = {code: version for code, _s, version in (i.rpartition(":") for i in str(data["tasks"]).split())}
        for task in Task.objects.filter(code__in=versions).visible_to(self.request.viewer):
            versions[task.code] = str(task.version)
        data["tasks"] = " ".join(f"{code}:{version}" for code, version in versions.items())
        fresh = self.form(data)
        fresh.add_error(
            None,
            _now(
                "%(what)s was changed by someone else meanwhile. Your choices are kept and now rest on the newest "
                "version: look at the consequences again."
            )
            % {"what": refusal.record},
        )
        return self.page(fresh, status=409)

    def done_message(self, applied: Applied) -> str:
        count = len(applied.entries[0].arguments["tasks"])
        return ngettext("%(n)d task was changed.", "%(n)d tasks were changed.", count) % {"n": count}


@require_POST
def save_view(request: EventRequest, slug: str) -> HttpResponse:
    """Keep the table's present filter under a name. It changes nothing of the event, so there is nothing to preview."""
    query = TaskFilter.of(QueryDict(request.POST.get("query", ""))).query()
    name = request.POST.get("name", "").strip()
    address = reverse("schedule:tasks", args=[slug])
    try:
        submit([SaveView.of(page=PAGE, name=name, query=query)], viewer=request.viewer, event=request.event)
    except Invalid as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _now("The filter “%(name)s” is kept.") % {"name": name})
    return HttpResponseRedirect(f"{address}?{query}" if query else address)


@require_POST
def remove_view(request: EventRequest, slug: str, pk: int) -> HttpResponse:
    """Remove one of one's own filters."""
    submit([RemoveView(view=pk)], viewer=request.viewer, event=request.event)
    messages.success(request, _now("The filter was removed."))
    return HttpResponseRedirect(reverse("schedule:tasks", args=[slug]))
