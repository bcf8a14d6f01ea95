"""Resources as agencies: known ones by code or name, the others new."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from summitry.exchange.plans.codes import as_code
from summitry.exchange.plans.model import Loss, Lost, OutsideResource
from summitry.exchange.sheets import Values
from summitry.exchange.words import folded


class Agencies:
    """Which agency each resource is.

    known: the event's agencies by code. written: whether Summitry wrote the file. own: whether it wrote it for this
    very event, so that a name changed in it is a change of the agency's name.
    """

    def __init__(self, known: Mapping[str, Values], *, written: bool, own: bool) -> None:
        self.known, self.written, self.own = known, written, own
        self.by_word: dict[str, str] = {}
        for name in ("name_national", "name", "code"):  # the last word of a kind holds: a code before a name
            for code, values in known.items():
                if word := folded(str(values[name])):
                    self.by_word[word] = code
        self.by_uid: dict[str, str] = {}
        self.new: dict[str, OutsideResource] = {}
        self.renamed: dict[str, OutsideResource] = {}
        self.lost: list[Lost] = []

    def find(self, resources: tuple[OutsideResource, ...]) -> None:
        for one in resources:
            self.by_uid[one.uid] = self._by_its_code(one) or self._known(one) or self._make(one)

    def _by_its_code(self, one: OutsideResource) -> str:
        """In a file that Summitry wrote, the code alone names the agency."""
        if not self.written or not one.code or as_code(one.code) != one.code or one.code in self.new:
            return ""
        if one.code not in self.known:
            self.new[one.code] = one
            self.by_word.setdefault(folded(one.code), one.code)
        elif self.own and one.name and one.name != self.known[one.code]["name"]:
            self.renamed[one.code] = one
        return one.code

    def _known(self, one: OutsideResource) -> str:
        for word in (one.code, one.name, one.initials):
            code = self.by_word.get(folded(word)) if word else None
            if code is None or code in self.new:
                continue
            values = self.known[code]
            names = {folded(str(values["name"])), folded(str(values["name_national"])), folded(code)}
            if one.name and folded(one.name) not in names:
                why = _("It is taken for the agency of this code, which keeps its name here.")
                self._lose(one, "Resource", f"{one.name} → {code} {values['name']}", why)
            return code
        return ""

    def _make(self, one: OutsideResource) -> str:
        base = as_code(one.code) or (as_code(one.initials) if len(one.initials) > 1 else "") or as_code(one.name)
        base = base[:50] or f"R{as_code(one.uid)}"
        code, number = base, 1
        while folded(code) in self.by_word or code in self.new:
            number += 1
            code = f"{base}-{number}"
        self.by_word[folded(code)] = code
        self.new[code] = one
        if one.group:
            self._lose(one, "Group", one.group, _("Agencies stand in a tree, not in groups."), Loss.LEFT_OUT)
        return code

    def _lose(self, one: OutsideResource, what: str, value: str, why: str, loss: Loss = Loss.CONVERTED) -> None:
        self.lost.append(Lost.of(one.line, f"“{one.name}” (UID {one.uid})", what, value, why, loss))
