"""Accounts and access: nobody raises themselves, nobody locks everybody out."""

from __future__ import annotations

import pytest

from summitry.core.action import submit, submit_to_installation
from summitry.core.actions import ChangeAccount, CreateAccount, GrantAccess, RevokeAccess, SetPassword
from summitry.core.models import Access, Account
from summitry.core.refusals import Invalid, NotFound, NotPermitted, StaleEdit
from summitry.core.rights import Classification, Role
from summitry.core.viewer import system_viewer
from tests.factories import make_account, make_agency, make_event, make_viewer

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough sentence"


def _do(event, viewer, *actions):
    return submit(list(actions), viewer=viewer, event=event)


@pytest.fixture
def admin(event):
    """An administrator of the event who is none of the installation."""
    make_account("chief", is_administrator=True)
    return make_viewer(event, Role.ADMINISTRATOR, account=make_account("admin"))


def test_an_administrator_of_an_event_makes_accounts_and_gives_them_access(event, admin):
    make_agency(event, "K01")
    made = CreateAccount(username="lan", name="Lan", password=PASSWORD)
    _do(event, admin, made, GrantAccess(username="lan", role=Role.FOCAL_POINT, agency="K01"))
    access = Access.objects.get(account__username="lan")
    assert (access.role, access.agency.code, access.clearance) == (Role.FOCAL_POINT, "K01", Classification.INTERNAL)
    assert access.account.check_password(PASSWORD)


def test_only_the_installations_administrators_make_administrators_and_demonstration_accounts(event, admin):
    for values in ({"is_administrator": True}, {"is_demo": True}):
        with pytest.raises(NotPermitted):
            _do(event, admin, CreateAccount(username="eve", name="Eve", **values))
    make_viewer(event, account=(eve := make_account("eve")))
    with pytest.raises(NotPermitted):
        _do(event, admin, ChangeAccount(username="eve", is_administrator=True))
    chief = make_viewer(event, Role.ADMINISTRATOR, account=Account.objects.get(username="chief"))
    _do(event, chief, ChangeAccount(username="eve", is_administrator=True))
    eve.refresh_from_db()
    assert eve.is_administrator


def test_an_administrator_of_an_event_does_not_take_over_accounts_that_reach_beyond_it(event, admin):
    """To set the password of the installation's administrator, or of somebody elsewhere, would be a take-over."""
    make_viewer(make_event(), account=make_account("elsewhere"))
    for username in ("chief", "elsewhere"):
        for action in (SetPassword(username=username, password=PASSWORD), ChangeAccount(username=username, name="x")):
            with pytest.raises(NotPermitted):
                _do(event, admin, action)
    make_viewer(event, account=(own := make_account("own")))
    _do(event, admin, SetPassword(username="own", password=PASSWORD))
    own.refresh_from_db()
    assert own.check_password(PASSWORD)


def test_nobody_gives_a_clearance_above_their_own(event):
    admin = make_viewer(event, Role.ADMINISTRATOR, clearance=Classification.RESTRICTED)
    make_account("lan")
    for username in ("lan", admin.account.username):
        with pytest.raises(Invalid) as refused:
            _do(event, admin, GrantAccess(username=username, role=Role.ADMINISTRATOR, clearance=Classification.SECRET))
        assert [fault.field for fault in refused.value.faults] == ["clearance"]


def test_a_role_that_speaks_for_an_agency_names_it(event, admin):
    make_account("lan")
    for role in (Role.FOCAL_POINT, Role.UNIT_OFFICER, Role.PARTNER):
        with pytest.raises(Invalid) as refused:
            _do(event, admin, GrantAccess(username="lan", role=role))
        assert [fault.field for fault in refused.value.faults] == ["agency"]


def test_the_last_administrator_of_an_event_stays(event, admin):
    for action in (
        GrantAccess(username="admin", role=Role.PLANNER),
        RevokeAccess(username="admin"),
    ):
        with pytest.raises(Invalid, match="last administrator"):
            _do(event, admin, action)
    make_viewer(event, Role.ADMINISTRATOR, account=make_account("second"))
    _do(event, admin, RevokeAccess(username="admin"))
    assert not Access.objects.filter(account__username="admin").exists()


def test_the_last_administrator_of_the_installation_stays(event, admin):
    chief = make_viewer(event, Role.ADMINISTRATOR, account=Account.objects.get(username="chief"))
    for values in ({"is_active": False}, {"is_administrator": False}):
        with pytest.raises(Invalid, match="last administrator"):
            _do(event, chief, ChangeAccount(username="chief", **values))


def test_an_ended_access_can_be_given_again_and_the_account_stays(event, admin):
    viewer = make_viewer(event, account=make_account("lan"))
    _do(event, admin, RevokeAccess(username="lan"))
    assert Account.objects.filter(username="lan").exists()
    _do(event, admin, GrantAccess(username="lan", role=Role.OBSERVER, clearance=Classification.PUBLIC))
    assert Access.objects.get(account=viewer.account).role == Role.OBSERVER


def test_access_changed_by_two_people_is_a_stale_edit(event, admin):
    make_viewer(event, account=make_account("lan"))
    _do(event, admin, GrantAccess(username="lan", role=Role.HEAD, seen=1))
    with pytest.raises(StaleEdit):
        _do(event, admin, GrantAccess(username="lan", role=Role.OBSERVER, seen=1))


def test_a_weak_password_and_an_unknown_account_are_refused(event, admin):
    make_viewer(event, account=make_account("lan"))
    with pytest.raises(Invalid) as refused:
        _do(event, admin, SetPassword(username="lan", password="short"))
    assert {fault.field for fault in refused.value.faults} == {"password"}
    with pytest.raises(NotFound):
        _do(event, admin, GrantAccess(username="nobody", role=Role.OBSERVER))


def test_an_account_without_password_does_not_sign_in(db):
    submit_to_installation([CreateAccount(username="lan", name="Lan")], viewer=system_viewer())
    assert not Account.objects.get(username="lan").has_usable_password()


def test_a_change_of_an_account_keeps_its_password(event, admin):
    make_viewer(event, account=make_account("lan"))
    _do(event, admin, SetPassword(username="lan", password=PASSWORD))
    _do(event, admin, ChangeAccount(username="lan", name="Lan Nguyen"))
    assert Account.objects.get(username="lan").check_password(PASSWORD)
