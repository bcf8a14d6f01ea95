"""Agencies and people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.models import Agency, Person
from summitry.core.refusals import Invalid
from summitry.core.rights import PLAN


def _no_loop(agency: Agency) -> None:
    above, steps = agency.parent, 0
    while above is not None:
        if above.pk == agency.pk or steps > 50:
            raise Invalid.of("parent", _("An agency cannot stand below itself."), above.code)
        above, steps = above.parent, steps + 1


@action("core.create_agency", title=_("Add an agency"), right=PLAN)
class CreateAgency(Action):
    """Add a ministry, department, unit, locality, partner or operator."""

    code: str
    name: str
    name_national: str = ""
    kind: Agency.Kind = Agency.Kind.DEPARTMENT
    parent: str | None = None
    contact: str = ""
    working_week: str = ""

    def run(self, ctx: Context) -> Agency:
        values = self.model_dump(exclude={"parent"})
        return ctx.new(Agency, **values, parent=ctx.find(Agency, self.parent))


@action("core.change_agency", title=_("Change an agency"), right=PLAN)
class ChangeAgency(Action):
    """Change an agency's names, kind, place, contact or working week. Its code stays: records speak of it."""

    code: str
    seen: int | None = None
    name: str = ""
    name_national: str = ""
    kind: Agency.Kind = Agency.Kind.DEPARTMENT
    parent: str | None = None
    contact: str = ""
    working_week: str = ""

    def run(self, ctx: Context) -> Agency:
        agency = ctx.get(Agency, code=self.code, seen=self.seen)
        for name in ("name", "name_national", "kind", "contact", "working_week"):
            if self.given(name):
                setattr(agency, name, getattr(self, name))
        if self.given("parent"):
            agency.parent = ctx.find(Agency, self.parent)
            _no_loop(agency)
        return ctx.put(agency)


@action("core.remove_agency", title=_("Remove an agency"), right=PLAN)
class RemoveAgency(Action):
    """Remove an agency that nothing refers to."""

    code: str
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        ctx.remove(ctx.get(Agency, code=self.code, seen=self.seen))


@action("core.create_person", title=_("Add a person"), right=PLAN)
class CreatePerson(Action):
    """Add a person who may hold posts."""

    code: str
    name: str
    function: str = ""
    agency: str | None = None
    phone: str = ""
    email: str = ""
    classification: int = 1

    def run(self, ctx: Context) -> Person:
        values = self.model_dump(exclude={"agency"})
        return ctx.new(Person, **values, agency=ctx.find(Agency, self.agency))


@action("core.change_person", title=_("Change a person"), right=PLAN)
class ChangePerson(Action):
    """Change a person's name, function, agency, contact or classification."""

    code: str
    seen: int | None = None
    name: str = ""
    function: str = ""
    agency: str | None = None
    phone: str = ""
    email: str = ""
    classification: int = 1

    def run(self, ctx: Context) -> Person:
        person = ctx.get(Person, code=self.code, seen=self.seen)
        for name in ("name", "function", "phone", "email", "classification"):
            if self.given(name):
                setattr(person, name, getattr(self, name))
        if self.given("agency"):
            person.agency = ctx.find(Agency, self.agency)
        return ctx.put(person)


@action("core.remove_person", title=_("Remove a person"), right=PLAN)
class RemovePerson(Action):
    """Remove a person whom nothing refers to."""

    code: str
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        ctx.remove(ctx.get(Person, code=self.code, seen=self.seen))
