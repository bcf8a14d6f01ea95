"""Primavera XER, in."""
