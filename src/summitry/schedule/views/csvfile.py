"""CSV files that a spreadsheet opens without harm."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from django.http import HttpResponse

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: object) -> object:
    """A cell's value. Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers do not."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and value.lstrip(" ").startswith(_STARTS_A_FORMULA):
        return f"'{value}"
    return value


def csv_response(file_name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A download in UTF-8 with the mark by which spreadsheet programs know it."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([safe_cell(head) for head in heads])
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    response = HttpResponse("\ufeff" + file.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
