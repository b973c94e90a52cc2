"""How levels compare, whether a qualification is valid on a day, and what its number betrays."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.months import after


class QualificationKind(StrEnum):
    """What sort of paper it is."""

    SKILL_LEVEL = "skill_level"
    VOCATIONAL_QUALIFICATION = "vocational_qualification"
    SPECIAL_OPERATION = "special_operation"
    SPECIAL_EQUIPMENT = "special_equipment"
    PROFESSIONAL_TITLE = "professional_title"
    FOREIGN = "foreign"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a scale; a higher rank_order is better, whatever digit is printed."""

    code: str
    rank_order: int
    name: str
    name_zh: str


LEVELS = {
    level.code: level
    for level in (
        Level("apprentice", 0, N_("Apprentice"), "学徒工"),
        Level("5", 1, N_("Level 5"), "初级工"),
        Level("4", 2, N_("Level 4"), "中级工"),
        Level("3", 3, N_("Level 3"), "高级工"),
        Level("2", 4, N_("Level 2"), "技师"),
        Level("1", 5, N_("Level 1"), "高级技师"),
        Level("special", 6, N_("Special-grade technician"), "特级技师"),
        Level("chief", 7, N_("Chief technician"), "首席技师"),
    )
}
SCALES = {"cn5": ("5", "4", "3", "2", "1"), "cn8": tuple(LEVELS)}


@dataclass(frozen=True, slots=True)
class Review:
    """What a kind of permit usually asks for: a default for the form, each row keeps its own."""

    valid_months: int | None
    every_months: int
    apply_days: int
    source: str


REVIEWS = {
    QualificationKind.SPECIAL_OPERATION: Review(72, 36, 60, "Special-operation rules (Q-09)"),
    QualificationKind.SPECIAL_EQUIPMENT: Review(None, 48, 30, "Special-equipment rules (Q-10)"),
}
REMINDER_DAYS = (90, 60, 30, 7, 0)
CHECK_DAYS = 365


class Verification(StrEnum):
    """What the last check of the paper against its register found."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    MISMATCH = "mismatch"
    NOT_FOUND = "not_found"
    FORGED = "forged"


class Status(StrEnum):
    """How a qualification stands on a day; computed, never stored."""

    NOT_YET = "not_yet"
    VALID = "valid"
    REVIEW_DUE = "review_due"
    REVIEW_OVERDUE = "review_overdue"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The facts of one qualification that rules look at."""

    id: int = 0
    kind: QualificationKind = QualificationKind.SKILL_LEVEL
    occupation: str | None = field(default=None, metadata={"label": N_("Occupation")})
    level: str | None = field(default=None, metadata={"choices": tuple(LEVELS)})
    number: str = ""
    issued_on: date
    valid_from: date | None = None
    valid_to: date | None = None
    review_every_months: int | None = field(default=None, metadata={"low": 1, "high": 600})
    last_review_on: date | None = None
    revoked_on: date | None = None
    verification: Verification = Verification.UNVERIFIED
    verified_on: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The status on a day, the last day or the due day it turns on, and the sentence."""

    status: Status
    until: date | None
    because: Message

    @property
    def holds(self) -> bool:
        """Say whether it counts for a requirement."""
        return self.status in (Status.VALID, Status.REVIEW_DUE, Status.EXPIRING)


@dataclass(frozen=True, slots=True)
class Usability:
    """Whether the evidence may be relied on: yes, no, or None while nobody has checked."""

    usable: bool | None
    because: Message


def rank_order(code: str) -> int:
    """Give the place of a level in the order of skill; apprentice is 0, chief technician 7."""
    return LEVELS[code].rank_order


def standing(held: Held, on: date, notice_days: int = REMINDER_DAYS[0]) -> Standing:
    """Tell how a qualification stands at the end of a day; its last day is still valid.

    A missed review is worded apart from expiry although neither counts (domain case 44).
    """
    starts = held.valid_from or held.issued_on
    if held.revoked_on is not None and held.revoked_on <= on:
        text = say(N_("Withdrawn by its issuer on %(day)s."), day=held.revoked_on)
        return Standing(Status.REVOKED, held.revoked_on, text)
    if max(starts, held.issued_on) > on:
        first = max(starts, held.issued_on)
        return Standing(Status.NOT_YET, first, say(N_("Valid only from %(day)s."), day=first))
    if held.valid_to is not None and held.valid_to < on:
        text = say(N_("Expired: its last day was %(day)s."), day=held.valid_to)
        return Standing(Status.EXPIRED, held.valid_to, text)
    return _review(held, starts, on) or _running(held, on, notice_days)


def usability(held: Held, on: date, check_days: int = CHECK_DAYS) -> Usability:
    """Tell whether the paper may be relied on; a check counts for `check_days` after its day.

    A check speaks of the paper, not of a day, so one made after the evaluation date counts too.
    """
    if held.verification is not Verification.VERIFIED:
        usable = None if held.verification is Verification.UNVERIFIED else False
        return Usability(usable, say(UNUSABLE[held.verification]))
    if held.verified_on is None or held.verified_on + timedelta(check_days) < on:
        text = N_("Its last check is too old to rely on; it has to be checked again.")
        return Usability(None, say(text))
    return Usability(usable=True, because=say(N_("Checked on %(day)s."), day=held.verified_on))


UNUSABLE = {
    Verification.UNVERIFIED: N_("Nobody has checked this certificate against its register yet."),
    Verification.MISMATCH: N_(
        "What was entered differs from the register or from the number itself; it cannot be used"
        " until somebody settles the difference."
    ),
    Verification.NOT_FOUND: N_("The register does not know this number; ask the issuer."),
    Verification.FORGED: N_("The issuer says that it never issued this certificate."),
}


def review_due_on(held: Held) -> date | None:
    """Give the last day for the next review, or None when there is none."""
    if held.review_every_months is None:
        return None
    return after(held.last_review_on or held.valid_from or held.issued_on, held.review_every_months)


def renewal_starts(renewed_on: date, old_valid_to: date | None, joins: bool = True) -> date:
    """Give the first day of a renewed term: renewed early, it follows the old one."""
    if joins and old_valid_to is not None and renewed_on <= old_valid_to:
        return old_valid_to + timedelta(days=1)
    return renewed_on


def normal_number(number: str) -> str:
    """Write a number the way it is compared: narrow characters, capital letters, no blanks."""
    return "".join(unicodedata.normalize("NFKC", number).upper().split())


def veiled(number: str) -> str:
    """Show only the end of a number, where a sentence names the certificate."""
    return number if len(number) < 5 else f"…{number[-4:]}"


def check_number(number: str, level: str | None, issued_on: date | None) -> list[Problem]:
    """Warn of what a number says that its form does not; nothing here refuses a certificate.

    Shapes Q-03 (16 digits), Q-04 (a letter and 21 digits) and Q-05 (two letters and 20 digits).
    """
    written = normal_number(number)
    if not written:
        return [_warning(say(N_("There is no number.")))]
    if re.fullmatch(r"[A-Z]{2}\d{20}", written, re.ASCII):
        return _special(level)
    if re.fullmatch(r"[YS]\d{21}", written, re.ASCII):
        return _digits(written[15], written[13:15], level, issued_on)
    if re.fullmatch(r"\d{16}", written, re.ASCII):
        return _digits(written[10], written[:2], level, issued_on)
    if re.fullmatch(r"\d{13}", written, re.ASCII):
        return [_warning(say(N_("Only 13 digits: older Shanghai numbers are filled up with 000.")))]
    text = N_("This is none of the known shapes (a letter and 21 digits, 16 digits).")
    return [_warning(say(text))]


def number_contradicts(number: str, level: str | None) -> bool:
    """Say whether a number names another level than the form: then it is a mismatch (case 45)."""
    return any(p.where == "level" for p in check_number(number, level, None))


def _review(held: Held, starts: date, on: date) -> Standing | None:
    """Look at the review; one dated after the day has not happened yet."""
    if held.review_every_months is None:
        return None
    seen = held.last_review_on
    begun = seen if seen is not None and seen <= on else starts
    due = after(begun, held.review_every_months)
    if due < on:
        text = N_("Its review was due by %(day)s and is missing, so it does not count for now.")
        return Standing(Status.REVIEW_OVERDUE, due, say(text, day=due))
    notice = REVIEWS[held.kind].apply_days if held.kind in REVIEWS else 60
    if (due - on).days <= notice and (held.valid_to is None or due < held.valid_to):
        text = N_("Valid, and to be reviewed by %(day)s.")
        return Standing(Status.REVIEW_DUE, due, say(text, day=due))
    return None


def _running(held: Held, on: date, notice_days: int) -> Standing:
    """Word a qualification that is in force."""
    if held.valid_to is None:
        return Standing(Status.VALID, None, say(N_("Valid without end.")))
    near = (held.valid_to - on).days <= notice_days
    status = Status.EXPIRING if near else Status.VALID
    return Standing(status, held.valid_to, say(N_("Valid until %(day)s."), day=held.valid_to))


def _special(level: str | None) -> list[Problem]:
    """Judge two letters and 20 digits, a shape that only special-grade technicians have."""
    if level in (None, "special"):
        return []
    text = N_("A number of two letters and 20 digits belongs to a special-grade technician.")
    return [_warning(say(text), "level")]


def _digits(digit: str, year: str, level: str | None, issued_on: date | None) -> list[Problem]:
    """Hold the level and the year inside a number against the form."""
    problems = []
    if digit not in SCALES["cn5"]:
        problems.append(_warning(say(N_("The number names no level between 1 and 5."))))
    elif level is not None and level != digit:
        text = N_("The number says level %(number)s, the form says %(form)s.")
        form = say(LEVELS[level].name)
        problems.append(_warning(say(text, number=digit, form=form), "level"))
    if issued_on is not None and f"{issued_on.year % 100:02}" != year:
        text = N_(
            "The number says it was issued in a year ending in %(year)s, the form says %(day)s."
        )
        problems.append(_warning(say(text, year=year, day=issued_on), "issued_on"))
    return problems


def _warning(message: Message, where: str = "number") -> Problem:
    """Make a problem that does not keep anybody from saving."""
    return Problem(where, message, "warning")


def days_left(days: int) -> Message:
    """Say how long something still runs."""
    if days > 1:
        return say(N_("%(n)s days left"), n=days)
    return say(N_("1 day left")) if days == 1 else say(N_("today is its last day"))
