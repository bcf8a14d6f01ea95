from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class CoreConfig(AppConfig):
    name = "summitry.core"

    def ready(self) -> None:
        from django.contrib.auth.models import update_last_login

        from summitry.core import actions, checks  # noqa: F401  (their decorators register)

        # The audit log of sign-ins is the session's; a write of `last_login` would be a write outside an action.
        user_logged_in.disconnect(update_last_login, dispatch_uid="update_last_login")
