"""The core's checks, each with cases that fail and cases that pass."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest

from summitry.core.checking import CHECKS, Finding, Reading, Severity, check
from summitry.core.models import Blob, CalendarException, Event, Waiver
from summitry.core.outlook import FORECASTERS, Forecast
from summitry.core.records import ref
from summitry.core.registries import temporary
from summitry.core.rights import Classification, Role
from tests.check_cases import fails, found, passes
from tests.factories import (
    make_account,
    make_agency,
    make_document,
    make_event,
    make_person,
    make_viewer,
    save,
)


def _except(event, day, working, **values):
    save(CalendarException(event=event, day=day, working=working, **values))


# EVT001


@fails("EVT001", on=["hanoi", "hanoi"], slug="hanoi", values={"day": date(2025, 10, 25)})
def test_both_days_of_the_event_are_a_weekend(event):
    pass


@passes("EVT001")
def test_both_days_are_exceptional_working_days(event):
    for day in event.days():
        _except(event, day, True)


@fails("EVT001", on=["hanoi"], slug="hanoi", country="VN", opening_day=date(2025, 9, 2), closing_day=date(2025, 9, 2))
def test_the_event_day_is_a_public_holiday(event):
    pass


@passes(
    "EVT001",
    country="VN",
    opening_day=date(2025, 4, 26),
    closing_day=date(2025, 4, 26),
    planning_start=date(2025, 1, 2),
)
def test_the_event_day_is_a_saturday_that_the_state_works_for_a_day_off(event):
    pass


# EVT002

NATIONAL_DAY = {"country": "VN", "opening_day": date(2025, 9, 10), "closing_day": date(2025, 9, 11)}


@fails("EVT002", on=["s", "s"], slug="s", values={"day": date(2025, 9, 1)}, today=date(2025, 8, 20), **NATIONAL_DAY)
def test_national_day_lies_before_the_opening_and_nobody_decided(event):
    pass


@passes("EVT002", today=date(2025, 8, 20), **NATIONAL_DAY)
def test_one_holiday_is_worked_and_the_other_is_confirmed_free(event):
    _except(event, date(2025, 9, 1), True)
    _except(event, date(2025, 9, 2), False)


@fails("EVT002", on=["s", "s"], slug="s", today=date(2025, 8, 20), **NATIONAL_DAY)
def test_an_exception_of_one_agency_decides_nothing_for_everyone(event):
    _except(event, date(2025, 9, 1), True, agency=make_agency(event))


@passes("EVT002", today=date(2025, 9, 3), **NATIONAL_DAY)
def test_a_holiday_that_is_over_needs_no_decision(event):
    pass


@passes("EVT002", country="VN")
def test_no_holiday_lies_in_the_last_ten_working_days(event):
    pass


# EVT003


@fails("EVT003", on=["2025-10-24/*"], values={"day": date(2025, 10, 24)})
def test_a_friday_is_made_an_exceptional_working_day(event):
    _except(event, date(2025, 10, 24), True)


@passes("EVT003")
def test_a_saturday_is_made_an_exceptional_working_day(event):
    _except(event, date(2025, 10, 25), True)


@passes("EVT003", country="VN")
def test_a_public_holiday_confirmed_as_free_is_meant(event):
    _except(event, date(2025, 9, 2), False)


# EVT004


@pytest.fixture(autouse=True)
def _registries_as_they_were() -> Iterator[None]:
    with temporary():
        yield


def _break(code: str) -> None:
    def function(reading):
        yield Finding(subject=reading.event)
        raise ZeroDivisionError

    CHECKS[code] = replace(CHECKS[code], function=function)


@fails("EVT004", on=["hanoi", "hanoi"], slug="hanoi")
def test_two_checks_that_stop_half_way_are_named(event):
    _break("AGY001")
    _break("WAI001")


@passes("EVT004")
def test_every_check_answers(event):
    make_agency(event, "K01")


# AGY001


@fails("AGY001", on=["K01"])
def test_an_agency_that_nothing_refers_to(event):
    make_agency(event, "K01")
    make_person(event, agency=make_agency(event, "MPS"))


@passes("AGY001")
def test_a_ministry_whose_unit_has_a_person(event):
    ministry = make_agency(event, "MPS")
    make_person(event, agency=make_agency(event, "K01", parent=ministry))


# AGY002


@contextmanager
def forecast(*agencies, closed=False) -> Iterator[None]:
    """For a while, one piece of work in which these agencies take part."""

    def forecaster(reading: Reading) -> Iterator[Forecast]:
        subject = ref(agencies[0])
        ids = frozenset(agency.pk for agency in agencies)
        yield Forecast(subject, reading.today, reading.today, None, False, closed, ids)

    with temporary():
        FORECASTERS[:] = [forecaster]
        yield


def _work(event: Event, *, closed: bool = False) -> list[str]:
    """The agencies that AGY002 finds when all of the event's agencies take part in one piece of work."""
    from summitry.core.models import Agency

    with forecast(*Agency.objects.filter(event=event), closed=closed):
        return [f.subject.key for f in found(event, "AGY002")]


@passes("AGY002")
def test_agencies_without_work_need_nobody_to_report(event):
    make_agency(event, "MOFA")
    assert _work(event) == ["MOFA"]
    assert _work(event, closed=True) == []


@passes("AGY002")
def test_whoever_reports_for_an_agency_reports_for_its_units(event):
    ministry = make_agency(event, "MPS")
    make_agency(event, "K01", parent=ministry)
    make_viewer(event, Role.FOCAL_POINT, agency=ministry)
    assert _work(event) == []


@passes("AGY002")
def test_an_observer_and_a_blocked_account_do_not_report(event):
    agency = make_agency(event, "MOFA")
    make_viewer(event, Role.OBSERVER, agency=agency)
    make_viewer(event, Role.FOCAL_POINT, agency=agency, account=(account := make_account()))
    account.is_active = False
    save(account)
    assert _work(event) == ["MOFA"]


@fails("AGY002", on=["MOFA"])
def test_a_lead_agency_has_nobody_to_report(event):
    from tests.factories import make_task

    make_task(event, lead=make_agency(event, "MOFA"))


# AGY003


@fails("AGY003", on=["BCA2"], values={"other": "BCA"})
def test_one_name_twice_but_for_case_and_accents(event):
    make_agency(event, "BCA", name="Bộ Công an")
    make_agency(event, "BCA2", name="BO CONG AN")


@passes("AGY003")
def test_units_of_one_name_under_two_ministries(event):
    for code in ("MPS", "MOD"):
        make_agency(event, f"{code}-OFF", name="Office", parent=make_agency(event, code))


# ACC001 to ACC004


@fails("ACC001", on=["lan"])
def test_a_blocked_account_still_has_access(event):
    account = make_account("lan", is_active=False)
    save_access(event, account)


@passes("ACC001")
def test_an_active_account_has_access(event):
    save_access(event, make_account("lan"))


def save_access(event, account, role=Role.PLANNER, **values):
    from summitry.core.models import Access

    save(Access(event=event, account=account, role=role, **values))


@fails("ACC002", on=["press"])
def test_an_observer_is_cleared_for_restricted_records(event):
    save_access(event, make_account("press"), Role.OBSERVER, clearance=Classification.RESTRICTED)


@passes("ACC002")
def test_a_partner_is_cleared_for_internal_records_and_a_planner_for_secret_ones(event):
    save_access(event, make_account("unodc"), Role.PARTNER, clearance=Classification.INTERNAL)
    save_access(event, make_account("lan"), Role.PLANNER, clearance=Classification.SECRET)


@fails("ACC003", on=["demo"], demo_now=None)
def test_a_demonstration_account_has_access_to_a_real_event(event):
    save_access(event, make_account("demo", is_demo=True))


@passes("ACC003")
def test_a_demonstration_account_has_access_to_a_demonstration(event):
    save_access(event, make_account("demo", is_demo=True))


@fails("ACC004", on=["hanoi"], slug="hanoi", values={"administrator": "lan"})
def test_one_person_alone_administers(event):
    save_access(event, make_account("lan"), Role.ADMINISTRATOR)
    save_access(event, make_account("old", is_active=False), Role.ADMINISTRATOR)


@passes("ACC004")
def test_two_people_administer(event):
    for name in ("lan", "minh"):
        save_access(event, make_account(name), Role.ADMINISTRATOR)


# DOC001 to DOC003


@fails("DOC001", on=["D1"])
def test_a_document_without_file_and_source(event):
    make_document(event, "D1")


@passes("DOC001")
def test_documents_with_a_source_or_a_file(event):
    make_document(event, "D1", source="Official gazette")
    make_document(event, "D2", sha256=file(b"%PDF-1.7"))


def file(data: bytes) -> str:
    digest = sha256(data).hexdigest()
    Blob.objects.get_or_create(sha256=digest, defaults={"data": data, "size": len(data)})
    return digest


@fails("DOC002", on=["D1"])
def test_the_bytes_of_a_document_are_gone(event):
    make_document(event, "D1", sha256="0" * 64)


@passes("DOC002")
def test_the_bytes_of_a_document_are_there(event):
    make_document(event, "D1", sha256=file(b"x"))
    make_document(event, "D2", source="Official gazette")


@fails("DOC003", on=["D2"], values={"other": "D1"})
def test_a_restricted_file_is_filed_again_as_internal(event):
    make_document(event, "D1", sha256=file(b"plan"), classification=Classification.RESTRICTED)
    make_document(event, "D2", sha256=file(b"plan"), classification=Classification.INTERNAL)


@passes("DOC003")
def test_one_file_twice_under_one_classification(event):
    make_document(event, "D1", sha256=file(b"plan"))
    make_document(event, "D2", sha256=file(b"plan"))
    make_document(event, "D3", sha256=file(b"other"), classification=Classification.SECRET)


# WAI001 and WAI002: a waiver of DOC001 about document D1


def _waive(event, key, until=date(2025, 10, 8), code="DOC001"):
    account = make_account()
    save(
        Waiver(
            event=event,
            check_code=code,
            subject_label="core.document",
            subject_key=key,
            reason="Comes with the courier",
            until=until,
            given_by=account,
        )
    )


@fails("WAI001", on=["DOC001/D1"], values={"until": date(2025, 10, 8)})
def test_a_waiver_ends_the_day_after_tomorrow(event):
    make_document(event, "D1")
    _waive(event, "D1")


@passes("WAI001")
def test_a_waiver_ends_next_week(event):
    make_document(event, "D1")
    _waive(event, "D1", date(2025, 10, 13))


@passes("WAI001")
def test_a_waiver_that_ends_has_nothing_left_to_cover(event):
    make_document(event, "D1", source="Official gazette")
    _waive(event, "D1")


@fails("WAI002", on=["DOC001/D1", "DOC001/D2"])
def test_what_a_waiver_covers_is_mended_or_gone(event):
    make_document(event, "D1", source="Official gazette")
    _waive(event, "D1")
    _waive(event, "D2")


@passes("WAI002")
def test_a_waiver_covers_what_is_found(event):
    make_document(event, "D1")
    _waive(event, "D1")


@passes("WAI002")
def test_a_waiver_that_has_ended_is_no_matter(event):
    make_document(event, "D1", source="Official gazette")
    _waive(event, "D1", date(2025, 10, 5))


def test_a_check_that_hands_out_text_is_refused(db):
    """A record's title in a finding's values would be shown to whoever may not see the record."""
    import pytest

    event = make_event()
    with temporary():

        @check("TST001", title="t", severity=Severity.NOTE, message="{name}", hint="", source="")
        def hands_out_text(reading):
            """Text.

            Wrong: a.
            Right: b.
            """
            yield Finding(subject=event, values={"name": "the secret title"})

        with pytest.raises(TypeError, match="pass the record itself"):
            found(event, "TST001")
