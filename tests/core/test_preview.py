"""Consequences before saving: what moves, breaks and heals, cut to the viewer, and nothing left behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from summitry.core import chances, outlook
from summitry.core.action import submit
from summitry.core.actions import (
    AddDocument,
    ChangeAgency,
    ChangeDocument,
    ChangeEvent,
    CreateAgency,
    MoveClock,
    RemoveDocument,
    WaiveFinding,
)
from summitry.core.chances import Chance, Chances, ChanceSource
from summitry.core.checking import Finding, Reading, Severity, check
from summitry.core.models import Agency, AuditEntry, Change, Document
from summitry.core.outlook import Forecast, Readiness
from summitry.core.preview import Weight, preview
from summitry.core.records import ref
from summitry.core.refusals import NotPermitted, StaleEdit
from summitry.core.registries import temporary
from summitry.core.rights import Classification, Role
from tests.factories import make_agency, make_document, make_event, make_viewer

pytestmark = pytest.mark.django_db

DEADLINE = date(2025, 10, 20)


@pytest.fixture(autouse=True)
def documents_as_work() -> Iterator[None]:
    """For a while documents stand for work: each takes as many days from today as its source says.

    Their deadline is 20 October; a source of "closed" closes one; a code that begins with M is a milestone.
    """

    def days(document: Document) -> int:
        return int(document.source) if document.source.isdigit() else 0

    def forecaster(reading: Reading) -> Iterator[Forecast]:
        for document in Document.objects.filter(event=reading.event).select_related("event"):
            yield Forecast(
                subject=ref(document),
                start=reading.today,
                finish=reading.today + timedelta(days=days(document)),
                deadline=DEADLINE,
                milestone=document.code.startswith("M"),
                closed=document.source == "closed",
                agencies=frozenset({document.agency_id} - {None}),
            )

    def readiness(reading: Reading) -> Iterator[Readiness]:
        documents = list(Document.objects.filter(event=reading.event))
        done = sum(document.source == "closed" for document in documents)
        yield Readiness(ref(reading.event), 100 * done // len(documents) if documents else 0, weight=1)

    with temporary():
        from summitry.core.checking import CHECKS

        CHECKS.clear()
        outlook.FORECASTERS[:] = [forecaster]
        outlook.READINESS[:] = [readiness]
        chances.CHANCES.clear()

        @check("TST001", title="Late", severity=Severity.ERROR, message="{subject} is late", hint="", source="test")
        def late(reading: Reading) -> Iterator[Finding]:
            """Late.

            Wrong: late.
            Right: in time.
            """
            for document in Document.objects.filter(event=reading.event):
                if reading.today + timedelta(days=days(document)) > DEADLINE:
                    yield Finding(subject=document)

        yield


def _change(code, days, **values):
    return ChangeDocument(code=code, source=str(days), **values)


def test_a_finish_that_moves_is_told_with_old_and_new_date_and_days():
    event = make_event()
    make_document(event, "D1", source="5")
    seen = preview([_change("D1", 8)], viewer=make_viewer(event), event=event)
    (move,) = seen.moves
    assert (move.subject.key, move.old_finish, move.new_finish, move.days) == (
        "D1",
        date(2025, 10, 11),
        date(2025, 10, 14),
        3,
    )
    assert (move.deadline, move.milestone) == (DEADLINE, False)
    assert (seen.broken, seen.saved, seen.caused, seen.cured) == ((), (), (), ())
    assert seen.weight is Weight.SOME


def test_a_broken_deadline_and_a_new_error_are_serious():
    event = make_event()
    make_document(event, "M1", source="5")
    seen = preview([_change("M1", 15)], viewer=make_viewer(event), event=event)
    (broken,) = seen.broken
    assert (broken.subject.key, broken.deadline, broken.finish) == ("M1", DEADLINE, date(2025, 10, 21))
    assert [f.code for f in seen.caused] == ["TST001"]
    assert seen.moves[0].milestone
    assert seen.weight is Weight.SERIOUS


def test_a_saved_deadline_and_a_cured_finding():
    event = make_event()
    make_document(event, "D1", source="15")
    seen = preview([_change("D1", 14)], viewer=make_viewer(event), event=event)
    assert [change.subject.key for change in seen.saved] == ["D1"]
    assert [f.code for f in seen.cured] == ["TST001"]
    assert (seen.broken, seen.caused) == ((), ())
    assert seen.weight is Weight.SOME


def test_what_changes_nothing_weighs_nothing():
    event = make_event()
    make_document(event, "D1", source="5")
    seen = preview([ChangeDocument(code="D1", title="Another title")], viewer=make_viewer(event), event=event)
    assert (seen.moves, seen.weight) == ((), Weight.NONE)


def test_work_that_is_made_and_work_that_is_removed():
    event = make_event()
    make_document(event, "D1", source="5")
    new = AddDocument(code="D2", title="New", source="3")
    seen = preview([new, RemoveDocument(code="D1")], viewer=make_viewer(event), event=event)
    moves = {move.subject.key: (move.old_finish, move.new_finish) for move in seen.moves}
    assert moves == {"D2": (None, date(2025, 10, 9)), "D1": (date(2025, 10, 11), None)}
    assert all(move.days == 0 for move in seen.moves)


def test_a_waived_finding_is_cured_and_a_waiver_that_ends_by_the_clock_is_news():
    event = make_event()
    document = make_document(event, "D1", source="15")
    viewer = make_viewer(event)
    waive = WaiveFinding(
        check_code="TST001",
        subject_label="core.document",
        subject_id=document.pk,
        reason="known",
        until=date(2025, 10, 7),
    )
    assert [f.code for f in preview([waive], viewer=viewer, event=event).cured] == ["TST001"]
    submit([waive], viewer=viewer, event=event)
    later = MoveClock(to=datetime(2025, 10, 8, 1, tzinfo=UTC))
    assert [f.code for f in preview([later], viewer=viewer, event=event).caused] == ["TST001"]


def test_readiness_before_and_after():
    event = make_event()
    make_document(event, "D1", source="5")
    make_document(event, "D2", source="5")
    seen = preview([ChangeDocument(code="D1", source="closed")], viewer=make_viewer(event), event=event)
    assert (seen.ready_before, seen.ready_after) == (0, 50)
    assert [(change.before, change.after) for change in seen.readiness] == [(0, 50)]


def test_closed_work_breaks_no_deadline():
    event = make_event()
    make_document(event, "D1", source="closed")
    clock = MoveClock(to=datetime(2025, 10, 22, 1, tzinfo=UTC))
    assert preview([clock], viewer=make_viewer(event), event=event).broken == ()


def test_the_clock_moves_in_the_preview_alone():
    event = make_event()
    make_document(event, "D1", source="5")
    before = event.demo_now
    seen = preview([MoveClock(to=datetime(2025, 10, 16, 1, tzinfo=UTC))], viewer=make_viewer(event), event=event)
    assert [change.subject.key for change in seen.broken] == ["D1"]
    assert event.demo_now == before
    event.refresh_from_db()
    assert event.demo_now == before


def test_a_later_action_of_a_batch_sees_what_an_earlier_one_did_to_the_event():
    event = make_event()
    later = [
        ChangeEvent(opening_day=date(2025, 11, 1), closing_day=date(2025, 11, 2)),
        ChangeEvent(planning_start=date(2025, 10, 30)),
    ]
    preview(later, viewer=make_viewer(event), event=event)
    submit(later, viewer=make_viewer(event), event=event)
    assert (event.opening_day, event.planning_start) == (date(2025, 11, 1), date(2025, 10, 30))


# Cut to what the viewer may see


def test_moves_and_findings_above_the_viewers_right_are_counted_and_nothing_else():
    event = make_event()
    lead = make_agency(event, "K01")
    make_document(event, "D1", source="5", classification=Classification.SECRET, agency=lead, title="Motorcade")
    make_document(event, "D2", source="5")
    low = make_viewer(event, Role.PLANNER, clearance=Classification.INTERNAL)
    # Moving the day moves everything, the secret piece, too.
    seen = preview([MoveClock(to=datetime(2025, 10, 18, 1, tzinfo=UTC))], viewer=low, event=event)
    assert [move.subject.key for move in seen.moves] == ["D2"]
    assert seen.hidden_moves == 1
    assert [f.subject.key for f in seen.caused] == ["D2"]
    assert seen.hidden_caused.count == 1
    assert [change.subject.key for change in seen.broken] == ["D2"]
    assert seen.told == ()
    assert "Motorcade" not in repr(seen)

    high = make_viewer(event, Role.PLANNER)
    seen = preview([MoveClock(to=datetime(2025, 10, 18, 1, tzinfo=UTC))], viewer=high, event=event)
    assert {move.subject.key for move in seen.moves} == {"D1", "D2"}
    assert (seen.hidden_moves, seen.hidden_caused.count) == (0, 0)
    assert list(seen.told) == [lead]


def test_the_agencies_of_what_moves_and_of_what_is_touched_are_told():
    event = make_event()
    one, two = make_agency(event, "ONE"), make_agency(event, "TWO")
    make_document(event, "D1", source="5", agency=one)
    make_document(event, "D2", source="5", agency=two)
    viewer = make_viewer(event)
    assert list(preview([_change("D1", 6)], viewer=viewer, event=event).told) == [one]
    renamed = ChangeDocument(code="D2", title="Another title")
    assert list(preview([renamed], viewer=viewer, event=event).told) == [two]
    moved_over = ChangeDocument(code="D2", agency="ONE")
    assert list(preview([moved_over], viewer=viewer, event=event).told) == [one, two]


def test_a_preview_is_refused_as_the_change_would_be():
    event = make_event()
    viewer = make_viewer(event)
    submit([CreateAgency(code="K01", name="Guard")], viewer=viewer, event=event)
    with pytest.raises(NotPermitted):
        preview([CreateAgency(code="K02", name="x")], viewer=make_viewer(event, Role.OBSERVER), event=event)
    with pytest.raises(StaleEdit):
        preview([ChangeAgency(code="K01", seen=7, name="x")], viewer=viewer, event=event)


def test_a_preview_leaves_nothing_behind():
    event = make_event()
    viewer = make_viewer(event)
    make_document(event, "D1", source="5")
    counts = Change.objects.count(), AuditEntry.objects.count(), Agency.objects.count()
    preview([_change("D1", 15), CreateAgency(code="K01", name="Guard")], viewer=viewer, event=event)
    assert (Change.objects.count(), AuditEntry.objects.count(), Agency.objects.count()) == counts
    document = Document.objects.get(code="D1")
    assert (document.source, document.version) == ("5", 1)
    assert preview([], viewer=viewer, event=event).weight is Weight.NONE


@pytest.mark.parametrize("rows", [1, 30])
def test_the_number_of_queries_does_not_grow_with_the_event(rows, django_assert_max_num_queries):
    event = make_event()
    viewer = make_viewer(event)
    agency = make_agency(event)
    for number in range(rows):
        make_document(event, f"D{number}", source="5", agency=agency)
    outlook.outlook(event)
    with django_assert_max_num_queries(24):
        preview([_change("D0", 15)], viewer=viewer, event=event)


# Probabilities


def _pieces(reading: Reading) -> dict[Document, float]:
    """Documents' notes as chances: a document called "0.83" keeps the deadline with that probability."""
    rows = Document.objects.filter(event=reading.event).select_related("event")
    return {row: float(row.title) for row in rows if row.title.replace(".", "").isdigit()}


def _told(pieces: dict[Document, float]) -> Chances:
    items = {ref(row).identity: Chance(ref(row), DEADLINE, row.code.startswith("M"), p) for row, p in pieces.items()}
    return Chances(items, min(pieces.values(), default=None), samples=100)


@pytest.fixture
def documents_as_chances() -> None:
    chances.CHANCES.append(ChanceSource(load=_pieces, compare=lambda old, new: (_told(old), _told(new))))


@pytest.mark.usefixtures("documents_as_chances")
def test_probabilities_that_change_by_a_point_are_told_milestones_and_deepest_falls_first():
    event = make_event()
    for code, title in (("D1", "0.9"), ("D2", "0.5"), ("D3", "0.7"), ("M1", "0.83"), ("D4", "0.6")):
        make_document(event, code, title=title)
    after = {"D1": "0.7", "D2": "0.509", "D3": "0.71", "M1": "0.61", "D4": "0.6"}
    actions = [ChangeDocument(code=code, title=title) for code, title in after.items()]
    (told,) = preview(actions, viewer=make_viewer(event), event=event).chances
    assert [(one.subject.key, one.before, one.after) for one in told.changes] == [
        ("M1", 0.83, 0.61),
        ("D1", 0.9, 0.7),
        ("D3", 0.7, 0.71),
    ]
    assert [one.falls for one in told.changes] == [True, True, False]
    assert (told.ready_before, told.ready_after, told.ready_changes, told.hidden) == (0.5, 0.509, False, 0)


@pytest.mark.usefixtures("documents_as_chances")
def test_a_probability_alone_makes_a_change_weigh():
    event = make_event()
    make_document(event, "D1", title="0.9")
    seen = preview([ChangeDocument(code="D1", title="0.4")], viewer=make_viewer(event), event=event)
    assert (seen.moves, seen.caused) == ((), ())
    assert seen.weight is Weight.SOME
    same = preview([ChangeDocument(code="D1", title="0.9", source="x")], viewer=make_viewer(event), event=event)
    assert same.weight is Weight.NONE
    assert not any(same.chances)


@pytest.mark.usefixtures("documents_as_chances")
def test_probabilities_of_hidden_work_are_counted_and_new_work_that_is_sure_is_not_told():
    event = make_event()
    make_document(event, "D1", title="0.9", classification=Classification.SECRET)
    make_document(event, "D2", title="Words")
    make_document(event, "D3", title="Words")
    actions = [ChangeDocument(code=code, title=title) for code, title in (("D2", "0.2"), ("D3", "1"))]
    boss = make_viewer(event)
    (told,) = preview([*actions, ChangeDocument(code="D1", title="0.3")], viewer=boss, event=event).chances
    assert [(one.subject.key, one.before, one.after) for one in told.changes] == [("D1", 0.9, 0.3), ("D2", None, 0.2)]
    visible = {("core.document", Document.objects.get(code="D2").pk)}
    source = chances.CHANCES[0]
    before = {Document.objects.get(code="D1"): 0.9}
    after = {Document.objects.get(code="D1"): 0.3, Document.objects.get(code="D2"): 0.2}
    cut = chances.compared(source, before, after, visible.__contains__)
    assert cut is not None
    assert [one.subject.key for one in cut.changes] == ["D2"]
    assert cut.hidden == 1
    assert cut


def test_a_source_that_cannot_tell_yet_is_waited_for_by_nobody():
    event = make_event()
    make_document(event, "D1", source="5")
    chances.CHANCES.append(ChanceSource(load=_pieces, compare=lambda old, new: None))
    seen = preview([_change("D1", 8)], viewer=make_viewer(event), event=event)
    assert (seen.chances, seen.chances_pending) == ((), True)


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0, "0 %"), (0.001, "under 1 %"), (0.006, "1 %"), (0.834, "83 %"), (0.997, "over 99 %"), (1, "100 %")],
)
def test_a_probability_in_words_claims_no_certainty_that_samples_do_not_give(probability, words):
    assert str(chances.per_cent(probability)) == words
