"""Numbers and codes, what stands on the paper, how files are named and ordered: without a database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from stdnum import luhn

from skillhub.deeds.rules import masked
from skillhub.kernel.messages import N_

Facts = Mapping[str, str | list[str]]

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
CODE_BITS = 130
CODE_LENGTH = CODE_BITS // 5 + 1  # with its check sign
ISSUER_LENGTH, EVENT_LENGTH = 8, 6
NUMBER_SHAPE = re.compile(
    rf"[0-9A-Z]{{1,{ISSUER_LENGTH}}}[0-9]{{4}}[0-9A-Z]{{0,{EVENT_LENGTH}}}[0-9]{{5}}[0-9A-Z]"
)
PER_PAPER = (
    *("number", "verify_url", "verify_code", "verify_at"),
    *("issued_on", "valid_until", "valid_until_en", "signatories", "signatory_roles"),
)
ORDERS = ("name", "organisation", "rank", "number")


PRINTED = (
    (("holder_name", "holder_latin"), N_("Name")),
    (("members",), N_("Team members")),
    (("organisation",), N_("Organisation")),
    (("award", "award_en"), N_("Award")),
    (("event", "event_en"), N_("Event")),
    (("competition", "competition_en"), N_("Competition")),
    (("rank_line",), N_("Place")),
    (("date_zh", "date_en"), N_("Date")),
    (("issuer", "issuer_en"), N_("Issuer")),
    (("valid_until", "valid_until_en"), N_("Valid until")),
    (("number",), N_("Number")),
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
class Verified:
    """What was typed, what is known of it, and which state of which certificate says so."""

    typed: TypedAs
    answer: Answer
    certificate_id: int | None = None
    seal: str = ""
    opens_at: datetime | None = None  # before it nobody is told what stands on the paper

    @property
    def told(self) -> int | None:
        """Give the certificate of which something may be said."""
        return None if self.opens_at else self.certificate_id


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


def differing(frozen: Facts, today: Facts) -> list[str]:
    """Name the facts that would be printed differently today."""
    return sorted(n for n in today if n not in PER_PAPER and today[n] != frozen.get(n, today[n]))


def signatories_of(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give who signed a certificate: name and office."""
    names, offices = facts.get("signatories", ()), facts.get("signatory_roles", ())
    return list(zip(names, offices, strict=False))


def signed(signatories: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Give who signs, with their offices, as facts."""
    return {
        "signatories": [name for name, _ in signatories],
        "signatory_roles": [office for _, office in signatories],
    }


def printed(facts: Facts) -> list[tuple[str, str]]:
    """List what stands on the paper: label and text, both languages in one line."""
    lines = ((label, " · ".join(_texts(facts, names))) for names, label in PRINTED)
    return [(label, text) for label, text in lines if text]


def _texts(facts: Facts, names: Sequence[str]) -> list[str]:
    stated = (facts.get(name, "") for name in names)
    return [v if isinstance(v, str) else ", ".join(v) for v in stated if v]


def holder_masked(facts: Facts) -> str:
    """Give the name of a holder for a reader who has only the number; a team's name hides nobody."""
    name = str(facts.get("holder_name", ""))
    return name if facts.get("members") else masked(name)


def reading(name: str) -> str:
    """Give what a name is ordered by: Chinese by its pinyin, everything without case."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415  (its dictionary takes a third of a second)

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
