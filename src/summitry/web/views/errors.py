"""The pages for what went wrong. They need no database, so that they come even when it is gone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from summitry.web.context import THEME_COOKIE


def _page(request: HttpRequest, status: int, title: str, text: str, todo: str) -> HttpResponse:
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"code": "error", "message": f"{title}. {text}"}, status=status)
    # Without the request, no context processor runs: none of them may ask a database that is not there.
    theme = request.COOKIES.get(THEME_COOKIE, "")
    values = {"title": title, "text": text, "todo": todo, "status": status, "theme": theme}
    return HttpResponse(render_to_string("web/error.html", values), status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        404,
        _("Not here"),
        _("There is no such page, or none that you may see."),
        _("Nothing was changed. Check the address, or search from the start page."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    return _page(
        request,
        403,
        _("Not for you"),
        _("Your role does not allow this."),
        _("Nothing was changed. Ask the administrator of the event if you think that it should."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request,
        403,
        _("The form was too old"),
        _("You signed in or out in another window after this form was opened, or cookies are switched off."),
        _("Nothing was changed. Go back, load the page again and send the form once more."),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        400,
        _("Not understood"),
        _("The request was not understood."),
        _("Nothing was changed. Go back, load the page again and try once more."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(
        request,
        500,
        _("Something broke"),
        _("The fault is ours and is in the log."),
        _("What was saved before is safe; the last step was not carried out. Try again, or tell your administrator."),
    )
