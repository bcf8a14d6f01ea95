"""Checks about the event, its calendar, agencies, accounts, documents and waivers."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from summitry.core.calendars import WorkingFacts, public_holidays, working_facts
from summitry.core.checking import CHECKS, CouldNotRun, Finding, Reading, Severity, check, findings_of_others
from summitry.core.models import Access, Agency, Blob, CalendarException, Document, Waiver
from summitry.core.outlook import forecasts_of
from summitry.core.records import Record, Ref
from summitry.core.rights import REPORT, Classification, Role

LAST_WORKING_DAYS = 10
WAIVER_NOTICE_DAYS = 3


def _everyone(reading: Reading) -> WorkingFacts:
    return working_facts(reading.event)[None]


def _exceptions(reading: Reading) -> list[CalendarException]:
    rows = CalendarException.objects.filter(event=reading.event).select_related("event", "agency")
    return list(rows)


@check(
    "EVT001",
    title=_("Event day is not a working day"),
    severity=Severity.WARNING,
    message=_("{day} is a day of the event, yet by the calendar nobody works on it."),
    hint=_("Make {day} an exceptional working day."),
    source="The Hanoi ceremony: both its days, 25 and 26 October 2025, were a weekend",
)
def event_day_not_working(reading: Reading) -> Iterator[Finding]:
    """A day of the event itself is free by the event's calendar: a weekend or a public holiday.

    Work of that day (sweeps, gates, protocol) would be planned around it.

    Wrong: opening on Saturday 25 October 2025, working week Monday to Friday.
    Right: the same, with 25 October as an exceptional working day.
    """
    facts = reading.use(_everyone)
    for day in reading.event.days():
        if not facts.is_working(day):
            yield Finding(subject=reading.event, values={"day": day}, discriminator=day.isoformat())


@check(
    "EVT002",
    title=_("Public holiday before the opening, not decided"),
    severity=Severity.WARNING,
    message=_("{day} is a public holiday in the last working days before the opening; nobody has said who works."),
    hint=_("Set {day} as an exceptional day: working, or free and confirmed."),
    source="Practice of secretariats: leave and suppliers' hours of the last two weeks are settled early",
)
def holiday_before_opening(reading: Reading) -> Iterator[Finding]:
    """A public holiday lies in the last ten working days before the opening and no exceptional day speaks of it.

    The schedule counts it as free. In the last two weeks somebody will have to work on it, or a supplier will not; it
    must be known which, and said in time. A holiday that is over needs no decision any more.

    Wrong: opening on 10 September 2025 in Viet Nam, 1 and 2 September (National Day) left as they are.
    Right: the same, with 2 September as an exceptional day, working or confirmed as free.
    """
    event = reading.event
    window = reading.use(_everyone).back(event.opening_day, LAST_WORKING_DAYS)
    decided = {row.day for row in reading.use(_exceptions) if row.agency_id is None}
    for day in public_holidays(event, first=max(window, reading.today), last=event.opening_day - timedelta(days=1)):
        if event.working_week[day.weekday()] == "1" and day not in decided:
            yield Finding(subject=event, values={"day": day}, discriminator=day.isoformat())


@check(
    "EVT003",
    title=_("Exceptional day that changes nothing"),
    severity=Severity.NOTE,
    message=_("{day} is set as an exceptional day, but it would be the same without: the date may be a slip."),
    hint=_("Look at the date, or remove the exceptional day."),
    source="Practice: a slip in a list of days shows only when it is too late",
)
def exceptional_day_without_effect(reading: Reading) -> Iterator[Finding]:
    """An exceptional day for everyone makes a day working that is worked anyway, or free that is free anyway.

    Most often a slip: Friday the 24th was typed where Saturday the 25th was meant, and the 25th stays free. A public
    holiday that is confirmed as free is meant, and passes.

    Wrong: Friday 24 October 2025 as an exceptional working day in a week of Monday to Friday.
    Right: Saturday 25 October 2025 as an exceptional working day.
    """
    event, holidays = reading.event, public_holidays(reading.event)
    for row in reading.use(_exceptions):
        if row.agency_id is not None or row.day in holidays:
            continue
        if row.working == (event.working_week[row.day.weekday()] == "1"):
            yield Finding(subject=row, values={"day": row.day})


@cache
def _agencies_named() -> tuple[Callable[[Reading], frozenset[int]], ...]:
    """For each column that refers to agencies, the question for the ids that it names. One query each."""
    found = []
    for relation in Agency._meta.get_fields(include_hidden=True):
        model = relation.related_model
        if relation.auto_created and isinstance(model, type) and issubclass(model, Record):
            found.append(_named_in(model, relation.field.attname))  # type: ignore[union-attr]
    return tuple(found)


def _named_in(model: type[Record], column: str) -> Callable[[Reading], frozenset[int]]:
    def named_in(reading: Reading) -> frozenset[int]:
        rows = model._base_manager.filter(event=reading.event, **{f"{column}__isnull": False})
        return frozenset(rows.order_by().values_list(column, flat=True).distinct())

    return named_in


@check(
    "EVT004",
    title=_("Check could not be carried out"),
    severity=Severity.ERROR,
    message=_("The check {discriminator} could not be carried out: whether anything is wrong there is unknown."),
    hint=_("Look at what {discriminator} is about yourself, and tell who keeps this installation: its log says more."),
    source="A silent check reads as all clear",
    about_findings=True,
)
def check_could_not_run(reading: Reading) -> Iterator[Finding]:
    """A check has a fault of its own and stopped. The others go on, and the event's pages with them.

    Wrong: AGY001 divides by the number of agencies, and there are none.
    Right: every check answers.
    """
    for rule in CHECKS.values():
        if rule.function is not check_could_not_run and isinstance(reading.use(rule.findings), CouldNotRun):
            yield Finding(subject=reading.event, discriminator=rule.code)


@check(
    "AGY001",
    title=_("Agency that takes no part"),
    severity=Severity.NOTE,
    message=_("Nothing refers to {subject}: no work, no body, no person, no account."),
    hint=_("Give it its part, or remove it."),
    source="Practice of planning matrices: every agency of the list has a lead or a coordinating part",
)
def agency_without_part(reading: Reading) -> Iterator[Finding]:
    """An agency of the list is referred to by no other record.

    Either its part was forgotten, or it stands twice in the list under two codes and the other one has the work.

    Wrong: an agency with no task, plan duty, body, person, account or unit below it.
    Right: the same agency with one coordinating part in one task.
    """
    named = frozenset[int]().union(*(reading.use(named_by) for named_by in _agencies_named()))
    for agency in Agency.objects.filter(event=reading.event).exclude(pk__in=named).select_related("event"):
        yield Finding(subject=agency)


@check(
    "AGY002",
    title=_("Agency with open work and nobody to report"),
    severity=Severity.NOTE,
    message=_("{subject} has open work, but nobody who reports for it has access."),
    hint=_("Give its focal point access, or agree that the secretariat reports for it."),
    source="Practice of steering committees: each agency names a focal point who reports",
)
def agency_without_reporter(reading: Reading) -> Iterator[Finding]:
    """An agency leads or takes part in open work, and no active account may report for it or for an agency above it.

    Its returns will be late, or made up by somebody who does not know.

    Wrong: the Department of Foreign Affairs leads an open task and has no account.
    Right: its focal point has access to the event in that role.
    """
    work: dict[int, list[Ref]] = {}
    for forecast in reading.use(forecasts_of).values():
        for agency_id in () if forecast.closed else forecast.agencies:
            work.setdefault(agency_id, []).append(forecast.subject)
    if not work:
        return
    reporting = {role for role in Role.values if REPORT.held_by(role)}
    accesses = Access.objects.filter(event=reading.event, role__in=reporting, account__is_active=True)
    heard = set(accesses.exclude(agency=None).values_list("agency_id", flat=True))
    agencies = {agency.pk: agency for agency in Agency.objects.filter(event=reading.event).select_related("event")}
    for pk, refs in work.items():
        line, at = set(), agencies.get(pk)
        while at is not None and at.pk not in line:
            line.add(at.pk)
            at = agencies.get(at.parent_id) if at.parent_id else None
        if pk in agencies and not line & heard:
            # The work is named so that the finding is redacted for whoever may not see all of it.
            yield Finding(subject=agencies[pk], values={"work": tuple(refs)})


def _folded(name: str) -> str:
    """A name without case, accents and signs, to compare with."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("đ", "d"))
    return "".join(sign for sign in plain if sign.isalnum())


@check(
    "AGY003",
    title=_("Two agencies of one name"),
    severity=Severity.WARNING,
    message=_("{subject} and {other} have the same name: one agency stands twice in the list."),
    hint=_("Move the work of one to the other, then remove it."),
    source="Practice: lists of agencies that come from several documents",
)
def agencies_of_one_name(reading: Reading) -> Iterator[Finding]:
    """Two agencies under the same parent have the same name, but for case, accents and signs.

    Each then has a part of the work, and neither page shows all of it.

    Wrong: "Bộ Công an" and "BO CONG AN" as two agencies.
    Right: one of them, with the work of both.
    """
    first: dict[tuple[int | None, str], Agency] = {}
    for agency in Agency.objects.filter(event=reading.event).select_related("event").order_by("pk"):
        name = agency.parent_id, _folded(agency.name)
        other = first.setdefault(name, agency)
        if other is not agency:
            yield Finding(subject=agency, values={"other": other})


def _accesses(reading: Reading) -> list[Access]:
    return list(Access.objects.filter(event=reading.event).select_related("event", "account", "agency"))


@check(
    "ACC001",
    title=_("Blocked account with access"),
    severity=Severity.NOTE,
    message=_("{subject} is blocked but still has access to the event."),
    hint=_("End the access: should the account be unblocked, it would see everything again."),
    source="Practice of offices: access ends with the duty",
)
def blocked_account_with_access(reading: Reading) -> Iterator[Finding]:
    """An account that may not sign in still holds a role at the event.

    Nobody decides on it again when the account is unblocked for another event.

    Wrong: a blocked account with the role of planner.
    Right: a blocked account whose access was ended.
    """
    for access in reading.use(_accesses):
        if not access.account.is_active:
            yield Finding(subject=access)


@check(
    "ACC002",
    title=_("Clearance above what the role needs"),
    severity=Severity.WARNING,
    message=_("{subject} is an outside role, yet is cleared for restricted or secret records."),
    hint=_("Lower the clearance, or give the person a role inside."),
    source="The product's own rule: outside partners see exactly what is meant for them",
)
def clearance_above_role(reading: Reading) -> Iterator[Finding]:
    """An outside partner or an observer is cleared for more than internal records.

    The clearance takes effect the moment their agency is added to a restricted record.

    Wrong: an observer with clearance restricted.
    Right: an observer with clearance public; an outside partner with clearance internal.
    """
    for access in reading.use(_accesses):
        if access.role in {Role.PARTNER, Role.OBSERVER} and access.clearance > Classification.INTERNAL:
            yield Finding(subject=access)


@check(
    "ACC003",
    title=_("Demonstration account at a real event"),
    severity=Severity.ERROR,
    message=_("{subject} signs in without a password in demo mode, and has access to an event on the real clock."),
    hint=_("End its access and give the person an account of their own."),
    source="The product's own rule: demonstration accounts are for demonstrations",
)
def demonstration_account_at_real_event(reading: Reading) -> Iterator[Finding]:
    """An account made for demonstrations has access to an event that runs on the real clock.

    Wrong: "planner", a demonstration account, as planner of next year's summit.
    Right: the same account at an event with a demonstration clock.
    """
    if reading.event.demo_now is not None:
        return
    for access in reading.use(_accesses):
        if access.account.is_demo:
            yield Finding(subject=access)


@check(
    "ACC004",
    title=_("A single administrator"),
    severity=Severity.NOTE,
    message=_("{administrator} alone administers the event: nobody can stand in."),
    hint=_("Give a second person the role of administrator."),
    source="Practice: no duty in the hands of one person",
)
def single_administrator(reading: Reading) -> Iterator[Finding]:
    """Only one active account has the role of administrator at the event.

    When that person is away, nobody gives access, and nobody takes it away.

    Wrong: one administrator.
    Right: two.
    """
    found = [a for a in reading.use(_accesses) if a.role == Role.ADMINISTRATOR and a.account.is_active]
    if len(found) == 1:
        yield Finding(subject=reading.event, values={"administrator": found[0]})


@check(
    "DOC001",
    title=_("Document that nobody can find"),
    severity=Severity.WARNING,
    message=_("{subject} has neither a file nor a source."),
    hint=_("Add the file, or say where it is published."),
    source="The product's own rule: what is published has a source",
)
def document_without_file_or_source(reading: Reading) -> Iterator[Finding]:
    """A document is named, but there is no file and no word on where it is to be found.

    Wrong: "Decision of the Prime Minister", no file, no source.
    Right: the same with its file, or with the place where it is published.
    """
    for document in Document.objects.filter(event=reading.event, sha256="", source="").select_related("event"):
        yield Finding(subject=document)


@check(
    "DOC002",
    title=_("Document whose file is lost"),
    severity=Severity.ERROR,
    message=_("The file of {subject} is not in the installation any more."),
    hint=_("Restore it from a backup, or file it anew."),
    source="The product's own rule: nothing is lost",
)
def document_without_bytes(reading: Reading) -> Iterator[Finding]:
    """A document names a file that the installation does not hold.

    Happens after a restore that left out the files. What was evidence cannot be shown.

    Wrong: a document with a digest that no stored file has.
    Right: a document whose file can be opened.
    """
    held = Blob.objects.filter(sha256=OuterRef("sha256"))
    named = Document.objects.filter(event=reading.event).exclude(sha256="").select_related("event")
    for document in named.filter(~Exists(held)):
        yield Finding(subject=document)


@check(
    "DOC003",
    title=_("One file under two classifications"),
    severity=Severity.ERROR,
    message=_(
        "{subject} is the same file as {other}, which is classified higher: who may not read one reads the other."
    ),
    hint=_("Give both the same classification, or remove one."),
    source="Practice of registries: a copy carries the mark of the original",
)
def one_file_two_classifications(reading: Reading) -> Iterator[Finding]:
    """The very same file is filed twice, once below the classification of the other.

    Wrong: the general security plan as a restricted document, and again as internal evidence of a task.
    Right: one document, pointed at from both places.
    """
    by_file: dict[str, list[Document]] = {}
    for document in Document.objects.filter(event=reading.event).exclude(sha256="").select_related("event"):
        by_file.setdefault(document.sha256, []).append(document)
    for copies in by_file.values():
        highest = max(copies, key=lambda copy: copy.classification)
        for copy in copies:
            if copy.classification < highest.classification:
                yield Finding(subject=copy, values={"other": highest})


def _waivers(reading: Reading) -> list[Waiver]:
    living = Waiver.objects.filter(event=reading.event, until__gte=reading.today)
    return list(living.select_related("event", "given_by"))


@check(
    "WAI001",
    title=_("Waiver that ends"),
    severity=Severity.NOTE,
    message=_("The waiver {subject} ends on {until}: its finding counts again from the next day."),
    hint=_("Mend what it sets aside, or give it a new end and a reason that still holds."),
    source="The product's own rule: a finding is set aside by a named person, with a reason and an end",
    about_findings=True,
)
def waiver_ends(reading: Reading) -> Iterator[Finding]:
    """A waiver ends within three days, and what it sets aside is still found.

    Wrong: a waiver until tomorrow, its finding not mended.
    Right: a waiver until the day after the opening; or one that ends tomorrow and has nothing left to cover.
    """
    covered = {f.waiver.pk for f in reading.use(findings_of_others) if f.waiver is not None}
    for waiver in reading.use(_waivers):
        if waiver.pk in covered and waiver.until <= reading.today + timedelta(days=WAIVER_NOTICE_DAYS):
            yield Finding(subject=waiver, values={"until": waiver.until})


@check(
    "WAI002",
    title=_("Waiver that covers nothing"),
    severity=Severity.NOTE,
    message=_("The waiver {subject} sets aside what is not found any more."),
    hint=_("Take it back, so that the same fault does not go unseen when it returns."),
    source="The product's own rule: a finding is set aside by a named person, with a reason and an end",
    about_findings=True,
)
def waiver_covers_nothing(reading: Reading) -> Iterator[Finding]:
    """A waiver is in force, but no check finds what it sets aside.

    The fault was mended, or its record was removed. Should it come back, nobody would be told.

    Wrong: a waiver of "no lead" for a task that has a lead by now.
    Right: the waiver was taken back when the lead was named.
    """
    covered = {f.waiver.pk for f in reading.use(findings_of_others) if f.waiver is not None}
    for waiver in reading.use(_waivers):
        rule = CHECKS.get(waiver.check_code)
        if waiver.pk not in covered and (rule is None or not rule.about_findings):
            yield Finding(subject=waiver)
