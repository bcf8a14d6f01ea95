"""What a template of the schedule asks about its reader."""

from django import template

from summitry.core.rights import PLAN
from summitry.core.viewer import Viewer

register = template.Library()


@register.filter
def may_plan(viewer: Viewer) -> bool:
    """Whether the planner's commands are for this viewer."""
    return viewer.may(PLAN)
