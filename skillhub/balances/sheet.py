"""The balance and the ledger of a day as spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from skillhub.balances.queries import Line
from skillhub.copies.rules import REASON_WORDS, STATE_WORDS
from skillhub.kernel.messages import N_
from skillhub.kernel.sheets import Column
from skillhub.kernel.web import tr

COLUMNS = (
    Column("issuer", N_("Issued by"), "name"),
    Column("printer", N_("Printer"), "name"),
    Column("paper", N_("Kind of paper"), "name"),
    Column("who", N_("Operator"), "name"),
    Column("taken", N_("Taken"), "number"),
    Column("good", N_("Good"), "number"),
    Column("spoiled", N_("Spoiled"), "number"),
    Column("left", N_("Left"), "number"),
    Column("open", N_("Not said yet"), "number"),
    Column("findings", N_("What does not add up"), "text"),
)
LEDGER = (
    Column("at", N_("Sent"), "text"),
    Column("who", N_("Operator"), "name"),
    Column("printer", N_("Printer"), "name"),
    Column("paper", N_("Kind of paper"), "name"),
    Column("number", N_("Number"), "code"),
    Column("name", N_("Name"), "name"),
    Column("unit", N_("Unit"), "name"),
    Column("copy", N_("Copy"), "number"),
    Column("sheet", N_("Sheet"), "code"),
    Column("reason", N_("Why again"), "text"),
    Column("state", N_("State"), "text"),
)


def rows(lines: Iterable[Line]) -> Iterator[dict[str, Any]]:
    """Give the lines of a balance as rows."""
    for line in lines:
        known = line.balance
        yield {
            "issuer": line.issuer,
            "printer": line.printer,
            "paper": line.paper,
            "who": line.who,
            "taken": known.taken,
            "good": known.good,
            "spoiled": known.spoiled,
            "left": known.left,
            "open": known.open,
            "findings": " ".join(tr(one) for one in known.findings),
        }


def ledger(sheets: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give the sheets of a day as rows, with words for their states."""
    for sheet in sheets:
        why = tr(REASON_WORDS[sheet["reason"]]) if sheet["reason"] else ""
        yield {
            **sheet,
            "at": sheet["at"].isoformat(timespec="minutes"),
            "reason": ": ".join(filter(None, (why, sheet["words"]))),
            "state": tr(STATE_WORDS[sheet["state"]]),
        }
