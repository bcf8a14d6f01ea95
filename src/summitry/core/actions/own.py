"""What everyone may change about their own account."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pydantic import SecretStr

from summitry.core.action import Action, Context, action
from summitry.core.actions.accounts import _save, _set_password
from summitry.core.models import Account
from summitry.core.refusals import Invalid
from summitry.core.rights import KEEP_VIEWS


def _own(ctx: Context) -> Account:
    """The actor's account as it stands; only a person has one."""
    if ctx.viewer.account is None:
        raise Invalid.of("", _("Only a person has an account of their own."))
    account: Account = Account.objects.get(pk=ctx.viewer.account.pk)
    return account


@action("core.set_own_language", title=_("Choose one's own language"), right=KEEP_VIEWS)
class SetOwnLanguage(Action):
    """Choose the language in which the product speaks to oneself."""

    language: str

    def run(self, ctx: Context) -> Account:
        if self.language not in dict(settings.LANGUAGES):
            raise Invalid.of("language", _("This language is not offered."), self.language)
        account = _own(ctx)
        account.language = self.language
        return _save(account)


@action("core.set_own_password", title=_("Change one's own password"), right=KEEP_VIEWS)
class SetOwnPassword(Action):
    """Change one's own password. The audit log records that it was done, never the password."""

    password: SecretStr

    def run(self, ctx: Context) -> Account:
        account = _own(ctx)
        _set_password(account, self.password)
        return _save(account)
