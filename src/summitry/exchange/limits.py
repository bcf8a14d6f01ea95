"""How large a workbook may be. Far above any real event, far below what could hurt the machine."""

MAX_ENTRIES = 400
"""Parts in the archive; a workbook of ours has about 50."""

MAX_UNPACKED = 80 * 1024 * 1024
"""Bytes of all parts together, unpacked. 10,000 tasks with 20,000 links take about 40 MB."""

MAX_RATIO = 300
"""How many bytes one packed byte may become, in parts above `RATIO_COUNTS_FROM`. A workbook's own is 10 to 60."""

RATIO_COUNTS_FROM = 4 * 1024 * 1024

MAX_ROWS = 50_000
"""Rows of one sheet with something in them, and the number of the last one."""

MAX_COLUMNS = 100

MAX_CELLS = 1_500_000
"""Cells of one sheet, as the rectangle that holds them: readers make room for all of it."""

MAX_TEXT = 32_767
"""Signs in one cell: what spreadsheet programs take."""

MAX_DEPTH = 40
"""Elements within elements in one part."""

MAX_NAME = 31
"""Signs in the name of a sheet: what spreadsheet programs take."""
