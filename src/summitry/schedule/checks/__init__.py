"""The schedule's checks. Importing this package registers them."""

from summitry.schedule.checks import coordination, facts, mandates, network, objectives, tasks

__all__ = ["coordination", "facts", "mandates", "network", "objectives", "tasks"]
