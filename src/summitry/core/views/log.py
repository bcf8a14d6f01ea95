"""The audit log, the history of records, and undo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from summitry.core import audit, clock
from summitry.core.action import Action, Applied
from summitry.core.actions import Undo
from summitry.core.http.forms import ActionForm
from summitry.core.http.request import EventRequest
from summitry.core.http.views import ConfirmView
from summitry.core.models import AuditChain, AuditEntry
from summitry.core.queries import log as log_queries
from summitry.core.queries.log import LogFilter
from summitry.core.queries.records import history_rows, history_shown, record_of, record_on
from summitry.core.records import ref
from summitry.core.refusals import NotFound, NotPermitted
from summitry.core.rights import ADMINISTER, Classification
from summitry.core.viewer import Viewer, system_viewer
from summitry.core.views.base import need, page_of

PAGE = 50
HISTORY_PAGE = 20
INSTALLATION = "installation"


def _chain_and_reader(request: EventRequest) -> tuple[AuditChain, Viewer]:
    """The event's log, or (for the installation's administrators, who ask for it) that of the installation."""
    need(request, ADMINISTER, _("Read the audit log"))
    if request.GET.get("of") != INSTALLATION:
        return audit.chain_for(request.event), request.viewer
    if not request.viewer.administers_installation:
        raise NotPermitted(action=_("Read the installation's audit log"), who=_("administrators of the installation"))
    # Accounts and the making of events carry no classification.
    return audit.chain_for(None), system_viewer(account=request.viewer.account)


@require_safe
def log(request: EventRequest, slug: str) -> HttpResponse:
    """Who did what, when, with which arguments, and what changed."""
    chain, reader = _chain_and_reader(request)
    return render(request, "core/log.html", _log_context(request, chain, reader))


@require_POST
def verify(request: EventRequest, slug: str) -> HttpResponse:
    """The log with the result of verifying its whole chain now."""
    chain, reader = _chain_and_reader(request)
    state = log_queries.verified(chain)
    return render(request, "core/log.html", {**_log_context(request, chain, reader), "verified": state})


def _log_context(request: EventRequest, chain: AuditChain, reader: Viewer) -> dict[str, Any]:
    wanted = LogFilter.of(request.GET)
    page = page_of(request, log_queries.entries(chain, wanted, reader), PAGE)
    shown = log_queries.shown(list(page.object_list), reader)
    return {
        "title": _("Audit log"),
        "section": "log",
        # The log itself is no more public than the work it tells of.
        "page_classification": max([Classification.INTERNAL, *(c.level for one in shown for c in one.changes)]),
        "wanted": wanted,
        "page": page,
        "entries": shown,
        "actors": log_queries.actors(chain),
        "actions_done": log_queries.actions_done(chain),
        "chain": chain,
        "of_installation": chain.event_id is None,
        "may_see_installation": request.viewer.administers_installation,
    }


@require_safe
def export(request: EventRequest, slug: str, kind: str) -> StreamingHttpResponse:
    """What the filter shows, whole, as CSV or JSON Lines; streamed."""
    chain, reader = _chain_and_reader(request)
    rows = log_queries.entries(chain, LogFilter.of(request.GET), reader)
    lines, media_type = {
        "csv": (log_queries.csv_lines, "text/csv; charset=utf-8"),
        "jsonl": (log_queries.json_lines, "application/x-ndjson"),
    }[kind]
    response = StreamingHttpResponse(lines(rows, reader), content_type=media_type)
    day = clock.today(request.event).isoformat()
    response["Content-Disposition"] = f'attachment; filename="log-{request.event.slug}-{day}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def history(request: EventRequest, slug: str, label: str, pk: int) -> HttpResponse:
    """A record's versions, and what it said on a day."""
    record = record_of(request.viewer, label, pk)
    page = page_of(request, history_rows(record), HISTORY_PAGE)
    day = _asked_day(request)
    context = {
        "title": _("History of %(record)s") % {"record": record.key},
        "section": "",
        "record": record,
        "named": ref(record),
        "kind": record._meta.verbose_name,
        "page_classification": getattr(record, "classification", None),
        "page": page,
        "versions": history_shown(list(page.object_list), request.viewer),
        "day": day,
        "then": record_on(record, day, request.viewer) if day is not None else None,
        "today": clock.today(request.event),
    }
    return render(request, "core/history.html", context)


def _asked_day(request: EventRequest) -> date | None:
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        return None
    return day if day is not None and date.min.year < day.year < date.max.year else None


class UndoView(ConfirmView):
    """Put back what a change did: shown with its consequences, then confirmed. What was undone can be done again."""

    title = gettext_lazy("Undo")
    template_name = panel_template_name = "core/undo.html"

    @cached_property
    def entries(self) -> list[AuditEntry]:
        rows = AuditEntry.objects.filter(batch=self.kwargs["batch"], chain__event=self.request.event)
        found = list(rows.select_related("actor", "chain").order_by("sequence"))
        if not found:
            raise NotFound(what=_("change"), key=str(self.kwargs["batch"]))
        return found

    @property
    def again(self) -> bool:
        """Whether the change to take back is itself an undo."""
        return all(entry.undoes is not None for entry in self.entries)

    def heading(self) -> str:
        return _("Do it again") if self.again else _("Undo")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [Undo(batch=self.kwargs["batch"])]

    def context(self) -> dict[str, Any]:
        # Only reached once a rehearsal was allowed: whoever may undo a change may read what it did.
        return {
            "entries": log_queries.shown(self.entries, self.request.viewer),
            "again": self.again,
            "confirm_label": _("Do it again") if self.again else _("Undo"),
        }

    def done_message(self, applied: Applied) -> str:
        return _("Done again.") if self.again else _("Undone.")
