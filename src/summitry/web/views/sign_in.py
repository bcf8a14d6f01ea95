"""Signing in and out."""

from __future__ import annotations

import logging
import math

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from summitry.core.models import Account
from summitry.web import throttle
from summitry.web.middleware import open_to_all
from summitry.web.safety import client_address, next_address

log = logging.getLogger("summitry.sign_in")


class SignInForm(forms.Form):
    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@open_to_all
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page. What it answers to a wrong name and to a wrong password is the same, and takes as long."""
    target = next_address(request, reverse("web:home"))
    if request.user.is_authenticated:
        return HttpResponseRedirect(target)
    if not Account.objects.exists():
        return render(request, "web/first_start.html", {"title": _("No account yet")})
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            account = _signed_in(request, form)
            if account is not None:
                return HttpResponseRedirect(target)
            status = 429 if form.errors and form.has_error("__all__", "wait") else 422
    context = {"title": _("Sign in"), "form": form, "next": target}
    return render(request, "web/sign_in.html", context, status=status)


def _signed_in(request: HttpRequest, form: SignInForm) -> Account | None:
    username, address = form.cleaned_data["username"].strip(), client_address(request)
    waiting = throttle.wait(username, address)
    if waiting:
        minutes = math.ceil(waiting.total_seconds() / 60)
        text = ngettext(
            "Too many failed attempts. Wait %(n)d minute, then try again.",
            "Too many failed attempts. Wait %(n)d minutes, then try again.",
            minutes,
        )
        form.add_error(None, forms.ValidationError(text % {"n": minutes}, code="wait"))
        log.warning("sign-in refused for a while: %s from %s", _loggable(username), address)
        return None
    attempt = throttle.count(username, address)
    account = authenticate(request, username=username, password=form.cleaned_data["password"])
    if account is None or (account.is_demo and not settings.DEMO):
        form.add_error(None, _("This user name and password do not belong together, or the account is closed."))
        log.warning("sign-in failed: %s from %s", _loggable(username), address)
        return None
    throttle.strike_off(attempt)
    begin_session(request, account)
    return account


def _loggable(username: str) -> str:
    """A user name that exists; others may be a password in the wrong field, which no log should hold."""
    return username if Account.objects.filter(username=username).exists() else "an unknown name"


def begin_session(request: HttpRequest, account: Account) -> None:
    """Sign in under a new session key. Nothing that an earlier visitor of this browser left in the session is kept."""
    request.session.flush()
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    log.info("signed in: %s from %s", account.username, client_address(request))


@open_to_all
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session. By POST alone, so that no link or image can do it."""
    logout(request)
    return HttpResponseRedirect(reverse("web:sign_in"))
