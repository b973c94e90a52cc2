"""One fact in a frame: a name, an award, the nth who signs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from skillhub.designs.kinds.text import Text, low, unknown, unprintable
from skillhub.designs.rules import Field
from skillhub.kernel.composing import LANGUAGES
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.paper import Fact


class OneFact(Text):
    """A fact with the words before and after it."""

    code = "fact"

    def says(self, field: Field, known: Mapping[str, Fact]) -> dict[str, str]:
        """Give the fact in its words: in the one language it speaks, or in both."""
        nth = f".{field.nth}" if field.nth else ""
        words = f"{field.before}{{{field.fact}{nth}}}{field.after}"
        speaks = known[field.fact].speaks
        return {speaks: words} if speaks in LANGUAGES else dict.fromkeys(LANGUAGES, words)

    def wrong(
        self, field: Field, known: Mapping[str, Fact], files: Collection[str]
    ) -> Iterator[Problem]:
        """Find what this field cannot print."""
        yield from unknown(field, field.fact, known)
        fact = known.get(field.fact)
        if fact and field.nth > fact.many:
            text = N_("“%(name)s” has %(many)s parts at most, so there is no %(nth)s.")
            yield Problem(field.id, say(text, name=field.fact, many=fact.many, nth=field.nth))
        if set("{}") & set(field.before + field.after):
            yield Problem(field.id, say(N_("Write no braces before or after a fact.")))
        yield from low(field)
        yield from unprintable(field)


KIND = OneFact()
