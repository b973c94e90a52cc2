"""Questions about batches: what may be chosen, how far a batch is, and where its files lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from skillhub.awards.models import Award, AwardState
from skillhub.batches.models import Batch, BatchItem
from skillhub.batches.rules import ItemState, Paper
from skillhub.certificates import queries as certificates
from skillhub.certificates.models import Certificate, CertificateState
from skillhub.certificates.queries import LIVE, STAFF
from skillhub.competitions.models import Competition, Event
from skillhub.deeds import queries as deeds
from skillhub.entries.models import Entry
from skillhub.honours import queries as honours
from skillhub.honours.rules import Honour
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.settings import settings
from skillhub.organisations.models import Organisation
from skillhub.organisations.queries import below
from skillhub.people.models import Person

KIND = "batches.run"
PER_PAGE = 200
LOOKED_AT = 1000  # before a batch; the rest is looked at by the batch itself


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which awards of a competition are looked for."""

    which: str = "waiting"
    event: int = 0
    unit: int = 0
    words: str = ""


def chosen(competition: Competition, wanted: Wanted) -> Select[Any]:
    """Select the conferred awards that are looked for with their certificates in force, in the order of numbers."""
    both: Any = select(Award, Certificate)
    found: Select[Any] = (
        both.join(Award.event)
        .join(Award.entry)
        .outerjoin(Entry.person)
        .outerjoin(Certificate, (Certificate.award_id == Award.id) & Certificate.state.in_(LIVE))
        .where(Event.competition_id == competition.id, Award.state == AwardState.CONFERRED)
        .order_by(Event.code, Award.position, Award.place, Entry.code, Award.id)
    )
    printed = Certificate.state == CertificateState.ISSUED
    if wanted.which == "waiting":
        found = found.where(or_(Certificate.id.is_(None), ~printed))
    if wanted.which == "issued":
        found = found.where(printed)
    if wanted.event:
        found = found.where(Event.id == wanted.event)
    if wanted.unit:
        found = found.where(Entry.organisation_id == wanted.unit)
    if words := wanted.words.strip():
        named = [Entry.name, Entry.code, Person.name, Person.name_latin, Certificate.number]
        found = found.where(or_(*(c.icontains(words, autoescape=True) for c in named)))
    return found


def page_of(competition: Competition, wanted: Wanted, page: int) -> Pagination:
    """Give a page of what is looked for, each award with its certificate or None."""
    found = chosen(competition, wanted).options(*deeds.loading())
    number = min(max(page, 1), 10**6)
    return Chosen(
        select=found, page=number, per_page=PER_PAGE, max_per_page=PER_PAGE, error_out=False
    )


class Chosen(Pagination):
    """A page of pairs: the one of the extension keeps the first of each only."""

    def _query_items(self) -> list[Any]:
        some = self._query_args["select"].limit(self.per_page).offset(self._query_offset)
        return list(db.session.execute(some).unique().all())

    def _query_count(self) -> int:
        whole = self._query_args["select"].order_by(None).with_only_columns(Award.id).subquery()
        return db.session.scalar(select(func.count()).select_from(whole)) or 0


def unnumbered(competition: Competition, wanted: Wanted) -> Sequence[Award]:
    """Give the awards that are looked for and have no number yet, as many as are looked at before a batch."""
    found = chosen(competition, wanted).where(Certificate.id.is_(None)).with_only_columns(Award)
    some = found.options(*deeds.loading()).limit(LOOKED_AT)
    awards: Sequence[Award] = db.session.scalars(some).unique().all()
    return awards


def keys_of(competition: Competition, wanted: Wanted) -> list[int]:
    """Give the awards that are looked for, by key."""
    return list(db.session.scalars(chosen(competition, wanted).with_only_columns(Award.id)))


def counts(competition: Competition) -> dict[str, int]:
    """Count the awards of a competition: those that wait for their paper, and those that have it."""
    rows = chosen(competition, Wanted("all")).order_by(None)
    states = rows.with_only_columns(Certificate.state, func.count()).group_by(Certificate.state)
    tally = {state: n for state, n in db.session.execute(states)}  # noqa: C416  (rows are no pairs to a type checker)
    issued = tally.get(CertificateState.ISSUED, 0)
    return {"waiting": sum(tally.values()) - issued, "issued": issued, "all": sum(tally.values())}


def units_of(competition: Competition) -> Sequence[Organisation]:
    """Give the units whose people have an award in a competition."""
    rows = (
        chosen(competition, Wanted("all")).order_by(None).with_only_columns(Entry.organisation_id)
    )
    held = select(Organisation).where(Organisation.id.in_(rows)).order_by(Organisation.name)
    return db.session.scalars(held).all()


def path_of(batch_id: int, **_: object) -> str:
    """Give the path of the organisation whose competition a batch is about."""
    return get_or_404(Batch, batch_id).competition.host.path


def by_key(key: str) -> Batch | None:
    """Find the batch that was asked for with a key."""
    return db.session.scalar(select(Batch).where(Batch.key == key))


def of(competition: Competition, most: int = 5) -> Sequence[Batch]:
    """Give the latest batches of a competition."""
    own = select(Batch).where(Batch.competition_id == competition.id)
    latest = own.order_by(Batch.id.desc()).limit(most).options(joinedload(Batch.job))
    return db.session.scalars(latest).all()


def listed(actor: Actor, page: int) -> Pagination:
    """List the batches a reader may see, the latest first."""
    rows = select(Batch).join(Batch.competition).join(Competition.host)
    seen = rows.where(below(actor.paths((*STAFF, Role.AUDITOR)))).order_by(Batch.id.desc())
    with_job = seen.options(joinedload(Batch.job), joinedload(Batch.competition))
    return db.paginate(with_job, page=min(max(page, 1), 10**6), per_page=50, error_out=False)


def tally(batch: Batch) -> Counter[str]:
    """Count the papers of a batch by how far they are."""
    return tallies([batch])[batch.id]


def tallies(batches: Sequence[Batch]) -> dict[int, Counter[str]]:
    """Count the papers of batches by how far they are: all, and done, too."""
    found: dict[int, Counter[str]] = {batch.id: Counter() for batch in batches}
    rows = select(BatchItem.batch_id, BatchItem.state, func.count()).where(
        BatchItem.batch_id.in_(found)
    )
    for key, state, n in db.session.execute(rows.group_by(BatchItem.batch_id, BatchItem.state)):
        found[key][state.value] = n
    for own in found.values():
        own["all"] = sum(own.values())
        own["done"] = own["all"] - own[ItemState.QUEUED] - own[ItemState.FAILED]
    return found


def _items(batch: Batch) -> Select[BatchItem]:
    return select(BatchItem).where(BatchItem.batch_id == batch.id)


def failures(batch: Batch, most: int = 200) -> Sequence[BatchItem]:
    """Give the papers that could not be printed, with their reasons."""
    bad = (
        _items(batch).where(BatchItem.state == ItemState.FAILED).order_by(BatchItem.id).limit(most)
    )
    loading = joinedload(BatchItem.award).options(*deeds.loading())
    return (
        db.session.scalars(bad.options(loading, joinedload(BatchItem.certificate))).unique().all()
    )


def forced(batch: Batch, most: int = 200) -> Sequence[BatchItem]:
    """Give the papers that somebody wanted although the look found something."""
    rows = _items(batch).where(BatchItem.forced_why != "").order_by(BatchItem.id).limit(most)
    loading = joinedload(BatchItem.award).joinedload(Award.entry)
    return db.session.scalars(rows.options(loading, joinedload(BatchItem.certificate))).all()


def queued(batch: Batch) -> list[int]:
    """Give the papers that are still to be printed, in the order in which numbers are given."""
    rows = (
        _items(batch)
        .outerjoin(BatchItem.award)
        .outerjoin(Award.event)
        .outerjoin(Award.entry)
        .where(BatchItem.state == ItemState.QUEUED)
        .order_by(Event.code, Award.position, Award.place, Entry.code, Award.id, BatchItem.id)
    )
    return list(db.session.scalars(rows.with_only_columns(BatchItem.id)))


def some(keys: Sequence[int]) -> list[BatchItem]:
    """Load some papers with what their awards say, in the order of the keys."""
    loading = joinedload(BatchItem.award).options(*deeds.loading())
    rows = select(BatchItem).where(BatchItem.id.in_(keys)).options(loading)
    found = {item.id: item for item in db.session.scalars(rows).unique()}
    return [found[key] for key in keys if key in found]


def live(items: Sequence[BatchItem]) -> dict[Any, Certificate]:
    """Give the certificates in force, or with a number, of what some papers are for."""
    awards = [item.award_id for item in items if item.award_id]
    rows = select(Certificate).where(Certificate.award_id.in_(awards), Certificate.state.in_(LIVE))
    found: dict[Any, Certificate] = {row.award_id: row for row in db.session.scalars(rows)}
    return found | certificates.live_of([item.subject for item in items if item.subject])


def honours_of(batch: Batch, items: Sequence[BatchItem], day: date) -> dict[str, Honour]:
    """Give what papers beside awards say today, by subject."""
    subjects = {item.subject for item in items if item.subject}
    if not batch.paper or not subjects:
        return {}
    return honours.some(honours.kind_of(batch.paper), batch.competition, day, subjects)


def papers(batch: Batch) -> list[Paper]:
    """Give what is printed and in force, as it is put in order."""
    rows = (
        select(BatchItem, Certificate, Award, Event.code)
        .join(BatchItem.certificate)
        .outerjoin(BatchItem.award)
        .outerjoin(Award.event)
        .where(BatchItem.batch_id == batch.id, BatchItem.state == ItemState.RENDERED)
        .where(Certificate.state == CertificateState.ISSUED)
    )
    return [
        Paper(
            key=item.id,
            event=code or "",
            level=award.position if award else 0,
            on_top=award.on_top if award else False,
            place=award.place if award else None,
            name=str(paper.facts.get("holder_name", "")),
            organisation=str(paper.facts.get("organisation", "")),
            turn=(paper.series_id, paper.serial),
        )
        for item, paper, award, code in db.session.execute(rows)
    ]


def plan(batch: Batch) -> list[Any]:
    """Give what goes into the files of a batch, in its order: certificate, serial, number, facts."""
    columns = (Certificate.id, Certificate.serial, Certificate.number, Certificate.facts)
    rows = (
        select(*columns)
        .join(BatchItem, BatchItem.certificate_id == Certificate.id)
        .where(BatchItem.batch_id == batch.id, BatchItem.position.is_not(None))
        .where(Certificate.state == CertificateState.ISSUED)
        .order_by(BatchItem.position)
    )
    return list(db.session.execute(rows))


def certificates_of(batch: Batch) -> Select[Any]:
    """Select the certificates that the papers of a batch have, by key."""
    kept = BatchItem.certificate_id.is_not(None)
    return select(BatchItem.certificate_id).where(BatchItem.batch_id == batch.id, kept)


def folder_of(batch: Batch) -> Path:
    """Give the place of a batch's files."""
    return settings.instance / "prints" / f"batch-{batch.id}"


def files(batch: Batch, moment: datetime) -> list[Path]:
    """Give the files of a batch that may still be fetched: the whole ones first, then the pieces."""
    if batch.files_until is None or batch.files_until <= moment:
        return []
    found = [path for path in folder_of(batch).glob("*.*") if path.suffix in {".pdf", ".zip"}]
    return sorted(found, key=lambda path: (path.stem != "all", path.suffix, path.name))
