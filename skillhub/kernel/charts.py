"""Drawings for pages: small SVG, coloured by the style sheet alone, with words for a screen reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from unicodedata import east_asian_width

from markupsafe import Markup, escape

WIDTH = 380
METALS = ("gold", "silver", "bronze", "honour")
ENGLISH = {"gold": "Gold", "silver": "Silver", "bronze": "Bronze", "honour": "Other awards"}
_ROOM_ABOVE, _HEIGHT, _ROOM_BELOW = 44, 150, 24
_ROW, _NAME_UNITS, _BAR_LEFT = 30, 16, 128


@dataclass(frozen=True, slots=True)
class Bin:
    """One column of a distribution: from low (included) to high (left out), and how many lie there."""

    low: Decimal
    high: Decimal
    count: int


def bins(values: Sequence[Decimal], wanted: int = 20) -> list[Bin]:
    """Part the values into about the wanted number of columns whose borders are round numbers."""
    if not values:
        return []
    step = _round_step(max(values) - min(values), wanted)
    low = (min(values) / step).to_integral_value(ROUND_FLOOR) * step
    columns = int((max(values) - low) / step) + 1
    counts = [0] * columns
    for value in values:
        counts[int((value - low) / step)] += 1
    return [Bin(low + i * step, low + (i + 1) * step, n) for i, n in enumerate(counts)]


def histogram(
    values: Sequence[Decimal],
    cuts: Sequence[tuple[str, Decimal]] = (),
    *,
    title: str,
    desc: str = "",
) -> Markup:
    """Draw how many people lie in which range of points, with a line where each award cuts.

    cuts: (word, least total). Returns an empty string when there are no values.
    """
    columns = bins(values)
    if not columns:
        return Markup("")
    low, high = columns[0].low, columns[-1].high
    most = max(column.count for column in columns)
    floor = _ROOM_ABOVE + _HEIGHT

    def across(value: Decimal) -> Decimal:
        return (value - low) / (high - low) * WIDTH

    parts = [_grid_line(most, most), _grid_line(most // 2, most)] if most > 1 else []
    parts += [_column(column, across, most) for column in columns if column.count]
    parts.append(f'<path class="axis" d="M0 {floor}H{WIDTH}"/>')
    parts += _axis_words(low, high, floor + 17)
    parts += _cut_lines([(w, at) for w, at in cuts if low <= at <= high], across, floor)
    return _frame(title, desc, floor + _ROOM_BELOW, parts)


def stacked_bars(
    rows: Sequence[tuple[str, Mapping[str, int]]],
    *,
    title: str,
    desc: str = "",
    words: Mapping[str, str] = ENGLISH,
) -> Markup:
    """Draw one bar a unit, its awards side by side in the order gold, silver, bronze, honour.

    rows: (unit, {"gold": n, "silver": n, "bronze": n, "honour": n}), drawn in the order given.
    words: what the reader calls the four.
    """
    most = max((sum(counts.values()) for _, counts in rows), default=0)
    if not most:
        return Markup("")
    parts: list[str] = []
    for number, (name, counts) in enumerate(rows):
        parts += _bar(number, name, counts, most, words)
    parts.append(_legend(len(rows) * _ROW, rows, words))
    return _frame(title, desc, (len(rows) + 1) * _ROW, parts)


def _column(column: Bin, across: Callable[[Decimal], Decimal], most: int) -> str:
    left, right = across(column.low) + 1, across(column.high) - 1
    height = Decimal(_HEIGHT) * column.count / most
    return (
        f'<rect class="bar" x="{_n(left)}" y="{_n(_ROOM_ABOVE + _HEIGHT - height)}" '
        f'width="{_n(right - left)}" height="{_n(height)}">'
        f"<title>{_plain(column.low)}–{_plain(column.high)}: {column.count}</title></rect>"
    )


def _axis_words(low: Decimal, high: Decimal, y: int) -> list[str]:
    middle = (low + high) / 2
    places = ((0, "start", low), (WIDTH // 2, "middle", middle), (WIDTH, "end", high))
    return [
        f'<text x="{x}" y="{y}" text-anchor="{anchor}">{_plain(value)}</text>'
        for x, anchor, value in places
    ]


def _cut_lines(
    cuts: Sequence[tuple[str, Decimal]], across: Callable[[Decimal], Decimal], floor: int
) -> list[str]:
    """Draw the cuts; words that would touch stand on different lines, above all the dashes."""
    lines, words = [], []
    free_from = [Decimal(-1)] * 3
    for word, at in sorted(cuts, key=lambda cut: cut[1]):
        x, text = across(at), f"{word} ≥ {_plain(at)}"
        wide = Decimal(_units(text)) * Decimal("7.4")
        left = min(x, WIDTH - wide)
        row = next((i for i, edge in enumerate(free_from) if left >= edge), len(free_from) - 1)
        free_from[row] = left + wide + 8
        y = 11 + 14 * row
        lines.append(f'<path class="cut" d="M{_n(x)} {y + 5}V{floor}"/>')
        words.append(f'<text class="cut-word" x="{_n(left)}" y="{y}">{escape(text)}</text>')
    return lines + words


def _bar(
    row: int, name: str, counts: Mapping[str, int], most: int, words: Mapping[str, str]
) -> list[str]:
    """Draw the name, the pieces of the bar with their figures, and their sum, on one base line."""
    present = _present(counts)
    said = ", ".join(f"{words[metal]} {count}" for metal, count in present)
    parts = [
        f'<g transform="translate(0 {row * _ROW + 19})">',
        f"<title>{escape(name)}: {escape(said)}</title>",
        f'<text class="strong">{escape(_cut_short(name))}</text>',
    ]
    x = Decimal(_BAR_LEFT)
    for metal, count in present:
        width = Decimal(WIDTH - _BAR_LEFT - 26) * count / most
        across = _n(width - 1)
        parts.append(f'<path class="{metal}" d="M{_n(x)}-15h{across}v22h-{across}z"/>')
        if width >= 8 + 8 * len(str(count)):
            parts.append(f'<text class="on-{metal}" x="{_n(x + width / 2)}">{count}</text>')
        x += width
    return [*parts, f'<text x="{_n(x + 7)}">{sum(counts.values())}</text></g>']


def _legend(
    top: int, rows: Sequence[tuple[str, Mapping[str, int]]], words: Mapping[str, str]
) -> str:
    """Name the metals that were drawn."""
    parts, x = [], Decimal(0)
    drawn = {metal for _, counts in rows for metal, _ in _present(counts)}
    for metal in (metal for metal in METALS if metal in drawn):
        parts.append(
            f'<rect class="{metal}" x="{_n(x)}" y="{top + 9}" width="12" height="12"/>'
            f'<text x="{_n(x + 17)}" y="{top + 19}">{escape(words[metal])}</text>'
        )
        x += 17 + Decimal(_units(words[metal])) * 7 + 10
    return "".join(parts)


def _present(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(metal, counts[metal]) for metal in METALS if counts.get(metal)]


def _units(text: str) -> int:
    """Measure a text in Latin widths: a Chinese character counts twice."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _cut_short(name: str) -> str:
    """Shorten a name to the room beside its bar; the whole name stands in the bar's title."""
    if _units(name) <= _NAME_UNITS:
        return name
    kept = name
    while _units(kept) >= _NAME_UNITS:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def _round_step(spread: Decimal, wanted: int) -> Decimal:
    """Choose the least of 1, 2, 5 (times a power of ten) that gives about the wanted columns."""
    least = spread / wanted
    if not least:
        return Decimal(1)
    power = Decimal(1).scaleb(least.adjusted())
    return next(power * n for n in (1, 2, 5, 10) if power * n >= least)


def _grid_line(count: int, most: int) -> str:
    y = _n(_ROOM_ABOVE + _HEIGHT - Decimal(_HEIGHT) * count / most)
    word = f'<text x="0" y="{_n(Decimal(y) - 4)}">{count}</text>'
    return f'<path class="grid" d="M0 {y}H{WIDTH}"/>{word}'


def _frame(title: str, desc: str, height: int, parts: Sequence[str]) -> Markup:
    name = f"<title>{escape(title)}</title>" + (f"<desc>{escape(desc)}</desc>" if desc else "")
    label = escape(f"{title}. {desc}" if desc else title)
    body = "".join(parts)
    return Markup(  # noqa: S704  (every word in it went through escape)
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">'
        f"{name}{body}</svg>"
    )


def _n(value: Decimal | int) -> str:
    """Write a coordinate with at most one decimal."""
    return f"{Decimal(value):.1f}".removesuffix(".0")


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
