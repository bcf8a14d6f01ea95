"""The exact half: the constraint program, its bounds and proofs. OR-Tools is imported when it is first needed."""

from .frame import Frame, Windows, propagate
from .levels import Refined, refine
from .model import Model
from .run import Limits, Outcome, Placement, run, warm_up

__all__ = [
    "Frame",
    "Limits",
    "Model",
    "Outcome",
    "Placement",
    "Refined",
    "Windows",
    "propagate",
    "refine",
    "run",
    "warm_up",
]
