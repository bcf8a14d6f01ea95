"""Findings: listed, explained, set aside, taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from summitry.core import clock
from summitry.core.action import Action, Applied
from summitry.core.actions import EndWaiver, WaiveFinding
from summitry.core.checking import CHECKS, Check, Found
from summitry.core.forms.notes import WaiveForm
from summitry.core.http.forms import ActionForm
from summitry.core.http.request import EventRequest
from summitry.core.http.views import ActionView, ConfirmView
from summitry.core.models import Agency, Waiver
from summitry.core.queries.findings import ALL, FindingFilter, find, findings_for, waivers
from summitry.core.refusals import NotFound
from summitry.core.rights import DECIDE
from summitry.core.views.base import find as find_record
from summitry.core.views.base import page_of

PAGE = 100


@require_safe
def checks(request: EventRequest, slug: str) -> HttpResponse:
    """All findings that the viewer may read, by what the address says."""
    wanted = FindingFilter.of(request.GET)
    found = findings_for(request.viewer, wanted)
    page = page_of(request, found.items, PAGE)
    context = {
        "title": _("Checks"),
        "section": "checks",
        "wanted": wanted,
        "found": found,
        "page": page,
        "groups": _by_check(page.object_list, Counter(one.code for one in found.items)),
        "agencies": Agency.objects.visible_to(request.viewer).order_by("code"),
        "may_decide": request.viewer.may(DECIDE),
        "check_count": len(CHECKS),
    }
    return render(request, "core/checks.html", context)


def _by_check(items: Iterable[Found], counts: Mapping[str, int]) -> list[tuple[Check, list[Found], int]]:
    """The findings of a page under their checks, in their order, with how many each has in all."""
    return [(CHECKS[code], list(group), counts[code]) for code, group in groupby(items, key=lambda one: one.code)]


@require_safe
def check(request: EventRequest, slug: str, code: str) -> HttpResponse:
    """One check: what it looks for, what is wrong and right, what it finds here."""
    rule = _check(code)
    found = findings_for(request.viewer, FindingFilter(codes=frozenset({rule.code}), waived=ALL))
    context = {
        "title": f"{rule.code} {rule.title}",
        "section": "checks",
        "rule": rule,
        "found": found,
        "items": found.items,
        "may_decide": request.viewer.may(DECIDE),
    }
    return render(request, "core/check.html", context)


@require_safe
def all_checks(request: EventRequest, slug: str) -> HttpResponse:
    """Every check there is, with how much it finds here."""
    found = findings_for(request.viewer, FindingFilter())
    rules = [(rule, found.by_code.get(code, 0)) for code, rule in sorted(CHECKS.items())]
    context = {"title": _("All checks"), "section": "checks", "rules": rules, "found": found}
    return render(request, "core/all_checks.html", context)


@require_safe
def waiver_list(request: EventRequest, slug: str) -> HttpResponse:
    """The waivers in force: who set what aside, why, until when."""
    context = {
        "title": _("Waivers"),
        "section": "checks",
        "waivers": [(w, CHECKS.get(w.check_code)) for w in waivers(request.viewer, clock.today(request.event))],
        "may_decide": request.viewer.may(DECIDE),
    }
    return render(request, "core/waivers.html", context)


def _check(code: str) -> Check:
    rule = CHECKS.get(code)
    if rule is None:
        raise NotFound(what=_("check"), key=code)
    return rule


class WaiveView(ActionView):
    """Set one finding aside."""

    form_class = WaiveForm
    right = DECIDE
    section = "checks"
    title = gettext_lazy("Set a finding aside")
    lead_text = gettext_lazy(
        "It stays in the list of what was set aside, under your name, and comes back after the last day."
    )
    confirm_label = gettext_lazy("Set aside")
    template_name = panel_template_name = "core/waive.html"

    @cached_property
    def found(self) -> Found:
        named = self.kwargs
        text = self.request.GET.get("d", "")
        found = find(self.request.viewer, named["code"], named["label"], named["pk"], text)
        if found is None:
            raise NotFound(what=_("finding"), key=named["code"])
        return found

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [
            WaiveFinding(
                check_code=self.found.code,
                subject_label=self.found.subject.label,
                subject_id=self.found.subject.pk,
                discriminator=self.found.discriminator,
                **form.values(),
            )
        ]

    def initial(self) -> dict[str, Any]:
        waiver = self.found.waiver
        return {"reason": waiver.reason, "until": waiver.until} if waiver is not None else {}

    def context(self) -> dict[str, Any]:
        return {"found": self.found}

    def success_url(self, applied: Applied) -> str:
        return self.back_url()

    def back_url(self) -> str:
        return reverse("core:checks", args=[self.request.event.slug])

    def done_message(self, applied: Applied) -> str:
        return _("The finding is set aside.")


class WaiveAllView(ActionView):
    """Set all open findings of one check aside, as far as the viewer may read them."""

    form_class = WaiveForm
    right = DECIDE
    section = "checks"
    title = gettext_lazy("Set all findings of a check aside")
    lead_text = gettext_lazy("Each gets a waiver of its own, under your name, and comes back after the last day.")
    confirm_label = gettext_lazy("Set aside")
    template_name = panel_template_name = "core/waive_all.html"

    @cached_property
    def rule(self) -> Check:
        return _check(self.kwargs["code"])

    @cached_property
    def items(self) -> tuple[Found, ...]:
        return findings_for(self.request.viewer, FindingFilter(codes=frozenset({self.rule.code}))).items

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [
            WaiveFinding(
                check_code=one.code,
                subject_label=one.subject.label,
                subject_id=one.subject.pk,
                discriminator=one.discriminator,
                **form.values(),
            )
            for one in self.items
        ]

    def context(self) -> dict[str, Any]:
        return {"rule": self.rule, "items": self.items}

    def success_url(self, applied: Applied) -> str:
        return self.back_url()

    def back_url(self) -> str:
        return reverse("core:checks", args=[self.request.event.slug])

    def done_message(self, applied: Applied) -> str:
        return ngettext("%(n)d finding is set aside.", "%(n)d findings are set aside.", len(applied.entries)) % {
            "n": len(applied.entries)
        }


class EndWaiverView(ConfirmView):
    """Take a waiver back."""

    right = DECIDE
    section = "checks"
    title = gettext_lazy("Take a waiver back")
    lead_text = gettext_lazy("Its finding counts again at once.")
    confirm_label = gettext_lazy("Take it back")
    template_name = panel_template_name = "core/end_waiver.html"

    @cached_property
    def waiver(self) -> Waiver:
        return find_record(self.request, Waiver, pk=self.kwargs["pk"])

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [EndWaiver(waiver=self.waiver.pk)]

    def context(self) -> dict[str, Any]:
        return {"waiver": self.waiver, "rule": CHECKS.get(self.waiver.check_code)}

    def back_url(self) -> str:
        return reverse("core:waivers", args=[self.request.event.slug])

    def done_message(self, applied: Applied) -> str:
        return _("The waiver is taken back.")
