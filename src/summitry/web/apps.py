from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "summitry.web"

    def ready(self) -> None:
        from summitry.core.http.nav import NavItem, register_nav

        register_nav(NavItem(key="today", label=_("Today"), path="", position=10, icon="today"))
