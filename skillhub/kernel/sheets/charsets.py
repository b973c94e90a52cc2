"""Which encoding a text file is in: decided where the bytes prove it, asked where they do not.

Byte order marks and valid UTF-8 are proof. CP1252, GB18030 and Big5 often decode each other's bytes,
so each reading is weighed by how much of it looks like writing (common characters, letters inside
words), and only a clear winner is taken.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, say
from skillhub.kernel.sheets.grid import Choice, Question

NAMES = ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "big5", "cp1252")
LEGACY = ("cp1252", "gb18030", "big5")
ENOUGH, CLEAR, SAMPLE = 0.6, 0.3, 4000
SURE, FEW = 0.6, 16

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and the encoding it was read in."""

    text: str
    charset: str


def decode(content: bytes, answer: str | None = None) -> Decoded | Question:
    """Read bytes as text, or ask which encoding they are in.

    Raises BadInput when the bytes are text in none of the known encodings.
    """
    if answer in NAMES:
        return _as(content, answer)
    for mark, name in _BOMS:
        if content.startswith(mark):
            return _as(content, name)
    if b"\0" in content:
        return _as(content, _utf16_order(content))
    if (text := _try(content, "utf-8")) is not None:
        return Decoded(text, "utf-8")
    return _weigh(content)


def plausibility(text: str, charset: str) -> float:
    """Say how much of the text beyond ASCII looks like writing, from 0 to 1."""
    weigh = _latin if charset == "cp1252" else _chinese
    padded = f" {text} "
    marks = [i for i, sign in enumerate(padded) if sign > "\x7f"][:SAMPLE]
    if not marks:
        return 1.0
    return sum(weigh(padded, i, charset) for i in marks) / len(marks)


def _as(content: bytes, charset: str) -> Decoded:
    text = _try(content, charset)
    if text is None or "\0" in text:
        raise BadInput(
            say(
                N_("This file is not text in %(charset)s. Save it as .xlsx or as CSV UTF-8."),
                charset=charset.upper(),
            )
        )
    return Decoded(text, charset)


def _try(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None


def _utf16_order(content: bytes) -> str:
    """ASCII signs leave a zero in the upper byte: behind in little endian, before in big endian."""
    return "utf-16-le" if content[1::2].count(0) >= content[::2].count(0) else "utf-16-be"


def _weigh(content: bytes) -> Decoded | Question:
    readings = {name: text for name in LEGACY if (text := _try(content, name)) is not None}
    if not readings:
        raise BadInput(
            say(N_("This file is text in no encoding we know. Save it as .xlsx or as CSV UTF-8."))
        )
    weights = {name: plausibility(text, name) for name, text in readings.items()}
    first, *others = sorted(weights, key=lambda name: -weights[name])
    second = max((weights[name] for name in others), default=0.0)
    few = sum(byte > 0x7F for byte in content[:10_000]) < FEW
    clear = SURE if few else CLEAR
    if weights[first] >= ENOUGH and weights[first] - second >= clear:
        return Decoded(readings[first], first)
    return Question(
        "charset",
        say(N_("The encoding of this file cannot be told from its bytes. Which line reads right?")),
        tuple(Choice(name, _telling_line(readings[name])) for name in (first, *others)),
    )


def _telling_line(text: str) -> str:
    """Find the first line with signs beyond ASCII: the one where readings differ."""
    lines = text[:200_000].splitlines()
    return next((line for line in lines if not line.isascii()), "")[:200]


def _latin(text: str, i: int, charset: str) -> float:
    """An accented letter stands in a word, not after a small letter as a capital."""
    sign, before, after = text[i], text[i - 1], text[i + 1]
    if not sign.isalpha():
        return 0.8 if before in " \t,;|(" or after in " \t,;|)\r\n" else 0.0
    if sign.isupper() and before.islower():
        return 0.0
    near = [n for n in (before, after) if n.isalpha()]
    if any(n.isascii() for n in near):
        return 1.0
    return 0.2 if near else 0.5


def _chinese(text: str, i: int, charset: str) -> float:
    """A Chinese text is mostly common characters, and none stands inside a Latin word."""
    sign, before, after = text[i], text[i - 1], text[i + 1]
    if not "\u2e80" <= sign <= "\U0003ffff":
        return 1.0 if sign.isalpha() or sign in "·—“”‘’…×" else 0.2
    if (before.isascii() and before.isalpha()) and (after.isascii() and after.isalpha()):
        return 0.0
    if "\u3000" <= sign <= "\u303f" or "\uff00" <= sign <= "\uffef":
        return 1.0
    return _commonness(sign, charset)


def _commonness(sign: str, charset: str) -> float:
    """Level 1 of GB 2312 or of Big5 is common, level 2 is not, the rest is rare."""
    code = sign.encode(charset)
    if len(code) != 2:
        return 0.1
    if charset == "big5":
        return 1.0 if 0xA4 <= code[0] <= 0xC6 else 0.2
    if code[1] < 0xA1:
        return 0.0
    return 1.0 if 0xB0 <= code[0] <= 0xD7 else 0.4 if 0xD8 <= code[0] <= 0xF7 else 0.0
