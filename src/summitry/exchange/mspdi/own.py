"""Fields of Summitry that travel in the custom fields of a task, under names that nobody else gives."""

from __future__ import annotations

from typing import NamedTuple


class OwnField(NamedTuple):
    """field: of the task. alias: the custom field's name in the other program. number, name: which one of its own."""

    field: str
    alias: str
    number: int
    name: str


LONGEST = 255
"""Signs that a custom text field of Microsoft Project holds."""

OWN_FIELDS: tuple[OwnField, ...] = (
    OwnField("code", "Summitry code", 188743731, "Text1"),
    OwnField("classification", "Summitry classification", 188743734, "Text2"),
    OwnField("optimistic", "Summitry shortest", 188743783, "Duration1"),
    OwnField("pessimistic", "Summitry longest", 188743785, "Duration3"),
    OwnField("reported_on", "Summitry last return", 188743743, "Text5"),
    OwnField("not_before", "Summitry no earlier than", 188743746, "Text6"),
    OwnField("fixed_start", "Summitry fixed start", 188743747, "Text7"),
    OwnField("fixed_finish", "Summitry fixed finish", 188743748, "Text8"),
    OwnField("waived_on", "Summitry waived", 188743749, "Text9"),
    OwnField("waived_reason", "Summitry reason of the waiver", 188743750, "Text10"),
    OwnField("lead", "Summitry lead", 188743737, "Text3"),
    OwnField("priority", "Summitry weight of being late", 188743740, "Text4"),
    OwnField("planned_start", "Summitry planned start", 188743945, "Date1"),
    OwnField("published", "Summitry dates announced", 188743752, "Flag1"),
    OwnField("unbroken", "Summitry in one piece", 188743753, "Flag2"),
)
"""The numbers are those of the Project XML schema's FieldID. Duration1 and Duration3 are those in which the PERT
analysis of Microsoft Project keeps its optimistic and pessimistic durations; the likely one is the Duration itself, of
which a copy in Duration2 could only differ.
"""

DURATIONS = frozenset(own.field for own in OWN_FIELDS if own.name.startswith("Duration"))
"""The fields whose values are durations."""

BY_ALIAS = {own.alias: own.field for own in OWN_FIELDS}
