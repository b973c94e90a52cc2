"""The QR code of the address where a paper is verified."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from skillhub.designs.kinds.text import place, size
from skillhub.designs.rules import SMALLEST_CODE, Field
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.paper import Fact


class Code:
    """A square of modules."""

    code = "code"

    def wrong(
        self, field: Field, known: Mapping[str, Fact], files: Collection[str]
    ) -> Iterator[Problem]:
        """Find a code that no telephone reads."""
        if field.width != field.height:
            yield Problem(field.id, say(N_("The code is a square: make it as high as wide.")))
        if min(field.width, field.height) < SMALLEST_CODE:
            text = N_("A code of less than %(mm)s mm is read badly. Make it larger.")
            yield Problem(field.id, say(text, mm=SMALLEST_CODE // 10))

    def row(self, field: Field, known: Mapping[str, Fact]) -> dict[str, Any]:
        """Write no box: the code is drawn."""
        return {}

    def html(self, field: Field, known: Mapping[str, Fact]) -> str:
        """Write the code."""
        return f'<div class="frame b-{field.id}">{{{{ verify_url|qr }}}}</div>'

    def css(self, field: Field) -> str:
        """Write where it lies and its colour."""
        return (
            f".b-{field.id}{{{place(field)};display:block}}\n"
            f".b-{field.id} svg{{{size(field)};color:{field.colour}}}"
        )


KIND = Code()
