"""What an approval covers, and what is no longer as it was approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from typing import Any

from skillhub.kernel.messages import N_, Message, say

# What is approved of a competition, and of each of its events; the name in another language is not.
APPROVED: dict[str, str] = {
    "name": N_("its name"), "tier": N_("the tier"), "place": N_("the venue"),
    "starts_on": N_("the first day"), "ends_on": N_("the last day"),
    "announcement": N_("the announcement"), "announcement_en": N_("the announcement in English"),
    "registers": N_("whether people register"), "registration_opens_at": N_("when registration opens"),
    "registration_closes_at": N_("when registration closes"), "checking": N_("the checking of marks"),
    "weights": N_("the weights"), "blind": N_("whether judges see names"),
    "notice_days": N_("the days of notice"), "appeal_hours": N_("the hours to appeal"),
}  # fmt: skip
OF_EVENT: dict[str, str] = {
    "name": N_("its name"), "occupation": N_("the occupation"), "group": N_("for whom it is"),
    "team_size": N_("the size of a team"), "min_entries": N_("the smallest field"),
    "held_on": N_("the day"), "ranking": N_("the ranking"), "awards": N_("the awards"),
    "components": N_("the components"),
}  # fmt: skip


def as_written(value: Any) -> Any:
    """Write a value as a table that is kept holds it."""
    return value.isoformat() if isinstance(value, date) else value


def differs(
    approved: Mapping[str, Any], known: Mapping[str, Any], names: Mapping[str, str]
) -> list[Message]:
    """Name what is not as it was approved; what was approved before somebody asked for it counts as it is."""
    return [
        say(word)
        for name, word in names.items()
        if name in approved and approved[name] != known.get(name)
    ]


def listed(words: Sequence[Message]) -> Message:
    """Put words side by side."""
    return reduce(lambda first, more: say(N_("%(first)s, %(more)s"), first=first, more=more), words)
