"""The uploaded workbook or plan that waits for its confirmation: kept, found, forgotten."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from summitry.core import clock
from summitry.core.models import Account, Event
from summitry.core.refusals import NotPermitted
from summitry.core.viewer import Viewer
from summitry.exchange.actions import ImportWorkbook
from summitry.exchange.models import WaitingWorkbook
from summitry.exchange.plans.book import Wishes

KEPT = timedelta(hours=24)


def keep(event: Event, viewer: Viewer, name: str, data: bytes, wishes: Wishes = Wishes()) -> WaitingWorkbook:  # noqa: B008
    """Keep a person's upload; an earlier one of theirs, and everybody's of yesterday, is forgotten."""
    account = _account(viewer)
    now = clock.system_now()
    WaitingWorkbook.objects.filter(uploaded_at__lt=now - KEPT).delete()
    found, _made = WaitingWorkbook.objects.update_or_create(
        event=event,
        account=account,
        defaults={
            "name": name[:200],
            "sha256": hashlib.sha256(data).hexdigest(),
            "data": data,
            "wishes": wishes.told(),
            "uploaded_at": now,
        },
    )
    return found


def waiting(event: Event, viewer: Viewer) -> WaitingWorkbook | None:
    """The person's own upload, if it is not too old."""
    if viewer.account is None:
        return None
    recent = clock.system_now() - KEPT
    return WaitingWorkbook.objects.filter(event=event, account=viewer.account, uploaded_at__gte=recent).first()


def forget(event: Event, viewer: Viewer) -> None:
    WaitingWorkbook.objects.filter(event=event, account=_account(viewer)).delete()


def _account(viewer: Viewer) -> Account:
    if viewer.account is None:
        raise NotPermitted(action=str(ImportWorkbook.action_title), who=ImportWorkbook.action_right.who())
    return viewer.account
