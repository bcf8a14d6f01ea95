"""Addresses of the schedule, below /e/<slug>/schedule/. A code may hold a slash, so the longer addresses come first."""

from django.urls import path, register_converter

from summitry.schedule.views import (
    agencies,
    baselines,
    bulk,
    fact_forms,
    gantt,
    limits,
    link_forms,
    load,
    objectives,
    part_forms,
    plan_forms,
    planner,
    planner_relax,
    planner_scenarios,
    risk_page,
    risks,
    table,
    task,
)

app_name = "schedule"


class RecordCode:
    """A record's code as `core.models.event.code_validator` lets it be."""

    regex = r"[\w][\w./&+-]{0,59}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RecordCode, "schedule_code")

urlpatterns = [
    path("", table.tasks, name="tasks"),
    path("gantt/", gantt.gantt, name="gantt"),
    path("tasks.csv", table.tasks_csv, name="tasks_csv"),
    path("new/", plan_forms.NewTask.as_view(), name="new_task"),
    path("new-group/", plan_forms.NewGroup.as_view(), name="new_group"),
    path("bulk/", bulk.BulkEdit.as_view(), name="bulk"),
    path("filters/", bulk.save_view, name="save_view"),
    path("filters/<int:pk>/remove/", bulk.remove_view, name="remove_view"),
    path("objectives/", objectives.objectives, name="objectives"),
    path("objectives/new/", objectives.NewObjective.as_view(), name="new_objective"),
    path("objectives/<schedule_code:code>/edit/", objectives.EditObjective.as_view(), name="edit_objective"),
    path("objectives/<schedule_code:code>/remove/", objectives.DropObjective.as_view(), name="remove_objective"),
    path("criteria/new/", objectives.NewCriterion.as_view(), name="new_criterion"),
    path("criteria/<schedule_code:code>/edit/", objectives.EditCriterion.as_view(), name="edit_criterion"),
    path("criteria/<schedule_code:code>/met/", objectives.MeetCriterion.as_view(), name="meet_criterion"),
    path("criteria/<schedule_code:code>/remove/", objectives.DropCriterion.as_view(), name="remove_criterion"),
    path("agencies/", agencies.agencies, name="agencies"),
    path("agencies/<schedule_code:code>/", agencies.agency, name="agency"),
    path("capacities/new/", limits.NewCapacity.as_view(), name="new_capacity"),
    path("capacities/<int:pk>/edit/", limits.EditCapacity.as_view(), name="edit_capacity"),
    path("capacities/<int:pk>/remove/", limits.DropCapacity.as_view(), name="remove_capacity"),
    path("resources/", limits.resources, name="resources"),
    path("resources/new/", limits.NewResource.as_view(), name="new_resource"),
    path("resources/<schedule_code:code>/edit/", limits.EditResource.as_view(), name="edit_resource"),
    path("resources/<schedule_code:code>/remove/", limits.DropResource.as_view(), name="remove_resource"),
    path("resources/<schedule_code:code>/periods/new/", limits.NewPeriod.as_view(), name="new_period"),
    path("periods/<int:pk>/edit/", limits.EditPeriod.as_view(), name="edit_period"),
    path("periods/<int:pk>/remove/", limits.DropPeriod.as_view(), name="remove_period"),
    path("demands/<int:pk>/edit/", limits.EditDemand.as_view(), name="edit_demand"),
    path("demands/<int:pk>/remove/", limits.DropDemand.as_view(), name="remove_demand"),
    path("alternatives/<int:pk>/edit/", limits.EditAlternative.as_view(), name="edit_alternative"),
    path("alternatives/<int:pk>/remove/", limits.DropAlternative.as_view(), name="remove_alternative"),
    path("alternatives/<int:pk>/choose/", limits.ChooseAlternative.as_view(), name="choose_alternative"),
    path("risks/", risks.risks, name="risks"),
    path("risks/new/", risks.NewRisk.as_view(), name="new_risk"),
    path("risks/settings/", risks.EditRiskSettings.as_view(), name="risk_settings"),
    path("risks/<schedule_code:code>/edit/", risks.EditRisk.as_view(), name="edit_risk"),
    path("risks/<schedule_code:code>/remove/", risks.DropRisk.as_view(), name="remove_risk"),
    path("risks/<schedule_code:code>/mitigation/", risks.DecideRisk.as_view(), name="decide_risk"),
    path("risks/<schedule_code:code>/close/", risks.CloseRisk.as_view(), name="close_risk"),
    path("risks/<schedule_code:code>/", risks.risk, name="risk"),
    path("risk/", risk_page.risk_page, name="risk_page"),
    path("risk.csv", risk_page.risk_csv, name="risk_csv"),
    path("load/", load.load, name="load"),
    path("planner/", planner.planner, name="planner"),
    path("planner/run/<slug:command>/", planner.run_command, name="run_command"),
    path("planner/runs/<int:pk>/", planner.planner_run, name="planner_run"),
    path("planner/runs/<int:pk>/keep/", planner.keep_run, name="keep_run"),
    path("planner/scenarios/", planner_scenarios.scenarios, name="scenarios"),
    path(
        "planner/scenarios/<schedule_code:code>/edit/", planner_scenarios.EditScenario.as_view(), name="edit_scenario"
    ),
    path(
        "planner/scenarios/<schedule_code:code>/remove/",
        planner_scenarios.DropScenario.as_view(),
        name="remove_scenario",
    ),
    path(
        "planner/scenarios/<schedule_code:code>/propose/", planner_scenarios.propose_scenario, name="propose_scenario"
    ),
    path("planner/scenarios/<schedule_code:code>/", planner_scenarios.scenario, name="scenario"),
    path("planner/desks/<schedule_code:code>/", planner_relax.RelaxDesks.as_view(), name="relax_desks"),
    path("planner/units/<schedule_code:code>/", planner_relax.RelaxUnits.as_view(), name="relax_units"),
    path("planner/deadline/<schedule_code:code>/", planner_relax.RelaxDeadline.as_view(), name="relax_deadline"),
    path("planner/start/<schedule_code:code>/", planner_relax.RelaxStart.as_view(), name="relax_start"),
    path("baselines/", baselines.baselines, name="baselines"),
    path("baselines/new/", baselines.NewBaseline.as_view(), name="new_baseline"),
    path("baselines/<schedule_code:code>/edit/", baselines.EditBaseline.as_view(), name="edit_baseline"),
    path("baselines/<schedule_code:code>/remove/", baselines.DropBaseline.as_view(), name="remove_baseline"),
    path("links/<int:pk>/edit/", link_forms.EditLink.as_view(), name="edit_link"),
    path("links/<int:pk>/remove/", link_forms.DropLink.as_view(), name="remove_link"),
    path("coordinations/<int:pk>/edit/", part_forms.EditPart.as_view(), name="edit_part"),
    path("coordinations/<int:pk>/deliver/", part_forms.DeliverPart.as_view(), name="deliver_part"),
    path("coordinations/<int:pk>/sign-off/", part_forms.SignPartOff.as_view(), name="sign_part_off"),
    path("coordinations/<int:pk>/send-back/", part_forms.SendPartBack.as_view(), name="send_part_back"),
    path("coordinations/<int:pk>/waive/", part_forms.WaivePart.as_view(), name="waive_part"),
    path("coordinations/<int:pk>/remove/", part_forms.DropPart.as_view(), name="remove_part"),
    path("evidence/<int:pk>/remove/", part_forms.DropEvidence.as_view(), name="remove_evidence"),
    path("tasks/<schedule_code:code>/edit/", plan_forms.EditTask.as_view(), name="edit_task"),
    path("tasks/<schedule_code:code>/estimates/", plan_forms.EditEstimates.as_view(), name="edit_estimates"),
    path("tasks/<schedule_code:code>/move/", plan_forms.MoveDays.as_view(), name="move_task"),
    path("tasks/<schedule_code:code>/reschedule/", gantt.Reschedule.as_view(), name="reschedule"),
    path("tasks/<schedule_code:code>/place/", plan_forms.PlaceTask.as_view(), name="place_task"),
    path("tasks/<schedule_code:code>/planned-start/", limits.PlanStart.as_view(), name="plan_start"),
    path("tasks/<schedule_code:code>/demands/new/", limits.AddDemand.as_view(), name="new_demand"),
    path("tasks/<schedule_code:code>/alternatives/new/", limits.AddAlternative.as_view(), name="new_alternative"),
    path("tasks/<schedule_code:code>/remove/", plan_forms.DropTask.as_view(), name="remove_task"),
    path("tasks/<schedule_code:code>/start/", fact_forms.Start.as_view(), name="start_task"),
    path("tasks/<schedule_code:code>/return/", fact_forms.Report.as_view(), name="report_task"),
    path("tasks/<schedule_code:code>/close/", fact_forms.Close.as_view(), name="close_task"),
    path("tasks/<schedule_code:code>/reopen/", fact_forms.Reopen.as_view(), name="reopen_task"),
    path("tasks/<schedule_code:code>/waive/", fact_forms.Waive.as_view(), name="waive_task"),
    path("tasks/<schedule_code:code>/links/new/", link_forms.AddLink.as_view(), name="new_link"),
    path("tasks/<schedule_code:code>/coordinations/new/", part_forms.AddPart.as_view(), name="new_part"),
    path("tasks/<schedule_code:code>/evidence/new/", part_forms.AttachEvidence.as_view(), name="new_evidence"),
    path("tasks/<schedule_code:code>/", task.task, name="task"),
]
