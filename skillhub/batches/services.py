"""Beginning a batch, numbering its papers, marking what became of them, trying again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import update

from skillhub.batches import queries, rules
from skillhub.batches.models import Batch, BatchItem
from skillhub.batches.rules import ItemState
from skillhub.certificates import services as certificates
from skillhub.certificates.models import CertificateState
from skillhub.competitions.models import Competition
from skillhub.honours import services as honours
from skillhub.honours.rules import KINDS
from skillhub.kernel import jobs
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, insert_many, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.jobs import OPEN, JobState
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.paper import Template


@dataclass(frozen=True, slots=True)
class Order:
    """Whose papers are wanted, on which template, in which order, signed by whom.

    `whose` are awards, or subjects of the kind of paper that `paper` names. `forced` gives the reason for each that
    shall be printed although the look has a warning.
    """

    whose: Sequence[int | str]
    template: str
    arrangement: str = "organisation"
    signatories: Sequence[tuple[str, str]] = ()
    forced: Mapping[Any, str] = field(default_factory=dict)
    paper: str = ""


@transaction()
def begin(
    competition: Competition, order: Order, actor: Actor, moment: datetime, key: str
) -> Batch:
    """Order the papers of some awards; with the same key again it is the same batch. Nothing is looked at yet."""
    if known := queries.by_key(key):
        return known
    if any(not why.strip() for why in order.forced.values()):
        raise BadInput(say(N_("Say why these are printed although something was found.")))
    if not order.whose:
        raise BadInput(say(N_("Nothing is chosen. Tick whose certificates are to be printed.")))

    batch = Batch(
        key=key,
        competition=competition,
        paper=order.paper,
        template=order.template,
        arrangement=order.arrangement if order.arrangement in rules.ORDERS else "organisation",
        signatories=[list(pair) for pair in order.signatories],
        operator=actor.name or actor.login,
        begun_at=moment,
    )
    db.session.add(batch)
    db.session.flush()
    new = {"batch_id": batch.id, "state": ItemState.QUEUED}
    whose = dict.fromkeys(order.whose)
    for_what = [
        {"award_id": None, "subject": key} if order.paper else {"award_id": key, "subject": ""}
        for key in whose
    ]
    reasons = [order.forced.get(key, "") for key in whose]
    insert_many(
        BatchItem,
        [new | own | {"forced_why": why} for own, why in zip(for_what, reasons, strict=True)],
    )
    why = "; ".join(dict.fromkeys(order.forced.values()))
    counted = {"papers": len(whose), "forced": len(order.forced)}
    act(actor, "batches.begin", batch, why=why, note=counted)
    _work(batch, actor, moment)
    return batch


@transaction()
def number(
    batch: Batch,
    items: Sequence[BatchItem],
    ready: Mapping[Any, Any],
    template: Template,
    actor: Actor,
    moment: datetime,
    day: date,
) -> None:
    """Number what was found ready, and tie the papers to the certificates that are there now for what they are for."""
    if ready:
        signed = [(name, office) for name, office in batch.signatories]
        how = (ready, template, actor, moment, day, signed)
        if batch.paper:
            honours.number(batch.competition, KINDS[batch.paper], *how)
        else:
            certificates.reserve(batch.competition, *how)
    found = queries.live(items)
    for item in items:
        paper = found.get(item.whose)
        item.certificate_id = paper.id if paper else None
        if paper and paper.state is CertificateState.ISSUED:
            item.state = ItemState.RENDERED


@transaction()
def mark(batch: Batch, printed: Sequence[int], refused: Mapping[int, Message]) -> None:
    """Note what became of papers, by certificate."""
    own = update(BatchItem).where(
        BatchItem.batch_id == batch.id, BatchItem.state == ItemState.QUEUED
    )
    done = own.where(BatchItem.certificate_id.in_(printed))
    db.session.execute(done.values(state=ItemState.RENDERED))
    for certificate, why in refused.items():
        bad = own.where(BatchItem.certificate_id == certificate)
        db.session.execute(bad.values(state=ItemState.FAILED, problem=why.as_json()))


@transaction()
def leave_out(refused: Mapping[int, Message]) -> None:
    """Note why papers get no number, by item."""
    for key, why in refused.items():
        bad = update(BatchItem).where(BatchItem.id == key, BatchItem.state == ItemState.QUEUED)
        db.session.execute(bad.values(state=ItemState.FAILED, problem=why.as_json()))


@transaction()
def arrange(batch: Batch) -> None:
    """Give every printed paper its place in the files."""
    papers = rules.arranged(queries.papers(batch), batch.arrangement)
    own = update(BatchItem).where(BatchItem.batch_id == batch.id)
    db.session.execute(own.values(position=None))
    places = [{"id": paper.key, "position": n} for n, paper in enumerate(papers, 1)]
    if places:
        db.session.execute(update(BatchItem), places)


@transaction()
def put_out(batch: Batch, papers: int, until: datetime, actor: Actor) -> None:
    """Say until when the files of a batch may be fetched."""
    batch.files_until = until
    act(actor, "batches.put_out", batch, note={"papers": papers})


@transaction()
def retry(batch: Batch, keys: Sequence[int], actor: Actor, moment: datetime) -> int:
    """Try the failed papers again, those with these keys or all, and make the files anew; gives how many."""
    _refuse_open(batch)
    failed = update(BatchItem).where(
        BatchItem.batch_id == batch.id, BatchItem.state == ItemState.FAILED
    )
    chosen = failed.where(BatchItem.id.in_(keys)) if keys else failed
    again = chosen.values(state=ItemState.QUEUED, problem=None).returning(BatchItem.id)
    tried = len(db.session.execute(again).all())
    act(actor, "batches.retry", batch, note={"papers": tried})
    _work(batch, actor, moment)
    return tried


@transaction()
def renew(batch: Batch, actor: Actor, moment: datetime) -> None:
    """Make the files of a batch anew, from the kept papers."""
    _refuse_open(batch)
    act(actor, "batches.renew", batch)
    _work(batch, actor, moment)


def _refuse_open(batch: Batch) -> None:
    if batch.job and batch.job.state in (*OPEN, JobState.PAUSED):
        raise Conflict(say(N_("This batch is still at work. Wait for its end, or cancel it.")))


def _work(batch: Batch, actor: Actor, moment: datetime) -> None:
    """Put a round of work in the line, in this write unit."""
    key = f"{queries.KIND}:{batch.id}:{moment.isoformat()}"
    path = batch.competition.host.path
    batch.job_id = jobs.ask(queries.KIND, {"batch": batch.id}, path, actor, moment, key)
    act(actor, "batches.work", batch)
