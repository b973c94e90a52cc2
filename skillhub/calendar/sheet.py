"""The calendar as a feed (iCalendar, RFC 5545) that phones and other programs read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from icalendar import Calendar
from icalendar import Event as Entry

from skillhub.calendar.queries import Kind, Occasion


def feed(
    occasions: Sequence[Occasion],
    words: Callable[[Occasion], str],
    address: str,
    moment: datetime,
    name: str,
) -> bytes:
    """Write occasions as a feed; `words` gives the line of one, `address` is where the calendar is read."""
    calendar = Calendar()
    calendar.add("prodid", "-//SkillHub//calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for one in occasions:
        calendar.add_component(_entry(one, words(one), address, moment))
    return bytes(calendar.to_ical())


def _entry(one: Occasion, line: str, address: str, moment: datetime) -> Entry:
    cup, entry = one.competition, Entry()
    entry.add("uid", f"{one.kind.value}.{cup.id}@{address.partition('//')[2].partition('/')[0]}")
    entry.add("dtstamp", moment)
    entry.add("sequence", cup.version)
    entry.add("summary", line)
    if one.moment is None:  # whole days; the end of a feed's day lies outside it
        entry.add("dtstart", one.on)
        entry.add("dtend", one.until + timedelta(days=1))
    else:
        entry.add("dtstart", one.moment)
        entry.add("dtend", one.moment)
    entry.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    entry.add("transp", "TRANSPARENT")
    entry.add("url", f"{address}#c{cup.id}")
    if cup.place and one.kind is Kind.HELD:
        entry.add("location", cup.place)
    if cup.announcement:
        entry.add("description", cup.announcement)
    return entry
