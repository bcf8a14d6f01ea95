"""What a job's function knows and says while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from summitry.core import clock
from summitry.core.models import Event
from summitry.core.viewer import Viewer

if TYPE_CHECKING:
    from summitry.core.jobs.registry import Parameters

P = TypeVar("P", bound="Parameters")


class JobCancelled(Exception):
    """Raised by a job's function to end because `cancelled()` said so. What it had is thrown away."""


class TryAgain(Exception):
    """Raised by a job's function whose work failed for a reason that may pass by itself, such as a busy database."""


@dataclass(frozen=True)
class Said:
    """The newest word of a job about itself: how far it is (0 to 1), in words, and its best result so far (JSON)."""

    progress: float
    message: str
    partial: Mapping[str, Any] | None


class JobContext(Generic[P]):
    """One run of a job. All methods may be called often and from any thread: they touch no database.

    parameters: as they were given. viewer: whoever asked for it, as they stand at the event now; a job reads and
    proposes with their eyes. attempt: 1 for the first, more when workers ended before.
    """

    def __init__(
        self, *, parameters: P, viewer: Viewer, event: Event | None = None, number: int = 0, attempt: int = 1
    ) -> None:
        self.parameters = parameters
        self.viewer = viewer
        self.number = number
        self.attempt = attempt
        self._event = event
        self._begun = clock.monotonic()
        self._lock = Lock()
        self._said: Said | None = None
        self._partial: Mapping[str, Any] | None = None
        self._cancelled = self._enough = self._heard = False

    @property
    def event(self) -> Event:
        """The event that the job is about; a mistake of its author where it is about none."""
        if self._event is None:
            raise RuntimeError("This job is about no event.")
        return self._event

    @property
    def seconds(self) -> float:
        """How long this run has taken so far."""
        return clock.monotonic() - self._begun

    def progress(self, fraction: float, message: str = "", partial: Mapping[str, Any] | None = None) -> None:
        """Say how far the work is, from 0 to 1. Written to the job's row about twice a second.

        partial: the best result so far, as JSON values; None leaves the one before.
        """
        with self._lock:
            self._partial = partial if partial is not None else self._partial
            self._said = Said(min(1.0, max(0.0, fraction)), message[:300], self._partial)

    def cancelled(self) -> bool:
        """Whether the work is to end now: someone cancelled it, its worker ends, or another worker has taken it.

        Ask at least once a second, and raise `JobCancelled`: whatever is returned after a yes is thrown away.
        """
        self._heard = self._heard or self._cancelled
        return self._cancelled

    def stop_if_cancelled(self) -> None:
        """Raise `JobCancelled` if the work is to end now."""
        if self.cancelled():
            raise JobCancelled

    def enough(self) -> bool:
        """Whether someone wants the best result so far, now. For kinds that are `anytime`: return it as the outcome."""
        return self._enough

    # For the worker

    def take_said(self) -> Said | None:
        """The newest word that is not written yet."""
        with self._lock:
            said, self._said = self._said, None
            return said

    def cancel(self) -> None:
        self._cancelled = True

    def be_content(self) -> None:
        self._enough = True

    @property
    def heard(self) -> bool:
        """Whether the function was told that it is cancelled."""
        return self._heard
