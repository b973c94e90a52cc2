"""The sample year: a made-up district's files go the way real ones go, and every step is printed."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import click

from skillhub.accounts import queries as accounts
from skillhub.awards import queries as award_queries
from skillhub.awards import services as awards
from skillhub.certificates import works
from skillhub.cli import hats, season
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Competition
from skillhub.designs import queries as designs
from skillhub.eligibility import services as eligibility
from skillhub.entries import services as entries
from skillhub.entries import sheet as entry_sheet
from skillhub.incentives import services as incentives
from skillhub.kernel.access import OPERATOR, Actor
from skillhub.kernel.db import transaction
from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_, say
from skillhub.kernel.settings import settings
from skillhub.kernel.sheets import Table, load
from skillhub.marking import queries as marking
from skillhub.marking import services as marks
from skillhub.marking import sheet as mark_sheet
from skillhub.organisations import queries as organisations
from skillhub.organisations import services as organisation_services
from skillhub.people import queries as people
from skillhub.people import services as people_services
from skillhub.people import sheet as roster
from skillhub.qualifications import services as qualifications
from skillhub.results import services as results

FILES = Path(__file__).parents[1] / "sample" / "northside"
POLICIES = Path(__file__).parents[1] / "sample" / "policies"
SIGNED_BY = (("周志远", "北区总工会主席"), ("Tang Shulan", "评审委员会主任"))
HELD = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
TAKEN = date(2026, 11, 20)  # the day on which the lists were taken over
CITY = datetime(2025, 10, 18, 9, 0, tzinfo=UTC)
WORKSHOP = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)


def load_once() -> None:
    """Load the sample year if it is not there, do the main job on it, and say how to sign in.

    What an interrupted run has done is not done again.
    """
    if competitions.by_code("workshop2026") is None:
        _begin()
        _city()
        _district()
        _workshop()
    season.load()
    hats.tell()


def _begin() -> None:
    """Bring in units, people, what they hold, the policies and the accounts."""
    if organisations.by_code("north") is None:
        with transaction():
            for row in _rows("units.csv"):
                parent = organisations.find(row["parent"] or "root")
                organisation_services.found(parent, row, OPERATOR)
    table = load((FILES / "roster.csv").read_bytes(), "roster.csv", roster.COLUMNS)
    importer = roster.importer(OPERATOR, TAKEN)
    preview = importer.compare(_whole(table))
    if preview.counts["new"]:  # type: ignore[index]  # a StrEnum is its word
        importer.write(preview, {"file": "roster.csv"})
    click.echo(
        f"roster.csv: {len(table.rows)} people of {len(list(_rows('units.csv')))} organisations"
    )
    _facts()
    hats.open_accounts()


@transaction()
def _facts() -> None:
    """Enter insured months, qualifications, attestations and policies."""
    numbers = {person.number: person for person in people.everybody()}
    for row in _rows("insured.csv"):
        known_to = date.fromisoformat(row["known_to"])
        since = date.fromisoformat(row["since"])
        people_services.insure(
            numbers[row["number"]], row["kind"], since, known_to, OPERATOR, source="sample"
        )
    held = list(_rows("qualifications.csv"))
    for row in held:
        qualifications.take(numbers[row["number"]], row, OPERATOR, TAKEN)
    day = date(2026, 6, 1)
    eligibility.attest(
        numbers["417"], "no_violation", answer=True, day=day, reason="", actor=OPERATOR
    )
    owner = organisations.find("north")
    for file in sorted(POLICIES.glob("*.toml")):
        incentives.adopt_text(owner, file.read_text(encoding="utf-8"), OPERATOR, HELD)
    click.echo(
        f"qualifications.csv: {len(held)} qualifications; {len(list(POLICIES.glob('*.toml')))} policies"
    )


def _city() -> None:
    """Bring in last year's contest from one sheet of results."""
    competition = _announced("city2025")
    if not _is_open(competition):
        return _conclude(competition, CITY)
    content = (FILES / "city2025-results.csv").read_bytes()
    table = _whole(load(content, "city2025-results.csv", mark_sheet.columns(competition)))
    drafts = mark_sheet.drafts(table.rows, mark_sheet.components(competition))
    marks.import_sheet(competition, drafts, "city2025-results.csv", OPERATOR, CITY, create=True)
    click.echo(f"city2025-results.csv: results of {len(drafts)} entries")
    return _conclude(competition, CITY)


def _district() -> None:
    """Do the main job: import, rank, confer, issue, print."""
    competition = _announced("district2026")
    if _is_open(competition):
        _enter(competition, "district2026-entries.csv")
        _mark(competition, "district2026-marks.xlsx", HELD)
        _confirm(competition, HELD)
    _conclude(competition, HELD)


def _workshop() -> None:
    """Leave a contest half way, for the organiser and the checker to go on with."""
    competition = _announced("workshop2026")
    _enter(competition, "workshop2026-entries.csv")
    _mark(competition, "workshop2026-marks.csv", WORKSHOP)


def _is_open(competition: Competition) -> bool:
    return all(not event.closed for event in competition.events)


def _announced(code: str) -> Competition:
    """Announce a contest by whoever stands above its host, so that its tier counts."""
    text = (FILES / f"{code}.toml").read_text(encoding="utf-8")
    return awards.load(text, OPERATOR).competition


def _enter(competition: Competition, name: str) -> None:
    table = _whole(load((FILES / name).read_bytes(), name, entry_sheet.COLUMNS))
    plan = entries.import_sheet(
        competition, entry_sheet.drafts(table.rows), name, _actor("organiser")
    )
    click.echo(f"{name}: {len(plan.rows)} entries in {len(competition.events)} events")


def _mark(competition: Competition, name: str, moment: datetime) -> None:
    table = _whole(load((FILES / name).read_bytes(), name, mark_sheet.columns(competition)))
    drafts = mark_sheet.drafts(table.rows, mark_sheet.components(competition))
    marks.import_sheet(competition, drafts, name, _actor("organiser"), moment)
    click.echo(f"{name}: marks of {len(drafts)} entries")


def _confirm(competition: Competition, moment: datetime) -> None:
    for event in competition.events:
        seen = {sheet.id: sheet.version for sheet in marking.to_check(event)}
        if seen:
            marks.confirm(event, seen, _actor("checker"), moment)


def _conclude(competition: Competition, moment: datetime) -> None:
    """Make every event final, confer its awards, issue and print the certificates."""
    organiser, conferred = _actor("organiser"), 0
    for event in competition.events:
        if not event.closed:
            results.finalise(event, organiser.name, organiser, moment)
        if not award_queries.of(competition, event):
            conferred += len(awards.confer(event, organiser, moment, moment.date()))
    click.echo(
        f"{competition.code}: {len(competition.events)} events final, {conferred} awards conferred"
    )
    template, printer = designs.template_named("award"), _actor("printer")
    issuing = works.Issuing(competition, None, template, printer, SIGNED_BY)
    _follow(issuing.steps(), "issuing")
    for finding in [*issuing.left_out, *issuing.failed]:
        click.echo(f"  left out: {finding}")
    path = settings.instance / "print" / f"{competition.code}.pdf"
    printing = works.Printing(competition, None, "organisation", path, printer)
    _follow(printing.steps(), "printing")
    click.echo(
        f"{competition.code}: {issuing.issued} certificates issued, {printing.printed} printed to {path}"
    )


def _follow(steps: works.Steps, what: str) -> None:
    """Do a long work and show how far it is, where somebody watches."""
    for done, total in steps:
        if sys.stderr.isatty():
            click.echo(f"\r  {what}: {done} of {total}", nl=done == total, err=True)


def _actor(login: str) -> Actor:
    return accounts.actor_of(login)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FILES / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _whole(table: Table) -> Table:
    """Give a table that was read without a problem."""
    if not table.ok:
        raise Conflict(say(N_("A sample file could not be read.")), table.problems)
    return table
