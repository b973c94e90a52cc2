"""Paper, borders, watermarks and the ground of seals, made of the lines in `guilloche.py`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, pi, sin

import guilloche as g
from guilloche import TURN, Ink

Parts = Iterator[str]


@dataclass(frozen=True)
class Sheet:
    """A sheet of paper: its size (mm), where the watermark stands, where the seal, and how large they are."""

    width: float
    height: float
    mark: tuple[float, float, float]
    seal: tuple[float, float, float]

    def inward(self, side: g.Side) -> g.Point:
        """Point from a side to the middle of the page."""
        x0, y0, x1, _ = side
        if x0 != x1:
            return (0, 1) if y0 < self.height / 2 else (0, -1)
        return (1, 0) if x0 < self.width / 2 else (-1, 0)


def paper(sheet: Sheet, ink: Ink) -> Parts:
    """Lay the ground."""
    yield f'<rect width="{sheet.width:g}" height="{sheet.height:g}" fill="{ink.paper}"/>'


def watermark(sheet: Sheet, ink: Ink, waves: int) -> Parts:
    """Breathe a large rosette into the paper."""
    x, y, r = sheet.mark
    for size, swing, petals in ((0.86, 0.13, 36), (0.6, 0.15, 24), (0.33, 0.12, 18)):
        yield g.rosette(x, y, r * size, r * swing, petals, waves, ink.pale, 0.2)


def braided(sheet: Sheet, ink: Ink, edge: float, deep: float, period: float) -> Parts:
    """Run a braid along the four sides, between hairlines, and set a rosette on each corner."""
    for side in g.sides(sheet.width, sheet.height, edge):
        x0, y0, x1, y1 = side
        waves = round((x1 - x0 + y1 - y0) / period)
        yield g.stroke([g.braid(side, deep, n / 6, waves) for n in range(6)], ink.second, 0.16)
        yield g.stroke(
            [g.braid(side, deep * 0.55, n / 4, waves * 2) for n in range(4)], ink.first, 0.17
        )
    yield from rails(sheet, ink, edge, deep)
    r = (deep + 2.2) * 1.42 - 0.9
    for x in (edge, sheet.width - edge):
        for y in (edge, sheet.height - edge):
            yield g.disc(x, y, r + 1.2, ink.paper)
            yield g.ring(x, y, r + 1.2, ink.first, 0.4)
            yield g.ring(x, y, r + 0.6, ink.second, 0.14)
            yield g.rosette(x, y, r * 0.72, r * 0.26, 12, 3, ink.second, 0.15)
            yield g.rosette(x, y, r * 0.46, r * 0.24, 8, 3, ink.first, 0.15)
            yield g.disc(x, y, r * 0.16, ink.first)


def rails(sheet: Sheet, ink: Ink, edge: float, deep: float) -> Parts:
    """Hold a border between hairlines."""
    for gap, width, colour in (
        (-deep - 1.3, 0.55, ink.first),
        (-deep - 2.2, 0.14, ink.second),
        (deep + 1.3, 0.14, ink.first),
        (deep + 2.0, 0.35, ink.second),
    ):
        yield g.stroke([g.frame(sheet.width, sheet.height, edge + gap)], colour, width)


def stamped(x: float, y: float, r: float, ink: Ink) -> Parts:
    """Draw the ground of a seal: engraved rings around an empty middle."""
    yield g.disc(x, y, r * 1.02, ink.paper)
    yield g.rosette(x, y, r * 0.9, r * 0.1, 36, 4, ink.second, 0.16)
    yield g.disc(x, y, r * 0.76, ink.first)
    yield g.rosette(x, y, r * 0.62, r * 0.1, 24, 3, ink.light, 0.13)
    yield g.ring(x, y, r * 0.48, ink.paper, 0.22)


def circle_of(x: float, y: float, far: float, r: float, count: int) -> list[str]:
    """Set circles around a middle."""
    turns = [TURN * n / count for n in range(count)]
    return [g.round_path(x + far * cos(a), y + far * sin(a), r) for a in turns]


def lotus(x: float, y: float, near: float, long: float, wide: float, petals: int) -> list[str]:
    """Open petals around a middle."""
    turns = [TURN * n / petals for n in range(petals)]
    return [g.leaf(x + near * cos(a), y + near * sin(a), a, long, long * wide) for a in turns]


def square(x: float, y: float, r: float) -> str:
    """Draw an upright square."""
    return g.line([(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)]) + "z"


def inset(side: g.Side, by: float) -> g.Side:
    """Shorten a side at both ends."""
    x0, y0, x1, y1 = side
    return (x0 + by, y0, x1 - by, y1) if x0 != x1 else (x0, y0 + by, x1, y1 - by)


def curl(x: float, y: float, turn: float, swing: float) -> g.Curve:
    """Grow a stem from a corner, bending away."""

    def at(t: float) -> g.Point:
        a = TURN * (turn + swing * (0.6 + 1.6 * t))
        return x + (3 + 17 * t) * cos(a), y + (3 + 17 * t) * sin(a)

    return at


def spray(x: float, y: float, way: int, ink: Ink) -> Parts:
    """Grow an olive branch to one side."""

    def stem(t: float) -> g.Point:
        return x + way * (4 + 38 * t), y + 3.4 * sin(pi * t) - 1.2 * t

    yield g.stroke([g.trace(stem, 4, 0)], ink.first, 0.3)
    yield g.fill(g.branch(stem, 9, 7.0, 0.5), ink.first)
    olives = (stem(n / 9) for n in (2.1, 4.1, 6.1))
    yield g.fill([g.round_path(px, py - 1.5 * way * way, 0.75) for px, py in olives], ink.second)
