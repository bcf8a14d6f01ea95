"""Random events of all kinds, as hypothesis draws them: what the product accepts, at its edges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import strategies as st

from summitry.core.models import Account, Agency, CalendarException, Document, Event, Person
from summitry.core.records import Record, recording, save_all
from summitry.governance.models import Body, Clause, Decision, Membership, PlanDuty, Post
from summitry.schedule.models import (
    Baseline,
    BaselineTask,
    Coordination,
    Criterion,
    Evidence,
    Link,
    Objective,
    Task,
)
from tests.exchange.random_limits import fill_limits, fill_risks
from tests.factories import make_event

VIETNAMESE = "ăâđêôơưĂÂĐÊÔƠƯàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
AWKWARD = (
    "=1+1",
    '=HYPERLINK("http://example.org")',
    "+84 24 3799 3000",
    "-5",
    "@SUM(A1)",
    "007",
    "1.10",
    "1e5",
    "TRUE",
    "2025-10-25",
    "25/10/2025",
    "#N/A",
    "_x0041_",
    "_x005F_x0041_",
    "a\nb\n\nc",
    "a\tb",
    "<b>&amp;\"'</b>",
    "Lễ mở ký Công ước Hà Nội",
    "😀 𠜎",
    "%s {0} {name} $A$1",
    "'quoted",
    "e\u0301 and é",
)
PAST = st.dates(date(1901, 1, 1), date(2025, 10, 5))
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
LEVELS = st.integers(0, 3)


def texts(most: int, least: int = 0) -> st.SearchStrategy[str]:
    signs = st.characters(exclude_categories=("Cs", "Cc", "Cn")) | st.sampled_from("\n\t")
    free = st.text(signs | st.sampled_from(VIETNAMESE), max_size=min(most, 30))
    picked = st.sampled_from([text for text in AWKWARD if len(text) <= most])
    return (free | picked).map(str.strip).filter(lambda text: len(text) >= least)


def codes() -> st.SearchStrategy[str]:
    first = st.sampled_from("TABCxyz0129_" + VIETNAMESE)
    rest = st.text(st.sampled_from("TABxyz0129_./&+-" + VIETNAMESE), max_size=8)
    return st.tuples(first, rest).map("".join)


Draw = Callable[[st.SearchStrategy[Any]], Any]


class Maker:
    """Draws one event and saves it. Few records of each kind, every field at its edges now and then."""

    def __init__(self, draw: Draw, account: Account) -> None:
        self.draw, self.account = draw, account

    def maybe(self, strategy: st.SearchStrategy[Any]) -> Any:
        return self.draw(st.none() | strategy)

    def one_of(self, records: list[Any], empty: bool = True) -> Any:
        return self.draw(st.sampled_from([*records, None] if empty else records))

    def codes(self, most: int) -> list[str]:
        return self.draw(st.lists(codes(), max_size=most, unique=True))

    def level(self) -> int:
        return self.draw(LEVELS)

    def save(self, records: list[Any]) -> list[Any]:
        with recording():
            save_all(records)
        return records

    def event(self) -> Event:
        names = self.draw(
            st.dictionaries(
                st.sampled_from(["0", "1", "2", "3"]),
                st.fixed_dictionaries({}, optional={"name": texts(40, 1), "national": texts(40, 1)}).filter(bool),
                max_size=4,
            )
        )
        opening = self.draw(st.dates(date(2025, 10, 7), date(2026, 1, 1)))
        return make_event(
            name=self.draw(texts(200, 1)),
            name_national=self.draw(texts(200)),
            theme=self.draw(texts(300)),
            venue=self.draw(texts(200)),
            opening_day=opening,
            closing_day=self.draw(st.dates(opening, date(2026, 2, 1))),
            country=self.draw(st.sampled_from(["", "VN", "PL"])),
            working_week=self.draw(st.sampled_from(["1111100", "1111110", "0000001"])),
            stale_after_days=self.draw(st.integers(0, 300)),
            classification_names=names,
            illustrative=self.draw(texts(300)),
            source=self.draw(texts(300)),
        )

    def fill(self, event: Event) -> None:
        agencies: list[Agency] = []
        for code in self.codes(4):
            self.save(
                [
                    Agency(
                        event=event,
                        code=code,
                        name=self.draw(texts(200, 1)),
                        name_national=self.draw(texts(200)),
                        kind=self.draw(st.sampled_from(Agency.Kind.values)),
                        parent=self.one_of(agencies),
                        contact=self.draw(texts(200)),
                        working_week=self.draw(st.sampled_from(["", "1111110"])),
                    )
                ]
            )
            agencies.append(Agency.objects.get(event=event, code=code))
        days = self.draw(st.lists(st.tuples(DAYS, st.sampled_from([*agencies, None])), max_size=3, unique=True))
        self.save(
            [
                CalendarException(
                    event=event, day=day, agency=agency, working=self.draw(st.booleans()), reason=self.draw(texts(200))
                )
                for day, agency in days
            ]
        )
        people = self.save(
            [
                Person(
                    event=event,
                    code=code,
                    name=self.draw(texts(200, 1)),
                    function=self.draw(texts(200)),
                    agency=self.one_of(agencies),
                    phone=self.draw(texts(60)),
                    email=self.draw(st.sampled_from(["", "person@example.org"])),
                    classification=self.level(),
                )
                for code in self.codes(3)
            ]
        )
        documents = self.save(
            [
                Document(
                    event=event,
                    code=code,
                    title=self.draw(texts(200, 1)),
                    file_name=self.draw(texts(200)),
                    source=self.draw(texts(500)),
                    agency=self.one_of(agencies),
                    classification=self.level(),
                )
                for code in self.codes(3)
            ]
        )
        clauses, decisions = self.mandates(event, documents)
        bodies = self.bodies(event, agencies, clauses, people)
        self.save(
            [
                PlanDuty(
                    event=event,
                    code=code,
                    title=self.draw(texts(200, 1)),
                    agency=self.one_of(agencies, empty=False),
                    mandate=self.one_of(clauses),
                    body=self.one_of(bodies),
                    due=self.draw(DAYS),
                    submitted_on=submitted,
                    approved_on=self.maybe(st.dates(submitted, date(2025, 10, 6))) if submitted else None,
                    plan=self.one_of(decisions),
                    classification=self.level(),
                )
                for code in (self.codes(3) if agencies else [])
                for submitted in [self.maybe(PAST)]
            ]
        )
        tasks = self.schedule(event, agencies, bodies, clauses, documents)
        fill_limits(self, event, agencies, clauses, tasks)
        fill_risks(self, event, agencies, tasks)

    def mandates(self, event: Event, documents: list[Document]) -> tuple[list[Clause], list[Decision]]:
        decisions: list[Decision] = []
        for code in self.codes(4):
            begin = self.draw(st.dates(date(1900, 1, 1), date(2150, 1, 1)))
            self.save(
                [
                    Decision(
                        event=event,
                        code=code,
                        kind=self.draw(st.sampled_from(Decision.Kind.values)),
                        number=self.draw(texts(80)),
                        title=self.draw(texts(300, 1)),
                        signed_on=self.maybe(DAYS),
                        signer_office=self.draw(texts(200)),
                        effective_from=begin,
                        effective_to=self.maybe(st.dates(begin, date(2199, 12, 31))),
                        amends=self.one_of(decisions),
                        replaces=self.one_of(decisions),
                        classification=self.level(),
                        document=self.one_of(documents),
                        source=self.draw(texts(500)),
                        illustrative=self.draw(st.booleans()),
                    )
                ]
            )
            decisions.append(Decision.objects.get(event=event, code=code))
        numbers = st.sampled_from(["1", "2", "1.10", "2a", "007", "Điều-3"])
        pairs = st.lists(st.tuples(st.sampled_from(decisions), numbers), max_size=4, unique=True)
        clauses = [
            Clause(
                event=event,
                decision=decision,
                number=number,
                text=self.draw(texts(2000, 1)),
                sets_date=self.maybe(DAYS),
            )
            for decision, number in (self.draw(pairs) if decisions else [])
        ]
        return self.save(clauses), decisions

    def bodies(self, event: Event, agencies: list[Agency], clauses: list[Clause], people: list[Person]) -> list[Body]:
        bodies: list[Body] = []
        for code in self.codes(3):
            begin = self.draw(st.dates(date(1900, 1, 1), date(2150, 1, 1)))
            body = Body(
                event=event,
                code=code,
                name=self.draw(texts(200, 1)),
                name_national=self.draw(texts(200)),
                kind=self.draw(st.sampled_from(Body.Kind.values)),
                parent=self.one_of(bodies),
                agency=self.one_of(agencies),
                created_by=self.one_of(clauses),
                ended_by=self.one_of(clauses),
                from_day=begin,
                to_day=self.maybe(st.dates(begin, date(2199, 12, 31))),
            )
            bodies += self.save([body])
        posts = self.save(
            [
                Post(
                    event=event,
                    body=self.one_of(bodies, empty=False),
                    code=code,
                    title=self.draw(texts(200, 1)),
                    title_national=self.draw(texts(200)),
                    rank=self.draw(st.integers(0, 32767)),
                )
                for code in (self.codes(3) if bodies else [])
            ]
        )
        terms = st.lists(
            st.tuples(st.sampled_from(posts), st.sampled_from(people), st.dates(date(1900, 1, 1), date(2150, 1, 1))),
            max_size=3,
            unique=True,
        )
        self.save(
            [
                Membership(
                    event=event,
                    post=post,
                    person=person,
                    from_day=begin,
                    to_day=self.maybe(st.dates(begin, date(2199, 12, 31))),
                )
                for post, person, begin in (self.draw(terms) if posts and people else [])
            ]
        )
        return bodies

    def schedule(
        self,
        event: Event,
        agencies: list[Agency],
        bodies: list[Body],
        clauses: list[Clause],
        documents: list[Document],
    ) -> list[Task]:
        objectives = self.save(
            [
                Objective(
                    event=event,
                    code=code,
                    title=self.draw(texts(200, 1)),
                    title_national=self.draw(texts(200)),
                    position=self.draw(st.integers(0, 32767)),
                )
                for code in self.codes(3)
            ]
        )
        tasks: list[Task] = []
        groups: list[Task] = []
        for code in self.codes(6):
            group = self.draw(st.integers(0, 3)) == 0
            task = self.task(event, code, agencies, bodies, clauses, objectives, groups, group)
            tasks += self.save([task])
            if group:
                groups.append(task)
        self.save(
            [
                Criterion(
                    event=event,
                    code=code,
                    objective=self.one_of(objectives, empty=False),
                    text=self.draw(texts(2000, 1)),
                    task=self.one_of(tasks),
                    met_on=self.maybe(PAST),
                    position=self.draw(st.integers(0, 32767)),
                )
                for code in (self.codes(3) if objectives else [])
            ]
        )
        self.save(self.coordinations(event, tasks, agencies))
        self.save(self.links(event, tasks))
        pairs = st.lists(st.tuples(st.sampled_from(tasks), st.sampled_from(documents)), max_size=3, unique=True)
        self.save(
            [
                Evidence(event=event, task=task, document=document, added_on=self.draw(PAST))
                for task, document in (self.draw(pairs) if tasks and documents else [])
            ]
        )
        baselines = self.save(
            [
                Baseline(event=event, code=code, name=self.draw(texts(120, 1)), taken_on=self.draw(PAST))
                for code in self.codes(2)
            ]
        )
        rows = st.lists(st.tuples(st.sampled_from(baselines), st.sampled_from(tasks)), max_size=4, unique=True)
        self.save(
            [
                BaselineTask(
                    event=event,
                    baseline=baseline,
                    task=task,
                    start=self.draw(DAYS),
                    finish=self.draw(DAYS),
                    duration=self.draw(st.integers(0, 32767)),
                    deadline=self.maybe(DAYS),
                )
                for baseline, task in (self.draw(rows) if baselines and tasks else [])
            ]
        )
        return tasks

    def task(
        self,
        event: Event,
        code: str,
        agencies: list[Agency],
        bodies: list[Body],
        clauses: list[Clause],
        objectives: list[Objective],
        groups: list[Task],
        group: bool,
    ) -> Task:
        """A group has no work of its own: its parts have."""
        milestone = not group and self.draw(st.booleans())
        idle = group or milestone
        likely = 0 if idle else self.draw(st.integers(0, 400))
        started = None if group else self.maybe(st.dates(date(2025, 1, 1), date(2025, 9, 1)))
        closed = None if group else self.maybe(st.dates(started or date(2025, 1, 1), date(2025, 10, 6)))
        waived = self.maybe(PAST)
        fixed = None if group else self.maybe(DAYS)
        return Task(
            event=event,
            code=code,
            title=self.draw(texts(300, 1)),
            title_national=self.draw(texts(300)),
            parent=self.one_of(groups),
            objective=self.one_of(objectives),
            milestone=milestone,
            criterion=self.draw(texts(2000)),
            lead=self.one_of(agencies),
            owner=self.one_of(bodies),
            mandate=self.one_of(clauses),
            deliverable=self.draw(texts(300)),
            optimistic=None if idle else self.maybe(st.integers(0, likely)),
            likely=likely,
            pessimistic=None if idle else self.maybe(st.integers(likely, 2000)),
            not_before=self.maybe(DAYS),
            deadline=self.maybe(DAYS),
            deadline_clause=self.one_of(clauses),
            fixed_start=fixed,
            fixed_finish=None if group else self.maybe(st.dates(fixed or date(1900, 1, 1), date(2199, 12, 31))),
            planned_start=None if group else self.maybe(DAYS),
            desks=self.draw(st.integers(0, 1000)),
            unbroken=self.draw(st.booleans()),
            published=self.draw(st.booleans()),
            priority=self.draw(st.integers(0, 9)),
            started_on=started,
            remaining=self.maybe(st.integers(0, 2000)) if started else None,
            reported_on=self.maybe(PAST),
            closed_on=closed,
            closed_by=self.account if closed else None,
            waived_on=waived,
            waived_reason=self.draw(texts(500, 1)) if waived else "",
            note=self.draw(texts(2000)),
            source=self.draw(texts(500)),
            position=self.draw(st.integers(0, 2_000_000)),
            classification=self.level(),
        )

    def coordinations(self, event: Event, tasks: list[Task], agencies: list[Agency]) -> list[Record]:
        if not tasks or not agencies:
            return []
        pairs = st.lists(st.tuples(st.sampled_from(tasks), st.sampled_from(agencies)), max_size=4, unique=True)
        return [self.coordination(event, task, agency) for task, agency in self.draw(pairs)]

    def coordination(self, event: Event, task: Task, agency: Agency) -> Coordination:
        delivered, waived = self.maybe(PAST), self.maybe(PAST)
        return Coordination(
            event=event,
            task=task,
            agency=agency,
            deliverable=self.draw(texts(300)),
            due=self.maybe(DAYS),
            delivered_on=delivered,
            signed_off_on=self.maybe(st.dates(delivered, date(2025, 10, 6))) if delivered else None,
            waived_on=waived,
            waived_reason=self.draw(texts(300, 1)) if waived else self.draw(texts(300)),
        )

    def links(self, event: Event, tasks: list[Task]) -> list[Record]:
        """Forward in the order of making, between leaves: so they make no loop."""
        parents = {task.parent_id for task in tasks}
        leaves = [task for task in tasks if task.pk not in parents]
        if len(leaves) < 2:
            return []
        places = st.integers(0, len(leaves) - 1)
        triples = st.lists(st.tuples(places, places, st.sampled_from(Link.Kind.values)), max_size=6, unique=True)
        return [
            Link(
                event=event,
                predecessor=leaves[first],
                successor=leaves[second],
                kind=kind,
                lag=self.draw(st.integers(-1000, 1000)),
            )
            for first, second, kind in self.draw(triples)
            if first < second
        ]


@st.composite
def events(draw: Draw, account: Account) -> Event:
    """A random event, saved."""
    maker = Maker(draw, account)
    event = maker.event()
    maker.fill(event)
    return event
