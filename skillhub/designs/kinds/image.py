"""A picture in a frame: a seal, a signature."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from skillhub.designs.kinds.text import place
from skillhub.designs.rules import Field
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.paper import Fact


class Image:
    """A picture that was sent, as wide and high as its frame."""

    code = "image"

    def wrong(
        self, field: Field, known: Mapping[str, Fact], files: Collection[str]
    ) -> Iterator[Problem]:
        """Find a picture that nobody sent."""
        if field.file not in files:
            text = N_("There is no picture “%(name)s”. Send it, or choose another.")
            yield Problem(field.id, say(text, name=field.file))

    def row(self, field: Field, known: Mapping[str, Fact]) -> dict[str, Any]:
        """Write no box: a picture says nothing."""
        return {}

    def html(self, field: Field, known: Mapping[str, Fact]) -> str:
        """Write its frame; a picture stands for nothing that is read."""
        return f'<div class="frame b-{field.id}"></div>'

    def css(self, field: Field) -> str:
        """Write where it lies."""
        shown = f"url(template:{field.file}) center/contain no-repeat"
        return f".b-{field.id}{{{place(field)};display:block;background:{shown}}}"


KIND = Image()
