"""Draws the art of the certificates: `python templates/certificates/engraver.py` writes every svg file anew.

One family: the same paper, hairlines and place of the seal. Each design has its own border, watermark and seal.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import guilloche as g
from borders import (
    Parts,
    Sheet,
    braided,
    circle_of,
    curl,
    inset,
    lotus,
    paper,
    rails,
    spray,
    square,
    stamped,
    watermark,
)
from guilloche import Ink

LANDSCAPE = Sheet(297, 210, (148.5, 108, 62), (148.5, 170.5, 13.5))
PORTRAIT = Sheet(210, 297, (105, 142, 72), (105, 252, 14))

AWARD = Ink("#fffdf8", "#9c2a1f", "#b8924a", "#f3ead6")
TEAM = Ink("#fcfdfb", "#14505a", "#b08d57", "#e3eceb")
ORGANISATION = Ink("#fffdf6", "#23513a", "#a9793b", "#ebeedf", "#dcc28d")
TITLE = Ink("#fffdf7", "#4b2142", "#b58a35", "#f1e8df", "#e6cd95")
COMPLETION = Ink("#fefdf9", "#1d3b53", "#b8924a", "#efe8d8")
PARTICIPATION = Ink("#fdfefb", "#5f6f35", "#b5763c", "#eef1e2", "#f0e6c4")
THANKS = Ink("#fffdfa", "#7c3f4b", "#b39a72", "#f6ece8")
PLAIN = Ink("", "#2b2b2b", "#8c8c8c", "#eeeeee")


def award(sheet: Sheet) -> Parts:
    """A braid between hairlines, rosettes on the corners, and a hexagon, the mark of made things, in laurels."""
    ink = AWARD
    yield from paper(sheet, ink)
    yield from watermark(sheet, ink, 3)
    yield from braided(sheet, ink, 15, 3.4, 13)
    x, y, r = sheet.seal
    yield g.disc(x, y, r * 1.32, ink.paper)
    yield from g.wreath(x, y - 0.4, r * 1.08, 8, 5.4, ink.second)
    yield from stamped(x, y, r * 0.92, ink)
    yield g.stroke([g.polygon(x, y, r * 0.35, 6)], ink.paper, 0.5)
    yield g.ring(x, y, r * 0.18, ink.paper, 0.5)


def team(sheet: Sheet) -> Parts:
    """Links that hold each other along the border; eight circles around one middle."""
    ink = TEAM
    yield from paper(sheet, ink)
    mx, my, size = sheet.mark
    yield g.stroke(circle_of(mx, my, size * 0.5, size * 0.46, 16), ink.pale, 0.4)
    yield g.stroke(circle_of(mx, my, size * 0.5, size * 0.36, 16), ink.pale, 0.3)
    e = 14.2
    for side in g.sides(sheet.width, sheet.height, e):
        yield g.stroke(g.links(side, 3.5, 5.0), ink.second, 0.22)
        yield g.stroke(g.links(side, 2.5, 5.0), ink.first, 0.22)
    yield from rails(sheet, ink, e, 3.5)
    for x in (e, sheet.width - e):
        for y in (e, sheet.height - e):
            yield g.disc(x, y, 7.6, ink.paper)
            yield g.stroke(circle_of(x, y, 3.5, 3.4, 8), ink.second, 0.2)
            yield g.ring(x, y, 7.4, ink.first, 0.4)
            yield g.disc(x, y, 1.1, ink.first)
    x, y, r = sheet.seal
    yield g.disc(x, y, r * 1.15, ink.paper)
    yield g.stroke(circle_of(x, y, r * 0.78, r * 0.34, 16), ink.second, 0.22)
    yield g.disc(x, y, r * 0.76, ink.first)
    yield g.stroke(circle_of(x, y, r * 0.34, r * 0.3, 8), ink.light, 0.3)
    yield g.ring(x, y, r * 0.68, ink.light, 0.2)
    yield g.disc(x, y, r * 0.1, ink.light)


def organisation(sheet: Sheet) -> Parts:
    """The fret of old bronzes, rays behind the words, and a gear."""
    ink = ORGANISATION
    yield from paper(sheet, ink)
    mx, my, size = sheet.mark
    yield g.stroke([g.rays(mx, my, size * 0.42, size * 1.02, 144)], ink.pale, 0.45)
    yield g.stroke([g.gear(mx, my, size * 0.38, 24)], ink.pale, 0.5)
    yield g.rosette(mx, my, size * 0.22, size * 0.07, 18, 4, ink.pale, 0.3)
    e, cell = 15, 7.2
    yield g.stroke([g.frame(sheet.width, sheet.height, 9.2)], ink.first, 0.7)
    yield g.stroke([g.frame(sheet.width, sheet.height, 20.6)], ink.second, 0.3)
    for side in g.sides(sheet.width, sheet.height, e):
        x0, y0, x1, y1 = side
        off = cell
        inner = (x0 + off, y0, x1 - off, y1) if x0 != x1 else (x0, y0 + off, x1, y1 - off)
        yield g.stroke([g.fret(inner, cell, sheet.inward(side))], ink.second, 0.5)
    for x in (e, sheet.width - e):
        for y in (e, sheet.height - e):
            for r, width in ((3.9, 0.5), (2.5, 0.5), (1.1, 0.7)):
                yield g.stroke([square(x, y, r)], ink.first, width)
    x, y, r = sheet.seal
    yield g.disc(x, y, r * 1.1, ink.paper)
    yield g.fill([g.gear(x, y, r * 1.02, 24)], ink.first)
    yield g.ring(x, y, r * 0.76, ink.light, 0.25)
    yield g.stroke([g.rays(x, y, r * 0.42, r * 0.7, 48)], ink.light, 0.16)
    yield g.stroke([square(x, y, r * 0.24), square(x, y, r * 0.12)], ink.light, 0.4)
    yield g.ring(x, y, r * 0.38, ink.light, 0.35)


def title(sheet: Sheet) -> Parts:
    """The most solemn: a dense double braid, a lotus in the paper, and a star in a laurel wreath."""
    ink = TITLE
    yield from paper(sheet, ink)
    mx, my, size = sheet.mark
    for petals, reach, wide in ((24, 1.0, 0.26), (16, 0.74, 0.24), (12, 0.48, 0.22)):
        yield g.stroke(
            lotus(mx, my, size * reach * 0.42, size * reach * 0.56, wide, petals), ink.pale, 0.35
        )
    yield from braided(sheet, ink, 15, 2.4, 9)
    for gap, notch, width, colour in ((22.2, 9, 0.5, ink.second), (23.6, 9, 0.16, ink.first)):
        yield g.stroke([g.frame(sheet.width, sheet.height, gap, notch)], colour, width)
    x, y, r = sheet.seal
    y -= 4.4
    yield g.disc(x, y, r * 1.32, ink.paper)
    yield from g.wreath(x, y - 0.4, r * 1.06, 11, 4.6, ink.second)
    yield g.stroke(lotus(x, y, r * 0.72, r * 0.2, 0.34, 24), ink.second, 0.2)
    yield g.disc(x, y, r * 0.74, ink.first)
    yield g.rosette(x, y, r * 0.6, r * 0.09, 30, 4, ink.light, 0.13)
    yield g.fill([g.star(x, y, r * 0.44, r * 0.17, 5, -0.25)], ink.light)


def completion(sheet: Sheet) -> Parts:
    """Waves: scales along the border, one braid inside them; a flame of knowledge in the seal."""
    ink = COMPLETION
    yield from paper(sheet, ink)
    yield from watermark(sheet, ink, 3)
    e = 11.2
    yield g.stroke([g.frame(sheet.width, sheet.height, 9.2)], ink.first, 0.6)
    for side in g.sides(sheet.width, sheet.height, e):
        yield g.stroke(g.scales(inset(side, 5.6), 3.2, sheet.inward(side)), ink.first, 0.18)
    yield g.stroke([g.frame(sheet.width, sheet.height, e)], ink.second, 0.3)
    yield g.stroke([g.frame(sheet.width, sheet.height, 16.6, 5)], ink.first, 0.3)
    yield g.stroke([g.frame(sheet.width, sheet.height, 17.6, 5)], ink.second, 0.14)
    for x in (e + 3, sheet.width - e - 3):
        for y in (e + 3, sheet.height - e - 3):
            yield g.rosette(x, y, 2.9, 1.0, 10, 3, ink.second, 0.16)
            yield g.disc(x, y, 0.8, ink.first)
    x, y, r = sheet.seal
    yield from stamped(x, y, r, ink)
    book = [-0.36, 0.02, 0.36]
    pages = [(x + r * book[0], y - r * 0.12), (x, y), (x + r * book[2], y - r * 0.12)]
    foot = [(px, py + r * 0.26) for px, py in reversed(pages)]
    yield g.stroke([g.line([*pages, *foot]) + "z", g.line([pages[1], foot[1]])], ink.paper, 0.4)
    yield g.fill([g.star(x, y - r * 0.28, r * 0.14, r * 0.05, 4)], ink.paper)


def participation(sheet: Sheet) -> Parts:
    """Light: begonia corners, a sprig on each, and a medallion of petals."""
    ink = PARTICIPATION
    yield from paper(sheet, ink)
    mx, my, size = sheet.mark
    yield g.stroke(lotus(mx, my, size * 0.3, size * 0.52, 0.3, 18), ink.pale, 0.5)
    yield g.ring(mx, my, size * 0.27, ink.pale, 0.5)
    w, h = sheet.width, sheet.height
    for inside, notch, width, colour in (
        (11, 13, 0.7, ink.first),
        (12.8, 13, 0.2, ink.second),
        (14.4, 13, 0.2, ink.first),
    ):
        yield g.stroke([g.frame(w, h, inside, notch)], colour, width)
    for x, y, turn in (
        (13, 13, 0.0),
        (w - 13, 13, 0.25),
        (w - 13, h - 13, 0.5),
        (13, h - 13, 0.75),
    ):
        for swing in (-0.055, 0.055):
            stem = curl(x, y, turn + 0.125, swing)
            yield g.stroke([g.trace(stem, 4, 0)], ink.first, 0.25)
            yield g.fill(g.branch(stem, 4, 5.0), ink.first)
        yield g.disc(x, y, 1.3, ink.second)
    x, y, r = sheet.seal
    yield g.fill(lotus(x, y, r * 0.45, r * 0.5, 0.34, 16), ink.first)
    yield g.disc(x, y, r * 0.62, ink.first)
    yield g.ring(x, y, r * 0.53, ink.light, 0.3)
    yield g.fill(g.branch(lambda t: (x, y + r * (0.34 - 0.6 * t)), 4, 3.2), ink.light)


def thanks(sheet: Sheet) -> Parts:
    """A letter: one olive spray over it, one line beneath it, nothing that shouts."""
    ink = THANKS
    yield from paper(sheet, ink)
    w, h = sheet.width, sheet.height
    yield g.stroke([g.frame(w, h, 10)], ink.second, 0.3)
    yield g.stroke([g.frame(w, h, 11.6)], ink.pale, 1.2)
    middle, top = w / 2, 25
    for way in (1, -1):
        yield from spray(middle, top, way, ink)
    yield g.fill([g.star(middle, top - 3.2, 2.2, 0.9, 4)], ink.second)
    x, y, r = sheet.mark
    for petals, near, long in ((9, 0.1, 0.34), (16, 0.3, 0.4)):
        yield g.stroke(lotus(x, y + 16, r * near, r * long, 0.3, petals), ink.pale, 0.4)


def plain(sheet: Sheet) -> Parts:
    """Two hairlines in black: for any printer, for any occasion."""
    yield g.stroke([g.frame(sheet.width, sheet.height, 12, 4)], PLAIN.first, 0.5)
    yield g.stroke([g.frame(sheet.width, sheet.height, 13.6, 4)], PLAIN.second, 0.18)


DESIGNS: dict[str, Callable[[Sheet], Parts]] = {
    "award": award,
    "completion": completion,
    "organisation": organisation,
    "participation": participation,
    "plain": plain,
    "team": team,
    "thanks": thanks,
    "title": title,
}


SHEETS = {code: {"art.svg": LANDSCAPE, "portrait.svg": PORTRAIT} for code in DESIGNS} | {
    "completion": {"art.svg": PORTRAIT, "landscape.svg": LANDSCAPE},
    "thanks": {"art.svg": PORTRAIT},
}


def art(code: str, name: str) -> str:
    """Draw one file of one design."""
    sheet = SHEETS[code][name]
    w, h = sheet.width, sheet.height
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w:g} {h:g}" fill="none">'
    return head + "\n".join(DESIGNS[code](sheet)) + "</svg>\n"


def main() -> None:
    """Write the art of every template beside its page."""
    here = Path(__file__).parent
    for code, files in SHEETS.items():
        for name in files:
            (here / code / name).write_text(art(code, name))


if __name__ == "__main__":
    main()
