"""How large an outside plan may be. Far above any real one, far below what could hurt the machine."""

MAX_ELEMENTS = 800_000
"""Elements of an XML file, or cells of an XER file. A task of MS Project has about 100."""

MAX_DEPTH = 24
"""Elements within elements. MS Project writes 7."""

MAX_TEXT = 200_000
"""Signs in one element or cell: the longest are notes."""

MAX_ATTRIBUTES = 16
"""Attributes of one element. MS Project writes none but the name of the schema."""

MAX_TASKS = 20_000

MAX_LOST = 20_000
"""Things without a counterpart that are listed one by one; more are refused, since nobody could look at them."""

MAX_DAYS = 4_000
"""Days that break the week, of one calendar."""

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""A date outside these years is a fault."""

PROJECT_YEARS = (1984, 2149)
"""The years that Microsoft Project knows."""
