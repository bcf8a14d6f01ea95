from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "summitry.core"

    def ready(self) -> None:
        from django.contrib.auth.models import update_last_login

        from summitry.core import actions, checks, searching  # noqa: F401  (their decorators register)
        from summitry.core.http.nav import SEARCHERS, NavItem, register_nav
        from summitry.core.rights import ADMINISTER, Classification

        # The audit log of sign-ins is the session's; a write of `last_login` would be a write outside an action.
        user_logged_in.disconnect(update_last_login, dispatch_uid="update_last_login")

        register_nav(NavItem(key="documents", label=_("Documents"), path="documents/", position=80, icon="documents"))
        register_nav(
            NavItem(
                key="proposals",
                label=_("Proposals"),
                path="proposals/",
                position=85,
                icon="proposal",
                # A proposal is internal at least.
                visible=lambda viewer: viewer.open_up_to >= Classification.INTERNAL,
            )
        )
        register_nav(NavItem(key="checks", label=_("Checks"), path="checks/", position=90, icon="checks"))
        register_nav(
            NavItem(
                key="log",
                label=_("Log"),
                path="log/",
                position=95,
                icon="log",
                visible=lambda viewer: viewer.may(ADMINISTER),
            )
        )
        register_nav(NavItem(key="settings", label=_("Settings"), path="settings/", position=100, icon="settings"))
        SEARCHERS.extend((searching.agencies, searching.people, searching.documents, searching.proposals))
