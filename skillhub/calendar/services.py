"""Founding series and announcing the next edition as the last one was."""

from __future__ import annotations

from skillhub.calendar import queries
from skillhub.competitions import services as competitions
from skillhub.competitions.models import Competition, ContestSeries
from skillhub.competitions.queries import series_by_code
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.organisations.models import Organisation


@transaction()
def found_series(
    organisation: Organisation, code: str, name: str, name_en: str, actor: Actor
) -> ContestSeries:
    """Found a series of contests."""
    if series_by_code(code):
        wrong = say(N_("There is a series with the code “%(code)s” already."), code=code)
        raise Conflict(wrong, [Problem("code", wrong)])

    series = ContestSeries(code=code, name=name, name_en=name_en, organisation=organisation)
    db.session.add(series)
    act(actor, "calendar.found_series", series)
    return series


@transaction()
def clone(
    source: Competition,
    code: str,
    year: int,
    actor: Actor,
    series: bool = True,
    filing: bool | None = None,
) -> Competition:
    """Announce another edition as the last one was: settings, events and rules; days a year on, nothing else.

    With `series` the two become editions of one, if the source belongs to none yet. It is filed as the last one was,
    unless `filing` says otherwise.
    """
    if year <= source.year:
        wrong = say(N_("Choose a year after %(year)s."), year=source.year)
        raise BadInput(wrong, [Problem("year", wrong)])
    if series and source.series is None:
        source.series = found_series(source.host, *queries.series_words(source), actor)

    values = queries.as_next(source, year)
    if filing is not None:
        values["filing"] = filing
    edition = competitions.announce(source.host, code, values, actor)
    edition.defaults, edition.organisation_ranking = source.defaults, source.organisation_ranking
    edition.events_from_sheet = source.events_from_sheet
    edition.series = source.series
    for event in source.events:
        competitions.plan_event(edition, queries.event_as_next(event, year - source.year), actor)
    act(actor, "calendar.clone", edition, note={"from": source.code})
    return edition


@transaction()
def rename_series(
    series: ContestSeries, version: int, name: str, name_en: str, actor: Actor
) -> None:
    """Give a series another name; its code stays."""
    same_version(series, version)

    series.name, series.name_en = name, name_en
    act(actor, "calendar.rename_series", series)
