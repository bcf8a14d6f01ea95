"""Which code of Summitry a task of an outside plan has: the one it had before, one that it brings, or a new one."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from summitry.exchange.plans.model import Loss, Lost, OutsideTask

_CODE = re.compile(r"[\w][\w./&+-]{0,59}")
_NOT_IN_CODES = re.compile(r"[^\w./&+-]+")


def as_code(text: str) -> str:
    """A text made into a code: signs that no code has become hyphens; empty when nothing is left."""
    if _CODE.fullmatch(text):
        return text
    made = _NOT_IN_CODES.sub("-", text.strip()).lstrip("./&+-")[:60].rstrip("-")
    return made if _CODE.fullmatch(made) else ""


class Codes:
    """Gives every task of one plan a code.

    before: codes by uid, of an earlier version of the file. taken: codes that the event has.
    """

    def __init__(self, before: Mapping[str, str], taken: Collection[str]) -> None:
        self.before, self.taken = before, taken
        self.by_uid: dict[str, str] = {}
        self.used: set[str] = set()
        self.lost: list[Lost] = []

    def give(self, tasks: Collection[OutsideTask]) -> dict[str, str]:
        """All codes by uid. What a task brings or had goes before what is made."""
        own = {task.uid: code for task in tasks if (code := task.own.get("code", "")) and as_code(code) == code}
        for task in tasks:
            if own.get(task.uid) and not self._use(task.uid, own[task.uid]):
                why = _("It has the code of another task of the file, as copies do: it becomes a task of its own.")
                self.lost.append(Lost.of(task.line, task.place, "code", own[task.uid], why, Loss.CONVERTED))
        for task in tasks:
            if task.uid not in self.by_uid and task.uid in self.before:
                self._use(task.uid, self.before[task.uid])
        kept = set(self.before.values())
        for task in tasks:
            if task.uid not in self.by_uid:
                self._bring(task, kept) or self._make(task)
        return {task.uid: self.by_uid[task.uid] for task in tasks}

    def _use(self, uid: str, code: str) -> bool:
        if code in self.used:
            return False
        self.used.add(code)
        self.by_uid[uid] = code
        return True

    def _bring(self, task: OutsideTask, kept: set[str]) -> bool:
        """A code that a person gave to the task in the other program."""
        for given in task.codes:
            code = as_code(given)
            if not code or code in kept or given == task.own.get("code"):
                continue
            if self._use(task.uid, code):
                if code != given:
                    why = _("A code has no such signs.")
                    self.lost.append(Lost.of(task.line, task.place, "code", f"{given} → {code}", why, Loss.CONVERTED))
                return True
        return False

    def _make(self, task: OutsideTask) -> bool:
        base = as_code(f"P{task.uid}") or "P"
        code, number = base, 1
        while code in self.used or code in self.taken:
            number += 1
            code = f"{base}-{number}"
        return self._use(task.uid, code)
