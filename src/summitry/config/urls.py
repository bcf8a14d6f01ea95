"""The address space. Everything of an event lies below /e/<slug>/."""

from django.urls import include, path

urlpatterns = [
    path("", include("summitry.web.urls")),
    path("e/<slug:slug>/", include("summitry.core.urls")),
    path("e/<slug:slug>/mandates/", include("summitry.governance.urls")),
    path("e/<slug:slug>/schedule/", include("summitry.schedule.urls")),
    path("e/<slug:slug>/workbook/", include("summitry.exchange.urls")),
]

handler404 = "summitry.web.views.errors.not_found"
handler403 = "summitry.web.views.errors.forbidden"
handler400 = "summitry.web.views.errors.bad_request"
handler500 = "summitry.web.views.errors.server_error"
