"""A seal: a round picture with a few lines of text, the same as SVG and as PNG."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape

from PIL import Image, ImageDraw, ImageFont

from skillhub.kernel.fonts import FOLDER, missing_glyphs

SIZE, FINER = 512, 3
POINTS = 48
DEEP, GOLD, PALE, INK = "#0b5c5a", "#c8952a", "#fffdf7", "#1a2430"
FACES = (
    ("Noto Serif SC", "NotoSerifSC-Bold.ttf"),
    ("HanaMinA", "HanaMinA-Regular.ttf"),
    ("HanaMinB", "HanaMinB-Regular.ttf"),
)
LARGEST, MIDDLE, LEAST, SMALLEST = 46, 27, 18, 13
WIDEST, MIDST, LEADING = 330, 272, 1.45


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text: where its middle stands, how large it is, how wide it runs, by which face."""

    text: str
    y: float
    size: int
    width: float
    face: int


def svg(title: str, *rest: str) -> bytes:
    """Draw a seal as SVG: the title large, the other lines smaller."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}">',
        f"<title>{escape(title)}</title>",
        f'<polygon fill="{DEEP}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in _edge())}"/>',
        f'<circle cx="256" cy="256" r="224" fill="{GOLD}"/><circle cx="256" cy="256" r="216" fill="{PALE}"/>',
        f'<circle cx="256" cy="256" r="204" fill="none" stroke="{GOLD}" stroke-width="2"/>',
        f'<polygon fill="{GOLD}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in _star())}"/>',
    ]
    for n, line in enumerate(_lines((title, *rest))):
        families = ", ".join(f"'{name}'" for name, _ in FACES[line.face :])
        parts.append(
            f'<text x="256" y="{line.y:.1f}" dominant-baseline="central" text-anchor="middle" '
            f'font-family="{families}, serif" font-weight="700" font-size="{line.size}" '
            f'textLength="{line.width:.0f}" lengthAdjust="spacingAndGlyphs" '
            f'fill="{DEEP if n == 0 else INK}">{escape(line.text)}</text>'
        )
    return "".join([*parts, "</svg>"]).encode()


def png(title: str, *rest: str) -> bytes:
    """Draw the same as PNG."""
    picture = Image.new("RGBA", (SIZE * FINER, SIZE * FINER))
    pen = ImageDraw.Draw(picture)
    pen.polygon([(x * FINER, y * FINER) for x, y in _edge()], DEEP)
    for radius, fill in ((224, GOLD), (216, PALE)):
        pen.circle((256 * FINER, 256 * FINER), radius * FINER, fill)
    pen.circle((256 * FINER, 256 * FINER), 204 * FINER, outline=GOLD, width=2 * FINER)
    pen.polygon([(x * FINER, y * FINER) for x, y in _star()], GOLD)
    for n, line in enumerate(_lines((title, *rest))):
        face = _face(line.face, line.size * FINER)
        middle = (256 * FINER, line.y * FINER)
        pen.text(middle, line.text, DEEP if n == 0 else INK, face, anchor="mm")
    out = io.BytesIO()
    picture.resize((SIZE, SIZE), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _lines(texts: Sequence[str]) -> list[Line]:
    """Set the lines under each other around the middle, each as large as it may be."""
    words = [text for text in texts if text]
    sizes = [LARGEST, *[MIDDLE] * (len(words) - 2), LEAST][: len(words)]
    fitted = [_fitted(text, size) for text, size in zip(words, sizes, strict=True)]
    y = MIDST - sum(line.size for line in fitted) * LEADING / 2
    placed = []
    for line in fitted:
        placed.append(replace(line, y=y + line.size * LEADING / 2))
        y += line.size * LEADING
    return placed


def _fitted(text: str, largest: int) -> Line:
    """Find the size at which a text fits; one that is too long even small is cut."""
    n = next((n for n, (name, _) in enumerate(FACES) if not missing_glyphs(text, [name])), 0)
    wide = _face(n, 100).getlength(text) / 100
    while text and wide * SMALLEST > WIDEST:
        text = f"{text.rstrip('…')[:-1]}…"
        wide = _face(n, 100).getlength(text) / 100
    size = max(SMALLEST, min(largest, int(WIDEST / max(wide, 0.01))))
    return Line(text, 0, size, wide * size, n)


@lru_cache(maxsize=64)
def _face(n: int, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FOLDER / FACES[n][1], size)


def _edge() -> Iterator[tuple[float, float]]:
    for n in range(POINTS * 2):
        radius, angle = (252, 238)[n % 2], math.pi * n / POINTS
        yield 256 + radius * math.sin(angle), 256 - radius * math.cos(angle)


def _star() -> Iterator[tuple[float, float]]:
    for n in range(10):
        radius, angle = (34, 14)[n % 2], math.pi * n / 5
        yield 256 + radius * math.sin(angle), 108 - radius * math.cos(angle)
