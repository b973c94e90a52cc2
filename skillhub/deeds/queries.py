"""Questions about deeds: what the awards would say today, and what stops them from being printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from skillhub.appeals import queries as appeals
from skillhub.appeals.queries import HELD
from skillhub.awards.models import Award
from skillhub.competitions.models import Competition, Event
from skillhub.deeds import rules
from skillhub.deeds.rules import Deed, Named
from skillhub.entries.models import Entry, TeamMember
from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.paper import Template
from skillhub.kernel.preflight import preflight
from skillhub.results.models import ResultLine

Facts = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """An award whose certificate cannot be printed as it is, and why."""

    award: Award
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class Proof:
    """What a look before the batch found: what is ready, with its facts, what is not, and what is to be asked about.

    `doubts` are among what is ready: it can be printed, but whoever prints many wants to know.
    """

    ready: dict[int, Facts] = field(default_factory=dict)  # by award
    findings: list[Finding] = field(default_factory=list)
    doubts: list[Finding] = field(default_factory=list)

    @property
    def problems(self) -> list[Problem]:
        """Give the findings one by one, each with whose award it is."""
        return [
            Problem(
                f"{f.award.event.code}/{f.award.entry.code} {f.award.entry.name}",
                p.message,
                p.severity,
            )
            for f in self.findings
            for p in f.problems
        ]


def loading() -> tuple[Any, ...]:
    """Load what a deed is made of along with awards."""
    return (
        joinedload(Award.event).joinedload(Event.competition).joinedload(Competition.host),
        joinedload(Award.entry).joinedload(Entry.person),
        joinedload(Award.entry).joinedload(Entry.organisation),
        joinedload(Award.entry).selectinload(Entry.members).joinedload(TeamMember.person),
    )


def _deed_of(award: Award, fields: Mapping[int, int]) -> Deed:
    """Put together what a certificate of an award says today; `fields` counts the ranked of each result."""
    entry, event = award.entry, award.event
    competition, host, unit = event.competition, event.competition.host, entry.organisation
    person = entry.person
    return Deed(
        holder=person.name if person else entry.name,
        holder_latin=person.name_latin if person else "",
        members=tuple(
            member.person.name if member.person else member.name
            for member in entry.members
            if not member.reserve
        ),
        organisation=Named(unit.name, unit.name_en) if unit else Named(""),
        competition=Named(competition.name, competition.name_en),
        event=Named(event.name, event.name_en),
        award=Named(award.title, award.title_en),
        place=award.place,
        field=fields.get(award.result_version_id, 0),
        awarded_on=award.awarded_on,
        venue=competition.place,
        issuer=Named(host.name, host.name_en),
        first_day=competition.starts_on,
        last_day=competition.ends_on,
        members_latin=tuple(
            (member.person.name_latin or member.person.name) if member.person else member.name
            for member in entry.members
            if not member.reserve
        ),
    )


def _fields_of(awards: Sequence[Award]) -> dict[int, int]:
    """Count the ranked entries of the results that awards rest on."""
    versions = {award.result_version_id for award in awards}
    counted = (
        select(ResultLine.result_version_id, func.count())
        .where(ResultLine.result_version_id.in_(versions), ResultLine.rank.is_not(None))
        .group_by(ResultLine.result_version_id)
    )
    return {version: n for version, n in db.session.execute(counted)}  # noqa: C416  (rows are no pairs to a type checker)


def facts_of(awards: Sequence[Award]) -> dict[int, dict[str, str | list[str]]]:
    """Give the facts of awards as they are today, by award."""
    fields = _fields_of(awards)
    return {award.id: rules.facts_of(_deed_of(award, fields)) for award in awards}


def held(awards: Sequence[Award]) -> set[int]:
    """Tell which awards get no number yet: somebody objects to the result."""
    asked = appeals.held({award.entry_id for award in awards})
    return {award.id for award in awards if award.entry_id in asked}


def waiting(awards: Sequence[Award]) -> set[int]:
    """Tell which awards get no paper yet: those held, and those whose corrected result is laid open again."""
    return held(awards) | {award.id for award in awards if award.event.announced}


def refuse_waiting(awards: Sequence[Award]) -> None:
    """Refuse to print or hand out what waits for a decision."""
    if waiting(awards):
        raise Conflict(say(HELD))


def proof(awards: Sequence[Award], template: Template, on_paper: Callable[[Award], Facts]) -> Proof:
    """Look before a batch: find characters without a glyph, texts too long, and what is missing.

    `on_paper` gives what stands on the paper beside the deed, such as a number of the usual length. What somebody
    objects to is held until it is decided.
    """
    found, facts, objected = Proof(), facts_of(awards), held(awards)
    for award in awards:
        problems = preflight(template, facts[award.id] | dict(on_paper(award)))
        if award.id in objected:
            problems = [Problem("", say(HELD)), *problems]
        if problems:
            found.findings.append(Finding(award, tuple(problems)))
        else:
            found.ready[award.id] = facts[award.id]
            seldom = tuple(doubts(template, facts[award.id]))
            found.doubts += [Finding(award, seldom)] if seldom else []
    return found


def doubts(template: Template, facts: Facts) -> Iterator[Problem]:
    """Find what can be printed and is still seldom meant: nobody stands behind the one who won."""
    if "organisation" in template.about.facts and not facts.get("organisation"):
        text = N_("No unit is known: the paper would be printed without one.")
        yield Problem("organisation", say(text), "warning")
