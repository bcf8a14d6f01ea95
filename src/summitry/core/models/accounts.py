"""Accounts, and what each may do and see at each event."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from summitry.core.models.people import Agency
from summitry.core.records import Record, Recorded, RecordQuerySet
from summitry.core.rights import Classification, Role
from summitry.core.visibility import AccountsOfEvent, Administrators


class AccountManager(BaseUserManager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """Accounts are made by the `CreateAccount` action; Django's own shortcuts are not offered."""

    def get_by_natural_key(self, username: str | None) -> Account:
        found: Account = self.get(username=username)
        return found


class Account(Recorded, AbstractBaseUser):
    """Someone who signs in. What they may do and see is said per event, by `Access`."""

    username = models.SlugField(_("user name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    is_administrator = models.BooleanField(
        _("administrator of the installation"),
        default=False,
        help_text=_("May create events and accounts."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(
        _("demonstration account"),
        default=False,
        help_text=_("Signs in without a password, in demo mode alone."),
    )

    USERNAME_FIELD = "username"
    unrecorded: ClassVar[frozenset[str]] = frozenset({"password", "last_login"})
    visibility = AccountsOfEvent()

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def key(self) -> str:
        return self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Django's rehash of a password on sign-in saves that field alone; it is no change of the record.
        if kwargs.get("update_fields") is not None and set(kwargs["update_fields"]) <= self.unrecorded:
            models.Model.save(self, *args, **kwargs)
            return
        Recorded.save(self, *args, **kwargs)


class Access(Record):
    """An account's role, agency and clearance at one event."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="accesses", verbose_name=_("account"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="accesses",
        verbose_name=_("agency"),
    )
    clearance = models.PositiveSmallIntegerField(
        _("clearance"), choices=Classification.choices, default=Classification.INTERNAL
    )

    visibility = Administrators()

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        ordering = ["account__username"]
        constraints = [models.UniqueConstraint(fields=["event", "account"], name="one_access_an_event")]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_role_display()}"

    @property
    def key(self) -> str:
        return self.account.username

    def get_absolute_url(self) -> str:
        return f"/e/{self.event.slug}/settings/access/"


class FailedSignIn(models.Model):
    """Counts failed sign-ins of a user name and address, to slow down guessing. It is no fact of an event: no audit."""

    username = models.CharField(max_length=150)
    address = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["username", "at"]), models.Index(fields=["address", "at"])]
