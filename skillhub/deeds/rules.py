"""What an award says on paper, as plain texts in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


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
    first_day: date | None = None
    last_day: date | None = None
    members_latin: tuple[str, ...] = ()


def facts_of(deed: Deed) -> dict[str, str | list[str]]:
    """Write a deed as the plain texts that templates print."""
    return {
        "holder_name": deed.holder,
        "holder_latin": deed.holder_latin if deed.holder_latin != deed.holder else "",
        "organisation": deed.organisation.both if deed.organisation.name != deed.holder else "",
        "members": list(deed.members),
        "members_latin": list(deed.members_latin),
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
        "period": period(deed.first_day, deed.last_day),
    }


def rank_line(place: int | None, field: int, *, team: bool = False) -> str:
    """Say the place in both languages; nothing when the award has none."""
    if place is None:
        return ""
    who = "支队伍" if team else "名选手"
    return f"第 {place} 名，共 {field} {who} · Place {place} of {field}"


def period(first: date | None, last: date | None) -> str:
    """Say from when to when in both languages; nothing when it is not known or a single day."""
    if first is None or last is None or first >= last:
        return ""
    chinese = [f"{day.year}年{day.month}月{day.day}日" for day in (first, last)]
    return f"{'至'.join(chinese)} · {english_date(first)} to {english_date(last)}"


def masked(name: str) -> str:
    """Hide most of a name: 李* 欧**远 J*** D*****."""
    if HAN.search(name) and " " not in name:
        hidden = "*" * max(len(name) - 2, 1)
        return name[0] + hidden + (name[-1] if len(name) > 2 else "")
    return " ".join(word[0] + "*" * (len(word) - 1) for word in name.split())


def chinese_date(day: date) -> str:
    """Write 2026-06-18 as 二〇二六年六月十八日."""
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in f"{day.year:04d}")
    return f"{year}年{_han(day.month)}月{_han(day.day)}日"


def english_date(day: date) -> str:
    """Write 2026-06-18 as 18 June 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _han(number: int) -> str:
    """Write a number up to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    digits = "一二三四五六七八九"
    before = "" if tens == 0 else "十" if tens == 1 else f"{digits[tens - 1]}十"
    return before + (digits[ones - 1] if ones else "")
