"""Random events full of marker words: no answer to anyone holds the marker of a record above their right."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from itertools import pairwise

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summitry.core import outlook
from summitry.core.action import submit
from summitry.core.actions import WaiveFinding
from summitry.core.models import Event
from summitry.core.records import Record
from summitry.core.rights import Role
from summitry.core.viewer import Viewer
from summitry.governance.models import Membership, Post
from summitry.schedule.models import Criterion, Evidence
from tests.factories import (
    make_agency,
    make_body,
    make_clause,
    make_coordination,
    make_decision,
    make_document,
    make_duty,
    make_event,
    make_link,
    make_objective,
    make_person,
    make_system_viewer,
    make_task,
    make_viewer,
    save,
)
from tests.security.oracle import may_see
from tests.security.walk import addresses, urls

pytestmark = pytest.mark.django_db

LEVELS = st.integers(0, 3)
STREAMS = {"web:live", "core:job_live"}


class Marked:
    """Records with a marker in all of their texts, and which record each marker belongs to."""

    def __init__(self) -> None:
        self.of: dict[str, Record] = {}
        self.number = 0

    def word(self) -> str:
        self.number += 1
        return f"ZQ{self.number:03}QZ"

    def keep(self, word: str, record: Record) -> Record:
        self.of[word] = record
        return record


@st.composite
def events(draw: st.DrawFn) -> tuple[Event, Marked, Viewer]:
    """A small event whose every classified record is marked, and someone who looks at it."""
    event, marked = make_event(), Marked()
    agencies = [make_agency(event, f"AG{n}") for n in range(3)]
    objective = make_objective(event, "S1")
    decisions, clauses = [], []
    for n in range(2):
        word = marked.word()
        values = {"title": word, "source": word, "signer_office": word, "number": word}
        decisions.append(marked.keep(word, make_decision(event, f"D{word}", classification=draw(LEVELS), **values)))
        word = marked.word()
        day = date(2025, 10, 2 + n)
        clauses.append(marked.keep(word, make_clause(decisions[n], "1", text=word, sets_date=day)))
    body = make_body(event, "B1", created_by=clauses[0])
    tasks = []
    for n in range(4):
        word = marked.word()
        task = make_task(
            event,
            f"T{word}",
            title=word,
            title_national=word,
            deliverable=word,
            note=word,
            source=word,
            criterion=word,
            classification=draw(LEVELS),
            lead=draw(st.sampled_from([None, *agencies])),
            objective=draw(st.sampled_from([None, objective])),
            owner=draw(st.sampled_from([None, body])),
            mandate=draw(st.sampled_from([None, *clauses])),
            deadline=draw(st.sampled_from([None, date(2025, 10, 8), date(2025, 10, 24)])),
            deadline_clause=draw(st.sampled_from([None, *clauses])),
            parent=draw(st.sampled_from([None, *tasks[:1]])),
            likely=draw(st.integers(1, 9)),
            position=n,
        )
        tasks.append(marked.keep(word, task))
    for task in tasks:
        if draw(st.booleans()):
            word = marked.word()
            values = {"deliverable": word, "due": draw(st.sampled_from([None, date(2025, 10, 3)]))}
            marked.keep(word, make_coordination(task, draw(st.sampled_from(agencies)), **values))
    parents = {task.parent_id for task in tasks}
    leaves = [task for task in tasks if task.pk not in parents]
    for before, after in pairwise(leaves):
        make_link(before, after)
    word = marked.word()
    marked.keep(word, save(Criterion(event=event, code="C1", objective=objective, text=word, task=tasks[0])))
    word = marked.word()
    document = make_document(
        event, f"F{word}", title=word, file_name=word, source=word, classification=draw(LEVELS), agency=agencies[0]
    )
    marked.keep(word, document)
    save(Evidence(event=event, task=tasks[1], document=document, added_on=date(2025, 10, 1)))
    word = marked.word()
    person = make_person(
        event, f"P{word}", name=word, function=word, phone=word, classification=draw(LEVELS), agency=agencies[1]
    )
    marked.keep(word, person)
    post = save(Post(event=event, body=body, code="HEAD", title="Head"))
    save(Membership(event=event, post=post, person=person, from_day=date(2025, 5, 16)))
    word = marked.word()
    duty = make_duty(
        draw(st.sampled_from(agencies)), f"PD{word}", title=word, classification=draw(LEVELS), mandate=clauses[1]
    )
    marked.keep(word, duty)
    role = draw(st.sampled_from(Role.values))
    viewer = make_viewer(event, role, agency=draw(st.sampled_from(agencies)), clearance=draw(LEVELS))
    return event, marked, viewer


def texts(response) -> str:
    """All text of an answer: its head, its body, and the sheets inside a workbook."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = body.decode("utf-8", "replace") + str(response.headers)
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            text += "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return text


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_answer_holds_a_marker_above_the_viewers_right(data):
    outlook.forget()
    event, marked, viewer = data.draw(events())
    forbidden = [word for word, record in marked.of.items() if not may_see(viewer, record)]
    allowed = [word for word, record in marked.of.items() if may_see(viewer, record)]
    client = Client(raise_request_exception=False)
    client.force_login(viewer.account)
    seen: set[str] = set()
    for address in addresses():
        if not address.of_event or address.name in STREAMS:
            continue
        for url, _record in urls(event, address, most=2):
            if any(word in url for word in forbidden):
                # The asker wrote the hidden key in the address: an error page may repeat what they wrote themselves.
                assert client.get(url).status_code in {403, 404}, url
                continue
            text = texts(client.get(url))
            leaked = [f"{word} ({marked.of[word]._meta.label}) at {url}" for word in forbidden if word in text]
            assert leaked == []
            seen |= {word for word in allowed if word in text}
    if viewer.role == Role.PLANNER:
        assert set(allowed) <= seen, "what may be seen is nowhere shown"


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_preview_and_a_search_tell_nothing_of_hidden_records(data):
    """The consequences of a visible task's change reach hidden ones; they are counted, never named."""
    outlook.forget()
    event, marked, viewer = data.draw(events())
    forbidden = [word for word, record in marked.of.items() if not may_see(viewer, record)]
    client = Client(raise_request_exception=False)
    client.force_login(viewer.account)
    for record in marked.of.values():
        if record._meta.label_lower != "schedule.task" or not may_see(viewer, record):
            continue
        for name, values in (
            ("schedule:edit_estimates", {"optimistic": "", "likely": "30", "pessimistic": ""}),
            ("schedule:move_task", {"not_before": "2025-11-03", "shift": ""}),
            ("schedule:reschedule", {"not_before": "2025-11-03", "finish": ""}),
            ("schedule:close_task", {"closed_on": "2025-10-06"}),
            ("schedule:remove_task", {}),
        ):
            url = reverse(name, args=[event.slug, record.code])
            text = texts(client.post(url, {"seen": record.version, "step": "preview", **values}))
            assert [word for word in forbidden if word in text] == [], name
    for word in marked.of:
        found = texts(client.get(reverse("web:search", args=[event.slug]), {"q": word[:4]}))
        assert [hidden for hidden in forbidden if hidden in found] == []


def test_a_waiver_about_a_hidden_record_is_not_shown():
    event = make_event()
    task = make_task(event, "TZQ1QZ", title="ZQ1QZ", classification=3)
    planner = make_viewer(event, Role.PLANNER)
    found = next(f for f in outlook.look(event).findings.items if f.subject.label == "schedule.task")
    submit(
        [
            WaiveFinding(
                check_code=found.code,
                subject_label=found.subject.label,
                subject_id=task.pk,
                reason="ZQ2QZ",
                until=date(2025, 10, 20),
                discriminator=found.discriminator,
            )
        ],
        viewer=planner,
        event=event,
    )
    assert make_system_viewer(event).sees(task)
    client = Client()
    client.force_login(make_viewer(event, Role.HEAD, clearance=1).account)
    for name in ("core:checks", "core:waivers", "web:today"):
        text = texts(client.get(reverse(name, args=[event.slug])))
        assert "ZQ1QZ" not in text
        assert "ZQ2QZ" not in text
