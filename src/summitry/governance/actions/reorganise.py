"""The late re-organisation: bodies are replaced by others from one day on, and their open work gets new owners.

The reference event has the case: on 8 October 2025, 17 days before the opening, a decision of the Prime Minister put
a national committee with a standing secretariat and six sub-committees in the place of a ministerial committee.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict

from summitry.core.action import Action, Context, action
from summitry.core.models import Agency
from summitry.core.records import Record, save_all
from summitry.core.refusals import Fault, Invalid
from summitry.core.rights import DECIDE
from summitry.governance.actions.bodies import close
from summitry.governance.actions.naming import clause_of
from summitry.governance.models import Body, Clause
from summitry.governance.ownership import OwnedKind, open_records


class NewBody(BaseModel):
    """A body that the re-organisation creates. `parent` may name another of the new bodies."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    code: str
    name: str
    kind: Body.Kind
    name_national: str = ""
    parent: str | None = None
    agency: str | None = None


@action("governance.reorganise", title=gettext_lazy("Re-organise bodies"), right=DECIDE)
class Reorganise(Action):
    """Replace bodies by others from a day on, under a clause, and hand their open work to new owners.

    ends: codes of the bodies that are replaced. They end the day before, as do the posts on them; one that has ended
        already keeps its last day.
    into: codes of existing bodies that take work over; `creates`: bodies that begin on the day, under the clause.
    owners: new owner by record, such as {"schedule.task/T05": "SC-CONTENT"}; an empty code leaves it where it is.
    by_agency, by_group, otherwise: for records that `owners` does not name: the new owner by the agency that does the
        work, else by the record's group (a task's objective), else this one.

    What gets no new owner stays with the body that ended, and check GOV010 finds it. Only records that the viewer may
    see are touched.
    """

    ends: tuple[str, ...]
    day: date
    clause: str
    into: tuple[str, ...] = ()
    creates: tuple[NewBody, ...] = ()
    owners: dict[str, str] = {}
    by_agency: dict[str, str] = {}
    by_group: dict[str, str] = {}
    otherwise: str | None = None

    def run(self, ctx: Context) -> Body:
        clause = clause_of(ctx, self.clause)
        if clause is None:
            raise Invalid.of("clause", _("Name the clause that re-organises."))
        old = [ctx.get(Body, code=code) for code in dict.fromkeys(self.ends)]
        targets = {code: ctx.get(Body, code=code) for code in self.into}
        _refuse(self._faults(old, targets))
        targets |= self._create(ctx, clause, targets)
        for body in old:
            self._end(ctx, body, clause)
        self._hand_on(ctx, old, targets)
        return old[0]

    def _faults(self, old: list[Body], targets: Mapping[str, Body]) -> Iterator[Fault]:
        if not old:
            yield Fault(field="ends", message=_("Name at least one body that is replaced."))
        for body in old:
            if body.from_day >= self.day:
                message = _("It only begins on or after the day of the re-organisation.")
                yield Fault(field="ends", message=message, found=body.code)
            if body.code in targets:
                yield Fault(field="into", message=_("It cannot be replaced by itself."), found=body.code)
        for code, body in targets.items():
            if not body.in_force_on(self.day):
                yield Fault(field="into", message=_("This body is not in force on that day."), found=code)
        known = targets.keys() | {body.code for body in self.creates}
        named = [
            *(("owners", code) for code in self.owners.values()),
            *(("by_agency", code) for code in self.by_agency.values()),
            *(("by_group", code) for code in self.by_group.values()),
            ("otherwise", self.otherwise or ""),
        ]
        for field, code in dict.fromkeys(named):
            if code and code not in known:
                message = _("It is none of the bodies that take over: add it to them first.")
                yield Fault(field=field, message=message, found=code)

    def _create(self, ctx: Context, clause: Clause, known: Mapping[str, Body]) -> dict[str, Body]:
        """The new bodies, parents first."""
        made: dict[str, Body] = {}
        waiting = list(self.creates)
        codes = {body.code for body in waiting}
        while waiting:
            ready = [new for new in waiting if new.parent not in codes or new.parent in made]
            if not ready:
                raise Invalid.of("creates", _("These new bodies stand below one another."), waiting[0].code)
            for new in ready:
                waiting.remove(new)
                parent = made.get(new.parent or "") or known.get(new.parent or "") or ctx.find(Body, new.parent)
                made[new.code] = ctx.new(
                    Body,
                    **new.model_dump(exclude={"parent", "agency"}),
                    parent=parent,
                    agency=ctx.find(Agency, new.agency),
                    created_by=clause,
                    from_day=self.day,
                )
        return made

    def _end(self, ctx: Context, body: Body, clause: Clause) -> None:
        last_day = self.day - timedelta(days=1)
        if body.to_day is None or body.to_day > last_day:
            close(ctx, body, last_day, clause)
        elif body.ended_by_id is None:
            body.ended_by = clause
            ctx.put(body)

    def _hand_on(self, ctx: Context, old: list[Body], targets: Mapping[str, Body]) -> None:
        unused = {name for name, code in self.owners.items() if code}
        moved: dict[str, list[Record]] = {}
        for kind, record in open_records(ctx.event, [body.pk for body in old], ctx.viewer):
            unused.discard(kind.name_of(record))
            code = self.new_owner(kind, record)
            if code:
                kind.reassign(record, targets[code])
                moved.setdefault(kind.label, []).append(record)
        # Someone may have closed it or given it away since this person looked: they must look again.
        gone = _("It is no longer open work of these bodies: look at the list again.")
        _refuse(Fault(field="owners", message=gone, found=name) for name in sorted(unused))
        for records in moved.values():
            save_all(records)

    def new_owner(self, kind: OwnedKind, record: Record) -> str:
        """The code of the body that takes a record over; empty when it stays."""
        given = self.owners.get(kind.name_of(record))
        if given is not None:
            return given
        agency, group = kind.agency_of(record), kind.group_of(record)
        by_agency = self.by_agency.get(agency.code, "") if agency else ""
        by_group = self.by_group.get(group.key, "") if group else ""
        return by_agency or by_group or self.otherwise or ""


def _refuse(faults: Iterable[Fault]) -> None:
    found = list(faults)
    if found:
        raise Invalid(found)
