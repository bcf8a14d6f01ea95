"""Roles, and what each may do. The table in docs/roles.md is made from `RIGHTS`."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    PLANNER = "planner", pgettext_lazy("role", "Planner")
    HEAD = "head", _("Head of the committee")
    FOCAL_POINT = "focal_point", _("Agency focal point")
    SECURITY_PLANNER = "security_planner", _("Security planner")
    UNIT_OFFICER = "unit_officer", _("Unit officer")
    PARTNER = "partner", _("Outside partner")
    OBSERVER = "observer", _("Observer")


class Classification(models.IntegerChoices):
    """How widely a record may be known. The names shown are the event's own (`Event.classification_name`)."""

    PUBLIC = 0, _("Public")
    INTERNAL = 1, _("Internal")
    RESTRICTED = 2, _("Restricted")
    SECRET = 3, _("Secret")


# Roles that see every record within their clearance: planning needs the whole. The others need a reason to know.
WHOLE_VIEW = frozenset({Role.ADMINISTRATOR, Role.PLANNER, Role.HEAD, Role.SECURITY_PLANNER})
# The widest classification that a role sees without its agency taking part in the record.
OPEN_UP_TO: dict[str, Classification] = {
    Role.FOCAL_POINT: Classification.INTERNAL,
    Role.UNIT_OFFICER: Classification.INTERNAL,
    Role.PARTNER: Classification.PUBLIC,
    Role.OBSERVER: Classification.PUBLIC,
}


@dataclass(frozen=True)
class Right:
    """A named right and the roles that hold it. An action may add a condition on the record itself."""

    name: str
    title: Promise | str
    roles: frozenset[str]

    def held_by(self, role: str | None) -> bool:
        return role in self.roles

    def who(self) -> str:
        return ", ".join(str(Role(role).label) for role in Role.values if role in self.roles)


def _right(name: str, title: Promise | str, *roles: Role) -> Right:
    right = Right(name, title, frozenset(roles))
    RIGHTS[name] = right
    return right


RIGHTS: dict[str, Right] = {}
ADMINISTER = _right("administer", _("Manage accounts, events and settings"), Role.ADMINISTRATOR)
PLAN = _right("plan", _("Change mandates and the master schedule"), Role.ADMINISTRATOR, Role.PLANNER)
DECIDE = _right("decide", _("Waive findings, re-organise, take baselines"), Role.ADMINISTRATOR, Role.PLANNER, Role.HEAD)
REPORT = _right(
    "report",
    _("Report facts about the tasks of one's own agency"),
    Role.ADMINISTRATOR,
    Role.PLANNER,
    Role.SECURITY_PLANNER,
    Role.FOCAL_POINT,
    Role.UNIT_OFFICER,
    Role.PARTNER,
)
PLAN_SECURITY = _right(
    "plan_security",
    _("Assign and track plan duties of the general security plan"),
    Role.ADMINISTRATOR,
    Role.PLANNER,
    Role.SECURITY_PLANNER,
)
MOVE_CLOCK = _right(
    "move_clock",
    _("Move a demonstration's clock"),
    Role.ADMINISTRATOR,
    Role.PLANNER,
    Role.HEAD,
    Role.SECURITY_PLANNER,
)
KEEP_VIEWS = _right("keep_views", _("Save one's own filters"), *Role)
