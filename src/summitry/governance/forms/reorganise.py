"""The two forms of a re-organisation: which bodies give way to which from what day, then who takes each piece over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.core import clock, dates
from summitry.core.http.forms import ActionForm, CodeChoices, DateField
from summitry.core.refusals import Invalid
from summitry.core.viewer import Viewer
from summitry.governance.actions import NewBody, Reorganise
from summitry.governance.forms.fields import AgencyChoice, ClauseChoice, visible
from summitry.governance.models import Body
from summitry.governance.queries import Heir, OwnedRow, hidden_open, stranded, suggest

# What a row's select says for "leave it with the body that ended, on purpose".
STAYS = "-"
ROWS = 3
MOST_ROWS = 30


class _BodyChoices(CodeChoices):
    """Several bodies, each with its days."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        day = dates.plain(obj.to_day or obj.from_day)
        life = _("until %(day)s") % {"day": day} if obj.to_day else _("from %(day)s") % {"day": day}
        return f"{obj.code} {obj.name} ({life})"


class NewBodyForm(forms.Form):
    """One line of new bodies; a line without a code is none."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=60, required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    name_national = forms.CharField(label=gettext_lazy("Name in the national language"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=Body.Kind.choices, initial=Body.Kind.SUBCOMMITTEE, required=False
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"] = forms.CharField(
            label=gettext_lazy("Stands below"), max_length=60, required=False, help_text=gettext_lazy("A body's code.")
        )
        self.fields["agency"] = AgencyChoice(viewer, label=gettext_lazy("Led by"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("code") and not values.get("name"):
            self.add_error("name", _("A new body needs a name."))
        if values.get("name") and not values.get("code"):
            self.add_error("code", _("A new body needs a code."))
        return values

    @property
    def body(self) -> NewBody | None:
        values = self.cleaned_data
        if not values.get("code"):
            return None
        return NewBody(
            code=values["code"],
            name=values["name"],
            name_national=values["name_national"],
            kind=Body.Kind(values["kind"] or Body.Kind.SUBCOMMITTEE),
            parent=values["parent"] or None,
            agency=values["agency"],
        )


class ChoiceForm(forms.Form):
    """The first step, in the address: so it can be shared, kept and gone back to."""

    day = DateField(
        label=gettext_lazy("From which day"),
        help_text=gettext_lazy("The first day of the new bodies; the old ones end the day before."),
    )

    def __init__(
        self, data: QueryDict | None, *, viewer: Viewer, today: date, initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        bodies = visible(viewer, Body).order_by("from_day", "pk")
        self.fields["old"] = _BodyChoices(bodies, required=True, label=gettext_lazy("Bodies that are replaced"))
        self.fields["into"] = _BodyChoices(
            bodies.exclude(to_day__lt=today),
            label=gettext_lazy("Existing bodies that take over"),
            help_text=gettext_lazy("They must be in force on that day."),
        )
        self.fields["clause"] = ClauseChoice(viewer, required=True, label=gettext_lazy("Under which clause"))
        self.order_fields(("old", "day", "clause", "into"))
        rows = _number(data.get("rows") if data else None)
        self.lines = [NewBodyForm(data, prefix=f"new{n}", viewer=viewer) for n in range(rows)]

    @property
    def rows(self) -> int:
        return len(self.lines)

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(line.is_valid() for line in self.lines)])

    @property
    def creates(self) -> tuple[NewBody, ...]:
        return tuple(line.body for line in self.lines if line.body is not None)


def _number(text: str | None) -> int:
    return min(max(int(text), 1), MOST_ROWS) if text and text.isdecimal() else ROWS


@dataclass(frozen=True)
class Choice:
    """A valid first step."""

    old: tuple[Body, ...]
    day: date
    clause: str
    into: tuple[Body, ...]
    creates: tuple[NewBody, ...]

    @cached_property
    def heirs(self) -> tuple[Heir, ...]:
        new = [Heir(one.code, one.name, one.kind, one.agency or "") for one in self.creates]
        return (*(Heir.of(body) for body in self.into), *new)


class ReorganiseForm(ActionForm):
    """The second step: a new owner for each open record of the old bodies.

    choice: the first step as the address gives it, None while it is not complete. `first`: its form.
    """

    def build(self) -> None:
        asked = self.request.GET if "day" in self.request.GET else None
        today = clock.today(self.event)
        first = self._first_values(today) if asked is None else None
        self.first = ChoiceForm(asked, viewer=self.viewer, today=today, initial=first)
        self.choice = self._choice() if asked is not None and self.first.is_valid() else None
        self.rows: list[OwnedRow] = []
        self.hidden = 0
        if self.choice is None:
            return
        old = [body.pk for body in self.choice.old]
        self.rows = suggest(self.viewer, self.event, old, self.choice.heirs)
        self.hidden = hidden_open(self.viewer, self.event, old)
        heirs = [(heir.code, f"{heir.code} {heir.name}") for heir in self.choice.heirs]
        for row in self.rows:
            self.fields[f"owner:{row.name}"] = forms.ChoiceField(
                label=str(row.record),
                required=False,
                initial=row.heir,
                choices=[("", _("no new owner yet")), *heirs, (STAYS, _("stays with the old body"))],
            )
        for agency, name in self.loose_agencies():
            self.fields[f"agency:{agency}"] = forms.ChoiceField(
                label=name, required=False, choices=[("", _("decide one by one")), *heirs]
            )
        self.fields["otherwise"] = forms.ChoiceField(
            label=gettext_lazy("All that has no new owner after that"),
            required=False,
            choices=[("", _("stays with the old body, as a finding")), *heirs],
        )

    def _first_values(self, today: date) -> dict[str, Any]:
        """The bodies that the address names (a body's page leads here), and what their decision says of them.

        Without a name, those that have ended and still own open work. Where a decision has ended one of them: all
        that it ended, its day, its clause, and the bodies that it created.
        """
        bodies = visible(self.viewer, Body).select_related("created_by", "ended_by__decision")
        named = self.request.GET.getlist("old") or [one.body.code for one in stranded(self.viewer, self.event, today)]
        ending = next((b.ended_by for b in bodies if b.code in named and self.viewer.sees(b.ended_by)), None)
        if ending is None:
            return {"old": named, "day": today}
        old = [b for b in bodies if b.code in named or (b.ended_by and b.ended_by.decision_id == ending.decision_id)]
        heirs = [b for b in bodies if b.created_by and b.created_by.decision_id == ending.decision_id]
        return {
            "old": [body.code for body in old],
            "day": max([ending.decision.effective_from, *(body.from_day for body in heirs)]),
            "clause": ending.key,
            "into": [body.code for body in heirs],
        }

    def _choice(self) -> Choice:
        values = self.first.cleaned_data
        known = {body.code: body for body in visible(self.viewer, Body).select_related("agency", "event")}
        return Choice(
            old=tuple(known[code] for code in values["old"]),
            day=values["day"],
            clause=values["clause"],
            into=tuple(known[code] for code in values["into"]),
            creates=self.first.creates,
        )

    def loose_agencies(self) -> list[tuple[str, str]]:
        """The agencies of records for which nothing is suggested."""
        found = {row.agency.code: str(row.agency) for row in self.rows if row.agency is not None and not row.heir}
        return sorted(found.items())

    def action(self) -> Reorganise:
        """The action of a valid second step."""
        assert self.choice is not None
        values = self.cleaned_data
        owners = {}
        for row in self.rows:
            given = values.get(f"owner:{row.name}", "")
            if given:
                owners[row.name] = "" if given == STAYS else given
        by_agency = {
            name.removeprefix("agency:"): code for name, code in values.items() if name.startswith("agency:") and code
        }
        return Reorganise(
            ends=tuple(body.code for body in self.choice.old),
            day=self.choice.day,
            clause=self.choice.clause,
            into=tuple(body.code for body in self.choice.into),
            creates=self.choice.creates,
            owners=owners,
            by_agency=by_agency,
            otherwise=values.get("otherwise") or None,
        )

    def take(self, refusal: Invalid) -> None:
        """Faults of the first step are shown there: its fields are not this form's."""
        for fault in refusal.faults:
            self.add_error(None, f"{fault.found}: {fault.message}" if fault.found else str(fault.message))
