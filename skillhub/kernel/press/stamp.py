"""Stamping: the tail that makes the block of a plate into the file of one person.

The block is alike for all; the tail holds the page with its content, the few glyphs the block's fonts lack, what is
said about the file, and the table of places. The same plate and facts give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from skillhub.kernel import fonts
from skillhub.kernel.archive.facts import stated
from skillhub.kernel.fonts import Face
from skillhub.kernel.paper import Facts, Template, items
from skillhub.kernel.press import qr
from skillhub.kernel.press.plan import CodeSlot, Plan, Slot, filled
from skillhub.kernel.press.setting import UNITS, Line, cut_to, name_of, set_line
from skillhub.kernel.press.tail import Extra, Tail

NONE: frozenset[int] = frozenset()


class Held(NamedTuple):
    """A font of the block: its name on the page and the glyphs it holds."""

    name: str
    glyphs: frozenset[int]


class Stamp:
    """Makes the files of one plate."""

    def __init__(self, template: Template, plan: Plan) -> None:
        self.template = template
        self.about = template.about
        self.plan = plan
        by_name = {name_of(face): face for face in fonts.faces(fonts.FOLDER)}
        held = ((by_name.get(face), Held(n, g)) for n, (_, face, g) in plan.block.fonts.items())
        self.held = {face: font for face, font in held if face}

    def tail(self, given: Facts) -> bytes | None:
        """Write the tail for facts of this shape; None for a text that takes the engine, or a code of another size."""
        slots, pieces = self.plan.plate.slots, self.plan.plate.pieces
        texts = [slot for slot in slots if isinstance(slot, Slot)]
        lines = [self._line(slot, given) for slot in texts]
        drawn = zip(texts, lines, strict=True)
        if not all(line.certain and line.width <= text.width for text, line in drawn):
            return None
        extra = self._extra(lines)
        setting, parts = iter(lines), [pieces[0]]
        for slot, piece in zip(slots, pieces[1:], strict=True):
            if isinstance(slot, CodeSlot):
                address = str(given[slot.name])
                if qr.runs(address)[0] != slot.modules:
                    return None
                parts += [qr.strokes(address), piece]
            else:
                parts += [self._drawn(slot, next(setting), extra), piece]
        said = {key: filled(text, given) for key, text in self.plan.said.items()}
        return Tail(self.plan.block).written(
            b"".join(parts), extra.values(), said, stated(self.template, given)
        )

    def _line(self, slot: Slot, given: Facts) -> Line:
        fact = self.about.facts[slot.name]
        return set_line(fact.before + items(given[slot.name])[slot.nth] + fact.after, slot.setting)

    def _extra(self, lines: Sequence[Line]) -> dict[Face, Extra]:
        """Cut a font for every face of which the block lacks glyphs."""
        lacking: dict[Face, dict[int, str]] = {}
        for line in lines:
            for face, glyphs in line.runs:
                held = self.held[face].glyphs if face in self.held else NONE
                if less := {g.number: g.text for g in glyphs if g.number not in held}:
                    lacking.setdefault(face, {}).update(less)
        return {
            face: Extra(f"/T{n}", face, *cut_to(face, frozenset(stands)), stands)
            for n, (face, stands) in enumerate(lacking.items())
        }

    def _drawn(self, slot: Slot, line: Line, extra: Mapping[Face, Extra]) -> bytes:
        """Write a line as the engine does: where it begins, then runs of glyphs with their shifts and pulls."""
        size = int(slot.setting.size * UNITS) / UNITS
        x = slot.left + (slot.width - line.width) * slot.align
        out = [f"BT\n1 0 0 -1 {x:.6f} {slot.baseline:.6f} Tm"]
        for face, glyphs in line.runs:
            name, held = self.held.get(face) or Held("", NONE)
            more = extra.get(face)
            now = ""
            for number, shift, pull, _ in glyphs:
                font, shown = name, number
                if more and number not in held:
                    font, shown = more.name, more.new[number]
                if font != now:
                    out.append(f"{'] TJ' if now else ''}\n{font} {size:.6f} Tf\n[")
                    now = font
                out.append(f" {-shift}<{shown:04x}>" if shift else f"<{shown:04x}>")
                if pull:
                    out.append(str(pull))
            out.append("] TJ")
        return "".join([*out, "\nET"]).encode()
