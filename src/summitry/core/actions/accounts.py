"""Accounts and their access to events."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from pydantic import SecretStr

from summitry.core.action import Action, Context, action, expect_version, invalid_from
from summitry.core.models import Access, Account, Agency
from summitry.core.refusals import Fault, Invalid, NotFound
from summitry.core.rights import ADMINISTER, Role


def _set_password(account: Account, password: SecretStr) -> None:
    try:
        validate_password(password.get_secret_value(), account)
    except ValidationError as error:
        raise Invalid([Fault(field="password", message=message) for message in error.messages]) from error
    account.set_password(password.get_secret_value())


def _account(username: str) -> Account:
    account: Account | None = Account.objects.filter(username=username).first()
    if account is None:
        raise NotFound(what=Account._meta.verbose_name, key=username)
    return account


def _reaches_beyond(ctx: Context, account: Account) -> bool:
    """Whether an account is more than one of this event: an administrator's, or one with access to other events."""
    if account.is_administrator:
        return True
    return Access.objects.filter(account=account).exclude(event=ctx.event).exists()


def _may_change(ctx: Context, username: str) -> bool:
    """An administrator of one event manages that event's people; the installation's administrators manage all."""
    return ctx.viewer.administers_installation or not _reaches_beyond(ctx, _account(username))


def _save(account: Account) -> Account:
    try:
        account.full_clean(exclude={"password"})
    except ValidationError as error:
        raise invalid_from(error) from error
    account.save()
    return account


@action("core.create_account", title=_("Create an account"), right=ADMINISTER)
class CreateAccount(Action):
    """Create an account. Without a password it cannot sign in until one is set (a demonstration account needs none)."""

    username: str
    name: str
    email: str = ""
    language: str = ""
    password: SecretStr | None = None
    is_administrator: bool = False
    is_demo: bool = False

    action_undoable = False

    def permitted(self, ctx: Context) -> bool:
        return ctx.viewer.administers_installation or not (self.is_administrator or self.is_demo)

    def run(self, ctx: Context) -> Account:
        account = Account(
            username=self.username,
            name=self.name,
            email=self.email,
            language=self.language,
            is_administrator=self.is_administrator,
            is_demo=self.is_demo,
        )
        if self.password is not None:
            _set_password(account, self.password)
        else:
            account.set_unusable_password()
        return _save(account)


@action("core.change_account", title=_("Change an account"), right=ADMINISTER)
class ChangeAccount(Action):
    """Change an account's name, address, language, standing or whether it may sign in."""

    username: str
    name: str | None = None
    email: str | None = None
    language: str | None = None
    is_administrator: bool | None = None
    is_active: bool | None = None

    action_undoable = False

    def permitted(self, ctx: Context) -> bool:
        return _may_change(ctx, self.username) and (ctx.viewer.administers_installation or not self.is_administrator)

    def run(self, ctx: Context) -> Account:
        account = _account(self.username)
        administered = account.is_administrator and account.is_active
        for name in ("name", "email", "language", "is_administrator", "is_active"):
            value = getattr(self, name)
            if value is not None:
                setattr(account, name, value)
        administrators = Account.objects.filter(is_administrator=True, is_active=True).exclude(pk=account.pk)
        stays = account.is_administrator and account.is_active
        if administered and not stays and not administrators.exists():
            raise Invalid.of("is_administrator", _("This is the last administrator: name another one first."))
        return _save(account)


@action("core.set_password", title=_("Set a password"), right=ADMINISTER)
class SetPassword(Action):
    """Set an account's password. The audit log records that it was done, never the password."""

    username: str
    password: SecretStr

    action_undoable = False

    def permitted(self, ctx: Context) -> bool:
        return _may_change(ctx, self.username)

    def run(self, ctx: Context) -> Account:
        account = _account(self.username)
        _set_password(account, self.password)
        return _save(account)


NEEDS_AGENCY = frozenset({Role.FOCAL_POINT, Role.UNIT_OFFICER, Role.PARTNER})


def _keep_an_administrator(ctx: Context, access: Access) -> None:
    others = Access.objects.filter(event=ctx.event, role=Role.ADMINISTRATOR, account__is_active=True)
    if not ctx.viewer.administers_installation and not others.exclude(pk=access.pk).exists():
        raise Invalid.of("role", _("This is the event's last administrator: name another one first."))


@action("core.grant_access", title=_("Give access to the event"), right=ADMINISTER)
class GrantAccess(Action):
    """Give an account its role, agency and clearance at this event, or change them.

    Nobody gives a clearance above their own.
    """

    username: str
    role: Role
    agency: str | None = None
    clearance: int = 1
    seen: int | None = None

    action_undoable = False

    def run(self, ctx: Context) -> Access:
        account = _account(self.username)
        access = Access.objects.filter(event=ctx.event, account=account).first() or Access(
            event=ctx.event, account=account
        )
        expect_version(access, self.seen)
        if access.role == Role.ADMINISTRATOR and self.role != Role.ADMINISTRATOR:
            _keep_an_administrator(ctx, access)
        access.role, access.clearance = self.role, self.clearance
        access.agency = ctx.find(Agency, self.agency)
        faults = []
        if self.role in NEEDS_AGENCY and access.agency is None:
            faults.append(Fault(field="agency", message=str(_("This role speaks for an agency: name it."))))
        if self.clearance > ctx.viewer.clearance:
            faults.append(Fault(field="clearance", message=str(_("This is above your own clearance."))))
        if faults:
            raise Invalid(faults)
        return ctx.put(access)


@action("core.revoke_access", title=_("End access to the event"), right=ADMINISTER)
class RevokeAccess(Action):
    """End an account's access to this event. The account itself stays, as does all that it did."""

    username: str

    action_undoable = False

    def run(self, ctx: Context) -> None:
        access = ctx.get(Access, account__username=self.username)
        if access.role == Role.ADMINISTRATOR:
            _keep_an_administrator(ctx, access)
        ctx.remove(access)
