"""Demo mode: signing in as any role without a password. Without demo mode this page does not exist."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from summitry.core.models import Access, Account
from summitry.core.rights import Role
from summitry.web.middleware import open_to_all
from summitry.web.safety import next_address
from summitry.web.views.sign_in import begin_session


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_as(request: HttpRequest) -> HttpResponse:
    """The demonstration accounts, one a role, each with a button."""
    if not settings.DEMO:
        raise Http404
    accounts = Account.objects.filter(is_demo=True, is_active=True)
    if request.method == "POST":
        account = get_object_or_404(accounts, username=request.POST.get("username", "").replace("\x00", ""))
        begin_session(request, account)
        return HttpResponseRedirect(next_address(request, "/"))
    accesses = Access.objects.filter(account__in=accounts).select_related("account", "agency", "event")
    order = list(Role.values)
    rows = sorted(accesses, key=lambda access: (order.index(access.role), access.account.username, access.event.slug))
    return render(request, "web/demo.html", {"title": _("Sign in as"), "accesses": rows})
