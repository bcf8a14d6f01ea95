"""Rules of the house that a reader of the source can break and a machine can see."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "summitry"
SOURCES = {
    path.relative_to(SOURCE): path.read_text(encoding="utf-8")
    for path in sorted(SOURCE.rglob("*.py"))
    if "migrations" not in path.parts
}

# Where the system clock is asked, by the last two parts of the name as it is called.
CLOCKS = {
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "date.today",
    "timezone.now",
    "timezone.localdate",
    "timezone.localtime",
    "time.time",
    "time.time_ns",
    "time.monotonic",
    "time.monotonic_ns",
    "time.perf_counter",
    "time.localtime",
    "time.gmtime",
    "time.strftime",
}
# Calls that write rows without a record of it, whatever they are called on, and those that do on a queryset.
PAST_THE_RECORDER = {"bulk_create", "bulk_update", "_raw_delete", "execute", "executemany"}
WRITES = {"update", "delete", "create", "get_or_create", "update_or_create"}


def _named(node: ast.expr) -> str:
    """The dotted name of an expression, as far as it is one."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_named(node.value)}.{node.attr}"
    return ""


def clock_readers(source: str) -> list[int]:
    """The lines that ask the system clock, also by a function imported or passed on by name."""
    tree = ast.parse(source)
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            name = ".".join(_named(node).split(".")[-2:])
            if name in CLOCKS:
                lines.append(node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module in {"time", "django.utils.timezone"}:
            asked = {f"{node.module.split('.')[-1]}.{alias.name}" for alias in node.names}
            if asked & CLOCKS:
                lines.append(node.lineno)
    return lines


def _is_queryset(node: ast.expr) -> bool:
    """Whether an expression is plainly a manager or a queryset: a chain that goes through `objects` or a filter."""
    while isinstance(node, ast.Call | ast.Attribute):
        if isinstance(node, ast.Attribute):
            if node.attr in {"objects", "_base_manager", "_default_manager"}:
                return True
            node = node.value
        else:
            node = node.func
    return False


def unrecorded_writes(source: str) -> list[int]:
    """The lines that write rows past the recorder: bulk writes, and update or delete of a whole queryset."""
    lines = []
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        verb, on = call.func.attr, call.func.value
        if verb in PAST_THE_RECORDER or (verb in WRITES and _is_queryset(on)):
            lines.append(call.lineno)
    return lines


def test_the_rules_see_what_they_forbid():
    assert clock_readers("from datetime import datetime\nx = datetime.now()") == [2]
    assert clock_readers("import datetime\nx = datetime.date.today()") == [2]
    assert clock_readers("from django.utils import timezone\nf(default=timezone.now)") == [2]
    assert clock_readers("from time import monotonic") == [1]
    assert clock_readers("from summitry.core import clock\nx = clock.now(event)") == []
    assert unrecorded_writes("Task.objects.filter(x=1).update(y=2)") == [1]
    assert unrecorded_writes("Task.objects.create(y=2)") == [1]
    assert unrecorded_writes("rows.bulk_create(new)") == [1]
    assert unrecorded_writes("cursor.execute('DELETE FROM x')") == [1]
    assert unrecorded_writes("values.update(y=2); task.delete(); ctx.remove(task)") == []


# Outside core these alone may speak SQL or write plain rows.
EXEMPT = {
    Path("exchange/waiting.py"),  # keeps an upload until it is confirmed, which is no record of an event
    Path("cli/examination.py"),  # reads the database's own settings
    Path("web/throttle.py"),  # counts failed sign-ins, which are no record of an event
}


# What day it is only the first may ask; the second tells the engine how long it has been at work, for its limits.
MAY_ASK = {Path("core/clock.py"), Path("engine/stopwatch.py")}


def test_only_the_clock_asks_the_clock():
    found = {str(path): clock_readers(text) for path, text in SOURCES.items() if path not in MAY_ASK}
    assert {path: lines for path, lines in found.items() if lines} == {}, "ask summitry.core.clock instead"


def test_only_core_writes_rows():
    found = {
        str(path): unrecorded_writes(text)
        for path, text in SOURCES.items()
        if path.parts[0] != "core" and path not in EXEMPT
    }
    assert {path: lines for path, lines in found.items() if lines} == {}, "write through an action, with save()"


# Forms without a language: ISO 8601 for machines, a time of day, the name of a weekday alone.
IN_EVERY_LANGUAGE = {"c", "Y-m-d", "Y-m-d H:i:s e", "H:i", "l", "D"}


def own_forms_of_days(source: str, template: bool) -> set[str]:
    """The forms in which a source writes days by itself, whatever the reader's language."""
    if template:
        return set(re.findall(r"""\|(?:date|time):['"]([^'"]*)['"]""", source)) - IN_EVERY_LANGUAGE
    found = {
        part.value
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and _named(call.func).split(".")[-1] in {"date_format", "strftime"}
        for part in call.args
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }
    return found - IN_EVERY_LANGUAGE


def test_days_are_written_in_the_readers_language():
    assert own_forms_of_days('x = formats.date_format(day, "D j M")', template=False) == {"D j M"}
    assert own_forms_of_days("{{ day|date:'j M' }} {{ day|date:\"c\" }}", template=True) == {"j M"}
    found = {str(path): own_forms_of_days(text, template=False) for path, text in SOURCES.items()}
    for path in SOURCE.rglob("*.html"):
        found[str(path.relative_to(SOURCE))] = own_forms_of_days(path.read_text(encoding="utf-8"), template=True)
    assert {path: forms for path, forms in found.items() if forms} == {}, "write it by summitry.core.dates"


def test_serving_does_not_load_what_computes():
    """The web process starts fast and small: numbers are crunched by the engine, loaded when first asked."""
    script = (
        "import summitry.config.asgi, sys; from django.urls import get_resolver; get_resolver().url_patterns;"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'numpy', 'numba', 'ortools', 'openpyxl'}))"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
