"""The checks of mandates, GOV001 and on. Importing this package registers them."""

from summitry.governance.checks import bodies, decisions, duties

__all__ = ["bodies", "decisions", "duties"]
