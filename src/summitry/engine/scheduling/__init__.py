"""Scheduling under capacity: the problem and its answers."""
