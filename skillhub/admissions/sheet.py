"""The sheet of registrations: its columns, what a unit's file would do, and the list as a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from skillhub.admissions import queries
from skillhub.competitions.models import Event
from skillhub.entries.rules import wrong_team
from skillhub.kernel.errors import BadInput
from skillhub.kernel.exact import day_of
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.sheets import Change, Column, Preview, PreviewRow, Row, load
from skillhub.organisations.models import Organisation
from skillhub.people.models import Person
from skillhub.registrations import queries as registrations
from skillhub.registrations.models import Registration
from skillhub.registrations.queries import Asking
from skillhub.registrations.rules import LIVE, STATES
from skillhub.results import queries as results

KEY = Column(
    "key",
    N_("Key"),
    kind="code",
    aliases=("external key", "serial", "序号", "报名序号"),
    note=N_("Your own number of the row; a file sent again is known by it."),
)
PERSON = Column(
    "person",
    N_("Worker number"),
    kind="code",
    required=True,
    aliases=("worker", "工号", "职工编号"),
)
NAME = Column(
    "name",
    N_("Name"),
    kind="name",
    aliases=("姓名", "选手"),
    note=N_("Compared with the person of that number, so that no number is mistyped."),
)
TEAM = Column("team", N_("Team"), kind="name", aliases=("队名", "代表队"))
COLUMNS = (KEY, PERSON, NAME, TEAM)
REFERENCE = Column("reference", N_("Reference"), kind="code")
UNIT = Column("unit", N_("Unit"), kind="name")
STATE = Column("state", N_("State"), kind="text")
WHY = Column("why", N_("Reason"), kind="text")
EXPORTED = (REFERENCE, KEY, PERSON, NAME, TEAM, UNIT, STATE, WHY)


@dataclass(slots=True)
class Plan:
    """What a file would do: the preview of its rows, and who would be registered."""

    preview: Preview = field(default_factory=Preview)
    asking: list[Asking] = field(default_factory=list)


def plan(unit: Organisation, event: Event, rows: Sequence[Row], moment: datetime) -> Plan:
    """Compare a file with what is registered: each row is new, there already, or has a problem with its remedy."""
    staff = queries.roster(unit, day_of(moment, event.competition.host.zone))
    known = {p.number: p for p in staff if p.number}
    live = [r for r in registrations.in_event(event) if r.state in LIVE]
    here = {p.person_id: r for r in live for p in r.people}
    keys = {r.external: r for r in live if r.external}
    asked = [known[n].id for row in rows if (n := row.cells.get("person")) in known]
    found = registrations.findings(event, asked, moment)
    made, teams = Plan(), dict[str, list[Person]]()
    seen: set[int] = set()
    for row in rows:
        person = known.get(row.cells.get("person") or "")
        why = _wrong(row.cells, person, here, keys, seen)
        if why is None and person and person.id not in here:
            why = found[person.id].refusal if not _waits(found[person.id]) else None
        if person:
            seen.add(person.id)
        change = (
            Change.PROBLEM if why else Change.SAME if person and person.id in here else Change.NEW
        )
        problems = (Problem(str(say(N_("row %(n)s"), n=row.number)), why),) if why else ()
        made.preview.rows.append(PreviewRow(row.number, change, dict(row.cells), {}, problems))
        if change is Change.NEW and person:
            _ask(made, teams, row.cells, person)
    _with_their_team(made)
    _of_wrong_size(made, event, teams)
    made.asking += [Asking(tuple(team), name) for name, team in teams.items()]
    return made


def written(filename: str, content: bytes) -> list[dict[str, str]]:
    """Give the rows of a unit's file as they are written, right or wrong; raises BadInput for no table at all."""
    if not content.strip():
        raise BadInput(say(N_("Choose a file, or paste cells.")))
    table = load(content, filename, [replace(c, required=False) for c in COLUMNS])
    if table.questions or table.matching is None or not table.rows:
        found = table.problems or [Problem("", q.message) for q in table.questions]
        text = say(N_("The rows of this file could not be read. Name its columns as below."))
        raise BadInput(text, found)
    return [{name: str(value or "") for name, value in row.cells.items()} for row in table.rows]


def _of_wrong_size(made: Plan, event: Event, teams: Mapping[str, Sequence[Person]]) -> None:
    """A team that is too small or too large, or a team where there are none, has that problem in every row."""
    rule = results.ranking_of(event).team if teams else None
    for name, team in teams.items():
        why = wrong_team(len(team), event.team_size, rule) if rule else None
        for n, row in enumerate(made.preview.rows):
            if why and row.cells.get("team") == name and row.change is Change.NEW:
                wrong = Problem(str(say(N_("row %(n)s"), n=row.number)), why)
                made.preview.rows[n] = replace(row, change=Change.PROBLEM, problems=(wrong,))


def _with_their_team(made: Plan) -> None:
    """A team comes in whole or not at all: where one of its rows is bad, so are the others."""
    bad = {r.cells.get("team") for r in made.preview.rows if r.change is Change.PROBLEM} - {
        None,
        "",
    }
    text = N_("somebody else of team %(team)s cannot be registered; a team comes in whole")
    for n, row in enumerate(made.preview.rows):
        team = row.cells.get("team")
        if team in bad and row.change is Change.NEW:
            wrong = Problem(str(say(N_("row %(n)s"), n=row.number)), say(text, team=team))
            made.preview.rows[n] = replace(row, change=Change.PROBLEM, problems=(wrong,))


def _ask(
    made: Plan, teams: dict[str, list[Person]], cells: Mapping[str, Any], person: Person
) -> None:
    if cells.get("team"):
        teams.setdefault(cells["team"], []).append(person)
    else:
        made.asking.append(Asking((person,), "", cells.get("key") or None))


def _waits(finding: registrations.Finding) -> bool:
    return finding.verdict.answer.value == "waiting"


def _wrong(
    cells: Mapping[str, Any],
    person: Person | None,
    here: Mapping[int, Registration],
    keys: Mapping[str, Registration],
    seen: set[int],
) -> Message | None:
    """Say what is wrong with a row, and how it is mended."""
    if person is None:
        text = N_(
            "nobody of this unit has the number “%(number)s”; mend it, or add the person first"
        )
        return say(text, number=cells.get("person") or "")
    if cells.get("name") and cells["name"] != person.name:
        text = N_("the number %(number)s belongs to %(name)s; mend the number or the name")
        return say(text, number=person.number, name=person.name)
    if person.id in seen:
        return say(N_("this worker stands in the file twice; keep one row"))
    known = keys.get(cells.get("key") or "")
    if known and person.id not in {p.person_id for p in known.people}:
        text = N_("the key %(key)s is that of %(reference)s already; give this row another one")
        return say(text, key=cells["key"], reference=known.reference)
    return None


def exported(rows: Iterable[Registration]) -> Iterator[dict[str, Any]]:
    """Write registrations as rows of the sheet, one for each person."""
    for row in rows:
        for registrant in row.people:
            refusal = Message.from_json(row.refusal) if row.refusal else ""
            yield {
                "reference": row.reference,
                "key": row.external or "",
                "person": registrant.person.number or "",
                "name": registrant.person.name,
                "team": row.name if len(row.people) > 1 else "",
                "unit": row.unit.name if row.unit else "",
                "state": STATES[row.state],
                "why": str(refusal),
            }
