"""Between the server and the views: who is asking, about which event, and what a refusal looks like."""

from __future__ import annotations

from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from summitry.core import audit
from summitry.core.models import Event
from summitry.core.refusals import NotFound, Refused
from summitry.core.viewer import viewer_for
from summitry.web import words

EVENT_ROUTE = "e/<slug:slug>/"


class NoNullSigns:
    """Takes the null sign out of addresses and forms: nobody types it, no text holds it, and PostgreSQL refuses it.

    An address whose path has one leads nowhere.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if "\x00" in request.path:
            raise Http404
        for part in ("GET", "POST") if request.method == "POST" else ("GET",):
            given: QueryDict = getattr(request, part)
            if any("\x00" in text for name, values in given.lists() for text in (name, *values)):
                setattr(request, part, _without_null_signs(given))
        return None


def _without_null_signs(given: QueryDict) -> QueryDict:
    clean = QueryDict(mutable=True, encoding=given.encoding)
    for name, values in given.lists():
        clean.setlist(name.replace("\x00", ""), [value.replace("\x00", "") for value in values])
    clean._mutable = False
    return clean


class FormsInTurn:
    """Works on few forms at once; the others wait outside. Pages that are only read never wait here.

    Actions of one event follow one another in any case (`core.audit.lock`). Without this, each of two hundred people
    who save at the same moment is a thread that holds a connection, competes for the interpreter and asks again and
    again for the lock, and the first of them is answered when the work of nearly all is done.
    """

    AT_ONCE = 8
    """Enough to compute while others wait for the disk; half of the connections that `DATABASE_POOL` allows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._places = BoundedSemaphore(self.AT_ONCE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return self.get_response(request)
        with self._places:
            return self.get_response(request)


class SignInRequired:
    """Every page asks for a sign-in, but those marked with `open_to_all`. Below /e/<slug>/ the viewer is resolved.

    An event that the account has no access to looks exactly like one that does not exist. No answer is kept by a
    cache, unless its view says otherwise: the next person at this machine must not find it with "back".
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and user.is_demo and not settings.DEMO:
            # The installation left demo mode: sessions that began without a password end.
            logout(request)
        try:
            with translation.override(_own_language(request)):
                request.LANGUAGE_CODE = translation.get_language() or "en"
                response = self.get_response(request)
                response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        finally:
            words.stand_nowhere()
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # One address answers with a page or, to htmx, with a part of it.
        patch_vary_headers(response, ["HX-Request"])
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if getattr(view, "open_to_all", False):
            return None
        if not request.user.is_authenticated:
            return _ask_to_sign_in(request)
        if request.resolver_match is None or not request.resolver_match.route.startswith(EVENT_ROUTE):
            return None
        event = Event.objects.filter(slug=kwargs["slug"]).first()
        try:
            if event is None:
                raise NotFound(what=Event._meta.verbose_name, key=kwargs["slug"])
            request.viewer = viewer_for(request.user, event)  # type: ignore[attr-defined]
        except NotFound as refusal:
            return refusal_page(request, refusal)
        request.event = event  # type: ignore[attr-defined]
        # Before the view reads anything: a change that comes meanwhile then counts as news to the page.
        request.change_counter = audit.change_counter(event)  # type: ignore[attr-defined]
        words.stand_in(event)
        return None


def _own_language(request: HttpRequest) -> str:
    """The language that the account chose; before sign-in the browser's, as Django's middleware found it."""
    chosen = request.user.language if request.user.is_authenticated else ""
    return chosen if chosen in dict(settings.LANGUAGES) else translation.get_language() or "en"


def open_to_all(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view that needs no sign-in."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page, in the form that the asker understands."""
    if getattr(request, "htmx", False):
        # A part of a page cannot be a sign-in page: the whole page goes there, and comes back to where it was.
        current = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = current.path + (f"?{current.query}" if current.query else "")
        response = HttpResponse(status=204)
        response["HX-Redirect"] = _to_the_door(back or "/").url
        return response
    accepts = request.headers.get("Accept", "")
    if accepts.startswith(("application/json", "text/event-stream")):
        return JsonResponse({"code": "sign_in_required", "message": _("Sign in first.")}, status=401)
    # What was posted is not carried over the sign-in, so the way back is the page of the form.
    return _to_the_door(request.get_full_path())


def _to_the_door(back: str) -> HttpResponseRedirect:
    """Where one signs in: in demo mode the page of the roles, else the page with a password."""
    return redirect_to_login(back, login_url=reverse("web:demo_sign_in" if settings.DEMO else "web:sign_in"))


class RefusalPages:
    """The one place that turns a `Refused` into a page, a fragment or JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal_page(request, exception) if isinstance(exception, Refused) else None


def refusal_page(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The refusal, in the form that the asker reads."""
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"code": refusal.code, "message": str(refusal)}, status=refusal.status)
    context = {"refusal": refusal, "words": _words_about(refusal)}
    return render(request, "web/refused.html", context, status=refusal.status)


def _words_about(refusal: Refused) -> dict[str, str]:
    """What stands around the refusal's own sentence: that nothing was lost, and what to do."""
    safe = _("Nothing was changed.")
    if refusal.status == 404:
        return {"title": _("Not here"), "safe": safe, "todo": _("Check the address, or search for it.")}
    if refusal.status == 403:
        return {"title": _("Not for you"), "safe": safe, "todo": _("Ask someone who may, or your administrator.")}
    if refusal.status == 422:
        return {"title": _("Not accepted"), "safe": safe, "todo": _("Go back, mend it and send it again.")}
    return {
        "title": _("Not possible now"),
        "safe": safe,
        "todo": _("Go back, load the page again, see what is new."),
    }
