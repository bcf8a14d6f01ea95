"""For a re-organisation: which bodies are to be replaced, what they own, and who could take each piece over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from summitry.core.models import Agency, Event
from summitry.core.records import Record
from summitry.core.viewer import Viewer
from summitry.governance.models import Body
from summitry.governance.ownership import OWNED, OwnedKind, open_records


@dataclass(frozen=True)
class Heir:
    """A body that may take work over: one that exists, or one that the re-organisation would create."""

    code: str
    name: str
    kind: str
    agency: str = ""

    @classmethod
    def of(cls, body: Body) -> Heir:
        return cls(body.code, body.name, body.kind, body.agency.code if body.agency else "")


@dataclass(frozen=True)
class OwnedRow:
    """One open record of the old bodies with the owner that is suggested, and why; "" when nothing suggests one."""

    kind: OwnedKind
    record: Record
    owner: Body
    agency: Agency | None
    group: Record | None
    due: date | None
    heir: str = ""
    why: Promise | str = ""

    @property
    def name(self) -> str:
        return self.kind.name_of(self.record)


WHY_AGENCY = _("its agency leads that body")
WHY_ABOVE = _("its agency stands below the one that leads that body")
WHY_GROUP = _("most of its objective goes there")
# Where several bodies fit, work goes to the most specialised one.
SPECIALISED = (Body.Kind.SUBCOMMITTEE, Body.Kind.WORKING_GROUP, Body.Kind.COMMAND, Body.Kind.SECRETARIAT)


def suggest(viewer: Viewer, event: Event, old: Collection[int], heirs: Sequence[Heir]) -> list[OwnedRow]:
    """The open records of the old bodies that the viewer may see, each with a suggested new owner.

    First by agency: the body led by the agency that does the work, or by the nearest agency above it. Then by group:
    where most records of the same objective go, those that an heir owns already included. A constant number of
    queries.
    """
    parents = dict(Agency.objects.filter(event=event).values_list("code", "parent__code"))
    found = list(open_records(event, old, viewer))
    by_agency = [_by_agency(kind.agency_of(record), heirs, parents) for kind, record in found]
    groups = _group_votes(viewer, event, found, by_agency, heirs)
    rows = []
    for (kind, record), (heir, why) in zip(found, by_agency, strict=True):
        group = kind.group_of(record)
        if not heir and group is not None and groups.get(group.pk):
            heir, why = groups[group.pk], WHY_GROUP
        owner = kind.owner_of(record)
        assert owner is not None
        rows.append(OwnedRow(kind, record, owner, kind.agency_of(record), group, kind.due_of(record), heir, why))
    return rows


def _by_agency(
    agency: Agency | None, heirs: Sequence[Heir], parents: Mapping[str, str | None]
) -> tuple[str, Promise | str]:
    code = agency.code if agency else None
    met: set[str] = set()
    why: Promise | str = WHY_AGENCY
    while code and code not in met:
        met.add(code)
        fitting = [heir for heir in heirs if heir.agency == code]
        if fitting:
            return min(fitting, key=_specialised).code, why
        code, why = parents.get(code), WHY_ABOVE
    return "", ""


def _specialised(heir: Heir) -> tuple[int, str]:
    place = SPECIALISED.index(Body.Kind(heir.kind)) if heir.kind in SPECIALISED else len(SPECIALISED)
    return place, heir.code


def _group_votes(
    viewer: Viewer,
    event: Event,
    found: Sequence[tuple[OwnedKind, Record]],
    by_agency: Sequence[tuple[str, object]],
    heirs: Sequence[Heir],
) -> dict[int, str]:
    """The heir that most records of a group go to or belong to already, by group id; none where two tie."""
    votes: dict[int, Counter[str]] = {}
    for (kind, record), (heir, _why) in zip(found, by_agency, strict=True):
        group = kind.group_of(record)
        if heir and group is not None:
            votes.setdefault(group.pk, Counter())[heir] += 1
    codes = [heir.code for heir in heirs]
    for kind in OWNED:
        if not kind.group:
            continue
        owned = kind.of_event(event).filter(**{f"{kind.owner}__code__in": codes}).visible_to(viewer)
        for record in owned:
            group, owner = kind.group_of(record), kind.owner_of(record)
            if group is not None and owner is not None:
                votes.setdefault(group.pk, Counter())[owner.code] += 1
    winners = {}
    for pk, counted in votes.items():
        ranked = counted.most_common(2)
        if len(ranked) == 1 or ranked[0][1] > ranked[1][1]:
            winners[pk] = ranked[0][0]
    return winners


@dataclass(frozen=True)
class Stranded:
    """A body that is no longer in force, or will end, with how many open records it still owns."""

    body: Body
    open: int


def stranded(viewer: Viewer, event: Event, day: date) -> list[Stranded]:
    """Bodies that have ended by a day and still own open records that the viewer may see, most first."""
    gone = list(Body.objects.filter(event=event, to_day__lt=day).visible_to(viewer).select_related("event"))
    count = open_counts(viewer, event) if gone else {}
    found = [Stranded(body, count[body.pk]) for body in gone if body.pk in count]
    return sorted(found, key=lambda one: (-one.open, one.body.code))


def hidden_open(viewer: Viewer, event: Event, old: Collection[int]) -> int:
    """How many open records of these bodies the viewer may not see: they stay where they are."""
    if viewer.everything or not old:
        return 0
    total = sum(kind.open_owned(event, old).count() for kind in OWNED)
    return total - sum(kind.open_owned(event, old).visible_to(viewer).count() for kind in OWNED)


def open_counts(viewer: Viewer, event: Event) -> dict[int, int]:
    """How many open records that the viewer may see each body owns, by body id; one query a kind."""
    count: Counter[int] = Counter()
    for kind in OWNED:
        owned = kind.of_event(event).filter(kind.is_open).visible_to(viewer)
        count.update(owned.exclude(**{kind.owner: None}).values_list(f"{kind.owner}_id", flat=True))
    return dict(count)
