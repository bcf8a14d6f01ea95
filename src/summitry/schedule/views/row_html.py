"""The task table's rows as HTML, put together here and not in a template: 2,000 of them take a third of the time.

Every value goes through `format_html`, which escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from summitry.core import dates
from summitry.core.models import Event
from summitry.schedule.planning import State
from summitry.schedule.views.filters import Shown
from summitry.schedule.views.rows import Row

NOTHING = mark_safe("")


class RowPainter:
    """Paints the rows of one page in the reader's language. ticks: with boxes to tick. tree: indented, in groups."""

    def __init__(self, event: Event, *, ticks: bool, tree: bool) -> None:
        self.ticks, self.tree = ticks, tree
        self.year = event.opening_day.year
        self.days: dict[date, str] = {}
        self.labels: dict[str, str] = {
            "lead": _("Lead"),
            "finish": pgettext("date", "Finish"),
            "deadline": _("Deadline"),
            "nobody": _("nobody"),
            "planned": _("planned for reasons of capacity"),
            "tick": _("Tick %(code)s"),
        }
        self.states = {state: str(state.label) for state in State}

    def day(self, value: date | None) -> str:
        if value is None:
            return ""
        if value not in self.days:
            self.days[value] = day_words(value, self.year)
        return self.days[value]

    @cached_property
    def icons(self) -> str:
        return static("web/icons.svg")

    @cached_property
    def milestone(self) -> SafeString:
        drawn = self._use("milestone", "icon small")
        return format_html('{}<span class="unseen">{}</span>', drawn, _("Milestone"))

    def _use(self, name: str, css: str = "") -> SafeString:
        return format_html(
            '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', css, self.icons, name
        )

    @cached_property
    def signs(self) -> dict[State, SafeString]:
        return {
            state: format_html("{}<span>{}</span>", self._use(f"state-{state.value}"), label)
            for state, label in self.states.items()
        }

    def rows(self, items: Iterable[Shown]) -> SafeString:
        return format_html_join("\n", "{}", ((self.row(item),) for item in items))

    def row(self, item: Shown) -> SafeString:
        row = item.row
        classes = " ".join(name for name, on in (("group", row.group), ("holds", item.context)) if on)
        inside = " ".join(row.ancestors) if self.tree else ""
        return format_html(
            '<tr data-row="{}"{}{}>{}{}</tr>',
            row.task.code,
            format_html(' data-in="{}"', inside) if inside else NOTHING,
            format_html(' class="{}"', classes) if classes else NOTHING,
            self._tick(item) if self.ticks else NOTHING,
            self._cells(row),
        )

    def _tick(self, item: Shown) -> SafeString:
        if item.context:
            return mark_safe('<td class="tick not-printed"></td>')
        code = item.row.task.code
        return format_html(
            '<td class="tick not-printed"><input type="checkbox" form="bulk" name="task" value="{}" id="tick-{}"'
            ' aria-label="{}"></td>',
            code,
            code,
            self.labels["tick"] % {"code": code},
        )

    def _cells(self, row: Row) -> SafeString:
        late = row.days_late
        total = row.total_float
        return format_html(
            '<td class="code">{}</td>{}<td class="nowrap" data-label="{}">{}</td><td class="roomy">{}</td><td>{}</td>'
            '<td class="day middling">{}</td><td class="day" data-label="{}">{}</td>'
            '<td class="day{}" data-label="{}"{}>{}</td><td class="num middling{}">{}</td>'
            '<td class="num middling">{}</td>'
            '<td class="nowrap wide">{}</td>',
            row.task.code,
            self._title(row),
            self.labels["lead"],
            self._lead(row),
            _coded(row.objective.title, row.objective.code) if row.objective else "",
            self._state(row),
            self._start(row),
            self.labels["finish"],
            self.day(row.finish),
            " later" if late else "",
            self.labels["deadline"],
            format_html(' title="{}"', late_words(late)) if late else NOTHING,
            self.day(row.plan.deadline),
            " later" if total is not None and total < 0 else "",
            "" if total is None else str(total).replace("-", "−"),
            f"{row.delivered}/{row.owed}" if row.owed else "",
            _coded(row.owner.name, row.owner.code) if row.owner else "",
        )

    def _start(self, row: Row) -> str:
        day = self.day(row.start)
        if row.task.planned_start is None or row.task.started_on is not None or not row.task.open:
            return day
        return format_html('<span class="planned" title="{}">{}</span>', self.labels["planned"], day)

    def _lead(self, row: Row) -> SafeString:
        if row.lead is not None:
            return _coded(row.lead.name, row.lead.code)
        if row.group or not row.task.open:
            return NOTHING
        return format_html('<span class="sign late">{}</span>', self.labels["nobody"])

    def _state(self, row: Row) -> SafeString:
        reason = row.plan.state_reason or self.states[row.state]
        return format_html('<span class="sign {}" title="{}">{}</span>', row.state.value, reason, self.signs[row.state])

    def _title(self, row: Row) -> SafeString:
        url = row.task.get_absolute_url()
        return format_html(
            '<th scope="row" class="fill{}"><div class="title-cell">{}<a href="{}" data-panel>{}</a>{}</div></th>',
            f" depth-{row.depth}" if self.tree and row.depth else "",
            self.milestone if row.task.milestone else NOTHING,
            url,
            row.task.title,
            self._findings(row, url) if row.findings else NOTHING,
        )

    @staticmethod
    def _findings(row: Row, url: str) -> SafeString:
        count = len(row.findings)
        said = ngettext("%(n)d open finding", "%(n)d open findings", count) % {"n": count}
        return format_html(
            '<a class="finding-count {}" href="{}#findings" title="{}"><span aria-hidden="true">{}</span>'
            '<span class="unseen">{}</span></a>',
            row.worst,
            url,
            said,
            count,
            said,
        )


def _coded(name: str, code: str) -> SafeString:
    """A code with its name on hover."""
    return format_html('<span title="{}">{}</span>', name, code)


def late_words(days: int) -> str:
    return ngettext("%(n)d day late", "%(n)d days late", days) % {"n": days}


def day_words(value: date, year: int) -> str:
    """ "Fri 17 Oct", with the year where it is not the event's: what the pages' `day` filter says."""
    if value.year == year:
        return dates.weekday(value)
    return dates.weekday_year(value)
