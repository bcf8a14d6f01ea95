"""A person's own account: language, colours, password."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from pydantic import SecretStr

from summitry.core.action import submit_to_installation
from summitry.core.actions import SetOwnLanguage, SetOwnPassword
from summitry.core.models import Account
from summitry.core.refusals import Invalid
from summitry.core.viewer import installation_viewer
from summitry.web import throttle
from summitry.web.context import THEME_COOKIE, THEMES
from summitry.web.middleware import open_to_all
from summitry.web.safety import client_address, next_address

YEAR = 365 * 24 * 60 * 60


class PasswordForm(forms.Form):
    current = forms.CharField(
        label=gettext_lazy("Present password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        max_length=4096,
        help_text=gettext_lazy("At least 12 characters, and not one of the common ones. A sentence is good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("New password, once more"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: object, request: HttpRequest, **kwargs: object) -> None:
        self.request = request
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def clean_current(self) -> str:
        """The present password, guessed at no faster than on the sign-in page."""
        account, current = self.request.user, str(self.cleaned_data["current"])
        address = client_address(self.request)
        username = account.get_username()
        if throttle.wait(username, address):
            raise forms.ValidationError(_("Too many failed attempts. Wait a quarter of an hour, then try again."))
        attempt = throttle.count(username, address)
        if not account.check_password(current):
            raise forms.ValidationError(_("This is not your present password."))
        throttle.strike_off(attempt)
        return current

    def clean(self) -> None:
        if self.cleaned_data.get("again") != self.cleaned_data.get("password"):
            self.add_error("again", _("The two new passwords differ."))


@sensitive_post_parameters("current", "password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Who I am, and a new password. A changed password ends every other session of the account."""
    own: Account = request.user  # type: ignore[assignment]
    form = PasswordForm(request.POST or None, request=request) if own.has_usable_password() else None
    status = 200
    if request.method == "POST" and form is not None:
        if form.is_valid():
            secret = SecretStr(form.cleaned_data["password"])
            try:
                submit_to_installation([SetOwnPassword(password=secret)], viewer=installation_viewer(own))
            except Invalid as refusal:
                for fault in refusal.faults:
                    form.add_error("password", fault.message)
            else:
                own.refresh_from_db()
                update_session_auth_hash(request, own)
                messages.success(request, _("Your password is changed. Other sessions of yours have ended."))
                return HttpResponseRedirect(reverse("web:account"))
        status = 422
    return render(request, "web/account.html", {"title": _("Your account"), "form": form}, status=status)


@open_to_all
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The reader's language: kept with the account, and in this browser for the pages before sign-in."""
    response = HttpResponseRedirect(next_address(request, "/"))
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated and request.user.language != code:
        submit_to_installation([SetOwnLanguage(language=code)], viewer=installation_viewer(request.user))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
    )
    return response


@open_to_all
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Light, dark or as the device says: kept in this browser alone."""
    response = HttpResponseRedirect(next_address(request, "/"))
    theme = request.POST.get("theme", "")
    if theme in THEMES and theme:
        response.set_cookie(
            THEME_COOKIE, theme, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response
