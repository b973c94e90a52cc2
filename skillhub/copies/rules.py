"""What may become of a sheet, why one is printed again, and how serials are counted on."""

from __future__ import annotations

import re
from enum import StrEnum

from skillhub.kernel.messages import N_, Problem, say


class CopyState(StrEnum):
    """Where one sheet stands. Only people set anything but the first."""

    SENT = "sent"
    CONFIRMED = "confirmed"
    HANDED_OVER = "handed_over"
    SPOILED = "spoiled"
    UNUSED = "unused"


class Step(StrEnum):
    """What a row of the ledger says about a sheet."""

    CONFIRMED = "confirmed"
    HANDED_OVER = "handed_over"
    SPOILED = "spoiled"
    UNUSED = "unused"
    SERIAL = "serial"
    TAKEN_BACK = "taken_back"


class Reason(StrEnum):
    """Why a paper is printed again."""

    JAM = "jam"
    DAMAGED = "damaged"
    LOST = "lost"
    ASKED = "asked"
    OTHER = "other"


class How(StrEnum):
    """How whoever took a paper acknowledged it."""

    TYPED = "typed"
    DRAWN = "drawn"
    LISTED = "listed"


STATE_WORDS = {
    None: N_("not sent to a printer"),
    CopyState.SENT: N_("sent to the printer"),
    CopyState.CONFIRMED: N_("confirmed on paper"),
    CopyState.HANDED_OVER: N_("handed over"),
    CopyState.SPOILED: N_("spoiled"),
    CopyState.UNUSED: N_("nothing was printed"),
}
STEP_WORDS = {
    Step.CONFIRMED: N_("confirmed on paper"),
    Step.HANDED_OVER: N_("handed over"),
    Step.SPOILED: N_("spoiled"),
    Step.UNUSED: N_("nothing was printed"),
    Step.SERIAL: N_("number of the sheet put right"),
    Step.TAKEN_BACK: N_("taken back"),
}
REASON_WORDS = {
    Reason.JAM: N_("paper jam"),
    Reason.DAMAGED: N_("damaged"),
    Reason.LOST: N_("lost"),
    Reason.ASKED: N_("another one was asked for"),
    Reason.OTHER: N_("something else"),
}
HOW_WORDS = {
    How.TYPED: N_("name typed"),
    How.DRAWN: N_("signature drawn"),
    How.LISTED: N_("signed on the list"),
}
WASTES = (Reason.JAM, Reason.DAMAGED, Reason.LOST)  # the sheet before is no good any more
# Which steps bring a sheet from a state to another: whoever hands a sheet over has seen it.
MOVES: dict[CopyState, dict[Step, tuple[Step, ...]]] = {
    CopyState.SENT: {
        Step.CONFIRMED: (Step.CONFIRMED,),
        Step.SPOILED: (Step.SPOILED,),
        Step.UNUSED: (Step.UNUSED,),
        Step.HANDED_OVER: (Step.CONFIRMED, Step.HANDED_OVER),
        Step.SERIAL: (Step.SERIAL,),
    },
    CopyState.CONFIRMED: {
        Step.SPOILED: (Step.SPOILED,),
        Step.HANDED_OVER: (Step.HANDED_OVER,),
        Step.SERIAL: (Step.SERIAL,),
    },
    CopyState.HANDED_OVER: {Step.SERIAL: (Step.SERIAL,)},
    CopyState.SPOILED: {Step.SERIAL: (Step.SERIAL,)},
    CopyState.UNUSED: {},
}
ENDED = {
    "reserved": N_("numbered, not printed"),
    "replaced": N_("replaced"),
    "withdrawn": N_("withdrawn"),
    "void": N_("void"),
}
FINAL_DIGITS = re.compile(r"(\d+)(\D*)$")
MOST_SERIAL = 40
DRAWING = re.compile(r"(?:M\d{1,4} \d{1,4}(?:L\d{1,4} \d{1,4})+)*")  # the strokes of a signature
MOST_DRAWN = 20_000


def is_drawing(path: str) -> bool:
    """Tell whether this is a signature as our field draws it, and nothing else."""
    return len(path) <= MOST_DRAWN and DRAWING.fullmatch(path) is not None


def counted_on(first: str, count: int) -> list[str]:
    """Give the numbers of so many sheets of pre-printed paper, from the first on; "" where none is given."""
    found = FINAL_DIGITS.search(first)
    if not first or found is None:
        return [first] + [""] * (count - 1) if first else [""] * count
    head, digits, tail = first[: found.start()], found[1], found[2]
    return [f"{head}{int(digits) + n:0{len(digits)}d}{tail}" for n in range(count)]


def ended(number: str, state: str) -> Problem | None:
    """Say why a certificate in this state is neither sent nor handed over; None where it may be."""
    if state not in ENDED:
        return None
    text = N_("%(number)s is %(state)s: it can be neither sent nor handed over.")
    return Problem(number, say(text, number=number, state=say(ENDED[state])))
