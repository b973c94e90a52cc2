"""The order of a ceremony, and what a board may show of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skillhub.publishing.rules import Names, shown_name

PLACES = 10  # as many as can be read at ten metres

Step = Mapping[str, Any]


def ceremony(steps: Sequence[Step]) -> list[Step]:
    """Put awards in the order in which they are called up: event by event, the lowest title first.

    Within a title the lower place comes first, so that the best of the event is the last one called.
    """
    return sorted(
        steps,
        key=lambda s: (s["event"], -s["position"], s["on_top"], -(s["place"] or 0), s["entry"]),
    )


def goes_on(revealed: Sequence[Step], now: Sequence[Step]) -> bool:
    """Tell whether what was revealed still is the beginning of the ceremony."""
    return list(now[: len(revealed)]) == list(revealed)


def without(lines: Sequence[Step], entry: int, alone: bool, name: str) -> list[Step]:
    """Take a person out of the lines of an entry: its own name where they competed alone, else that of a member."""
    return [
        {
            **line,
            **({"name": ""} if alone else {}),
            **({"members": [m for m in line["members"] if m != name]} if "members" in line else {}),
        }
        if line.get("entry") == entry
        else line
        for line in lines
    ]


def public(step: Step, names: Names) -> Step:
    """Give an award as strangers read it: in full, or partly hidden where every name is."""
    team = bool(step["members"])

    def named(name: str, team: bool = False) -> str:
        return shown_name(name, names, won=True, withheld=not name, team=team)

    return {
        **step,
        "name": named(step["name"], team),
        "members": [named(one) for one in step["members"]],
    }


def shown(
    places: Sequence[Mapping[str, Any]], ceremony: Sequence[Step], frozen: bool, step: int
) -> dict[str, Any]:
    """Give what stands on the board: nothing that is not let out, and of the ceremony only what is revealed."""
    if not frozen:
        return {"mode": "places" if places else "open", "places": list(places)}
    revealed = list(ceremony[:step])
    if not revealed:
        return {"mode": "frozen"}
    last = revealed[-1]
    same = [one for one in revealed if one["event"] == last["event"]]
    return {
        "mode": "ceremony",
        "last": last,
        "before": same[-2::-1][: PLACES - 1],
        "over": step >= len(ceremony),
    }
