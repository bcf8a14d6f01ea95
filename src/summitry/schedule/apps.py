from django.apps import AppConfig


class ScheduleConfig(AppConfig):
    name = "summitry.schedule"

    def ready(self) -> None:
        from django.db.models import Q

        from summitry.core.chances import CHANCES
        from summitry.core.outlook import FORECASTERS, READINESS
        from summitry.governance.ownership import OwnedKind, register_owned
        from summitry.schedule import actions, checks  # noqa: F401  (their decorators register)
        from summitry.schedule.models import Task
        from summitry.schedule.planning import forecasts
        from summitry.schedule.planning.risk import SOURCE
        from summitry.schedule.readiness import readiness
        from summitry.schedule.views.places import register_places

        if forecasts not in FORECASTERS:
            FORECASTERS.append(forecasts)
            READINESS.append(readiness)
            CHANCES.append(SOURCE)
        register_owned(
            OwnedKind(
                model=Task,
                owner="owner",
                is_open=Q(closed_on__isnull=True, waived_on__isnull=True),
                agency="lead",
                group="objective",
                due="deadline",
                clauses=("mandate", "deadline_clause"),
            )
        )
        register_places()
