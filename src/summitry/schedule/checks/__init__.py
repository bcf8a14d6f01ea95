"""The schedule's checks. Importing this package registers them."""

from summitry.schedule.checks import capacity, coordination, facts, mandates, network, objectives, risks, tasks

__all__ = ["capacity", "coordination", "facts", "mandates", "network", "objectives", "risks", "tasks"]
