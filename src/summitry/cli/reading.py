"""`summitry check` and `summitry network`: what stands in an event."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from summitry.cli.base import FINDINGS, boot, counted, emit_json, event_of, json_option, main, refuse, table

if TYPE_CHECKING:
    from summitry.core.checking import Found
    from summitry.core.models import Event

SEVERITIES = ("note", "warning", "error")


def _finding(found: Found) -> dict[str, Any]:
    waiver = found.waiver
    return {
        "code": found.code,
        "severity": SEVERITIES[found.severity - 1],
        "title": str(found.check.title),
        "subject": {"kind": found.subject.label, "key": found.subject.key, "title": found.subject.title},
        "discriminator": found.discriminator,
        "message": found.message,
        "hint": found.hint,
        "waived": {"by": str(waiver.given_by), "until": waiver.until, "reason": waiver.reason} if waiver else None,
    }


@main.command()
@click.argument("slug")
@click.option("--severity", type=click.Choice(SEVERITIES), default="note", help="At least this severity.")
@click.option("--code", "codes", multiple=True, help="This check alone; may be given again.")
@click.option("--all", "waived_too", is_flag=True, help="Show waived findings, too.")
@json_option
def check(slug: str, severity: str, codes: tuple[str, ...], waived_too: bool, as_json: bool) -> None:
    """Run the checks over an event and list their findings. Ends with 1 when any is open."""
    boot()
    from summitry.core.checking import CHECKS
    from summitry.core.outlook import look

    event = event_of(slug)
    if unknown := sorted(set(codes) - CHECKS.keys()):
        refuse(f"There is no check {', '.join(unknown)}. The checks are {', '.join(sorted(CHECKS))}.")
    seen = look(event)
    least = SEVERITIES.index(severity) + 1
    found = [one for one in seen.findings.items if one.severity >= least and (not codes or one.code in codes)]
    open_ones = [one for one in found if one.waiver is None]
    shown = found if waived_too else open_ones
    if as_json:
        emit_json(
            {
                "event": event.slug,
                "day": seen.day,
                "open": len(open_ones),
                "waived": len(found) - len(open_ones),
                "checks": len(codes) or len(CHECKS),
                "findings": [_finding(one) for one in shown],
            }
        )
    else:
        for one in shown:
            mark = f" (waived until {one.waiver.until:%Y-%m-%d})" if one.waiver else ""
            click.echo(f"{one.code} {SEVERITIES[one.severity - 1]:<7} {one.subject}: {one.message}{mark}")
        click.echo(
            f"{len(open_ones)} open, {len(found) - len(open_ones)} waived, "
            f"by {counted(len(codes) or len(CHECKS), 'check')} on {seen.day:%Y-%m-%d}."
        )
    if open_ones:
        raise click.exceptions.Exit(FINDINGS)


def _day(day: date | None) -> str:
    return day.isoformat() if day else "-"


@main.command()
@click.argument("slug")
@json_option
def network(slug: str, as_json: bool) -> None:
    """Compute the master schedule: dates, float and the critical path. Ends with 1 when a loop leaves no dates."""
    boot()
    event = event_of(slug)
    facts = _network_facts(event)
    if as_json:
        emit_json(facts)
    else:
        click.echo(_network_text(facts))
    if facts["loops"]:
        raise click.exceptions.Exit(FINDINGS)


def _network_facts(event: Event) -> dict[str, Any]:
    from summitry.core.checking import Reading
    from summitry.schedule import planning
    from summitry.schedule.models import Task

    reading = Reading(event)
    plan = reading.use(planning.plan)
    tasks = list(Task.objects.filter(event=event).select_related("lead").order_by("code"))
    codes = {task.pk: task.code for task in tasks}
    rows = []
    for task in tasks:
        one = plan.of(task.pk)
        rows.append(
            {
                "code": task.code,
                "title": task.title,
                "lead": task.lead.code if task.lead else None,
                "start": one.start,
                "finish": one.finish,
                "late_start": one.late_start,
                "late_finish": one.late_finish,
                "total_float": one.total_float,
                "free_float": one.free_float,
                "critical": one.critical,
                "state": one.state.name.lower(),
            }
        )
    return {
        "event": event.slug,
        "day": reading.today,
        "finish": plan.finish,
        "critical_path": [codes[pk] for pk in plan.critical_path],
        "loops": [[codes[pk] for pk in loop] for loop in plan.loops],
        "conflicts": [str(conflict) for conflict in plan.conflicts],
        "tasks": rows,
    }


def _network_text(facts: dict[str, Any]) -> str:
    rows = [
        (
            task["code"],
            _day(task["start"]),
            _day(task["finish"]),
            _day(task["late_finish"]),
            "-" if task["total_float"] is None else str(task["total_float"]),
            "*" if task["critical"] else "",
            task["state"].replace("_", " "),
            task["title"],
        )
        for task in facts["tasks"]
    ]
    heads = ("code", "start", "finish", "latest", "float", "crit", "state", "title")
    lines = [table(rows, heads, right=frozenset({4}))] if rows else ["The master schedule is empty."]
    lines += [f"Loop: {' > '.join([*loop, loop[0]])}: no dates can be computed." for loop in facts["loops"]]
    lines += [f"Conflict: {conflict}" for conflict in facts["conflicts"]]
    if facts["critical_path"]:
        lines.append(f"Critical path: {' > '.join(facts['critical_path'])}")
    if facts["finish"]:
        lines.append(
            f"The work ends on {_day(facts['finish'])}, seen from {_day(facts['day'])}; float in working days."
        )
    return "\n".join(lines)
