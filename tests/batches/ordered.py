"""Batches begun and worked on, for their tests."""

from itertools import count

from skillhub.batches import queries, services, works
from skillhub.batches.models import Batch, BatchItem
from skillhub.batches.queries import Wanted
from skillhub.batches.services import Order
from skillhub.kernel import workers
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db

_serial = count(1)


def begin(
    cup, order="organisation", forced=(), awards=None, key=None, template="award", actor=OPERATOR
):
    chosen = queries.keys_of(cup, Wanted("all")) if awards is None else awards
    wanted = Order(chosen, template, order, [("林致远", "Chair")], dict(forced))
    return services.begin(cup, wanted, actor, now(), key or f"key{next(_serial)}")


def work(batch):
    """Do the next round of a batch; gives its tally."""
    assert workers.run_next(works.WORKS)
    db.session.rollback()
    return queries.tally(db.session.get(Batch, batch.id))


def items(batch):
    rows = db.session.query(BatchItem).filter_by(batch_id=batch.id)
    return rows.order_by(BatchItem.position, BatchItem.id).all()


def names(batch):
    return [item.certificate.facts["holder_name"] for item in items(batch) if item.position]


def files(batch):
    return {path.name: path for path in queries.files(batch, now())}
