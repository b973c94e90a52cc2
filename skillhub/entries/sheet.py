"""The entry sheet: its columns, and one draft for each of its rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from skillhub.entries import queries
from skillhub.entries.models import Entry, EntryStatus
from skillhub.entries.rules import Draft, by_code, member_of, written
from skillhub.kernel.messages import N_
from skillhub.kernel.sheets import Column, Row

STATUS_WORDS = {
    EntryStatus.OK: ("ok", "finished", "完成"),
    EntryStatus.DNS: ("dns", "absent", "did not start", "缺考", "缺赛", "弃权"),
    EntryStatus.DNF: ("dnf", "withdrawn", "did not finish", "中途退赛"),
    EntryStatus.DSQ: ("dsq", "dq", "disqualified", "取消资格", "取消成绩"),
    EntryStatus.NC: ("nc", "annulled", "成绩无效"),
}
EVENT = Column(
    "event",
    N_("Event"),
    kind="code",
    aliases=(
        "event code",
        "skill number",
        "skill_number",
        "trade",
        "beruf-nr",
        "项目",
        "项目编号",
        "工种",
        "赛项",
    ),
)
ENTRY = Column(
    "entry",
    N_("Entry"),
    kind="code",
    required=True,
    aliases=("entry code", "bib", "number", "contestant number", "参赛号", "编号", "选手编号"),
)
NAME = Column(
    "name",
    N_("Name"),
    kind="name",
    aliases=("contestant", "competitor", "team", "姓名", "选手", "参赛者", "队名"),
)
ORGANISATION = Column(
    "organisation",
    N_("Organisation"),
    kind="code",
    aliases=(
        "unit",
        "employer",
        "country",
        "team code",
        "单位",
        "组织",
        "工作单位",
        "代表队",
        "land",
    ),
)
MEMBERS = Column("members", N_("Members"), kind="text", aliases=("team members", "队员", "成员"))
PERSON = Column(
    "person", N_("Worker number"), kind="code", aliases=("worker", "worker no", "工号", "职工编号")
)
STATUS = Column(
    "status",
    N_("Status"),
    kind="choice",
    choices={str(k): v for k, v in STATUS_WORDS.items()},
    aliases=("状态",),
)
GUEST = Column(
    "guest",
    N_("Guest"),
    kind="choice",
    choices={"yes": ("y", "x", "1", "true", "是"), "no": ("n", "0", "false", "否")},
    aliases=("表演", "特邀"),
)
COLUMNS = (EVENT, ENTRY, NAME, ORGANISATION, MEMBERS, PERSON, STATUS, GUEST)


def drafts(rows: Iterable[Row], event: str = "") -> list[Draft]:
    """Read the rows of an entry sheet; `event` is meant where the sheet has no such column."""
    return [draft(row.number, row.cells, event) for row in rows]


def draft(number: int, cells: dict[str, Any], event: str = "") -> Draft:
    """Read one row."""
    at = cells.get
    members = at("members")
    return Draft(
        *(number, at("event") or event, at("entry") or "", at("name") or ""),
        *(at("organisation") or "", _members(members) if members else (), at("person") or ""),
        *(at("status") or "", at("guest") or ""),
    )


def _members(text: str) -> tuple[str, ...]:
    """Split the members of a team: a semicolon, a line end or the Chinese mark stand between them."""
    names = filter(str.strip, re.split(r"[;；、\n]", text))
    return tuple(written(*member_of(name)) for name in names)


def exported(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    """Write entries as rows of the sheet, so that reading them again changes nothing."""
    for entry in entries:
        closed = by_code(entry.event.competition.blind, entry.event.state)
        yield {
            "event": entry.event.code,
            "entry": entry.code,
            "name": entry.name,
            "organisation": entry.organisation.code if entry.organisation else "",
            "members": "; ".join(queries.team_of(entry)) if entry.event.team_size > 1 else "",
            "person": entry.person.number if entry.person else "",
            "status": "" if closed else entry.status.value,
            "guest": "no" if entry.official else "yes",
        }
