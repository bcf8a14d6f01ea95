"""Probabilities in words: `{% load chances %}{{ change.after|per_cent }}`."""

from __future__ import annotations

from django import template

from summitry.core import chances

register = template.Library()


@register.filter
def per_cent(probability: float | None) -> str:
    """ "83 %"; a dash where there is none."""
    return "—" if probability is None else str(chances.per_cent(probability))
