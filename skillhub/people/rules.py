"""Identity numbers and names: what is the same, what is wrong, what a number tells."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

from stdnum import numdb
from stdnum.cn import ric

from skillhub.kernel.messages import N_, Message, say

ID_TYPES = {
    "resident": N_("Resident identity number"),
    "passport": N_("Passport"),
    "other": N_("Other document"),
}
SEXES = {"male": N_("male"), "female": N_("female")}
INSURANCES = {
    "unemployment": N_("Unemployment insurance"),
    "pension": N_("Pension insurance"),
    "medical": N_("Medical insurance"),
    "injury": N_("Work injury insurance"),
}
WITHOUT_STROKE = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i"}
)
LONGEST_SOUGHT, MOST_SOUGHT = 400, 20
PERMITS = ("810000", "820000", "830000")  # residents from Hong Kong, Macao, Taiwan


@dataclass(frozen=True, slots=True)
class Identity:
    """An identity number that can be compared; for a resident number also what it tells."""

    kind: str
    number: str
    birth_date: date | None = None
    sex: str | None = None


def read_identity(kind: str, text: str) -> Identity | Message:
    """Normalise and check an identity number; a Message says what is wrong with it.

    A resident number has 18 digits after GB 11643-1999, or the 15 digits of before, which become 18.
    """
    number = normal(text)
    if not number:
        return say(N_("The number is empty."))
    if kind not in ID_TYPES:
        return say(N_("Choose one of: %(names)s."), names=", ".join(ID_TYPES))
    if kind != "resident":
        return Identity(kind, number)
    if len(number) not in (15, 18) or not (number[:17].isascii() and number[:17].isdigit()):
        return say(N_("A resident number has 18 digits, the last may be X."))
    return _resident(upgraded(number))


def normal(text: str) -> str:
    """Bring an identity number to one form: one width, capital letters, no spaces or hyphens."""
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("'").upper()
    return "".join(sign for sign in plain if not sign.isspace() and sign not in "-‐‑–")


def upgraded(number: str) -> str:
    """Give the 18 digits of a resident number of 15, whose holder was born in the 1900s."""
    if len(number) != 15:
        return number
    longer = f"{number[:6]}19{number[6:]}"
    return longer + str(ric.calc_check_digit(longer + "0"))


def masked(number: str) -> str:
    """Show the first sign and the last two, and how long it is."""
    if len(number) < 6:
        return "*" * len(number)
    return f"{number[0]}{'*' * (len(number) - 3)}{number[-2:]}"


def sought_form(*names: str) -> str:
    """Reduce names to what they are searched by: one width and case, no accents, single spaces."""
    apart = unicodedata.normalize("NFKD", " ".join(names))
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    plain = unicodedata.normalize("NFKC", bare).casefold().translate(WITHOUT_STROKE)
    return " ".join(plain.split())


def sought_words(text: str) -> list[str]:
    """Cut what somebody seeks into words; no name has more, and a database takes no thousand conditions."""
    return sought_form(text[:LONGEST_SOUGHT]).split()[:MOST_SOUGHT]


def _resident(number: str) -> Identity | Message:
    """Check date, region and check digit, and say the first that is wrong."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return say(N_("Its digits 7 to 14 are no date: %(digits)s."), digits=number[6:14])
    if not _is_region(number[:6]):
        return say(N_("Its first six digits are no region: %(digits)s."), digits=number[:6])
    if number[-1] != ric.calc_check_digit(number):
        return say(N_("Its last digit does not fit the others. Look for a mistyped digit."))
    return Identity("resident", number, born, "male" if int(number[16]) % 2 else "female")


def _is_region(code: str) -> bool:
    """Say whether a county ever had this code.

    python-stdnum asks more (that the code was in force in the year of birth) and knows no 830000. Numbers keep an
    abandoned code, and people born before a code existed received their first number under it, so both count here.
    """
    if code in PERMITS:
        return True
    return any("county" in told for _, told in numdb.get("cn/loc").info(code))
