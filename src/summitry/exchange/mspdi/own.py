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
    OwnField("optimistic", "Summitry shortest", 188743737, "Text3"),
    OwnField("pessimistic", "Summitry longest", 188743740, "Text4"),
    OwnField("reported_on", "Summitry last return", 188743743, "Text5"),
    OwnField("not_before", "Summitry no earlier than", 188743746, "Text6"),
    OwnField("fixed_start", "Summitry fixed start", 188743747, "Text7"),
    OwnField("fixed_finish", "Summitry fixed finish", 188743748, "Text8"),
    OwnField("waived_on", "Summitry waived", 188743749, "Text9"),
    OwnField("waived_reason", "Summitry reason of the waiver", 188743750, "Text10"),
)
"""In the order of the custom fields. The numbers are those of the Project XML schema's FieldID."""

BY_ALIAS = {own.alias: own.field for own in OWN_FIELDS}
