"""Findings: redaction, waivers that end, order, what a finding may carry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from summitry.core import outlook
from summitry.core.action import submit
from summitry.core.actions import EndWaiver, WaiveFinding
from summitry.core.checking import CHECKS, Finding, Reading, Severity, check, run_checks
from summitry.core.models import Document, Waiver
from summitry.core.refusals import Invalid, NotFound, NotPermitted
from summitry.core.registries import temporary
from summitry.core.rights import Classification, Role
from tests.factories import make_account, make_agency, make_document, make_event, make_system_viewer, make_viewer, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def pairs() -> Iterator[None]:
    """For a while, one check that names each document together with the first one, nested as checks may nest."""
    with temporary():

        @check(
            "TST001",
            title="Pairs",
            severity=Severity.ERROR,
            message="{subject} stands beside {others}, {count} in all",
            hint="Look at {subject}.",
            source="test",
        )
        def documents_in_pairs(reading: Reading) -> Iterator[Finding]:
            """Documents in pairs.

            Wrong: two.
            Right: one.
            """
            rows = list(Document.objects.filter(event=reading.event).order_by("code"))
            for row in rows[1:]:
                yield Finding(subject=row, values={"others": ([rows[0]],), "count": len(rows)})

        yield


def _shown(event, viewer):
    found, redacted = run_checks(Reading(event), ["TST001"]).seen_by(viewer)
    return [f.subject.key for f in found], redacted.count


def test_a_finding_is_shown_to_whoever_sees_every_record_that_it_names(pairs):
    event = make_event()
    make_document(event, "A", classification=Classification.SECRET)
    make_document(event, "B", classification=Classification.PUBLIC)
    make_document(event, "C", classification=Classification.SECRET)
    assert _shown(event, make_viewer(event)) == (["B", "C"], 0)
    # B itself is public, but the finding also names A, which is secret.
    assert _shown(event, make_viewer(event, Role.OBSERVER)) == ([], 2)
    assert _shown(event, make_system_viewer(event)) == (["B", "C"], 0)


def test_the_redacted_count_is_all_that_is_told(pairs):
    event = make_event()
    for code in ("A", "B"):
        make_document(event, code, title="Route of the motorcade", classification=Classification.SECRET)
    _found, redacted = run_checks(Reading(event), ["TST001"]).seen_by(make_viewer(event, Role.OBSERVER))
    assert redacted.message == "1 finding about a record that you may not see."


def test_a_message_names_records_by_key_and_never_leaves_a_blank(pairs):
    event = make_event()
    make_document(event, "A", title="First")
    make_document(event, "B", title="Second")
    (found,) = run_checks(Reading(event), ["TST001"]).items
    assert found.message == "B Second stands beside A, 2 in all"
    assert found.hint == "Look at B Second."
    assert [ref.key for ref in found.refs] == ["B", "A"]


def test_a_check_is_registered_once_and_only_with_its_examples():
    with temporary():
        with pytest.raises(RuntimeError, match="Wrong: and Right:"):

            @check("TST002", title="x", severity=Severity.NOTE, message="", hint="", source="")
            def no_examples(reading: Reading) -> Iterator[Finding]:
                """Nothing."""
                yield from ()

        with pytest.raises(RuntimeError, match="registered twice"):

            @check("EVT001", title="x", severity=Severity.NOTE, message="", hint="", source="")
            def another(reading: Reading) -> Iterator[Finding]:
                """Another.

                Wrong: a.
                Right: b.
                """
                yield from ()


# Waivers


def _waive(event, viewer, until=date(2025, 10, 8), **values):
    document = Document.objects.get(event=event, code="D1")
    waiver = WaiveFinding(
        **{
            "check_code": "DOC001",
            "subject_label": "core.document",
            "subject_id": document.pk,
            "reason": "Comes with the courier on Wednesday",
            "until": until,
            **values,
        }
    )
    return submit([waiver], viewer=viewer, event=event)


def _open(event, today=None):
    return [f.code for f in run_checks(Reading(event, today), ["DOC001"]).open]


def test_a_waiver_covers_its_finding_through_its_last_day_and_then_ends():
    event = make_event()
    make_document(event, "D1")
    head = make_viewer(event, Role.HEAD)
    _waive(event, head)
    (found,) = run_checks(Reading(event), ["DOC001"]).items
    assert found.waiver is not None
    assert (found.waiver.given_by, found.waiver.reason) == (head.account, "Comes with the courier on Wednesday")
    assert _open(event) == []
    assert _open(event, date(2025, 10, 8)) == []
    assert _open(event, date(2025, 10, 9)) == ["DOC001"]


def test_a_waiver_covers_one_record_and_one_finding_of_it():
    event = make_event(slug="hanoi")
    make_document(event, "D1")
    make_document(event, "D2")
    _waive(event, make_viewer(event))
    assert [f.subject.key for f in run_checks(Reading(event), ["DOC001"]).open] == ["D2"]
    # The event has two days; only the first one is waived.
    values = {"check_code": "EVT001", "subject_label": "core.event", "subject_id": event.pk}
    _waive(event, make_viewer(event), discriminator="2025-10-25", **values)
    assert [f.discriminator for f in run_checks(Reading(event), ["EVT001"]).open] == ["2025-10-26"]


def test_a_waiver_given_again_has_the_new_reason_and_end():
    event = make_event()
    make_document(event, "D1")
    viewer = make_viewer(event)
    _waive(event, viewer)
    _waive(event, viewer, until=date(2025, 10, 20), reason="The courier was late")
    (waiver,) = Waiver.objects.filter(event=event)
    assert (waiver.until, waiver.reason, waiver.version) == (date(2025, 10, 20), "The courier was late", 2)


def test_a_waiver_taken_back_uncovers_its_finding():
    event = make_event()
    make_document(event, "D1")
    viewer = make_viewer(event)
    waiver = _waive(event, viewer).record
    submit([EndWaiver(waiver=waiver.pk)], viewer=viewer, event=event)
    assert _open(event) == ["DOC001"]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"reason": "  "}, Invalid),
        ({"until": date(2025, 10, 5)}, Invalid),
        ({"check_code": "XXX999"}, NotFound),
        ({"subject_id": 999_999}, NotFound),
    ],
)
def test_a_waiver_without_reason_end_check_or_record_is_refused(values, refusal):
    event = make_event()
    make_document(event, "D1")
    with pytest.raises(refusal):
        _waive(event, make_viewer(event), **values)
    assert not Waiver.objects.exists()


def test_a_waiver_is_given_by_a_person_with_the_right_who_sees_the_record():
    event = make_event()
    make_document(event, "D1", classification=Classification.SECRET)
    with pytest.raises(Invalid, match="by a person"):
        _waive(event, make_system_viewer(event))
    for role in set(Role) - {Role.ADMINISTRATOR, Role.PLANNER, Role.HEAD}:
        with pytest.raises(NotPermitted):
            _waive(event, make_viewer(event, role))
    with pytest.raises(NotFound):
        _waive(event, make_viewer(event, Role.HEAD, clearance=Classification.RESTRICTED))


# The outlook that pages share


def test_the_outlook_is_kept_until_an_action_changes_the_event(django_assert_num_queries):
    event = make_event()
    viewer = make_viewer(event)
    make_document(event, "D1")
    first = outlook.outlook(event)
    with django_assert_num_queries(1):
        assert outlook.outlook(event) is first
    _waive(event, viewer)
    assert outlook.outlook(event) is not first


def test_the_outlook_follows_the_day():
    event = make_event()
    make_document(event, "D1")
    _waive(event, make_viewer(event))
    assert [f.code for f in outlook.outlook(event).findings.open if f.code == "DOC001"] == []
    event.demo_now = event.demo_now.replace(day=9)
    save(event)
    assert [f.code for f in outlook.outlook(event).findings.open if f.code == "DOC001"] == ["DOC001"]


def test_the_outlook_inside_an_action_is_never_kept():
    """An action that is rolled back must leave no trace in what other people's pages read."""
    from summitry.core.action import rehearse
    from summitry.core.actions import CreateAgency

    event = make_event()
    viewer = make_viewer(event)
    with rehearse([CreateAgency(code="K01", name="Guard")], viewer=viewer, event=event):
        inside = outlook.outlook(event)
    assert [f.subject.key for f in inside.findings.items if f.code == "AGY001"] == ["K01"]
    assert [f.subject.key for f in outlook.outlook(event).findings.items if f.code == "AGY001"] == []


def test_an_account_blocked_from_outside_the_event_is_found_at_once():
    from summitry.core.action import submit_to_installation
    from summitry.core.actions import ChangeAccount

    event = make_event()
    make_account("chief", is_administrator=True)
    viewer = make_viewer(event, Role.FOCAL_POINT, agency=make_agency(event))
    assert [f for f in outlook.outlook(event).findings.items if f.code == "ACC001"] == []
    block = ChangeAccount(username=viewer.account.username, is_active=False)
    submit_to_installation([block], viewer=make_system_viewer(event))
    assert [f.code for f in outlook.outlook(event).findings.items if f.code == "ACC001"] == ["ACC001"]


def test_a_check_that_fails_leaves_the_others_their_findings(caplog):
    event = make_event(slug="hanoi")
    make_agency(event, "K01")
    with temporary():

        def function(reading):
            raise KeyError("desk")

        CHECKS["EVT001"] = replace(CHECKS["EVT001"], function=function)
        findings = run_checks(Reading(event)).items
    assert [(f.code, f.message) for f in findings if f.subject.key == "hanoi"] == [
        ("EVT004", "The check EVT001 could not be carried out: whether anything is wrong there is unknown.")
    ]
    assert "AGY001" in {f.code for f in findings}
    assert "The check EVT001 could not be carried out." in caplog.text
    assert "KeyError: 'desk'" in caplog.text
