"""The Vietnamese catalogue is complete and keeps what a sentence is filled with."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.test import Client
from django.utils import translation
from django.utils.translation import pgettext, trans_real

import summitry
from summitry.config.installation import compile_catalogues
from summitry.core.rights import Role
from summitry.schedule.models import Resource, Scenario
from tests.factories import make_event, make_task, make_viewer

CATALOGUE = Path(summitry.__file__).parent / "locale" / "vi" / "LC_MESSAGES" / "django.po"
FILLED = re.compile(r"\{[a-z_]*\}|%\([a-z_]+\)[sd]|%[sd]|</?[a-z]+[^>]*>")


def messages() -> list[Message]:
    with CATALOGUE.open("rb") as file:
        return [message for message in read_po(file, locale="vi") if message.id]


def source(message: Message) -> str:
    """The English words; of a singular and a plural the plural, as Vietnamese has one form."""
    return message.id[1] if isinstance(message.id, tuple) else message.id


def words(message: Message) -> str:
    return message.string[0] if isinstance(message.string, tuple) else message.string


def test_every_message_is_translated():
    assert len(messages()) > 1500
    assert [source(message) for message in messages() if not words(message).strip() or message.fuzzy] == []


def test_what_fills_a_sentence_is_in_its_translation_too():
    wrong = [
        (source(message), words(message))
        for message in messages()
        if Counter(FILLED.findall(source(message))) != Counter(FILLED.findall(words(message)))
    ]
    assert wrong == []


@pytest.mark.django_db
def test_a_page_reads_vietnamese_to_whoever_chose_it():
    """Compiled and switched on as an installation does it; English stays English."""
    compile_catalogues()
    trans_real._translations.pop("vi", None)  # another test may have asked for it before it was compiled
    event = make_event()
    make_task(event, "T01")
    client = Client()
    client.force_login(make_viewer(event).account)
    assert "Master schedule" in client.get(f"/e/{event.slug}/schedule/").content.decode()
    client.post("/language/", {"language": "vi", "next": "/"})
    html = client.get(f"/e/{event.slug}/schedule/").content.decode()
    assert 'lang="vi"' in html
    assert "tiến độ" in html.casefold()
    translation.deactivate()


def test_one_english_word_for_two_things_is_two_words_in_vietnamese():
    """The role and the page are both called "Planner"; a resource and a scenario are both "kept by" somebody."""
    compile_catalogues()
    trans_real._translations.pop("vi", None)
    with translation.override("vi"):
        assert str(Role.PLANNER.label) == "Người lập kế hoạch"
        assert pgettext("page", "Planner") == "Lập kế hoạch"
        resource = Resource._meta.get_field("agency").verbose_name
        scenario = Scenario._meta.get_field("made_by").verbose_name
        assert (str(resource), str(scenario)) == ("cơ quan quản lý", "người lưu")
    assert str(Role.PLANNER.label) == pgettext("page", "Planner") == "Planner"
