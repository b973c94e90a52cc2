"""Numbers and codes, what stands on the paper, how files are named and ordered: without a database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from pypinyin import lazy_pinyin
from stdnum import luhn

Facts = Mapping[str, str | list[str]]

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
CODE_BITS = 130
CODE_LENGTH = CODE_BITS // 5 + 1  # with its check sign
ISSUER_LENGTH, EVENT_LENGTH = 8, 6
NUMBER_SHAPE = re.compile(
    rf"[0-9A-Z]{{1,{ISSUER_LENGTH}}}[0-9]{{4}}[0-9A-Z]{{0,{EVENT_LENGTH}}}[0-9]{{5}}[0-9A-Z]"
)
HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
PER_PAPER = (
    *("number", "verify_url", "verify_code", "verify_at"),
    *("issued_on", "signatories", "signatory_roles"),
)
ORDERS = ("name", "organisation", "rank", "number")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


class TypedAs(StrEnum):
    """What somebody typed to verify a certificate."""

    CODE = "code"
    NUMBER = "number"
    SLIP = "slip"
    NOTHING = "nothing"


class Answer(StrEnum):
    """What a stranger is told about a certificate."""

    VALID = "valid"
    EXPIRED = "expired"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, brought to the one form in which it is looked for."""

    kind: TypedAs
    folded: str


@dataclass(frozen=True, slots=True)
class Named:
    """A name in the language of the house and, when there is one, in English."""

    name: str
    english: str = ""

    @property
    def chinese(self) -> str:
        """Give the name for a Chinese line: empty when it holds no Chinese character."""
        return self.name if HAN.search(self.name) else ""

    @property
    def latin(self) -> str:
        """Give the name for an English line."""
        return self.english or ("" if HAN.search(self.name) else self.name)

    @property
    def both(self) -> str:
        """Give both for a line that has room for two."""
        return " · ".join(dict.fromkeys(word for word in (self.name, self.english) if word))


@dataclass(frozen=True, slots=True)
class Deed:
    """What was achieved by whom, as plain values."""

    holder: str
    holder_latin: str
    members: tuple[str, ...]
    organisation: Named
    competition: Named
    event: Named
    award: Named
    place: int | None
    field: int
    awarded_on: date
    venue: str
    issuer: Named


def fold(text: str) -> str:
    """Bring a number or code to one form: capitals, no separators, O as 0, I and L as 1, U as V."""
    _, _, tail = text.rpartition("/v/")
    plain = unicodedata.normalize("NFKC", tail).upper()
    return "".join(c for c in plain if c.isalnum()).translate(ALIKE)


def check_sign(folded: str) -> str:
    """Give the sign that makes one wrong character show (Luhn mod 32)."""
    return str(luhn.calc_check_digit(folded, SIGNS))


def read_typed(text: str) -> Typed:
    """Tell a code from a number, and a typing slip from what cannot be either."""
    folded = fold(text[:200])
    if not folded or not set(folded) <= set(SIGNS):
        return Typed(TypedAs.NOTHING, "")
    is_code = len(folded) == CODE_LENGTH
    if not is_code and not NUMBER_SHAPE.fullmatch(folded):
        return Typed(TypedAs.SLIP if len(folded) >= CODE_LENGTH - 2 else TypedAs.NOTHING, "")
    if not luhn.is_valid(folded, SIGNS):
        return Typed(TypedAs.SLIP, "")
    return Typed(TypedAs.CODE if is_code else TypedAs.NUMBER, folded)


def answer_on(day: date, state: str, expires_on: date | None) -> Answer:
    """Say what a certificate in this state is on a day (the last is inclusive); without paper it is unknown."""
    if state == "issued":
        return Answer.EXPIRED if expires_on and expires_on < day else Answer.VALID
    return Answer(state) if state in {"replaced", "withdrawn"} else Answer.UNKNOWN


def code_of(bits: int) -> str:
    """Write 130 random bits as a code of 26 signs and its check sign."""
    signs = "".join(SIGNS[bits >> shift & 31] for shift in range(CODE_BITS - 5, -1, -5))
    return signs + check_sign(signs)


def grouped(code: str) -> str:
    """Write a code in groups of four, to be read aloud and typed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def sign_of(code: str, length: int) -> str:
    """Reduce the code of an issuer or event to capitals and digits."""
    plain = unicodedata.normalize("NFKC", code).upper()
    return "".join(c for c in plain if c.isascii() and c.isalnum())[:length]


def number_of(prefix: str, event: str, serial: int) -> str:
    """Write a certificate number: issuer, year, event, serial, check sign."""
    parts = [prefix, sign_of(event, EVENT_LENGTH), f"{serial:05d}"]
    body = "-".join(part for part in parts if part)
    return f"{body}-{check_sign(fold(body))}"


def facts_of(deed: Deed) -> dict[str, str | list[str]]:
    """Write a deed as the plain texts that templates print."""
    return {
        "holder_name": deed.holder,
        "holder_latin": deed.holder_latin if deed.holder_latin != deed.holder else "",
        "organisation": deed.organisation.both if deed.organisation.name != deed.holder else "",
        "members": list(deed.members),
        "competition": deed.competition.chinese,
        "competition_en": deed.competition.latin,
        "event": deed.event.chinese,
        "event_en": deed.event.latin,
        "course": deed.event.chinese,
        "course_en": deed.event.latin,
        "award": deed.award.chinese,
        "award_en": deed.award.latin,
        "result": deed.award.both,
        "rank_line": rank_line(deed.place, deed.field, team=bool(deed.members)),
        "issuer": deed.issuer.chinese,
        "issuer_en": deed.issuer.latin,
        "date_zh": chinese_date(deed.awarded_on),
        "date_en": english_date(deed.awarded_on),
        "place": deed.venue,
    }


def rank_line(place: int | None, field: int, *, team: bool = False) -> str:
    """Say the place in both languages; nothing when the award has none."""
    if place is None:
        return ""
    who = "支队伍" if team else "名选手"
    return f"第 {place} 名，共 {field} {who} · Place {place} of {field}"


def differing(frozen: Facts, today: Facts) -> list[str]:
    """Name the facts that would be printed differently today."""
    return sorted(n for n in today if n not in PER_PAPER and today[n] != frozen.get(n, today[n]))


def chinese_date(day: date) -> str:
    """Write 2026-06-18 as 二〇二六年六月十八日."""
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in f"{day.year:04d}")
    return f"{year}年{_han(day.month)}月{_han(day.day)}日"


def english_date(day: date) -> str:
    """Write 2026-06-18 as 18 June 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def masked(name: str) -> str:
    """Hide most of a name: 李* 欧**远 J*** D*****."""
    if HAN.search(name) and " " not in name:
        hidden = "*" * max(len(name) - 2, 1)
        return name[0] + hidden + (name[-1] if len(name) > 2 else "")
    return " ".join(word[0] + "*" * (len(word) - 1) for word in name.split())


def reading(name: str) -> str:
    """Give what a name is ordered by: Chinese by its pinyin, everything without case."""
    return " ".join(lazy_pinyin(name)).casefold()


def order_key(order: str, event: str, position: int, place: int | None, facts: Facts) -> Any:
    """Give what a certificate is put in order by: name, organisation (then name) or rank in its event."""
    name = (reading(str(facts.get("holder_name"))), facts.get("holder_name"))
    return {
        "name": (name,),
        "organisation": (reading(str(facts.get("organisation"))), name),
        "rank": (event, position, place or 0, name),
    }[order]


def file_name(serial: int, facts: Facts, ending: str = "pdf") -> str:
    """Name a file after serial, holder and award; Chinese stays, what is unsafe in a name goes."""
    words = [_safe(str(facts.get("holder_name", "")))]
    words.append(_safe(str(facts.get("award") or facts.get("award_en") or "")))
    return "_".join([f"{serial:05d}", *(word for word in words if word)]) + f".{ending}"


def distinct(names: Sequence[str]) -> list[str]:
    """Make file names differ, whatever the case: the second of two equal ones gets -2."""
    taken: set[str] = set()
    result = []
    for name in names:
        stem, dot, ending = name.rpartition(".")
        own, n = name, 1
        while own.casefold() in taken:
            n += 1
            own = f"{stem}-{n}{dot}{ending}"
        taken.add(own.casefold())
        result.append(own)
    return result


def _safe(words: str) -> str:
    plain = unicodedata.normalize("NFC", words)
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in plain)
    return "-".join(kept.split())[:60]


def _han(number: int) -> str:
    """Write a number up to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    digits = "一二三四五六七八九"
    before = "" if tens == 0 else "十" if tens == 1 else f"{digits[tens - 1]}十"
    return before + (digits[ones - 1] if ones else "")
