"""Measurements, one script a family: ``python -m bench.<name> [--data DIR] [--seconds S] [--sample N] [--json]``."""
