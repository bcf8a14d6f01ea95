"""The sheets of the workbook, and how they are described."""

from summitry.exchange.sheets.description import (
    HIDDEN,
    SHEETS,
    Column,
    Hidden,
    Kind,
    Rule,
    Sheet,
    Value,
    Values,
    columns_of,
    in_order_of_need,
    register_sheet,
    sheets,
)

__all__ = [
    "HIDDEN",
    "SHEETS",
    "Column",
    "Hidden",
    "Kind",
    "Rule",
    "Sheet",
    "Value",
    "Values",
    "columns_of",
    "in_order_of_need",
    "register_sheet",
    "sheets",
]
