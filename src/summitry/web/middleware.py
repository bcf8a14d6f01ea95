"""Between the server and the views: who is asking, about which event, and what a refusal looks like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation

from summitry.core.models import Event
from summitry.core.refusals import NotFound, Refused
from summitry.core.viewer import viewer_for


class SignInRequired:
    """Every page asks for a sign-in, but those marked with `open_to_all`. Below /e/<slug>/ the viewer is resolved.

    An event that the account has no access to looks exactly like one that does not exist.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and getattr(user, "language", ""):
            translation.activate(user.language)  # type: ignore[union-attr]
            request.LANGUAGE_CODE = translation.get_language() or "en"
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if getattr(view, "open_to_all", False):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        slug = kwargs.get("slug")
        if slug is not None and request.resolver_match and request.resolver_match.route.startswith("e/<slug:slug>/"):
            event = Event.objects.filter(slug=slug).first()
            try:
                if event is None:
                    raise NotFound(what=Event._meta.verbose_name, key=slug)
                request.viewer = viewer_for(request.user, event)  # type: ignore[attr-defined, arg-type]
            except NotFound as refusal:
                return refusal_page(request, refusal)
            request.event = event  # type: ignore[attr-defined]
        return None


def open_to_all(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view that needs no sign-in."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


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
    return render(request, "web/refused.html", {"refusal": refusal, "title": str(refusal)}, status=refusal.status)
