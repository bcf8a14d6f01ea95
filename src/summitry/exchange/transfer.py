"""Whole events in and out, for the command line and other programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from summitry.core.action import Applied, submit, submit_to_installation
from summitry.core.actions import CreateEvent
from summitry.core.models import Event
from summitry.core.preview import Consequences, preview
from summitry.core.refusals import Invalid, NotPermitted
from summitry.core.rights import PLAN
from summitry.core.viewer import Viewer, system_viewer, viewer_for
from summitry.exchange import queries
from summitry.exchange.actions import ImportWorkbook, import_of, refuse_unready
from summitry.exchange.comparing import Choice, Plan, plan
from summitry.exchange.faults import refuse_file
from summitry.exchange.plans.book import Wishes
from summitry.exchange.plans.opening import kind_of, open_file
from summitry.exchange.reading import read
from summitry.exchange.sheets.core import EVENT


@dataclass(frozen=True)
class Imported:
    """What an import did, or would do: `applied` is None for a dry run, `consequences` None for a real one."""

    event: Event
    plan: Plan
    applied: Applied | None
    consequences: Consequences | None


def export_workbook(event: Event, viewer: Viewer, file: BinaryIO) -> bool:
    """Write what the viewer sees of the event into a file. True when that is the whole event."""
    from summitry.exchange.writing import write_event  # openpyxl is large: loaded when first needed

    stored = queries.load(event, viewer)
    write_event(stored, file)
    return stored.complete


def import_workbook(
    event: Event,
    viewer: Viewer,
    data: bytes,
    *,
    dry_run: bool = False,
    file_name: str = "",
    on_conflict: Choice = "stop",
    reason: str = "",
    wishes: Wishes = Wishes(),  # noqa: B008  (frozen)
) -> Imported:
    """Import a workbook or an outside plan into an event, or with `dry_run` only tell what it would do.

    Raises `WorkbookRefused` with every fault; then nothing is changed. A workbook that changes nothing writes nothing.
    """
    if not viewer.may(PLAN):
        raise NotPermitted(action=str(ImportWorkbook.action_title), who=PLAN.who())
    book = open_file(data, event, viewer, wishes, file_name)
    found = plan(event, viewer, book, on_conflict=on_conflict)
    refuse_unready(found)
    if found.empty:
        return Imported(event, found, None, None)
    act = import_of(book, data, file_name=file_name, on_conflict=on_conflict)
    if dry_run:
        return Imported(event, found, None, preview([act], viewer=viewer, event=event))
    return Imported(event, found, submit([act], viewer=viewer, event=event, reason=reason), None)


def create_event_from_workbook(
    data: bytes, viewer: Viewer, *, slug: str = "", dry_run: bool = False, file_name: str = "", reason: str = ""
) -> Imported:
    """Make the event that a workbook describes, and import it: both or neither.

    slug: the new event's address, by default the workbook's. The viewer needs the right to make events. What the
    workbook says of the demonstration clock holds for the new event.
    """
    if kind_of(data, file_name) != "workbook":
        raise refuse_file(_("A plan of another program describes no event: make the event first, then import into it."))
    book = read(data)
    book.faults.refuse()
    values = book.event_values()
    slug = slug or str(values.get("slug") or "")
    if Event.objects.filter(slug=slug).exists():
        raise refuse_file(_("There is an event with this short name already: import into it."), slug)
    facts = {column.field: values[column.field] for column in EVENT.columns if "." not in column.field}
    facts |= {"slug": slug, "classification_names": queries.level_names(values)}  # type: ignore[dict-item]
    made = CreateEvent.model_validate(facts)
    with transaction.atomic():
        submit_to_installation([made], viewer=viewer, reason=reason)
        event = Event.objects.get(slug=slug)
        inside = _viewer_at(event, viewer)
        done = import_workbook(event, inside, data, dry_run=dry_run, file_name=file_name, reason=reason)
        if dry_run:
            transaction.set_rollback(True)
    return done


def _viewer_at(event: Event, viewer: Viewer) -> Viewer:
    """The system stays the system; a person needs access to the event that was made, which they do not have yet."""
    if viewer.everything:
        return system_viewer(event, viewer.account, viewer.acts_as)
    if viewer.account is None:
        raise Invalid.of("", _("Only the system or a person can make an event."))
    return viewer_for(viewer.account, event)
