from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "summitry.exchange"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from summitry.core.http.nav import NavItem, register_nav
        from summitry.exchange import actions  # noqa: F401  (its decorator registers)
        from summitry.exchange.laws import capacity as _capacity_laws  # noqa: F401
        from summitry.exchange.laws import governance as _governance_laws  # noqa: F401
        from summitry.exchange.laws import schedule as _schedule_laws  # noqa: F401
        from summitry.exchange.sheets import capacity, core, governance, schedule  # noqa: F401  (they register)

        register_nav(NavItem(key="workbook", label=_("Workbook"), path="workbook/", position=95, icon="workbook"))
