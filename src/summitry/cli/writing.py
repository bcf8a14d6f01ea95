"""`summitry import` and `summitry export`: the workbook of an event."""
