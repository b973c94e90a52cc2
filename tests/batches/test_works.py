"""A batch from its beginning to its files, with the real press: stopped, broken off, tried again."""

import email
import time
import zipfile
from dataclasses import replace
from datetime import timedelta
from email import policy

import pikepdf
import pypdfium2
import pytest

from skillhub.batches import queries, services, works
from skillhub.batches.models import Batch, BatchItem
from skillhub.batches.rules import ItemState
from skillhub.certificates import queries as certificates
from skillhub.certificates import services as papers
from skillhub.certificates.models import Certificate
from skillhub.kernel import jobs, journal, mail, prints, workers
from skillhub.kernel.access import OPERATOR, Actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.jobs import JobState
from skillhub.kernel.pdf import Press, RenderRefused
from skillhub.kernel.settings import settings
from tests import make
from tests.batches import ordered
from tests.certificates import awarded

pytestmark = pytest.mark.postgres


def fresh(batch):
    db.session.rollback()
    return db.session.get(Batch, batch.id)


def texts(path):
    pdf = pypdfium2.PdfDocument(path)
    found = ["".join(page.get_textpage().get_text_bounded().split()) for page in pdf]
    pdf.close()
    return found


def failing(monkeypatch, name):
    whole = Press.stamped

    def fail_one(press, template, facts):
        if facts.get("holder_name") == name:
            raise RenderRefused("timeout")
        return whole(press, template, facts)

    monkeypatch.setattr(Press, "stamped", fail_one)


def test_to_begin_takes_less_than_a_second_and_looks_at_nothing(root):
    cup = awarded.competition(root, [f"选手{n}" for n in range(300)])
    start = time.perf_counter()
    batch = ordered.begin(cup)
    assert time.perf_counter() - start < 1
    assert queries.tally(batch) == {"queued": 300, "all": 300, "done": 0}
    assert batch.job.state is JobState.WAITING


def test_every_paper_is_numbered_printed_and_in_the_files(cup):
    batch = ordered.begin(cup)
    assert ordered.work(batch) == {"rendered": 6, "all": 6, "done": 6}
    rows = awarded.all_of(cup)
    assert [row.serial for row in rows] == [1, 2, 3, 4, 5, 6]
    assert {row.state for row in rows} == {"issued"}
    assert rows[0].facts["signatory_roles"] == ["Chair"]

    found = ordered.files(batch)
    assert list(found) == ["all.pdf", "all.zip", "piece-001.pdf"]
    pages = texts(found["all.pdf"])
    for page, name in zip(pages, ordered.names(batch), strict=True):
        assert "".join(name.split()) in page
    cover, *behind = texts(found["piece-001.pdf"])
    assert behind == pages
    for said in (str(batch.id), "1/1", "6", batch.operator.replace(" ", "")):
        assert said in cover
    first, last = (ordered.items(batch)[n].certificate.number for n in (0, -1))
    assert first in cover and last in cover
    assert fresh(batch).job.message["values"] == {"n": 6, "all": 6, "bad": 0}
    assert journal.verify(journal.chain()) == []


@pytest.mark.parametrize(
    ("order", "expected"),
    [("number", [1, 2, 3, 4, 5, 6]), ("ceremony", [6, 5, 4, 3, 2, 1])],
)
def test_the_papers_lie_in_the_order_asked_for(cup, order, expected):
    batch = ordered.begin(cup, order)
    ordered.work(batch)
    serials = [item.certificate.serial for item in ordered.items(batch)]
    assert serials == expected
    for page, serial in zip(texts(ordered.files(batch)["all.pdf"]), serials, strict=True):
        assert f"{serial:05d}" in page


def test_pieces_of_fifty_each_with_its_cover(root, monkeypatch):
    monkeypatch.setattr(works.rules, "PIECE", 2)
    monkeypatch.setattr(works.rules.pieces, "__defaults__", (2,))
    cup = awarded.competition(root, awarded.NAMES[:5])
    batch = ordered.begin(cup)
    ordered.work(batch)
    found = ordered.files(batch)
    assert [len(texts(found[f"piece-00{n}.pdf"])) for n in (1, 2, 3)] == [3, 3, 2]
    assert "3/3" in texts(found["piece-003.pdf"])[0]
    assert len(texts(found["all.pdf"])) == 5


def test_two_of_one_name_are_two_files(root):
    cup = awarded.competition(root, ("Li Wei", "Li Wei"))
    batch = ordered.begin(cup)
    ordered.work(batch)
    with zipfile.ZipFile(ordered.files(batch)["all.zip"]) as archive:
        assert archive.namelist() == ["00001_Li-Wei_金牌.pdf", "00002_Li-Wei_银牌.pdf"]
        for item, name in zip(ordered.items(batch), archive.namelist(), strict=True):
            assert archive.read(name) == certificates.pdf_of(item.certificate_id)


def test_one_key_is_one_batch(cup):
    first = ordered.begin(cup, key="page")
    assert ordered.begin(cup, key="page") == first
    assert db.session.query(Batch).count() == 1
    ordered.work(first)
    assert ordered.begin(cup, key="page") == first
    assert not workers.run_next(works.WORKS)


def test_two_batches_of_the_same_awards_give_one_certificate_each(cup):
    one, two = ordered.begin(cup), ordered.begin(cup)
    ordered.work(one)
    kept = [(row.number, row.pdf_sha256) for row in awarded.all_of(cup)]
    assert ordered.work(two)["rendered"] == 6
    assert [(row.number, row.pdf_sha256) for row in awarded.all_of(cup)] == kept


def test_one_that_fails_is_told_and_tried_again_alone(cup, monkeypatch):
    failing(monkeypatch, "欧阳明远")
    batch = ordered.begin(cup)
    tally = ordered.work(batch)
    assert (tally["rendered"], tally["failed"]) == (5, 1)
    [bad] = queries.failures(batch)
    assert bad.award.entry.name == "欧阳明远"
    assert "too long" in bad.problem["text"]
    assert fresh(batch).job.state is JobState.DONE
    assert len(texts(ordered.files(batch)["all.pdf"])) == 5
    kept = {row.number: row.pdf_sha256 for row in awarded.all_of(cup) if row.pdf_sha256}

    monkeypatch.undo()
    assert services.retry(fresh(batch), [bad.id], OPERATOR, now()) == 1
    assert ordered.work(batch)["rendered"] == 6
    assert kept.items() <= {row.number: row.pdf_sha256 for row in awarded.all_of(cup)}.items()
    assert len(texts(ordered.files(batch)["all.pdf"])) == 6


def test_what_the_look_finds_fails_before_it_has_a_number(root):
    cup = awarded.competition(root, ("李伟", "王\U00012000", "Ana"))
    batch = ordered.begin(cup)
    assert ordered.work(batch)["failed"] == 1
    [bad] = queries.failures(batch)
    assert bad.certificate_id is None
    assert "no bundled font" in bad.problem["text"]
    assert [row.serial for row in awarded.all_of(cup)] == [1, 2]


def stop_after(monkeypatch, papers, then):
    """Do something when so many papers are printed."""
    whole, seen = Press.stamped, []

    def render(press, template, facts):
        if "holder_name" in facts:
            seen.append(facts["holder_name"])
            if len(seen) == papers:
                then()
        return whole(press, template, facts)

    monkeypatch.setattr(Press, "stamped", render)
    return seen


def test_pause_keeps_what_is_done_and_goes_on_with_the_next(cup, app, monkeypatch):
    batch = ordered.begin(cup)

    def pause():
        with app.app_context():
            jobs.pause(db.session.get(Batch, batch.id).job, OPERATOR)

    seen = stop_after(monkeypatch, 3, pause)
    assert ordered.work(batch)["rendered"] == 3
    assert fresh(batch).job.state is JobState.PAUSED
    assert queries.files(batch, now()) == []
    jobs.resume(fresh(batch).job, OPERATOR)
    assert ordered.work(batch)["rendered"] == 6
    assert sorted(seen) == sorted(awarded.NAMES)


def test_cancel_keeps_what_is_done(cup, app, monkeypatch):
    batch = ordered.begin(cup)

    def cancel():
        with app.app_context():
            jobs.cancel(db.session.get(Batch, batch.id).job, OPERATOR, now())

    stop_after(monkeypatch, 2, cancel)
    tally = ordered.work(batch)
    assert (tally["rendered"], tally["queued"]) == (2, 4)
    assert fresh(batch).job.state is JobState.CANCELLED
    assert len(awarded.certificates(state="issued")) == 2
    assert not workers.run_next(works.WORKS)


def test_a_round_that_broke_off_anywhere_goes_on(cup, monkeypatch):
    """The worker vanishes in each of the steps in turn; in the end every paper is there once."""
    batch = ordered.begin(cup)
    for where in ("number", "mark", "arrange", "put_out"):
        with monkeypatch.context() as broken:
            broken.setattr(services, where, lost)
            workers.run_next(works.WORKS)
        with transaction():
            job = db.session.get(Batch, batch.id).job
            job.heard_at = now() - 2 * jobs.SILENCE
            make.act(OPERATOR, "test.late")
    assert ordered.work(batch)["rendered"] == 6
    rows = db.session.query(Certificate).order_by(Certificate.serial).all()
    assert [row.serial for row in rows] == [1, 2, 3, 4, 5, 6]
    assert len({item.certificate_id for item in ordered.items(batch)}) == 6
    assert len(texts(ordered.files(batch)["all.pdf"])) == 6
    assert not list(prints_of(batch).parent.glob(".batch-*"))  # no draft is left


def lost(*_, **__):
    raise jobs.LostJob


def prints_of(batch):
    return queries.folder_of(batch)


def test_a_certificate_withdrawn_meanwhile_is_in_no_file(cup):
    batch = ordered.begin(cup)
    ordered.work(batch)
    first = ordered.items(batch)[0].certificate
    papers.withdraw(first, "fraud", OPERATOR, now())
    services.renew(fresh(batch), OPERATOR, now())
    ordered.work(batch)
    assert len(texts(ordered.files(batch)["all.pdf"])) == 5


def test_files_have_their_time_and_certificates_have_not(cup):
    batch = ordered.begin(cup)
    ordered.work(batch)
    until, path = batch.files_until, prints_of(batch)
    assert queries.files(batch, until - timedelta(seconds=1))
    assert queries.files(batch, until) == []
    works.clear_old(path.stat().st_mtime + prints.LASTS - 1)
    assert path.exists()
    works.clear_old(path.stat().st_mtime + prints.LASTS + 1)
    assert not path.exists()
    before = certificates.pdf_of(ordered.items(batch)[0].certificate_id)
    services.renew(fresh(batch), OPERATOR, now())
    ordered.work(batch)
    assert ordered.files(batch)
    assert certificates.pdf_of(ordered.items(batch)[0].certificate_id) == before


def test_a_batch_at_work_is_not_begun_anew(cup):
    batch = ordered.begin(cup)
    for again in (
        lambda: services.retry(batch, [], OPERATOR, now()),
        lambda: services.renew(batch, OPERATOR, now()),
    ):
        with pytest.raises(Conflict, match="still at work"):
            again()


def test_nothing_chosen_is_refused(cup):
    with pytest.raises(BadInput, match="Nothing is chosen"):
        ordered.begin(cup, awards=[])


def test_the_database_knows_no_failure_without_a_reason(cup):
    batch = ordered.begin(cup)
    with pytest.raises(Exception, match="problem"), transaction():
        db.session.query(BatchItem).filter_by(batch_id=batch.id).update({"state": ItemState.FAILED})
    db.session.rollback()


def test_the_same_papers_make_the_same_file(cup):
    batch = ordered.begin(cup)
    ordered.work(batch)
    once = ordered.files(batch)["all.zip"].read_bytes()
    services.renew(fresh(batch), OPERATOR, now())
    ordered.work(batch)
    assert ordered.files(batch)["all.zip"].read_bytes() == once
    with pikepdf.open(ordered.files(batch)["all.pdf"]) as pdf:
        assert len(pdf.pages) == 6


@pytest.mark.parametrize(
    ("waited", "letters"),
    [
        pytest.param(timedelta(seconds=20), 0, id="who watched it knows"),
        pytest.param(timedelta(minutes=5), 1, id="who left hears of it"),
    ],
)
def test_the_end_of_a_long_batch_is_told_by_mail(app, cup, monkeypatch, tmp_path, waited, letters):
    known = replace(settings._get_current_object(), mail="folder", instance=tmp_path)
    monkeypatch.setitem(app.extensions, "skillhub.settings", known)
    user = make.changed(make.user(), email="ana@example.com")
    db.session.commit()
    batch = ordered.begin(cup, actor=Actor(user.username, user.name, user.id))
    make.changed(batch.job, asked_at=now() - waited)
    ordered.work(batch)
    assert mail.send_due(now()) == letters
    for file in (settings.instance / "mail").glob("*.eml"):
        text = email.message_from_bytes(file.read_bytes(), policy=policy.default).get_content()
        assert f"/batches/{batch.id}" in text
