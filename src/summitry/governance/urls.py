"""Addresses below /e/<slug>/mandates/. Codes may hold a slash, so the longer addresses come first."""

from django.urls import path

from summitry.governance.views import bodies, decisions, duties
from summitry.governance.views.overview import overview
from summitry.governance.views.reorganise import ReorganiseView

app_name = "governance"
urlpatterns = [
    path("", overview, name="overview"),
    path("reorganise/", ReorganiseView.as_view(), name="reorganise"),
    path("decisions/", decisions.decision_list, name="decisions"),
    path("decisions/new/", decisions.CreateDecisionView.as_view(), name="decision_new"),
    path(
        "decisions/<path:code>/clauses/<path:number>/edit/",
        decisions.ChangeClauseView.as_view(),
        name="clause_edit",
    ),
    path(
        "decisions/<path:code>/clauses/<path:number>/remove/",
        decisions.RemoveClauseView.as_view(),
        name="clause_remove",
    ),
    path("decisions/<path:code>/clauses/new/", decisions.CreateClauseView.as_view(), name="clause_new"),
    path("decisions/<path:code>/edit/", decisions.ChangeDecisionView.as_view(), name="decision_edit"),
    path("decisions/<path:code>/remove/", decisions.RemoveDecisionView.as_view(), name="decision_remove"),
    path("decisions/<path:code>/", decisions.decision_page, name="decision"),
    path("bodies/new/", bodies.CreateBodyView.as_view(), name="body_new"),
    path("bodies/<path:code>/posts/new/", bodies.CreatePostView.as_view(), name="post_new"),
    path("bodies/<path:code>/edit/", bodies.ChangeBodyView.as_view(), name="body_edit"),
    path("bodies/<path:code>/end/", bodies.EndBodyView.as_view(), name="body_end"),
    path("bodies/<path:code>/remove/", bodies.RemoveBodyView.as_view(), name="body_remove"),
    path("bodies/<path:code>/", bodies.body_page, name="body"),
    path("posts/<path:code>/edit/", bodies.ChangePostView.as_view(), name="post_edit"),
    path("posts/<path:code>/remove/", bodies.RemovePostView.as_view(), name="post_remove"),
    path("posts/<path:code>/appoint/", bodies.AppointView.as_view(), name="appoint"),
    path("appointments/<int:pk>/edit/", bodies.ChangeAppointmentView.as_view(), name="appointment_edit"),
    path("appointments/<int:pk>/remove/", bodies.RemoveAppointmentView.as_view(), name="appointment_remove"),
    path("duties/", duties.duty_list, name="duties"),
    path("duties/new/", duties.CreateDutyView.as_view(), name="duty_new"),
    path("duties/<path:code>/edit/", duties.ChangeDutyView.as_view(), name="duty_edit"),
    path("duties/<path:code>/remove/", duties.RemoveDutyView.as_view(), name="duty_remove"),
    path("duties/<path:code>/submit/", duties.SubmitPlanView.as_view(), name="duty_submit"),
    path("duties/<path:code>/approve/", duties.ApprovePlanView.as_view(), name="duty_approve"),
    path("duties/<path:code>/return/", duties.ReturnPlanView.as_view(), name="duty_return"),
    path("duties/<path:code>/", duties.duty_page, name="duty"),
]
