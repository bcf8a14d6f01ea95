"""Signing in and out, the throttle, demo mode, and where one is sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from summitry.core import clock
from summitry.core.models import Account, Event, FailedSignIn
from summitry.core.rights import Role
from summitry.web import throttle
from tests import factories
from tests.web.conftest import PASSWORD, give_password

WRONG = "do not belong together"


@pytest.fixture
def account(db: None) -> Account:
    return give_password(factories.make_account("lan"))


def attempt(client: Client, username: str = "lan", password: str = PASSWORD, **more: str):
    return client.post("/sign-in/", {"username": username, "password": password}, **more)


def test_right_password_signs_in_under_a_new_session_key(client: Client, account: Account) -> None:
    client.get("/sign-in/")
    session = client.session
    session["left by"] = "an earlier visitor"
    session.save()
    old = session.session_key
    answer = attempt(client)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session.session_key != old
    assert "left by" not in client.session
    assert client.session["_auth_user_id"] == str(account.pk)


def test_unknown_name_and_wrong_password_get_the_same_page(client: Client, account: Account) -> None:
    known = attempt(client, "lan", "wrong")
    unknown = attempt(client, "nobody", "wrong")
    assert known.status_code == unknown.status_code == 422
    assert WRONG in known.content.decode()

    def plain(answer) -> str:
        # The name in the form and the forgery token differ, nothing else.
        lines = answer.content.decode().splitlines()
        return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line and 'name="username"' not in line)

    assert plain(known) == plain(unknown)


def test_unknown_name_costs_a_hash_like_a_known_one(client: Client, account: Account, monkeypatch) -> None:
    """Else the time of the answer tells which names exist."""
    hashed = []
    original = Account.set_password
    monkeypatch.setattr(Account, "set_password", lambda self, raw: (hashed.append(raw), original(self, raw))[1])
    attempt(client, "nobody", "wrong")
    assert hashed == ["wrong"]


def test_closed_account_cannot_sign_in(client: Client, account: Account) -> None:
    account.is_active = False
    factories.save(account)
    assert WRONG in attempt(client).content.decode()


def test_five_failures_of_a_name_make_it_wait_even_with_the_right_password(client: Client, account: Account) -> None:
    for number in range(5):
        assert attempt(client, password="wrong", REMOTE_ADDR=f"10.0.0.{number}").status_code == 422
    answer = attempt(client, REMOTE_ADDR="10.0.0.99")
    assert answer.status_code == 429
    assert "Wait 15 minutes" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_waiting_does_not_prolong_the_wait(client: Client, account: Account) -> None:
    for _ in range(7):
        attempt(client, password="wrong")
    assert FailedSignIn.objects.count() == 5
    FailedSignIn.objects.update(at=clock.system_now() - timedelta(minutes=15, seconds=1))
    assert attempt(client).status_code == 302


def test_twenty_failures_of_an_address_make_it_wait_for_any_name(client: Client, account: Account) -> None:
    for number in range(20):
        attempt(client, f"name{number}", "wrong")
    assert attempt(client).status_code == 429
    assert attempt(client, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_one_ipv6_network_counts_as_one_address(client: Client, account: Account) -> None:
    for number in range(20):
        attempt(client, f"name{number}", "wrong", REMOTE_ADDR=f"2001:db8:1:2::{number:x}")
    assert attempt(client, REMOTE_ADDR="2001:db8:1:2:ffff::1").status_code == 429
    assert attempt(client, REMOTE_ADDR="2001:db8:1:3::1").status_code == 302


def test_success_clears_the_names_failures_but_not_the_addresses(client: Client, account: Account) -> None:
    attempt(client, "other", "wrong")
    attempt(client, password="wrong")
    attempt(client)
    assert FailedSignIn.objects.get().username == throttle._name("other")


def test_old_failures_are_removed(db: None) -> None:
    FailedSignIn.objects.create(username="x", address="y", at=clock.system_now() - timedelta(days=2))
    throttle.count("lan", "10.0.0.1")
    assert FailedSignIn.objects.get().username == throttle._name("lan")


def test_password_in_the_wrong_field_is_written_down_nowhere(client: Client, account: Account, caplog) -> None:
    caplog.set_level("INFO", "summitry.sign_in")
    attempt(client, PASSWORD, "lan")
    attempt(client, "lan", "wrong")
    assert PASSWORD not in caplog.text
    assert "an unknown name" in caplog.text
    assert "lan from 127.0.0.1" in caplog.text
    assert not FailedSignIn.objects.filter(username__contains=PASSWORD[:10]).exists()


@pytest.mark.parametrize(
    ("wanted", "sent_to"),
    [
        ("/account/", "/account/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("\\\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http://testserver/account/", "/"),
        (" //evil.example", "/"),
    ],
)
def test_next_goes_to_this_site_alone(client: Client, account: Account, wanted: str, sent_to: str) -> None:
    answer = client.post("/sign-in/", {"username": "lan", "password": PASSWORD, "next": wanted})
    assert answer["Location"] == sent_to


def test_sign_out_is_a_post(client: Client, account: Account) -> None:
    attempt(client)
    assert client.get("/sign-out/").status_code == 405
    assert "_auth_user_id" in client.session
    client.post("/sign-out/")
    assert "_auth_user_id" not in client.session


def test_forged_sign_in_is_refused(account: Account) -> None:
    browser = Client(enforce_csrf_checks=True)
    answer = attempt(browser)
    assert answer.status_code == 403
    assert "The form was too old" in answer.content.decode()


# A first start


def test_installation_without_accounts_says_how_to_make_one(client: Client, db: None) -> None:
    page = client.get("/", follow=True).content.decode()
    assert "summitry user create" in page
    assert "<form" not in page


# Demo mode


@pytest.fixture
def demo_account(event: Event) -> Account:
    account = factories.make_account("planner", is_demo=True)
    factories.make_viewer(event, Role.PLANNER, account=account)
    return account


def test_without_demo_mode_the_page_does_not_exist(client: Client, demo_account: Account) -> None:
    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/", {"username": "planner"}).status_code == 404
    assert "_auth_user_id" not in client.session
    assert "/demo/" not in client.get("/sign-in/").content.decode()


def test_without_demo_mode_a_demo_account_cannot_sign_in_even_with_a_password(
    client: Client, demo_account: Account
) -> None:
    give_password(demo_account)
    answer = attempt(client, "planner")
    assert answer.status_code == 422
    assert WRONG in answer.content.decode()


def test_demo_session_ends_when_the_installation_leaves_demo_mode(
    client: Client, demo_account: Account, event: Event, settings
) -> None:
    settings.DEMO = True
    client.post("/demo/", {"username": "planner"})
    assert client.get(event.get_absolute_url()).status_code == 200
    settings.DEMO = False
    answer = client.get(event.get_absolute_url())
    assert answer["Location"].startswith("/sign-in/")
    assert "_auth_user_id" not in client.session


def test_demo_mode_signs_in_demo_accounts_alone(client: Client, demo_account: Account, settings) -> None:
    settings.DEMO = True
    factories.make_account("lan")
    page = client.get("/demo/").content.decode()
    assert 'value="planner"' in page
    assert 'value="lan"' not in page
    assert client.post("/demo/", {"username": "lan"}).status_code == 404
    assert client.post("/demo/", {"username": "planner"}).status_code == 302
    assert client.session["_auth_user_id"] == str(demo_account.pk)


# The way to the sign-in page


def test_page_asks_to_sign_in_and_comes_back(client: Client, event: Event) -> None:
    answer = client.get(event.get_absolute_url() + "search/?q=T1")
    assert answer["Location"] == f"/sign-in/?next=/e/{event.slug}/search/%3Fq%3DT1"


def test_in_demo_mode_the_first_page_offers_the_roles_and_comes_back(
    client: Client, demo_account: Account, event: Event, settings
) -> None:
    settings.DEMO = True
    door = client.get(event.get_absolute_url())["Location"]
    assert door == f"/demo/?next=/e/{event.slug}/"
    assert 'value="planner"' in client.get(door).content.decode()
    assert client.post(door, {"username": "planner"})["Location"] == f"/e/{event.slug}/"


def test_part_of_a_page_sends_the_whole_page_to_sign_in(client: Client, event: Event) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/e/x/?a=1"}
    answer = client.get(event.get_absolute_url(), headers=headers)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/sign-in/?next=/e/x/%3Fa%3D1")


def test_stream_and_json_get_a_status_instead_of_a_page(client: Client, event: Event) -> None:
    for accept in ("text/event-stream", "application/json"):
        assert client.get(event.get_absolute_url() + "live/", headers={"Accept": accept}).status_code == 401


# One's own account


def test_password_change_needs_the_present_one_and_ends_other_sessions(client: Client, account: Account) -> None:
    other = Client()
    attempt(client)
    attempt(other)
    new = "another long enough sentence"
    wrong = client.post("/account/", {"current": "wrong", "password": new, "again": new})
    assert wrong.status_code == 422
    answer = client.post("/account/", {"current": PASSWORD, "password": new, "again": new})
    assert answer.status_code == 302
    assert client.get("/account/").status_code == 200
    assert other.get("/account/")["Location"].startswith("/sign-in/")
    account.refresh_from_db()
    assert account.check_password(new)


def test_weak_password_is_refused_with_its_reason(client: Client, account: Account) -> None:
    attempt(client)
    answer = client.post("/account/", {"current": PASSWORD, "password": "short", "again": "short"})
    assert answer.status_code == 422
    assert "at least 12 characters" in answer.content.decode()


def test_language_is_kept_with_the_account(client: Client, account: Account) -> None:
    attempt(client)
    answer = client.post("/language/", {"language": "vi", "next": "/account/"})
    assert answer["Location"] == "/account/"
    account.refresh_from_db()
    assert account.language == "vi"
    assert '<html lang="vi">' in client.get("/account/").content.decode()


def test_unknown_language_changes_nothing(client: Client, account: Account) -> None:
    attempt(client)
    client.post("/language/", {"language": "xx"})
    account.refresh_from_db()
    assert account.language == ""


def test_language_before_sign_in_is_a_cookie(client: Client, account: Account) -> None:
    client.post("/language/", {"language": "vi"})
    assert '<html lang="vi">' in client.get(reverse("web:sign_in")).content.decode()
