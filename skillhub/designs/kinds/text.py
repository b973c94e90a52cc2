"""Words in a frame, with facts in them: “在{competition}中荣获{award}”; a fact alone is the shortest of these."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from skillhub.designs.rules import FACES, Field
from skillhub.kernel import fonts
from skillhub.kernel.composing import LANGUAGES, PLACE, named
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.paper import Fact

POINT = 25.4 / 72
SIDES = {"left": "0 auto 0 0", "center": "0 auto", "right": "0 0 0 auto"}
PREFIX = "at_"


class Text:
    """A text of our own, in one language or both."""

    code = "text"

    def says(self, field: Field, known: Mapping[str, Fact]) -> dict[str, str]:
        """Give what stands there, by language."""
        return {one: words for one, words in field.text.items() if words}

    def wrong(
        self, field: Field, known: Mapping[str, Fact], files: Collection[str]
    ) -> Iterator[Problem]:
        """Find what this field cannot print."""
        if not any(field.text.values()):
            yield Problem(field.id, say(N_("This text is empty. Write something or remove it.")))
        yield from self.misnamed(field, known)
        yield from low(field)
        yield from unprintable(field)

    def misnamed(self, field: Field, known: Mapping[str, Fact]) -> Iterator[Problem]:
        """Find names of facts that nobody knows, and braces that name none."""
        for words in field.text.values():
            for name in named(words):
                yield from unknown(field, name, known)
            if set("{}") & set(PLACE.sub("", words)):
                text = N_("A brace stands alone. Write a fact as {award}, and no other braces.")
                yield Problem(field.id, say(text))

    def row(self, field: Field, known: Mapping[str, Fact]) -> dict[str, Any]:
        """Write the box as a template states it."""
        facts = [known[name] for name in field.facts]
        label = dict(facts[0].label) if len(facts) == 1 else dict.fromkeys(LANGUAGES, field.id)
        spread = field.spacing / 100 * field.size / 10 * POINT if field.align == "center" else 0
        return {
            "label": label,
            "personal": any(fact.personal for fact in facts),
            "required": field.empty == "block",
            "says": self.says(field, known),
            "instead": field.placeholder if field.empty == "placeholder" else "",
            "face": field.face,
            "weight": field.weight,
            "size": field.size / 10,
            "least": (field.least or field.size) / 10,
            "width": round(field.width / 10 - spread, 2),
            "lines": field.lines,
            "leading": field.leading / 100,
            "spacing": field.spacing / 100,
            "policy": field.policy,
        }

    def html(self, field: Field, known: Mapping[str, Fact]) -> str:
        """Write the frame with its text."""
        name = PREFIX + field.id
        spoken = "".join({known[n].speaks for n in field.facts} or set(self.says(field, known)))
        tongue = ' lang="en"' if spoken == "en" else ""
        inner = f'<p class="f-{name}"{tongue}>{{{{ {name} }}}}</p>'
        frame = f'<div class="frame b-{field.id}"><div class="in">{inner}</div></div>'
        return f"{{% if {name} %}}{frame}{{% endif %}}"

    def css(self, field: Field) -> str:
        """Write where the frame lies and how its text stands in it."""
        padding = "" if field.align == "center" else ";padding:0"
        within = f"vertical-align:{field.valign};text-align:{field.align}"
        return (
            f".b-{field.id}{{{place(field)};color:{field.colour}}}\n"
            f".b-{field.id} .in{{{size(field)};{within}}}\n"
            f"p.f-{PREFIX}{field.id}{{margin:{SIDES[field.align]}{padding}}}"
        )


def place(field: Field) -> str:
    """Write where a frame lies."""
    return f"left:{mm(field.x)};top:{mm(field.y)};{size(field)}"


def size(field: Field) -> str:
    """Write how wide and high a frame is."""
    return f"width:{mm(field.width)};height:{mm(field.height)}"


def mm(tenths: int) -> str:
    """Write tenths of a millimetre."""
    return f"{tenths / 10:g}mm"


def unknown(field: Field, name: str, known: Mapping[str, Fact]) -> Iterator[Problem]:
    """Refuse a fact that nobody knows."""
    if name not in known:
        text = N_("No paper knows a fact “%(name)s”. Choose one of the list.")
        yield Problem(field.id, say(text, name=name))


def low(field: Field) -> Iterator[Problem]:
    """Refuse a frame lower than what may be printed in it, and a least size above the full one."""
    if field.least > field.size:
        text = N_("The least size is above the size. Make it %(size)s pt or less.")
        yield Problem(field.id, say(text, size=f"{field.size / 10:g}"))
    if field.needs > field.height + 0.5:
        text = N_(
            "The frame is %(have)s mm high and %(lines)s lines may take %(need)s mm."
            " Make it higher, or the type, the lines or the leading less."
        )
        need, have = f"{field.needs / 10:.1f}", f"{field.height / 10:g}"
        yield Problem(field.id, say(text, have=have, lines=field.lines, need=need))


def unprintable(field: Field) -> Iterator[Problem]:
    """Refuse words for which no bundled face has a glyph."""
    words = "".join([*field.text.values(), field.before, field.after, field.placeholder])
    if lost := fonts.missing_glyphs(words, FACES[field.face].han):
        text = N_("No bundled font holds %(points)s. Write it otherwise.")
        yield Problem(field.id, say(text, points=", ".join(f"U+{p:04X}" for p in lost[:5])))


KIND = Text()
