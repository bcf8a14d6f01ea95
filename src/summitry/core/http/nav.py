"""The left rail and the search: what the apps offer, shown only to who may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from summitry.core.models import Event
from summitry.core.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One place of the left rail. `icon` names a symbol of web/icons.svg, `visible` says to whom it is shown."""

    key: str
    label: Promise | str
    path: str
    position: int
    icon: str
    visible: Callable[[Viewer], bool] = lambda viewer: viewer.role is not None

    def url(self, event: Event) -> str:
        return f"/e/{event.slug}/{self.path}"


NAV: dict[str, NavItem] = {}


def register_nav(item: NavItem) -> None:
    """Add a place; a second one under the same key is an error."""
    if item.key in NAV and NAV[item.key] != item:
        raise RuntimeError(f"The navigation already has {item.key!r}.")
    NAV[item.key] = item


def nav_for(viewer: Viewer) -> list[NavItem]:
    return sorted((item for item in NAV.values() if item.visible(viewer)), key=lambda item: item.position)


@dataclass(frozen=True)
class Hit:
    """One search result: its kind in words, its key and title, and where it is."""

    kind: str
    key: str
    title: str
    url: str


SEARCHERS: list[Callable[[Viewer, str, int], Iterable[Hit]]] = []


def search(viewer: Viewer, words: str, limit: int = 8) -> list[Hit]:
    """At most `limit` hits of each kind that the viewer may see; exact keys first."""
    words = words.strip()
    if not words:
        return []
    hits = [hit for searcher in SEARCHERS for hit in searcher(viewer, words, limit)]
    return sorted(hits, key=lambda hit: hit.key.casefold() != words.casefold())
