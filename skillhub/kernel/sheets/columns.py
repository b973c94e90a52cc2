"""What a sheet should hold: its columns, and which header of a file is meant by each."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.sheets.grid import column_index, letter

Kind = Literal["text", "code", "name", "number", "date", "choice"]
UNITS = ("pts", "pt", "points", "punkte", "pkt", "分")


@dataclass(frozen=True, slots=True)
class Column:
    """One column that a sheet may hold.

    `choices` maps a value to the other words for it; `words` are words a number column takes as
    they are (DNS, DNF); `empties` are words that mean an empty cell.
    """

    name: str
    label: str
    kind: Kind = "text"
    required: bool = False
    aliases: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    empties: tuple[str, ...] = ()
    units: tuple[str, ...] = UNITS
    decimals: int = 4
    width: int = 16
    note: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """The words above one column of a file; two parts where the header has two lines."""

    index: int
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        """Join the lines as a person would say them."""
        return " / ".join(self.parts)


@dataclass(frozen=True, slots=True)
class Matching:
    """Which column of the file fills which column of ours, and what is missing."""

    columns: dict[str, int]
    headers: tuple[Header, ...]
    problems: tuple[Problem, ...] = ()

    def chosen(self) -> dict[str, str]:
        """Give the choice as it is remembered: our name to the header's text."""
        texts = {h.index: h.text or letter(h.index) for h in self.headers}
        return {name: texts.get(index, letter(index)) for name, index in self.columns.items()}


@dataclass(frozen=True, slots=True)
class Code:
    """What `match_code` found; `notice` says that zeros or letter case were mended."""

    code: str | None
    fits: tuple[str, ...] = ()
    notice: Problem | None = None

    @property
    def ambiguous(self) -> bool:
        """Say whether several known codes would fit."""
        return self.code is None and len(self.fits) > 1


def fold(text: str) -> str:
    """Reduce a header to what identifies it: letters and digits, one width, one case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def signature(headers: Iterable[Header]) -> str:
    """Name a layout of headers, so that a mapping made once is found again."""
    text = "\n".join(f"{fold(h.text)}" for h in headers)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def propose(
    headers: Sequence[Header],
    columns: Sequence[Column],
    mapping: Mapping[str, str] | None = None,
) -> Matching:
    """Match columns to headers: first as a person chose, then by name and label, then by alias.

    `mapping` gives our name to a header's text, a column letter or number; "" means "not there".
    """
    found, problems = _as_chosen(headers, columns, mapping or {})
    left_out = {name for name, choice in (mapping or {}).items() if not choice}
    open_columns = [c for c in columns if c.name not in found and c.name not in left_out]
    for wanted, present in _passes(open_columns, headers):
        for column in open_columns:
            if column.name in found:
                continue
            fits = [
                h for h in headers
                if h.index not in found.values() and wanted[column.name] & present[h.index]
            ]  # fmt: skip
            if len(fits) == 1:
                found[column.name] = fits[0].index
            elif fits and column.required:
                problems.append(_several(column, fits))
                found[column.name] = fits[0].index
    problems += _missing(columns, found, headers)
    return Matching(found, tuple(headers), tuple(problems))


def match_code(value: str, known: Iterable[str], where: str = "") -> Code:
    """Find which known code a cell means: exactly, then by width and case, then by lost zeros.

    Spreadsheets turn 01 into 1; the zeros are put back when exactly one known code fits.
    """
    codes = tuple(known)
    if value in codes:
        return Code(value, (value,))
    for key in (_one_width, _without_zeros):
        wanted = key(value)
        fits = tuple(code for code in codes if key(code) == wanted)
        if len(fits) == 1:
            text = say(N_("“%(value)s” was read as %(code)s."), value=value, code=fits[0])
            return Code(fits[0], fits, Problem(where, text, "notice"))
        if fits:
            return Code(None, fits)
    return Code(None)


def _one_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _without_zeros(text: str) -> str:
    return _one_width(text).lstrip("0") or "0"


def _as_chosen(
    headers: Sequence[Header], columns: Sequence[Column], mapping: Mapping[str, str]
) -> tuple[dict[str, int], list[Problem]]:
    found: dict[str, int] = {}
    problems = []
    for column in columns:
        choice = mapping.get(column.name, "")
        if not choice:
            continue
        by_text = [h.index for h in headers if fold(h.text) == fold(choice)]
        index = by_text[0] if by_text else column_index(choice)
        if index is None:
            text = say(
                N_("There is no column “%(choice)s” for %(label)s in this file. Choose another."),
                choice=choice,
                label=say(column.label),
            )
            problems.append(Problem("", text))
        else:
            found[column.name] = index
    return found, problems


def _passes(
    columns: Sequence[Column], headers: Sequence[Header]
) -> list[tuple[dict[str, set[str]], dict[int, set[str]]]]:
    """Pair what may be wanted with what may be present, the most telling pair first."""
    own = {c.name: {fold(c.name), fold(c.label)} for c in columns}
    other = {c.name: {fold(alias) for alias in c.aliases} for c in columns}
    joined = {h.index: _keys(h.text) for h in headers}
    lower = {h.index: _keys(h.parts[-1]) if h.parts else set() for h in headers}
    tops = [h.parts[0] for h in headers if len(h.parts) > 1]
    upper = {
        h.index: _keys(h.parts[0]) if len(h.parts) > 1 and tops.count(h.parts[0]) == 1 else set()
        for h in headers
    }
    return [(wanted, present) for present in (joined, lower, upper) for wanted in (own, other)]


def _keys(text: str) -> set[str]:
    """A header counts with and without what stands in brackets behind it."""
    bare = re.sub(r"[(\[（【][^)\]）】]*[)\]）】]\s*\*?\s*$", "", text)
    return {fold(text), fold(bare)} - {""}


def _several(column: Column, fits: Sequence[Header]) -> Problem:
    text = say(
        N_("Several columns could be %(label)s: %(found)s. Choose one."),
        label=say(column.label),
        found=", ".join(f"{h.text} ({letter(h.index)})" for h in fits),
    )
    return Problem("", text)


def _missing(
    columns: Sequence[Column], found: Mapping[str, int], headers: Sequence[Header]
) -> list[Problem]:
    names = ", ".join(h.text for h in headers if h.text) or "–"
    return [
        Problem(
            "",
            say(
                N_(
                    "No column for %(label)s. The file has: %(found)s. Choose the column that is it."
                ),
                label=say(column.label),
                found=names,
            ),
        )
        for column in columns
        if column.required and column.name not in found
    ]
