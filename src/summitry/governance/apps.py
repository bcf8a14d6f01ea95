from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "summitry.governance"

    def ready(self) -> None:
        from django.db.models import Q
        from django.utils.translation import gettext_lazy as _

        from summitry.core.http.nav import SEARCHERS, NavItem, register_nav
        from summitry.governance import actions, checks  # noqa: F401  (their decorators register)
        from summitry.governance.models import PlanDuty
        from summitry.governance.ownership import OwnedKind, register_owned
        from summitry.governance.search import search_mandates

        register_nav(NavItem(key="mandates", label=_("Mandates"), path="mandates/", position=20, icon="mandates"))
        SEARCHERS.append(search_mandates)
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
