from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "summitry.governance"

    def ready(self) -> None:
        from django.db.models import Q

        from summitry.governance import actions, checks  # noqa: F401  (their decorators register)
        from summitry.governance.models import PlanDuty
        from summitry.governance.ownership import OwnedKind, register_owned

        register_owned(
            OwnedKind(
                model=PlanDuty,
                owner="body",
                is_open=Q(approved_on__isnull=True),
                agency="agency",
                due="due",
                clauses=("mandate",),
            )
        )
