"""Texts made of facts: “在{competition}中荣获{award}”, in the languages a paper speaks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

LANGUAGES = ("zh", "en")
BETWEEN = " · "
PLACE = re.compile(
    r"\{([a-z][a-z0-9_]*)(?:\.([1-9][0-9]?))?\}"
)  # {award}, or {members.2} of a list
HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")

NO_LETTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")  # cannot be kept, nor printed

Facts = Mapping[str, str | list[str]]


def writable(text: str) -> bool:
    """Tell whether a text can be kept and printed: no half characters, none that only steers."""
    return NO_LETTER.search(text) is None


def named(text: str) -> list[str]:
    """Name the facts that a text is made of."""
    return [found[1] for found in PLACE.finditer(text)]


def silent(says: Mapping[str, str], language: str) -> bool:
    """Tell whether a text says nothing in the language of a paper; no language is both."""
    return bool(says) and not any(says.get(one) for one in _spoken(language))


def composed(says: Mapping[str, str], given: Facts, language: str) -> str:
    """Make a text of facts: in one language, or in both where they differ.

    Where a fact is not known the whole text is empty: half a sentence is never printed.
    """
    texts = (filled(says.get(one, ""), given) for one in _spoken(language))
    return BETWEEN.join(dict.fromkeys(text for text in texts if text))


def filled(text: str, given: Facts) -> str:
    """Put facts in their places; nothing where one of them is not known."""
    known = [_fact(place, given) for place in PLACE.finditer(text)]
    parts = iter(known)
    return PLACE.sub(lambda place: next(parts), text) if all(known) else ""


def _fact(place: re.Match[str], given: Facts) -> str:
    value, nth = given.get(place[1], ""), place[2]
    if isinstance(value, str):
        return value
    if nth:
        return value[int(nth) - 1] if int(nth) <= len(value) else ""
    return _listed([text for text in value if text])


def _listed(texts: Sequence[str]) -> str:
    return ("、" if HAN.search("".join(texts)) else ", ").join(texts)


def _spoken(language: str) -> tuple[str, ...]:
    return (language,) if language else LANGUAGES
