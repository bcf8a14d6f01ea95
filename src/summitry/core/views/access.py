"""Who may sign in, in which role, with which clearance. For administrators."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from summitry.core.action import Action, Applied, submit
from summitry.core.actions import ChangeAccount, CreateAccount, GrantAccess, RevokeAccess, SetPassword
from summitry.core.forms.people import AccessForm, AccountForm, NewAccountForm, PasswordForm
from summitry.core.http.forms import ActionForm, initial_of
from summitry.core.http.request import EventRequest
from summitry.core.http.views import ActionView, ConfirmView
from summitry.core.models import Access
from summitry.core.queries import settings as settings_queries
from summitry.core.refusals import Invalid
from summitry.core.rights import ADMINISTER
from summitry.core.views.base import find, need, page_of
from summitry.core.views.settings import PAGE, SECTION, frame, settings_url

ACCOUNT_FIELDS = ("name", "email", "language", "is_active")


@require_safe
def accesses(request: EventRequest, slug: str) -> HttpResponse:
    """Who has access to the event."""
    need(request, ADMINISTER, _("Manage access"))
    page = page_of(request, settings_queries.accesses(request.viewer), PAGE)
    context = {
        "title": _("Settings"),
        **frame(request, "access"),
        "page": page,
        "accesses": [(access, request.event.classification_name(access.clearance)) for access in page.object_list],
        "others": settings_queries.accounts_without_access(request.viewer)[:50],
    }
    return render(request, "core/settings_access.html", context)


class _AccessView(ActionView):
    right = ADMINISTER
    section = SECTION
    form_class: ClassVar[type[ActionForm]] = AccessForm

    def success_url(self, applied: Applied) -> str:
        return self.back_url()

    def back_url(self) -> str:
        return settings_url(self.request, "access")


class NewAccountView(_AccessView):
    """Make an account and give it access, in one step. Its password follows on the next page."""

    form_class = NewAccountForm
    title = gettext_lazy("New account")
    lead_text = gettext_lazy("The account and its access to this event. On the next page you set its first password.")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        given = form.values()
        account = {name: given.pop(name) for name in ("name", "email", "language")}
        return [CreateAccount(username=given["username"], **account), GrantAccess(**given)]

    def success_url(self, applied: Applied) -> str:
        assert isinstance(applied.record, Access)
        return reverse("core:set_password", args=[self.request.event.slug, applied.record.account.username])


class GrantAccessView(_AccessView):
    """Give an account that exists access to this event."""

    title = gettext_lazy("Give access")
    lead_text = gettext_lazy("For somebody who has an account already, by its user name.")

    def initial(self) -> dict[str, Any]:
        return {"username": self.request.GET.get("username", "")}

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [GrantAccess(**form.values())]


class _OneAccess(_AccessView):
    @cached_property
    def access(self) -> Access:
        return find(self.request, Access, "account", "agency", account__username=self.kwargs["username"])

    def record(self) -> Access:
        return self.access

    def heading(self) -> str:
        return f"{self.title}: {self.access.account}"


class ChangeAccessView(_OneAccess):
    """Change an account's role, agency or clearance here."""

    title = gettext_lazy("Change access")

    def initial(self) -> dict[str, Any]:
        return initial_of(self.access, ("role", "agency", "clearance"))

    def actions(self, form: ActionForm) -> Sequence[Action]:
        if not form.changed_values():
            return []
        return [GrantAccess(username=self.access.account.username, seen=form.cleaned_data["seen"], **form.values())]


class RevokeAccessView(_OneAccess, ConfirmView):
    """End an account's access to this event."""

    form_class = ActionForm
    title = gettext_lazy("End access")
    lead_text = gettext_lazy("The account stays, as does everything it did. It sees nothing of this event from now on.")
    confirm_label = gettext_lazy("End it")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [RevokeAccess(username=self.access.account.username)]


class ChangeAccountView(_OneAccess):
    """Change an account's name, address or language, or block it."""

    form_class = AccountForm
    title = gettext_lazy("Change the account")

    def record(self) -> None:  # type: ignore[override]
        # The account is what is edited, not its access; an account has no version.
        return None

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.access.account, name) for name in ACCOUNT_FIELDS}

    def actions(self, form: ActionForm) -> Sequence[Action]:
        changed = form.changed_values()
        return [ChangeAccount(username=self.access.account.username, **changed)] if changed else []


class SetPasswordView(_OneAccess):
    """Set somebody's password. It moves nothing, and must not be shown on a second page: it is saved at once."""

    form_class = PasswordForm
    title = gettext_lazy("Set a password")
    lead_text = gettext_lazy("Tell it to the person by another way, and let them change it when they sign in.")
    template_name = panel_template_name = "core/set_password.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)
        change = SetPassword(username=self.access.account.username, password=form.cleaned_data["password"])
        try:
            submit([change], viewer=self.request.viewer, event=self.request.event)
        except Invalid as refusal:
            form.take(refusal)
            return self.page(form, status=422)
        messages.success(request, _("The password of %(name)s is set.") % {"name": self.access.account})
        return HttpResponseRedirect(self.back_url())
