"""Whether numbers, register, kept files and batches agree: silent when they do, else each difference is named."""

import shutil

import pytest
from sqlalchemy import text

from skillhub.batches import queries, works
from skillhub.batches.models import Batch
from skillhub.certificates import works as printing
from skillhub.cli.reconcile import differences
from skillhub.kernel import workers
from skillhub.kernel.db import db
from skillhub.kernel.pdf import Press
from tests.batches import ordered
from tests.certificates import awarded


@pytest.fixture
def batch(root):
    cup = awarded.competition(root, ("李伟", "Ana"))
    made = ordered.begin(cup)
    assert workers.run_next(works.WORKS)
    return made


def spoilt(*statements):
    db.session.rollback()
    with db.engine.begin() as link:
        for statement in statements:
            link.execute(text(statement))


def test_all_agree_and_whatever_does_not_is_named(batch):
    assert works.Press is printing.Press is Press
    assert list(differences()) == []

    spoilt("UPDATE series SET last = 3")
    assert [one.partition(": ")[2] for one in differences()] == ["number 3 is in no row"]
    spoilt("UPDATE series SET last = 2")

    spoilt("DROP INDEX uq_certificates_one_valid", "UPDATE certificates SET award_id = 1")
    assert list(differences()) == ["award 1 has more than one number in force"]
    spoilt("UPDATE certificates SET award_id = 2 WHERE serial = 2")

    spoilt("UPDATE certificates SET pdf_sha256 = '0' WHERE serial = 1")
    assert ["damaged" in one for one in differences()] == [True]
    shutil.rmtree(queries.folder_of(db.session.get(Batch, batch.id)))
    spoilt("UPDATE batch_items SET state = 'queued' WHERE award_id = (SELECT min(id) FROM awards)")
    found = "\n".join(differences())
    assert "1 papers still wait" in found
    assert "its files are gone before their time" in found
