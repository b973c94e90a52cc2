"""Lines and shapes of engraved art: braids, rosettes, links, frets, scales, leaves. `engraver.py` puts them together.

Every line is a curve of plain colour (cubic Hermite pieces) and every leaf a filled path, so all prints sharp at any
size, and the same with every engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import atan2, cos, pi, sin

Point = tuple[float, float]
Curve = Callable[[float], Point]
Side = tuple[float, float, float, float]
TURN = 2 * pi
KAPPA = 0.5523  # how far the handles of a quarter circle reach


@dataclass(frozen=True)
class Ink:
    """The colours of one design."""

    paper: str
    first: str
    second: str
    pale: str
    light: str = "#e3c98f"  # what shows on the ground of a seal


def sides(width: float, height: float, edge: float) -> list[Side]:
    """Name where each side of a border starts and ends."""
    right, foot = width - edge, height - edge
    return [
        (edge, edge, right, edge),
        (edge, foot, right, foot),
        (edge, edge, edge, foot),
        (right, edge, right, foot),
    ]


def braid(side: Side, deep: float, phase: float, waves: int) -> str:
    """Run one wave of a braid from point to point, in whole waves."""
    x0, y0, x1, y1 = side
    length = abs(x1 - x0) + abs(y1 - y0)
    across = x1 != x0

    def at(t: float) -> Point:
        off = deep * sin(TURN * (waves * t + phase))
        return (x0 + length * t, y0 + off) if across else (x0 + off, y0 + length * t)

    return trace(at, waves * 2, crest(phase) / waves)


def rosette(
    x: float, y: float, r: float, swing: float, petals: int, phases: int, colour: str, width: float
) -> str:
    """Wind waves around a circle, each a little further round than the last."""

    def wave(n: int) -> Curve:
        def at(t: float) -> Point:
            far = r + swing * sin(TURN * (petals * t + n / phases))
            return x + far * cos(TURN * t), y + far * sin(TURN * t)

        return at

    return stroke(
        [trace(wave(n), petals * 2, crest(n / phases) / petals) + "z" for n in range(phases)],
        colour,
        width,
    )


def links(side: Side, r: float, wanted: float) -> list[str]:
    """Chain circles along a side, each reaching into the next; they stand whole at both ends."""
    x0, y0, x1, y1 = side
    length = abs(x1 - x0) + abs(y1 - y0)
    count = round(length / wanted)
    return [
        round_path(x0 + (x1 - x0) * n / count, y0 + (y1 - y0) * n / count, r)
        for n in range(count + 1)
    ]


def fret(side: Side, cell: float, inward: Point) -> str:
    """Fold a line into square spirals along a side, as on old bronzes; `inward` points to the middle of the page."""
    x0, y0, x1, y1 = side
    length = abs(x1 - x0) + abs(y1 - y0)
    count = round(length / cell)
    step = length / count
    ax, ay = (x1 - x0) / length, (y1 - y0) / length
    turns = ((0, 1), (0, 0), (0.8, 0), (0.8, 0.72), (0.27, 0.72), (0.27, 0.36), (0.53, 0.36))
    back = ((0.53, 0.36), (0.53, 0.54), (0.4, 0.54))

    def at(n: int, u: float, v: float) -> Point:
        along, deep = (n + u) * step, (v - 0.5) * step
        return x0 + ax * along - inward[0] * deep, y0 + ay * along - inward[1] * deep

    whole = []
    for n in range(count):
        points = [at(n, u, v) for u, v in (*turns, *back)]
        whole.append(line(points))
        whole.append(line([at(n, 0, 1), at(n, 1, 1)]))
    return "".join(whole)


def scales(side: Side, r: float, inward: Point) -> Iterable[str]:
    """Lay waves like fish scales along a side, three arcs to each, open towards the middle of the page."""
    x0, y0, x1, y1 = side
    length = abs(x1 - x0) + abs(y1 - y0)
    count = round(length / (2 * r))
    true = length / count / 2
    ax, ay = (x1 - x0) / length, (y1 - y0) / length
    for n in range(count):
        along = (2 * n + 1) * true
        foot = (x0 + ax * along, y0 + ay * along)
        for part in (1, 0.68, 0.36):
            yield half(foot, true * part, (ax, ay), inward)


def half(foot: Point, r: float, along: Point, up: Point) -> str:
    """Draw half a circle over a foot."""
    (x, y), (ax, ay), (ux, uy) = foot, along, up

    def at(u: float, v: float) -> str:
        return f"{x + (ax * u + ux * v) * r:.2f} {y + (ay * u + uy * v) * r:.2f}"

    left = f"C{at(-1, KAPPA)} {at(-KAPPA, 1)} {at(0, 1)}"
    return f"M{at(-1, 0)}{left}C{at(KAPPA, 1)} {at(1, KAPPA)} {at(1, 0)}"


def leaf(x: float, y: float, angle: float, long: float, wide: float) -> str:
    """Draw a leaf that grows from a point in a direction."""
    c, s = cos(angle), sin(angle)

    def at(u: float, v: float) -> str:
        return f"{x + u * c - v * s:.2f} {y + u * s + v * c:.2f}"

    upper = f"C{at(long * 0.3, wide)} {at(long * 0.72, wide * 0.8)} {at(long, 0)}"
    lower = f"C{at(long * 0.72, -wide * 0.8)} {at(long * 0.3, -wide)} {at(0, 0)}"
    return f"M{at(0, 0)}{upper}{lower}z"


def branch(at: Curve, pairs: int, long: float, lean: float = 0.62) -> list[str]:
    """Set pairs of leaves along a stem, smaller towards its end, and one on the tip."""
    leaves = []
    for n in range(pairs):
        t = (n + 0.35) / pairs
        (x, y), (u, v) = at(t), at(t + 1e-3)
        heading = _angle(u - x, v - y)
        size = long * (1 - 0.42 * t)
        leaves += [leaf(x, y, heading + turn * lean, size, size * 0.2) for turn in (1, -1)]
    (x, y), (u, v) = at(1), at(1.001)
    return [*leaves, leaf(x, y, _angle(u - x, v - y), long * 0.6, long * 0.12)]


def arc(x: float, y: float, r: float, start: float, end: float) -> Curve:
    """Follow a circle from an angle to another (in turns, clockwise from the right)."""
    return lambda t: (
        x + r * cos(TURN * (start + (end - start) * t)),
        y + r * sin(TURN * (start + (end - start) * t)),
    )


def wreath(x: float, y: float, r: float, pairs: int, long: float, colour: str) -> Iterable[str]:
    """Bend two branches around a point, open at the top, tied at the foot."""
    for end in (-0.155, 0.655):
        stem = arc(x, y, r, 0.25 + (0.012 if end > 0 else -0.012), end)
        yield stroke([trace(stem, 6, 0)], colour, 0.28)
        yield fill(branch(stem, pairs, long), colour)
    knot = [leaf(x, y + r, TURN * a, long * 0.8, long * 0.15) for a in (0.14, 0.36)]
    yield fill([*knot, round_path(x, y + r, long * 0.16)], colour)


def polygon(x: float, y: float, r: float, corners: int, turn: float = 0) -> str:
    """Draw a regular polygon."""
    return star(x, y, r, r, corners, turn)


def star(x: float, y: float, r: float, inner: float, points: int, turn: float = 0) -> str:
    """Draw a star; with the inner radius as large as the outer it is a polygon of twice the corners or as many."""
    steps = points if r == inner else points * 2
    radii = [r if n % 2 == 0 or r == inner else inner for n in range(steps)]
    angles = [TURN * (n / steps + turn) for n in range(steps)]
    dots = [(x + far * cos(a), y + far * sin(a)) for far, a in zip(radii, angles, strict=True)]
    return line(dots) + "z"


def gear(x: float, y: float, r: float, teeth: int) -> str:
    """Draw the rim of a gear wheel."""
    dots = []
    for n in range(teeth):
        for part, far in ((0.0, 0.86), (0.22, 0.86), (0.32, 1.0), (0.68, 1.0), (0.78, 0.86)):
            a = TURN * (n + part) / teeth
            dots.append((x + r * far * cos(a), y + r * far * sin(a)))
    return line(dots) + "z"


def rays(x: float, y: float, near: float, far: float, count: int) -> str:
    """Send fine rays from a circle, every other one shorter."""
    whole = []
    for n in range(count):
        a, end = TURN * n / count, far if n % 2 else near + (far - near) * 0.82
        whole.append(line([(x + q * cos(a), y + q * sin(a)) for q in (near, end)]))
    return "".join(whole)


def frame(width: float, height: float, inset: float, notch: float = 0) -> str:
    """Draw a rectangle so far from the edge; its corners are cut by quarter circles when there is a notch."""
    left, top, right, foot = inset, inset, width - inset, height - inset
    if not notch:
        return line([(left, top), (right, top), (right, foot), (left, foot)]) + "z"
    n = notch
    around = f"A{n:g} {n:g} 0 0 0 "
    return (
        f"M{left + n:g} {top:g}H{right - n:g}{around}{right:g} {top + n:g}V{foot - n:g}"
        f"{around}{right - n:g} {foot:g}H{left + n:g}{around}{left:g} {foot - n:g}V{top + n:g}"
        f"{around}{left + n:g} {top:g}z"
    )


def round_path(x: float, y: float, r: float) -> str:
    """Draw a circle as a path."""
    return f"M{x - r:.2f} {y:.2f}a{r:.2f} {r:.2f} 0 1 0 {2 * r:.2f} 0a{r:.2f} {r:.2f} 0 1 0 {-2 * r:.2f} 0z"


def line(points: Sequence[Point]) -> str:
    """Join points by straight lines."""
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)


def stroke(paths: Iterable[str], colour: str, width: float) -> str:
    """Ink some paths."""
    return f'<path d="{"".join(paths)}" stroke="{colour}" stroke-width="{width}"/>'


def fill(paths: Iterable[str], colour: str) -> str:
    """Fill some paths."""
    return f'<path d="{"".join(paths)}" fill="{colour}"/>'


def disc(x: float, y: float, r: float, colour: str) -> str:
    """Draw a filled circle."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{r:.2f}" fill="{colour}"/>'


def ring(x: float, y: float, r: float, colour: str, width: float) -> str:
    """Draw a circle."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{r:.2f}" stroke="{colour}" stroke-width="{width}"/>'


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


def _angle(dx: float, dy: float) -> float:
    return atan2(dy, dx)
