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
from skillhub.kernel.press.tail import Extra, Ground, Tail

NONE: frozenset[int] = frozenset()
MOST_TEXTS = 1000


class Held(NamedTuple):
    """A font of the block: its name on the page and the glyphs it holds."""

    name: str
    glyphs: frozenset[int]


class Text(NamedTuple):
    """A text in its place: its line, what draws it where the block holds all its glyphs, and those it lacks."""

    line: Line
    drawn: bytes
    lacking: Mapping[Face, Mapping[int, str]]


class Stamp:
    """Makes the files of one plate."""

    def __init__(self, template: Template, plan: Plan) -> None:
        self.template = template
        self.about = template.about
        self.plan = plan
        by_name = {name_of(face): face for face in fonts.faces(fonts.FOLDER)}
        held = ((by_name.get(face), Held(n, g)) for n, (_, face, g) in plan.block.fonts.items())
        self.held = {face: font for face, font in held if face}
        self._ground = Ground(plan.block)
        self._known: dict[tuple[int, str], Text | None] = {}

    def tail(self, given: Facts) -> bytes | None:
        """Write the tail for facts of this shape; None for a text that takes the engine, or a code of another size."""
        slots, pieces = self.plan.plate.slots, self.plan.plate.pieces
        texts = [
            self._text(nth, slot, given) if isinstance(slot, Slot) else None
            for nth, slot in enumerate(slots)
        ]
        extra = self._extra([text for text in texts if text])
        parts = [pieces[0]]
        for slot, text, piece in zip(slots, texts, pieces[1:], strict=True):
            drawn = self._code(slot, given) if isinstance(slot, CodeSlot) else None
            if text and isinstance(slot, Slot):
                drawn = self._drawn(slot, text.line, extra) if text.lacking else text.drawn
            if drawn is None:
                return None
            parts += [drawn, piece]
        said = {key: filled(text, given) for key, text in self.plan.said.items()}
        return Tail(self._ground).written(
            b"".join(parts), extra.values(), said, stated(self.template, given)
        )

    def _code(self, slot: CodeSlot, given: Facts) -> bytes | None:
        address = str(given[slot.name])
        return qr.filled(address) if qr.code(address).modules == slot.modules else None

    def _text(self, nth: int, slot: Slot, given: Facts) -> Text | None:
        """Set a text in its place; most of a batch are alike and are set once."""
        fact = self.about.facts[slot.name]
        text = fact.before + items(given[slot.name])[slot.nth] + fact.after
        key = nth, text
        if key not in self._known:
            if len(self._known) >= MOST_TEXTS:
                self._known.clear()
            self._known[key] = self._set(slot, text)
        return self._known[key]

    def _set(self, slot: Slot, text: str) -> Text | None:
        line = set_line(text, slot.setting)
        if not line.certain or line.width > slot.width:
            return None
        lacking: dict[Face, dict[int, str]] = {}
        for run in line.runs:
            held = self.held[run.face].glyphs if run.face in self.held else NONE
            for nth, glyph in enumerate(run.glyphs):
                if glyph.number not in held:
                    lacking.setdefault(run.face, {})[glyph.number] = run.text_of(nth)
        return Text(line, b"" if lacking else self._drawn(slot, line, {}), lacking)

    def _extra(self, texts: Sequence[Text]) -> dict[Face, Extra]:
        """Cut a font for every face of which the block lacks glyphs."""
        lacking: dict[Face, dict[int, str]] = {}
        for text in texts:
            for face, stands in text.lacking.items():
                lacking.setdefault(face, {}).update(stands)
        return {
            face: Extra(f"/T{n}", face, *cut_to(face, frozenset(stands)), stands)
            for n, (face, stands) in enumerate(lacking.items())
        }

    def _drawn(self, slot: Slot, line: Line, extra: Mapping[Face, Extra]) -> bytes:
        """Write a line as the engine does: where it begins, then runs of glyphs with their shifts and pulls."""
        size = int(slot.setting.size * UNITS) / UNITS
        x = slot.left + (slot.width - line.width) * slot.align
        out = [f"BT\n1 0 0 -1 {x:.6f} {slot.baseline:.6f} Tm"]
        for run in line.runs:
            name, held = self.held.get(run.face) or Held("", NONE)
            more = extra.get(run.face)
            now = ""
            for number, shift, pull in run.glyphs:
                font, shown = name, number
                if more and number not in held:
                    font, shown = more.name, more.new[number]
                if font != now:
                    out.append(f"{'] TJ' if now else ''}\n{font} {size:.6f} Tf\n[")
                    now = font
                out.append(f"{shift}<{shown:04x}>{pull}")
            out.append("] TJ")
        return "".join([*out, "\nET"]).encode()
