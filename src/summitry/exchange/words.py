"""Words of the workbook in every language of the product: written in the reader's, read in any."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise


def folded(text: str) -> str:
    """The form in which words are compared: no case, no doubled blanks, one way of writing an accent."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def in_every_language(word: Promise | str) -> frozenset[str]:
    """The word, folded, as the product writes it in each of its languages."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.add(folded(str(word)))
    return frozenset(found)


def listed(words: Iterable[str], limit: int = 12) -> str:
    """Several words for a sentence, the first few of many."""
    known = list(words)
    return ", ".join(known[:limit]) + (f" (+{len(known) - limit})" if len(known) > limit else "")
