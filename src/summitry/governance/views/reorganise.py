"""The wizard of the late re-organisation: choose, map, see the consequences, confirm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy, ngettext

from summitry.core import clock
from summitry.core.action import Action, Applied
from summitry.core.http.forms import ActionForm
from summitry.core.rights import DECIDE
from summitry.governance.actions import Reorganise
from summitry.governance.forms.reorganise import ReorganiseForm
from summitry.governance.ownership import OWNED
from summitry.governance.queries import OwnedRow, stranded
from summitry.governance.views.base import MandateView


class ReorganiseView(MandateView):
    """Step one lives in the address, step two is the form; consequences and confirmation are every form's."""

    title = gettext_lazy("Re-organise bodies")
    lead_text = gettext_lazy(
        "Bodies give way to others from one day on. Everything that they still own gets a new owner, in one step that "
        "can be undone as one."
    )
    form_class = ReorganiseForm
    template_name = panel_template_name = "governance/reorganise.html"
    right = DECIDE

    def actions(self, form: ActionForm) -> Sequence[Action]:
        assert isinstance(form, ReorganiseForm)
        return [form.action()] if form.choice is not None else []

    def page(self, form: ActionForm, **more: Any) -> Any:
        assert isinstance(form, ReorganiseForm)
        today = clock.today(self.request.event)
        return super().page(
            form,
            first=form.first,
            choice=form.choice,
            hidden=form.hidden,
            table=_table(form),
            loose=[form[f"agency:{code}"] for code, _name in form.loose_agencies()] if form.choice else [],
            unmapped=sum(not row.heir for row in form.rows),
            outcome=_outcome(form) if more.get("step") == "preview" else [],
            left=_left(form) if more.get("step") == "preview" else [],
            stranded=stranded(self.request.viewer, self.request.event, today),
            page_classification=max((getattr(row.record, "classification", 0) for row in form.rows), default=None),
            **more,
        )

    def success_url(self, applied: Applied) -> str:
        action = applied.entries[-1].arguments
        return f"{self.request.event.get_absolute_url()}mandates/?day={action['day']}"

    def done_message(self, applied: Applied) -> str:
        owned = [kind.label for kind in OWNED]
        moved = applied.entries[-1].changes.filter(label__in=owned).count()
        return ngettext("%(n)d record has a new owner.", "%(n)d records have new owners.", moved) % {"n": moved}


def _table(form: ReorganiseForm) -> list[tuple[str, list[dict[str, Any]]]]:
    """The open records by kind, those without a suggestion first, each with its select."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(form.rows, key=lambda one: (bool(one.heir), one.record.key)):
        groups.setdefault(row.kind.title, []).append({"row": row, "field": form[f"owner:{row.name}"]})
    return list(groups.items())


def _owner(action: Reorganise, row: OwnedRow) -> str:
    return action.new_owner(row.kind, row.record)


def _outcome(form: ReorganiseForm) -> list[dict[str, Any]]:
    """How many records each heir gets."""
    assert form.choice is not None
    action = form.action()
    given = [_owner(action, row) for row in form.rows]
    return [{"heir": heir, "count": given.count(heir.code)} for heir in form.choice.heirs]


def _left(form: ReorganiseForm) -> list[OwnedRow]:
    """The records that stay with the body that ends."""
    action = form.action()
    return [row for row in form.rows if not _owner(action, row)]
