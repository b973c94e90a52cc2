"""Draws the engraved art of the certificates: `python templates/certificates/guilloche.py` writes art.svg anew.

Every line is a curve of plain colour (cubic Hermite pieces), so it prints sharp at any size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import cos, pi, sin
from pathlib import Path

Curve = Callable[[float], tuple[float, float]]
TURN = 2 * pi
OUTER = 2.2  # the outermost hairline, beyond the braid


@dataclass(frozen=True)
class Ink:
    """The colours of one design."""

    paper: str
    first: str
    second: str
    pale: str


@dataclass(frozen=True)
class Sheet:
    """One certificate: its size and where its border runs (mm)."""

    width: float
    height: float
    edge: float  # from the paper's edge to the middle of the braid
    deep: float  # half the depth of the braid
    period: float
    ink: Ink
    mark: tuple[float, float, float]  # the watermark: where, how large
    seal: tuple[float, float, float]  # the seal: where, how large


AWARD = Sheet(
    297,
    210,
    15,
    3.4,
    13.0,
    Ink("#fffdf8", "#9c2a1f", "#b8924a", "#f3ead6"),
    (148.5, 108, 62),
    (148.5, 170.5, 13.5),
)
COMPLETION = Sheet(
    210,
    297,
    14,
    2.7,
    11.0,
    Ink("#fefdf9", "#1d3b53", "#b8924a", "#efe8d8"),
    (105, 138, 72),
    (105, 252, 14),
)


def main() -> None:
    """Write the art of both templates beside their pages."""
    here = Path(__file__).parent
    (here / "award" / "art.svg").write_text(art(AWARD))
    (here / "completion" / "art.svg").write_text(art(COMPLETION))


def art(sheet: Sheet) -> str:
    """Draw paper, watermark, border, corners and seal."""
    ink, w, h = sheet.ink, sheet.width, sheet.height
    parts = [
        f'<rect width="{w:g}" height="{h:g}" fill="{ink.paper}"/>',
        *watermark(*sheet.mark, ink),
        *border(sheet),
        *corners(sheet),
        *seal(*sheet.seal, ink),
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w:g} {h:g}" fill="none">'
    return head + "\n".join(parts) + "</svg>\n"


def border(sheet: Sheet) -> Iterable[str]:
    """Draw the braid along the four sides, between hairlines."""
    ink, e, d = sheet.ink, sheet.edge, sheet.deep
    for side in sides(sheet):
        x0, y0, x1, y1 = side
        waves = round((x1 - x0 + y1 - y0) / sheet.period)
        yield stroke([braid(*side, d, n / 6, waves) for n in range(6)], ink.second, 0.16)
        yield stroke([braid(*side, d * 0.55, n / 4, waves * 2) for n in range(4)], ink.first, 0.17)
    for gap, width, colour in (
        (-d - 1.3, 0.55, ink.first),
        (-d - OUTER, 0.14, ink.second),
        (d + 1.3, 0.14, ink.first),
        (d + 2.0, 0.35, ink.second),
    ):
        yield frame(sheet, e + gap, width, colour)


def sides(sheet: Sheet) -> list[tuple[float, float, float, float]]:
    """Name where each side starts and ends."""
    e, right, foot = sheet.edge, sheet.width - sheet.edge, sheet.height - sheet.edge
    return [(e, e, right, e), (e, foot, right, foot), (e, e, e, foot), (right, e, right, foot)]


def braid(x0: float, y0: float, x1: float, y1: float, deep: float, phase: float, waves: int) -> str:
    """Run one wave of the braid from point to point, in whole waves."""
    length = abs(x1 - x0) + abs(y1 - y0)
    across = x1 != x0

    def at(t: float) -> tuple[float, float]:
        off = deep * sin(TURN * (waves * t + phase))
        return (x0 + length * t, y0 + off) if across else (x0 + off, y0 + length * t)

    return trace(at, waves * 2, crest(phase) / waves)


def corners(sheet: Sheet) -> Iterable[str]:
    """Set a rosette on each corner."""
    ink, e = sheet.ink, sheet.edge
    for x in (e, sheet.width - e):
        for y in (e, sheet.height - e):
            r = (sheet.deep + OUTER) * 1.42 - 0.9
            yield f'<circle cx="{x:g}" cy="{y:g}" r="{r + 1.2:g}" fill="{ink.paper}"/>'
            yield ring(x, y, r + 1.2, ink.first, 0.4)
            yield ring(x, y, r + 0.6, ink.second, 0.14)
            yield rosette(x, y, r * 0.72, r * 0.26, 12, 3, ink.second, 0.15)
            yield rosette(x, y, r * 0.46, r * 0.24, 8, 3, ink.first, 0.15)
            yield f'<circle cx="{x:g}" cy="{y:g}" r="{r * 0.16:.2f}" fill="{ink.first}"/>'


def watermark(x: float, y: float, r: float, ink: Ink) -> Iterable[str]:
    """Breathe a large rosette into the paper."""
    for size, swing, petals, phases in (
        (0.86, 0.13, 36, 4),
        (0.6, 0.15, 24, 4),
        (0.33, 0.12, 18, 4),
    ):
        yield rosette(x, y, r * size, r * swing, petals, phases, ink.pale, 0.16)


def seal(x: float, y: float, r: float, ink: Ink) -> Iterable[str]:
    """Draw the seal: engraved rings around a hexagon, the mark of made things."""
    yield f'<circle cx="{x:g}" cy="{y:g}" r="{r * 1.02:.2f}" fill="{ink.paper}"/>'
    yield rosette(x, y, r * 0.9, r * 0.1, 40, 4, ink.second, 0.16)
    yield f'<circle cx="{x:g}" cy="{y:g}" r="{r * 0.76:.2f}" fill="{ink.first}"/>'
    yield rosette(x, y, r * 0.62, r * 0.1, 30, 4, mix(ink), 0.13)
    yield ring(x, y, r * 0.48, ink.paper, 0.22)
    yield polygon(x, y, r * 0.38, 6, ink.paper, 0.5)
    yield ring(x, y, r * 0.2, ink.paper, 0.5)


def mix(ink: Ink) -> str:
    """Find the gold that shows on the seal's ground."""
    return "#e3c98f" if ink.first else ink.second


def frame(sheet: Sheet, inset: float, width: float, colour: str) -> str:
    """Draw one rectangle, so far from the edge."""
    w, h = sheet.width - 2 * inset, sheet.height - 2 * inset
    place = f'x="{inset:.2f}" y="{inset:.2f}" width="{w:.2f}" height="{h:.2f}"'
    return f'<rect {place} stroke="{colour}" stroke-width="{width}"/>'


def ring(x: float, y: float, r: float, colour: str, width: float) -> str:
    """Draw a circle."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{r:.2f}" stroke="{colour}" stroke-width="{width}"/>'


def polygon(x: float, y: float, r: float, corners: int, colour: str, width: float) -> str:
    """Draw a regular polygon."""
    angles = [TURN * n / corners for n in range(corners)]
    points = " ".join(f"{x + r * cos(a):.2f},{y + r * sin(a):.2f}" for a in angles)
    return f'<polygon points="{points}" stroke="{colour}" stroke-width="{width}"/>'


def rosette(
    x: float, y: float, r: float, swing: float, petals: int, phases: int, colour: str, width: float
) -> str:
    """Wind waves around a circle, each a little further round than the last."""

    def wave(n: int) -> Curve:
        def at(t: float) -> tuple[float, float]:
            far = r + swing * sin(TURN * (petals * t + n / phases))
            return x + far * cos(TURN * t), y + far * sin(TURN * t)

        return at

    return stroke(
        [trace(wave(n), petals * 2, crest(n / phases) / petals) + "z" for n in range(phases)],
        colour,
        width,
    )


def stroke(paths: Iterable[str], colour: str, width: float) -> str:
    """Ink some paths."""
    return f'<path d="{"".join(paths)}" stroke="{colour}" stroke-width="{width}"/>'


def crest(phase: float) -> float:
    """Find the crest or trough nearest to the start of a wave, in waves: pieces joined there are few and true."""
    return (0.25 - phase + 0.25) % 0.5 - 0.25


def trace(at: Curve, steps: int, start: float) -> str:
    """Follow a curve once from a start, in cubic pieces that share their direction where they meet."""
    h, tiny = 1 / steps, 1e-5
    moments = [start + n * h for n in range(steps + 1)]
    points = [at(t) for t in moments]
    slopes = []
    for t in moments:
        (ax, ay), (bx, by) = at(t - tiny), at(t + tiny)
        slopes.append(((bx - ax) / (2 * tiny) * h / 3, (by - ay) / (2 * tiny) * h / 3))
    text = [f"M{points[0][0]:.2f} {points[0][1]:.2f}"]
    for n in range(steps):
        (x, y), (dx, dy), (ex, ey), (u, v) = points[n], slopes[n], points[n + 1], slopes[n + 1]
        text.append(f"C{x + dx:.2f} {y + dy:.2f} {ex - u:.2f} {ey - v:.2f} {ex:.2f} {ey:.2f}")
    return "".join(text)


if __name__ == "__main__":
    main()
