"""Summitry prepares, secures and runs a state-level international event."""

__version__ = "0.1.0"
