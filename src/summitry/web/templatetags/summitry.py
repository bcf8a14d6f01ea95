"""Template tags of every page (builtins: no `load` needed). Each is shown with its snippet in docs/ui.md."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.core.exceptions import ValidationError
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, DateField
from django.http import QueryDict
from django.template.context import RequestContext
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from summitry.core import dates
from summitry.core.checking import Found, Severity
from summitry.core.preview import Consequences
from summitry.core.records import Recorded, Ref, model_of, ref
from summitry.core.refusals import Refused
from summitry.core.rights import Classification
from summitry.core.viewer import Viewer
from summitry.web import words

register = template.Library()

register.filter("day", words.day)
register.filter("full_day", words.full_day)
register.filter("full_month", dates.full_month)
register.filter("moment", words.moment)
register.filter("workdays", words.workdays)
register.filter("days", words.days)
register.filter("signed", words.signed)
register.filter("signless", words.signless)
register.filter("relative", words.relative)
register.filter("file_size", words.file_size)

STATES: dict[str, Promise | str] = {
    "done": gettext_lazy("done"),
    "on_course": gettext_lazy("on course"),
    "at_risk": gettext_lazy("at risk"),
    "late": gettext_lazy("late"),
    "not_known": gettext_lazy("not known"),
}


# Signs


def _use(name: str, css: str = "") -> SafeString:
    # One file, one request: the symbols are drawn in web/icons.svg.
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        css,
        static("web/icons.svg"),
        name,
    )


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """A symbol of the sprite. `label` is for a screen reader where no word stands beside the symbol."""
    drawn = _use(name, f"icon {css}".strip())
    return format_html('{}<span class="unseen">{}</span>', drawn, label) if label else drawn


def state_name(state: object) -> str:
    """ "at_risk", from a string or an enum member whose value or name it is."""
    if isinstance(state, enum.Enum):
        return str(state.value) if str(state.value) in STATES else state.name.lower()
    return str(state)


@register.simple_tag
def state_sign(state: object, reason: str | Promise = "", *, wordless: bool = False) -> SafeString:
    """One of the five states: colour, shape and word. `reason` is read on hover; `wordless` only in dense drawings."""
    name = state_name(state)
    if name not in STATES:
        raise template.TemplateSyntaxError(f"{state!r} is none of the five states: {', '.join(STATES)}")
    word = format_html('<span class="{}">{}</span>', "unseen" if wordless else "", STATES[name])
    return format_html(
        '<span class="sign {}" title="{}">{}{}</span>', name, reason or STATES[name], _use(f"state-{name}"), word
    )


@register.simple_tag
def severity_mark(severity: Severity | int | str, *, wordless: bool = False) -> SafeString:
    """A finding's weight: error, warning or note."""
    level = Severity[severity.upper()] if isinstance(severity, str) else Severity(severity)
    name = level.name.lower()
    word = format_html('<span class="{}">{}</span>', "unseen" if wordless else "", level.label)
    return format_html('<span class="sign {}">{}{}</span>', name, _use(f"severity-{name}"), word)


@register.simple_tag
def classification_mark(event: Any, level: int) -> SafeString:
    """How widely a record may be known: quiet up to internal, loud from restricted on."""
    loud = "loud" if level >= Classification.RESTRICTED else ""
    return format_html(
        '<span class="mark {}" title="{}">{}{}</span>',
        loud,
        _("Classification"),
        _use("lock", "icon small") if loud else "",
        event.classification_name(level),
    )


@register.simple_tag
def figure(value: object, unit: str | Promise = "", as_of: date | datetime | None = None) -> SafeString:
    """A number with its unit and as-of day on hover and for a screen reader."""
    said = _("as of %(day)s") % {"day": words.full_day(as_of)} if as_of else ""
    title = " ".join(str(part) for part in (value, unit, said) if str(part))
    return format_html(
        '<span class="figure" title="{}">{}<span class="unseen"> {} {}</span></span>', title, value, unit, said
    )


@register.simple_tag
def when(value: date | datetime | None, today: date | datetime | None = None, *, missing: str = "—") -> SafeString:
    """A day (or an instant) as a `time` element; with `today`, the distance in words beside it."""
    if not value:
        return format_html('<span class="muted">{}</span>', missing)
    text = words.moment(value) if isinstance(value, datetime) else words.day(value)
    drawn = format_html(
        '<time class="nowrap" datetime="{}" title="{}">{}</time>', value.isoformat(), words.full_day(value), text
    )
    if today is None:
        return drawn
    return format_html('{} <span class="muted nowrap">{}</span>', drawn, words.relative(value, today))


# Records


def _viewer(context: template.Context) -> Viewer:
    viewer = context.get("viewer") or getattr(context.get("request"), "viewer", None)
    if not isinstance(viewer, Viewer):
        raise template.TemplateSyntaxError("This tag needs the viewer in the template's context.")
    return viewer


def _named(record: Recorded | Ref) -> Ref:
    return record if isinstance(record, Ref) else ref(record)


def may_see(viewer: Viewer, record: Recorded | Ref) -> bool:
    """Whether the viewer may see the record that is named. The event itself is seen by all who have access to it."""
    label = record.label if isinstance(record, Ref) else record._meta.label_lower
    if label == "core.event":
        return True
    return viewer.sees_id(model_of(label), record.pk)


def restricted() -> SafeString:
    """What stands in the place of a record above the viewer's right."""
    return format_html(
        '<span class="restricted" title="{}">{}</span>', _("A record that you may not see"), _("restricted")
    )


def ref_html(viewer: Viewer, record: Recorded | Ref, *, short: bool = False, panel: bool = False) -> SafeString:
    """A link to the record with its key and title, or a placeholder where the viewer may not see it."""
    if not may_see(viewer, record):
        return restricted()
    named = _named(record)
    if not named.url:
        return conditional_escape(named.key if short else str(named))
    text: object = named.key
    if not short and named.title:
        text = format_html('<span class="code">{}</span> {}', named.key, named.title)
    return format_html(
        '<a href="{}" title="{}"{}{}>{}</a>',
        named.url,
        named.title,
        mark_safe(' class="nowrap"') if short else "",
        mark_safe(" data-panel") if panel else "",
        text,
    )


@register.simple_tag(takes_context=True, name="ref")
def ref_tag(
    context: template.Context,
    record: Recorded | Ref | None,
    *,
    short: bool = False,
    panel: bool = False,
    missing: str = "—",
) -> SafeString:
    """Name a record: `{% ref task.parent %}`. `short` shows its key alone, `panel` opens it beside the list."""
    if record is None or record == "":
        return format_html('<span class="muted">{}</span>', missing)
    return ref_html(_viewer(context), record, short=short, panel=panel)


@register.simple_tag(takes_context=True)
def refs(context: template.Context, found: Found | Iterable[Recorded | Ref], *, short: bool = True) -> SafeString:
    """Name all records of a finding, or any records, with commas between."""
    named = found.refs if isinstance(found, Found) else tuple(found)
    viewer = _viewer(context)
    return format_html_join(", ", "{}", ((ref_html(viewer, one, short=short),) for one in named))


@register.simple_tag(takes_context=True)
def finding_text(context: template.Context, found: Found) -> SafeString:
    """A finding's message with its records as links. Only for findings that `seen_by` let through."""
    viewer = _viewer(context)

    def shown(value: Any) -> Any:
        if isinstance(value, tuple):
            return format_html_join(", ", "{}", ((shown(item),) for item in value))
        if isinstance(value, Ref):
            return ref_html(viewer, value, short=True)
        return words.day(value) if isinstance(value, date) else value

    values = {name: shown(value) for name, value in found.values}
    return format_html(escape(str(found.check.message)), subject=ref_html(viewer, found.subject, short=True), **values)


# The address: filters, sorting and pages live in it


def _query(context: RequestContext) -> QueryDict:
    request = context.get("request")
    return request.GET.copy() if request is not None else QueryDict(mutable=True)


def _address(query: QueryDict) -> str:
    query.pop("page", None)
    return "?" + query.urlencode() if query else "?"


@register.simple_tag(takes_context=True)
def querystring_with(context: RequestContext, **changes: object) -> str:
    """The present query with values changed (None takes one out). The page number falls away unless it is given."""
    query = _query(context)
    page = changes.pop("page", None)
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        elif isinstance(value, list | tuple):
            query.setlist(name, [str(item) for item in value])
        else:
            query[name] = str(value)
    address = _address(query)
    if page is not None:
        address += ("&" if len(address) > 1 else "") + urlencode({"page": page})
    return address


@register.inclusion_tag("web/parts/chip.html", takes_context=True)
def filter_chip(
    context: RequestContext, name: str, value: object, label: str | Promise, count: int | None = None
) -> Mapping[str, Any]:
    """A filter that a click puts into the address or takes out; several values of one name may be on."""
    query = _query(context)
    values = query.getlist(name)
    text = str(value)
    on = text in values
    query.setlist(name, [item for item in values if item != text] if on else [*values, text])
    if not query.getlist(name):
        query.pop(name, None)
    return {"url": _address(query), "on": on, "label": label, "count": count}


@register.inclusion_tag("web/parts/sort_head.html", takes_context=True)
def sort_head(
    context: RequestContext, name: str, label: str | Promise, css: str = "", default: str = "", title: str = ""
) -> Mapping[str, Any]:
    """A column head that sorts: first click ascending, second descending. The address holds `sort=name` or `-name`."""
    query = _query(context)
    current = query.get("sort") or default
    direction = {name: "ascending", f"-{name}": "descending"}.get(current, "")
    query["sort"] = f"-{name}" if direction == "ascending" else name
    return {"url": _address(query), "direction": direction, "label": label, "css": css, "title": title}


@register.inclusion_tag("web/parts/pager.html", takes_context=True)
def pager(context: RequestContext, page: Any) -> Mapping[str, Any]:
    """Which rows of how many, and the way to the others, for a page of Django's `Paginator`."""
    return {"page": page, "request": context.get("request")}


# Forms


@register.inclusion_tag("web/parts/field.html")
def field(bound: BoundField, help: str = "") -> Mapping[str, Any]:
    """One field: label, control, help and errors, joined for a screen reader."""
    widget = bound.field.widget
    shown = bound.form.visible_fields()
    # Only what is the exception in this form says so.
    mostly_optional = 2 * sum(other.field.required for other in shown) < len(shown)
    return {
        "mark": "required" if mostly_optional else "optional",
        "field": bound,
        "help": help or bound.help_text,
        "is_checkbox": isinstance(widget, CheckboxInput),
        "is_choices": isinstance(widget, CheckboxSelectMultiple),
    }


@register.filter
def shown_value(bound: BoundField | None) -> str:
    """What a person entered in a field, in words: choices by their label, days as days."""
    return _in_words(bound, bound.value()) if bound is not None else ""


@register.filter
def field_named(form: Any, name: str) -> BoundField | None:
    """A form's field by its name, None where the form has no such field."""
    return form[name] if name in form.fields else None


@register.filter
def initial_value(bound: BoundField) -> str:
    """What a field held before the person changed it, in words."""
    return _in_words(bound, bound.initial)


def _in_words(bound: BoundField, value: Any) -> str:
    choices = getattr(bound.field, "choices", None)
    if choices is not None:
        chosen = {str(item) for item in value} if isinstance(value, list | tuple) else {str(value)}
        labels = [str(label) for key, label in _flat(choices) if str(key) in chosen and str(key) != ""]
        return ", ".join(labels)
    if isinstance(bound.field.widget, CheckboxInput):
        return _("yes") if value in (True, "on", "true", "True", "1") else _("no")
    if isinstance(bound.field, DateField) and isinstance(value, str):
        try:
            value = bound.field.to_python(value)
        except ValidationError:
            return value
    if isinstance(value, date):
        return words.day(value)
    return "" if value is None else str(value)


def _flat(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield key, label


@register.simple_tag
def consequences_sentence(seen: Consequences) -> str:
    """The consequences in one sentence, the heaviest first."""
    hidden = seen.hidden_caused.count
    parts = [
        _counted(len(seen.broken), ngettext_lazy("%(n)d deadline breaks", "%(n)d deadlines break", "n")),
        _counted(len(seen.caused) + hidden, ngettext_lazy("%(n)d finding appears", "%(n)d findings appear", "n")),
        _counted(len(seen.saved), ngettext_lazy("%(n)d deadline is met again", "%(n)d deadlines are met again", "n")),
        _counted(
            len(seen.cured) + seen.hidden_cured.count,
            ngettext_lazy("%(n)d finding is healed", "%(n)d findings are healed", "n"),
        ),
        _counted(
            len(seen.moves) + seen.hidden_moves,
            ngettext_lazy("%(n)d piece of work moves", "%(n)d pieces of work move", "n"),
        ),
        *_chances_counted(seen),
    ]
    if seen.ready_before != seen.ready_after and None not in (seen.ready_before, seen.ready_after):
        text = _("readiness rises from %(old)d to %(new)d %%")
        if (seen.ready_after or 0) < (seen.ready_before or 0):
            text = _("readiness falls from %(old)d to %(new)d %%")
        parts.append(text % {"old": seen.ready_before, "new": seen.ready_after})
    said = ", ".join(part for part in parts if part)
    return said[:1].upper() + said[1:] + "." if said else _("Nothing moves, nothing breaks, nothing is healed.")


def _chances_counted(seen: Consequences) -> tuple[str, str]:
    """How many probabilities fall and rise, of those that are named."""
    changes = [change for told in seen.chances for change in told.changes]
    fallen = sum(change.falls for change in changes)
    return (
        _counted(fallen, ngettext_lazy("%(n)d probability falls", "%(n)d probabilities fall", "n")),
        _counted(len(changes) - fallen, ngettext_lazy("%(n)d probability rises", "%(n)d probabilities rise", "n")),
    )


def _counted(number: int, text: Any) -> str:
    return str(text % {"n": number}) if number else ""


@register.filter
def refusal_text(refusal: Refused) -> str:
    """The one sentence of a refusal."""
    return str(refusal)


@register.filter
def initials(name: str) -> str:
    """Up to two letters for a monogram."""
    parts = [part for part in str(name).split() if part[0].isalnum()]
    letters = [parts[0][0], parts[-1][0]] if len(parts) > 1 else [part[0] for part in parts]
    return "".join(letters).upper()
